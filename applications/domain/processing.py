"""After the term for a supplement: not processing a proposal that stayed incomplete, or going on with what there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposal
from applications.domain import moves, outgoing_letters, supplements
from applications.domain.intake import POINTS
from applications.errors import MoveNotAllowed, ReasonNeeded
from applications.models import CompletenessCheck, NotProcessed, Proposal, SupplementRequest
from applications.states import ProposalEvent, ProposalState, SuspensionEnd, TemplateCode
from core.domain import audit, clock, requests, terms

# The decision not to process is made known within four weeks (Awb 4:5, fourth paragraph).
WEEKS_TO_DECIDE = 4

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """The days on which the college may decide not to process a proposal, both included."""

    first_day: date
    last_day: date

    @property
    def is_open(self) -> bool:
        """Whether today is one of them."""
        return self.first_day <= clock.today() <= self.last_day

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed: the proposal must be processed now."""
        return clock.today() > self.last_day


def window_of(request: SupplementRequest) -> Window:
    """Return when a proposal may be left unprocessed after a request: once its term has passed, within four weeks.

    The four weeks count from the day after the term, or from the day after the supplement when one came in.
    """
    counts_from = request.due_on
    if not request.is_open and request.suspension.ended == SuspensionEnd.SUPPLIED:
        counts_from = min(clock.local_date(request.supplement.received_at), request.due_on)
    last_day = terms.end_of_term(start=counts_from, weeks=WEEKS_TO_DECIDE)
    first_day = request.due_on + DAY
    return Window(first_day, max(first_day, last_day))


def not_process(*, proposal_id: int, by: User, reason: str, request_key: UUID) -> NotProcessed:
    """Decide not to process a proposal that is still incomplete after the term (Awb 4:5); the letter goes out at once.

    `reason` says what is still missing, a line for each thing, as the letter lists it. The same request key decides
    once. Raises ReasonNeeded, or MoveNotAllowed when nothing was asked, the term still runs, or four weeks have gone.
    """
    lines = supplements.lines_of(reason)
    supplements.close(proposal_id=proposal_id)
    with transaction.atomic():
        body = {"proposal": proposal_id, "reason": reason}
        handled, is_new = requests.take(key=request_key, actor=by, purpose="applications.not_process", body=body)
        if not is_new:
            return NotProcessed.objects.get(pk=(handled.answer or {})["not_processed"])
        proposal = lock_proposal(proposal_id)
        request = _closed_request(proposal)
        window = window_of(request)
        if clock.today() < window.first_day:
            raise MoveNotAllowed(
                _("The term for the supplement runs until %(day)s. Only after that can this be decided (Awb 4:5).")
                % {"day": formats.date_format(request.due_on, "j F Y")}
            )
        if window.is_over:
            raise MoveNotAllowed(
                _("This could be decided until %(day)s (Awb 4:5). Now the proposal must be processed.")
                % {"day": formats.date_format(window.last_day, "j F Y")}
            )
        if not lines:
            raise ReasonNeeded(_("Say what is still missing."))
        decision = _decide(proposal, request, by=by, lines=lines, last_day=window.last_day)
        requests.answer(handled, not_processed=decision.pk)
        return decision


def _decide(
    proposal: Proposal, request: SupplementRequest, *, by: User, lines: list[str], last_day: date
) -> NotProcessed:
    decision = NotProcessed.objects.create(
        proposal=proposal,
        request=request,
        reason="\n".join(lines),
        decided_on=clock.today(),
        decided_at=clock.now(),
        decided_by=by,
        term_ended_on=request.due_on,
        last_day=last_day,
    )
    moves.move(proposal, ProposalState.NOT_PROCESSED, by=by)
    changes = {"request": request.number, "reason": decision.reason}
    audit.record(event=ProposalEvent.NOT_PROCESSED, actor=by, about=proposal, changes=changes)
    outgoing_letters.draft_and_send(
        proposal=proposal,
        template_code=TemplateCode.NOT_PROCESSED,
        by=by,
        facts={"wat_ontbreekt": lines, "uiterste_datum": request.due_on},
    )
    return decision


def go_on(*, proposal_id: int, by: User, points: Mapping[str, bool], reason: str) -> CompletenessCheck:
    """Go on with a proposal as it is after a request for a supplement, although points of the checklist stay open.

    `points` holds for each code whether it is in order. Raises ReasonNeeded, or MoveNotAllowed when nothing was asked.
    """
    reason = reason.strip()
    supplements.close(proposal_id=proposal_id)
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        _closed_request(proposal)
        if not reason:
            raise ReasonNeeded(_("Say why it can be assessed as it is."))
        moment = clock.now()
        found = {code: bool(points.get(code)) for code in POINTS}
        check = CompletenessCheck.objects.create(
            proposal=proposal, points=found, remark=reason, checked_by=by, checked_at=moment
        )
        proposal.complete_at = moment
        moves.move(proposal, ProposalState.IN_ASSESSMENT, by=by, together_with=("complete_at",))
        changes = {"remark": reason, "open": [code for code, is_right in found.items() if not is_right]}
        audit.record(event=ProposalEvent.FOUND_COMPLETE, actor=by, about=proposal, changes=changes)
        return check


def _closed_request(proposal: Proposal) -> SupplementRequest:
    """Return the latest request of a proposal that waits for the team after it. Raises MoveNotAllowed."""
    request = supplements.latest_requests([proposal]).get(proposal.pk)
    if proposal.state != ProposalState.SUBMITTED or request is None or request.is_open:
        raise MoveNotAllowed(
            _("%(proposal)s is now “%(state)s”: first a supplement must have been asked, and its term passed.")
            % {"proposal": proposal, "state": proposal.get_state_display()}
        )
    return request
