"""Progress reports: asked by an obligation with a day, judged once, never twice at a time."""

import threading
import uuid
from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.db import IntegrityError, close_old_connections, transaction
from django.urls import reverse

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import deadlines, shut_files
from budget.domain import obligations, progress
from budget.errors import HasInterest, ProgressNotReady, StepNotYours
from budget.models import Obligation, ObligationCheck, ProgressCheck, ProgressReport
from budget.states import AccountVerdict, Pace
from budget.states.events import BudgetEvent
from core.domain import clock
from core.models import AuditEntry
from tests.budget.road import granted_proposal, listed_proposal


@pytest.fixture
def duty(cast, call):
    proposal = granted_proposal(cast, call, requested={2026: 60000}, send_letter=True)
    return Obligation.objects.asking_progress().get(decision__proposal=proposal)


def submit(duty, by, *, done="Twintig avonden gehouden.", coming="Nog tien.", key=None):
    return progress.submit(
        obligation_id=duty.pk, by=by, done=done, coming=coming, pace=Pace.ON_TIME, request_key=key or uuid.uuid4()
    )


def judge(report, by, verdict=AccountVerdict.CHECKED, remark=""):
    return progress.judge(report_id=report.pk, by=by, verdict=verdict, remark=remark)


def test_a_large_grant_asks_a_report_halfway_and_a_smaller_one_does_not(cast, call, duty):
    # From 1 March 2025 to 30 June 2027; halfway is before the decision, so it is eight weeks from then.
    assert duty.due_on >= date(2026, 4, 30)
    small = granted_proposal(cast, call, requested={2026: 25000}, send_letter=True)
    assert not Obligation.objects.asking_progress().filter(decision__proposal=small).exists()


def test_a_report_in_order_meets_the_obligation(cast, duty):
    report = submit(duty, cast.partner)
    judge(report, cast.manager, remark="Mooi.")
    check = ObligationCheck.objects.get(obligation=duty)
    assert (check.met_on, check.by) == (clock.local_date(report.at), cast.manager)
    with pytest.raises(ProgressNotReady):
        submit(duty, cast.partner)


def test_given_back_it_asks_a_new_report_and_the_mail_does_not_say_what_is_missing(cast, duty, deliver):
    while deliver():
        pass
    mail.outbox.clear()
    report = submit(duty, cast.partner)
    judge(report, cast.manager, AccountVerdict.RETURNED, "De aantallen ontbreken.")
    while deliver():
        pass
    [message] = mail.outbox
    assert message.to == [cast.partner.email]
    assert "aantallen" not in message.body
    assert submit(duty, cast.partner).number == 2
    assert not ObligationCheck.objects.filter(obligation=duty).exists()


def test_one_report_waits_at_a_time_and_is_judged_once(cast, duty):
    report = submit(duty, cast.partner)
    with pytest.raises(ProgressNotReady):
        submit(duty, cast.partner)
    judge(report, cast.manager, AccountVerdict.RETURNED, "Te kort.")
    with pytest.raises(ProgressNotReady):
        judge(report, cast.finance)


def test_what_is_missing_must_be_said_by_rule_and_by_constraint(cast, duty):
    report = submit(duty, cast.partner)
    with pytest.raises(ProgressNotReady):
        judge(report, cast.manager, AccountVerdict.RETURNED, "  ")
    with pytest.raises(IntegrityError, match="budget_progress_return_says_why"), transaction.atomic():
        ProgressCheck.objects.create(
            report=report, verdict=AccountVerdict.RETURNED, remark="", by=cast.manager, at=clock.now()
        )
    with pytest.raises(ProgressNotReady):
        submit(duty, cast.partner, done=" ")


def test_a_report_stays_as_it_was_sent(cast, duty):
    submit(duty, cast.partner)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        ProgressReport.objects.update(done="Alles")
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        ProgressReport.objects.all().delete()


def test_nothing_is_reported_on_what_is_not_decided_or_not_asked(cast, call, duty):
    waiting = listed_proposal(cast, call, requested={2026: 60000})
    undecided = Obligation.objects.filter(decision__proposal=waiting, due_on__isnull=False).first()
    with pytest.raises(ProgressNotReady):
        submit(undecided, cast.partner)
    with pytest.raises(IntegrityError, match="is not decided on yet"), transaction.atomic():
        ProgressReport.objects.create(
            obligation=undecided, number=1, done="x", coming="y", pace=Pace.LATE, by=cast.partner, at=clock.now()
        )
    without_day = duty.decision.obligations.get(due_on=None)
    with pytest.raises(ProgressNotReady):
        submit(without_day, cast.partner)


def test_only_an_editor_reports_and_only_the_team_without_interest_judges(cast, duty):
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=MembershipRole.READER)
    for person in (cast.talent, cast.partner2, cast.manager):
        with pytest.raises(StepNotYours):
            submit(duty, person)
    report = submit(duty, cast.partner)
    for person in (cast.college, cast.assessor1, cast.partner):
        with pytest.raises(StepNotYours):
            judge(report, person)
    shut_files.shut(proposal=duty.decision.proposal, person=cast.manager)
    with pytest.raises(HasInterest):
        judge(report, cast.manager)


def test_partner_and_team_walk_the_pages(cast, duty, client_of):
    partner, manager = client_of(cast.partner), client_of(cast.manager)
    url = reverse("budget:progress_mine", args=[duty.decision.proposal_id, duty.pk])
    assert url in partner.get(reverse("budget:obligations_mine", args=[duty.decision.proposal_id])).content.decode()
    assert partner.post(url, {"request_key": str(uuid.uuid4()), "done": "Iets"}).status_code == 422
    data = {"request_key": str(uuid.uuid4()), "done": "Tien avonden", "coming": "Nog tien", "pace": "late"}
    assert partner.post(url, data).status_code == 302
    team_url = reverse("budget:progress", args=[duty.pk])
    assert team_url in manager.get(reverse("budget:obligations")).content.decode()
    assert "Tien avonden" in manager.get(team_url).content.decode()
    assert manager.post(team_url, {"verdict": "returned", "remark": ""}).status_code == 422
    assert manager.post(team_url, {"verdict": "returned", "remark": "Hoeveel bezoekers?"}).status_code == 302
    assert "Hoeveel bezoekers?" in partner.get(url).content.decode()
    assert manager.post(team_url, {"verdict": "checked", "remark": ""}).status_code == 422


def test_its_day_stands_in_the_partners_deadlines_until_it_is_met(cast, duty):
    kinds = [deadline.kind for deadline in deadlines.deadlines_for_partner(cast.partner)]
    assert kinds.count("progress") == 1
    assert "account" in kinds
    obligations.meet(obligation_id=duty.pk, met_on=clock.today(), remark="", by=cast.manager)
    assert "progress" not in [deadline.kind for deadline in deadlines.deadlines_for_partner(cast.partner)]
    assert deadlines.deadlines_for_partner(cast.partner2) == []


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sends_one_report_and_two_pages_one_that_waits(cast, call):
    proposal = granted_proposal(cast, call, requested={2026: 60000}, send_letter=True)
    duty = Obligation.objects.asking_progress().get(decision__proposal=proposal)
    outcomes, barrier = [], threading.Barrier(4)
    keys = [uuid.uuid4()] * 2 + [uuid.uuid4()] * 2

    def press(key):
        barrier.wait()
        try:
            outcomes.append(submit(duty, cast.partner, key=key).number)
        except ProgressNotReady:
            outcomes.append("refused")
        finally:
            close_old_connections()

    threads = [threading.Thread(target=press, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["1", "1", "refused", "refused"]
    assert ProgressReport.objects.count() == 1


def test_the_last_report_counts_and_the_next_one_has_the_next_number(cast, duty):
    judge(submit(duty, cast.partner), cast.manager, AccountVerdict.RETURNED, "Te kort.")
    second = submit(duty, cast.partner)
    with pytest.raises(ProgressNotReady):
        submit(duty, cast.partner)
    assert progress.last_report(duty) == second
    judge(second, cast.manager, AccountVerdict.RETURNED, "Nog te kort.")

    assert submit(duty, cast.partner).number == 3


@pytest.mark.parametrize("empty", ["done", "coming"])
def test_a_report_says_what_was_done_and_what_is_still_to_come(cast, duty, empty):
    with pytest.raises(ProgressNotReady):
        submit(duty, cast.partner, **{empty: " \n "})
    assert not ProgressReport.objects.exists()


def test_a_report_is_kept_without_the_blanks_around_it_and_comes_once_with_its_request(cast, duty):
    key = uuid.uuid4()
    first = submit(duty, cast.partner, done=" Tien. ", coming=" Nog tien. ", key=key)

    assert submit(duty, cast.partner, done="Tien.", coming="Nog tien.", key=key) == first
    kept = ProgressReport.objects.get()
    assert (kept.done, kept.coming, kept.pace, kept.by) == ("Tien.", "Nog tien.", Pace.ON_TIME, cast.partner)


def test_reports_of_two_grants_do_not_wait_for_each_other(cast, call, duty):
    other = granted_proposal(cast, call, requested={2026: 60000}, send_letter=True)
    submit(duty, cast.partner)

    assert submit(Obligation.objects.asking_progress().get(decision__proposal=other), cast.partner).number == 1


def test_the_obligation_is_met_on_the_day_that_the_report_came_in(cast, duty):
    # Half past midnight in Amsterdam, and judged a week later.
    with clock.set_to(datetime(2026, 6, 8, 22, 30, tzinfo=UTC)):
        report = submit(duty, cast.partner)
    with clock.set_to(datetime(2026, 6, 16, 10, 0, tzinfo=UTC)):
        judge(report, cast.manager, remark=" Mooi. ")

    check = ObligationCheck.objects.get(obligation=duty)
    assert (check.met_on, check.remark) == (date(2026, 6, 9), "Mooi.")


def test_the_trail_tells_of_each_report_and_of_what_the_team_said(cast, duty):
    judge(submit(duty, cast.partner), cast.manager, AccountVerdict.RETURNED, "x" * 501)

    trail = AuditEntry.objects.about(duty.decision)
    sent = trail.get(event=BudgetEvent.PROGRESS_SUBMITTED)
    judged = trail.get(event=BudgetEvent.PROGRESS_JUDGED)
    assert (sent.actor, sent.changes) == (cast.partner, {"obligation": duty.text, "number": 1, "pace": "on_time"})
    assert (judged.actor, judged.changes) == (
        cast.manager,
        {"number": 1, "verdict": "returned", "remark": "x" * 500},
    )
