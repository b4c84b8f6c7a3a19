"""Requests for a supplement: asking, handing in, and the end of the term (Awb 4:5 and 4:15).

What was received first stays as it was. A supplement is a whole new version of the proposal, with its own moment and
its own fingerprint; what is not handed in within the term is put back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications import letters
from applications.access import lock_proposal
from applications.domain import content, moves, openness, outgoing_letters, questions, readiness, receipts
from applications.domain.handlers import handlers_of
from applications.domain.intake import POINTS
from applications.errors import MoveNotAllowed, ProposalFrozen, ProposalIncomplete, TextNeeded
from applications.models import (
    DeMinimisAid,
    LinkedUndertaking,
    Proposal,
    Supplement,
    SupplementRequest,
    Suspension,
)
from applications.states import ProposalEvent, ProposalState, SuspensionEnd, TemplateCode
from core.domain import audit, clock, outbox, requests, terms

# The steps that open when a point of the checklist is not in order. Who may act for the organisation, and its own
# details, are no question of the form: the partner tells about those in the answer.
STEPS_OF_POINT: dict[str, tuple[str, ...]] = {
    "applicant": (),
    "authority": (),
    "request": (questions.ABOUT.slug, questions.BUDGET.slug),
    "results": (questions.AIM.slug, questions.REASONS.slug),
    "measurable": (questions.RESULTS.slug,),
    "budget": (questions.BUDGET.slug,),
    "declarations": (questions.DECLARATIONS.slug,),
}

# How a point is called when something about it is missing.
MISSING_LABELS: dict[str, Promise] = {
    "applicant": gettext_lazy("The organisation: name, KvK number or IBAN"),
    "authority": gettext_lazy("Who may act for the organisation"),
    "request": gettext_lazy("What is asked: which activity, when, or how much in each year"),
    "results": gettext_lazy("The desired results, or the answers to the six criteria"),
    "measurable": gettext_lazy("The promised results: not measurable yet"),
    "budget": gettext_lazy("Costs or co-funding: not specified by year, or they don't add up"),
    "declarations": gettext_lazy("The declarations on truth or de-minimis aid"),
}

# The declaration on de-minimis aid specifies one field of the form in rows of its own.
AID_MODELS: dict[type[Model], tuple[str, ...]] = {
    DeMinimisAid: ("position", "granted_on", "granted_by", "amount"),
    LinkedUndertaking: ("position", "name", "kvk_number"),
}

DAY = timedelta(days=1)


def ask(
    *, proposal_id: int, by: User, points: Collection[str], steps: Collection[str], text: str, request_key: UUID
) -> SupplementRequest:
    """Ask the partner to complete a proposal within the term of its call (Awb 4:5); tomorrow the clock stands still.

    `points` are codes of the checklist that are not in order, `steps` slugs of steps that open besides those that
    belong to the points, `text` says what is missing: a line for each thing, as the letter lists it. The same request
    key asks once. Raises MoveNotAllowed when the proposal does not wait for the check, TextNeeded without points or
    text.
    """
    lines = lines_of(text)
    close(proposal_id=proposal_id)
    with transaction.atomic():
        body = {"proposal": proposal_id, "points": sorted(points), "steps": sorted(steps), "text": text}
        handled, is_new = requests.take(key=request_key, actor=by, purpose="applications.ask_supplement", body=body)
        if not is_new:
            return SupplementRequest.objects.get(pk=(handled.answer or {})["asked"])
        proposal = lock_proposal(proposal_id)
        if proposal.state != ProposalState.SUBMITTED:
            raise MoveNotAllowed(
                _("%(proposal)s is now “%(state)s”: you can't ask for a supplement.")
                % {"proposal": proposal, "state": proposal.get_state_display()}
            )
        if not lines or not points or not set(points) <= POINTS.keys():
            raise TextNeeded(_("Tick what is not in order, and say what is missing."))
        request = _ask(proposal, by=by, points=points, steps=steps, lines=lines)
        requests.answer(handled, asked=request.pk)
        return request


def _ask(
    proposal: Proposal, *, by: User, points: Collection[str], steps: Collection[str], lines: list[str]
) -> SupplementRequest:
    moment = clock.now()
    opened = {slug for point in points for slug in STEPS_OF_POINT[point]} | set(steps)
    request = SupplementRequest.objects.create(
        proposal=proposal,
        number=proposal.supplement_requests.count() + 1,
        points=[code for code in POINTS if code in points],
        steps=[step.slug for step in questions.STEPS if step.slug in opened],
        text="\n".join(lines),
        asked_at=moment,
        asked_by=by,
        due_on=terms.end_of_term(start=clock.local_date(moment), weeks=proposal.call.supplement_weeks),
        before={"fields": content.read(proposal, openness.all_fields(proposal)), "aid": _aid_of(proposal)},
    )
    moves.move(proposal, ProposalState.SUPPLEMENT, by=by)
    changes = {"request": request.number, "points": request.points, "due_on": request.due_on.isoformat()}
    audit.record(event=ProposalEvent.SUPPLEMENT_ASKED, actor=by, about=proposal, changes=changes)
    outgoing_letters.draft_and_send(
        proposal=proposal,
        template_code=TemplateCode.SUPPLEMENT_REQUEST,
        by=by,
        facts={"wat_ontbreekt": lines, "uiterste_datum": request.due_on},
    )
    return request


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that say something, without the dash that a list may have."""
    lines = (line.strip().lstrip("-•* ").strip() for line in text.splitlines())
    return [line for line in lines if line]


def hand_in(*, proposal_id: int, by: User, answer: str, request_key: UUID) -> Supplement:
    """Hand in the supplement: what the proposal says now is received as a new version, and the clock runs again.

    `answer` says what was added. The moment is the server's, at the start of the transaction; the last day counts until
    24:00. The same request key hands in once. Raises ProposalFrozen when nothing is asked (any more) or it is too late,
    TextNeeded without an answer, ProposalIncomplete with what is missing in the steps that are open.
    """
    answer = answer.strip()
    with transaction.atomic():
        moment = clock.now()
        body = {"proposal": proposal_id, "answer": answer}
        handled, is_new = requests.take(key=request_key, actor=by, purpose="applications.hand_in", body=body)
        if not is_new:
            return Supplement.objects.get(pk=(handled.answer or {})["supplement"])
        proposal = lock_proposal(proposal_id)
        request = _request_in_time(proposal, moment)
        if not answer:
            raise TextNeeded(_("Say in a few words what you added or changed."))
        if missing := missing_in(proposal, request):
            raise ProposalIncomplete(_("Something is still missing. What you changed stays saved."), missing)
        _check_closed_steps(proposal, request)
        supplement = _receive(proposal, request, by=by, answer=answer, moment=moment)
        requests.answer(handled, supplement=supplement.pk)
        return supplement


def _request_in_time(proposal: Proposal, moment: datetime) -> SupplementRequest:
    request = openness.open_request(proposal)
    if request is None:
        raise ProposalFrozen(_("%(proposal)s does not wait for a supplement.") % {"proposal": proposal})
    if not openness.is_in_time(request, moment):
        raise ProposalFrozen(
            _("The term ended on %(day)s at 24:00, so we can't accept this supplement any more. Contact the team.")
            % {"day": formats.date_format(request.due_on, "j F Y")}
        )
    return request


def missing_in(proposal: Proposal, request: SupplementRequest) -> list[readiness.Missing]:
    """Return what a proposal must still say in the steps that are open: (slug of the step, sentence)."""
    return [item for item in readiness.missing(proposal) if item[0] in request.steps]


def _check_closed_steps(proposal: Proposal, request: SupplementRequest) -> None:
    """Refuse a supplement in which a step that was not opened says something else than before."""
    closed = [step for step in questions.STEPS if step.slug not in request.steps]
    names = [name for step in closed for name in openness.fields_of(step, proposal)]
    now = content.read(proposal, names)
    if changed := [name for name in names if now[name] != request.before["fields"].get(name)]:
        raise ProposalFrozen(
            _("Of %(proposal)s you can only change what we asked for. The rest stays as you submitted it.")
            % {"proposal": proposal, "fields": changed}
        )


def _receive(proposal: Proposal, request: SupplementRequest, *, by: User, answer: str, moment: datetime) -> Supplement:
    snapshot = receipts.snapshot(proposal)
    supplement = Supplement.objects.create(
        request=request,
        answer=answer,
        received_at=moment,
        handed_in_by=by,
        content=snapshot,
        content_sha256=receipts.hash_of(snapshot),
    )
    _resume(proposal, request, ended=SuspensionEnd.SUPPLIED, moment=moment)
    moves.move(proposal, ProposalState.SUBMITTED, by=by)
    changes = {"request": request.number, "sha256": supplement.content_sha256}
    audit.record(event=ProposalEvent.SUPPLEMENT_RECEIVED, actor=by, about=proposal, changes=changes)
    outbox.put(topic=letters.SUPPLEMENT_TOPIC, key=str(supplement.pk), payload={"supplement": supplement.pk})
    for person in handlers_of(proposal):
        letters.mail_supplement_to_team(supplement, to=person)
    return supplement


def _resume(proposal: Proposal, request: SupplementRequest, *, ended: SuspensionEnd, moment: datetime) -> Suspension:
    """Write down how long the clock stood still: until the day of completion, or until the term has passed.

    The law says “tot de dag waarop”: the day of completion itself counts again (Awb 4:15).
    """
    starts_on = clock.local_date(request.asked_at) + DAY
    after_term = request.due_on + DAY
    resumes_on = after_term if ended == SuspensionEnd.TERM_PASSED else min(clock.local_date(moment), after_term)
    return Suspension.objects.create(
        proposal=proposal,
        request=request,
        starts_on=starts_on,
        resumes_on=max(starts_on, resumes_on),
        ended=ended,
        closed_at=moment,
    )


def close(*, proposal_id: int) -> bool:
    """Close a request whose term has passed: what was not handed in is put back, and the team goes on.

    Returns whether there was something to close. Doing it again changes nothing. The move stands in the name of who
    set the term.
    """
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        request = openness.open_request(proposal)
        moment = clock.now()
        if request is None or openness.is_in_time(request, moment):
            return False
        put_back(proposal, request)
        _resume(proposal, request, ended=SuspensionEnd.TERM_PASSED, moment=moment)
        moves.move(proposal, ProposalState.SUBMITTED, by=request.asked_by)
        changes = {"request": request.number, "ended": SuspensionEnd.TERM_PASSED}
        audit.record(event=ProposalEvent.SUPPLEMENT_CLOSED, actor=None, about=proposal, changes=changes)
        for person in handlers_of(proposal):
            letters.mail_term_passed_to_team(request, to=person)
        return True


def is_over(proposal: Proposal, request: SupplementRequest) -> bool:
    """Tell whether the team goes on after a request: it was closed, or its term has passed and nobody closed it yet."""
    if proposal.state == ProposalState.SUPPLEMENT:
        return not openness.is_in_time(request, clock.now())
    return proposal.state == ProposalState.SUBMITTED and not request.is_open


def may_ask(proposal: Proposal) -> bool:
    """Tell whether a supplement can be asked now."""
    request = openness.open_request(proposal)
    if request is not None:
        return is_over(proposal, request)
    return proposal.state == ProposalState.SUBMITTED


def close_for_withdrawal(proposal: Proposal) -> None:
    """Close the request that is open when the partner withdraws a proposal, if any; the caller holds the lock."""
    request = openness.open_request(proposal)
    if request is not None:
        put_back(proposal, request)
        _resume(proposal, request, ended=SuspensionEnd.WITHDRAWN, moment=clock.now())


def put_back(proposal: Proposal, request: SupplementRequest) -> None:
    """Let a proposal say again what it said before the request; the versions of its fields keep what was typed."""
    before, aid = request.before["fields"], request.before["aid"]
    now = content.read(proposal, before.keys())
    content.write(proposal, {name: value for name, value in before.items() if now[name] != value})
    if _aid_of(proposal) != aid:
        for model in AID_MODELS:
            model._default_manager.filter(proposal=proposal).delete()
            rows = [model(proposal=proposal, **row) for row in aid[model.__name__]]
            model._default_manager.bulk_create(rows)


def _aid_of(proposal: Proposal) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the declaration on de-minimis aid, as JSON values."""
    return {
        model.__name__: [
            {name: str(value) for name, value in row.items()}
            for row in model._default_manager.filter(proposal=proposal).values(*names)
        ]
        for model, names in AID_MODELS.items()
    }


def close_due() -> int:
    """Close every request whose term has passed, each in its own transaction. Returns how many."""
    waiting = SupplementRequest.objects.filter(
        suspension=None, proposal__state=ProposalState.SUPPLEMENT, due_on__lt=clock.today()
    )
    return sum(close(proposal_id=pk) for pk in list(waiting.values_list("proposal_id", flat=True)))


def latest_requests(proposals: Sequence[Proposal]) -> dict[int, SupplementRequest]:
    """Return the latest request of each proposal that has one, by the proposal's primary key. One query."""
    found = SupplementRequest.objects.filter(proposal__in=proposals).order_by("proposal_id", "number")
    return {row.proposal_id: row for row in found.select_related("suspension", "supplement").defer("before")}
