"""Progress reports (voortgangsbericht): asked by an obligation with a day, told by the partner, judged by the team."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.accounts import require_writer
from budget.access.lists import require_no_interest
from budget.access.obligations import lock_obligation, require_checker_of_obligations
from budget.domain import obligations
from budget.errors import ProgressNotReady
from budget.letters import progress as letters
from budget.models import Obligation, ProgressCheck, ProgressReport
from budget.states import AccountVerdict, Pace
from budget.states.events import BudgetEvent
from core.domain import audit, clock, requests


def submit(*, obligation_id: int, by: User, done: str, coming: str, pace: Pace, request_key: UUID) -> ProgressReport:
    """Report how far an activity is. A report that the team gave back is followed by a new one.

    The same request key gives the same report. Raises ProgressNotReady when no report is asked (any more), one waits
    for the team already, or it says nothing; StepNotYours for whoever may not write for the organisation.
    """
    done, coming = done.strip(), coming.strip()
    with transaction.atomic():
        body = {"obligation": obligation_id, "done": done, "coming": coming, "pace": pace}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.progress", body=body)
        if not is_new:
            return ProgressReport.objects.get(pk=(request.answer or {})["report"])
        obligation = lock_obligation(obligation_id)
        require_writer(by, obligation.decision.proposal)
        _require_asked(obligation)
        if not done or not coming:
            raise ProgressNotReady(_("Say what you did, and what is still to come."))
        last = last_report(obligation)
        if last is not None and last.check_or_none is None:
            raise ProgressNotReady(_("Your last report is with the team. You hear from us."))
        report = ProgressReport.objects.create(
            obligation=obligation,
            number=last.number + 1 if last else 1,
            done=done,
            coming=coming,
            pace=pace,
            by=by,
            at=clock.now(),
        )
        changes = {"obligation": obligation.text, "number": report.number, "pace": pace}
        audit.record(event=BudgetEvent.PROGRESS_SUBMITTED, actor=by, about=obligation.decision, changes=changes)
        requests.answer(request, report=report.pk)
        return report


def judge(*, report_id: int, by: User, verdict: AccountVerdict, remark: str) -> ProgressCheck:
    """Find a progress report in order, with which the obligation is met; or give it back with what is missing.

    Raises ProgressNotReady when it was judged before or does not say what is missing, HasInterest (Awb 2:4),
    StepNotYours.
    """
    require_checker_of_obligations(by)
    remark = remark.strip()
    with transaction.atomic():
        lock_obligation(ProgressReport.objects.values_list("obligation_id", flat=True).get(pk=report_id))
        report = ProgressReport.objects.select_related("check_made", "obligation__decision__proposal").get(pk=report_id)
        decision = report.obligation.decision
        require_no_interest(by, [decision.proposal_id])
        if report.check_or_none is not None:
            raise ProgressNotReady(_("This report was judged before."))
        if verdict == AccountVerdict.RETURNED and not remark:
            raise ProgressNotReady(_("Say what is missing: the partner reads it."))
        check = ProgressCheck.objects.create(report=report, verdict=verdict, remark=remark, by=by, at=clock.now())
        changes = {"number": report.number, "verdict": verdict, "remark": remark[:500]}
        audit.record(event=BudgetEvent.PROGRESS_JUDGED, actor=by, about=decision, changes=changes)
        if verdict == AccountVerdict.CHECKED:
            day = clock.local_date(report.at)
            obligations.meet(obligation_id=report.obligation_id, met_on=day, remark=remark[:500], by=by)
        else:
            letters.mail_progress_returned(check)
        return check


def last_report(obligation: Obligation) -> ProgressReport | None:
    """Return the last report on an obligation with its check, or None."""
    return obligation.progress_reports.select_related("check_made", "by").order_by("number").last()


def _require_asked(obligation: Obligation) -> None:
    """Raise ProgressNotReady unless the obligation asks for a report and still stands."""
    if not Obligation.objects.asking_progress().filter(pk=obligation.pk).exists():
        raise ProgressNotReady(_("No progress report is asked here."))
    if obligation.check_or_none is not None:
        raise ProgressNotReady(_("You met this obligation already."))
