"""What the team does with a proposal on receipt: the completeness check and the tag of the programme line."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.access import lock_proposal
from applications.domain import moves
from applications.errors import ContentRefused, MoveNotAllowed, PointsOpen, ReasonNeeded
from applications.models import CompletenessCheck, LineTag, Proposal
from applications.states import LINE_MAY_CHANGE, ProposalEvent, ProposalState
from core.domain import audit, clock
from programme.models import Line

# What Awb 4:2 asks of every application, and what this fund needs to decide. Code, and what the team confirms.
POINTS: dict[str, Promise] = {
    "applicant": gettext_lazy("The name, KvK number and IBAN of the organisation are right (Awb 4:2)."),
    "authority": gettext_lazy("Whoever submitted may act for the organisation."),
    "request": gettext_lazy("It is clear what is asked: which activity, when, and how much in each year (Awb 4:2)."),
    "results": gettext_lazy("At least one desired result of the line is named, and all six criteria are answered."),
    "measurable": gettext_lazy("The promised results can be measured; for an effort it is clear what will happen."),
    "budget": gettext_lazy("Costs and co-funding are specified by year, and they add up."),
    "declarations": gettext_lazy("The declarations on truth and de-minimis aid were made."),
}


def find_complete(*, proposal_id: int, by: User, points: Mapping[str, bool], remark: str) -> CompletenessCheck:
    """Find a proposal complete, point by point; from now on it can be assessed (Awb 4:5).

    `points` holds True for each code of `POINTS`. Raises PointsOpen with the codes that are not, and MoveNotAllowed
    when the proposal is not waiting for this check.
    """
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        if proposal.state != ProposalState.SUBMITTED:
            raise MoveNotAllowed(
                _("%(proposal)s is now “%(state)s”: it does not wait for this check any more.")
                % {"proposal": proposal, "state": proposal.get_state_display()}
            )
        if unticked := [code for code in POINTS if not points.get(code)]:
            raise PointsOpen(_("The proposal is not complete as long as a point is open."), unticked)
        moment = clock.now()
        check = CompletenessCheck.objects.create(
            proposal=proposal, points=dict.fromkeys(POINTS, True), remark=remark, checked_by=by, checked_at=moment
        )
        proposal.complete_at = moment
        moves.move(proposal, ProposalState.IN_ASSESSMENT, by=by, together_with=("complete_at",))
        audit.record(event=ProposalEvent.FOUND_COMPLETE, actor=by, about=proposal, changes={"remark": remark})
        return check


def tag_line(*, proposal_id: int, by: User, line: Line, reason: str) -> LineTag:
    """Tag the programme line of a proposal. What the partner chose stays as it was, desired results included.

    Raises ReasonNeeded when the line differs from the present one without a reason, ContentRefused when the call is
    not for that line, MoveNotAllowed once the advice is there.
    """
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        if proposal.state not in LINE_MAY_CHANGE:
            raise MoveNotAllowed(
                _("%(proposal)s is now “%(state)s”: its line can't be changed any more.")
                % {"proposal": proposal, "state": proposal.get_state_display()}
            )
        if not proposal.call.lines.filter(pk=line.pk).exists():
            raise ContentRefused(_("This call is not for the line %(line)s.") % {"line": line}, "line")
        before = proposal.line
        if line != before and not reason.strip():
            raise ReasonNeeded(_("Say why it belongs to another line than before."))
        return _tag(proposal, by=by, line=line, reason=reason.strip())


def _tag(proposal: Proposal, *, by: User, line: Line, reason: str) -> LineTag:
    before = proposal.line
    tag = LineTag.objects.create(proposal=proposal, line=line, reason=reason, tagged_by=by, tagged_at=clock.now())
    proposal.line = line
    proposal.save(update_fields=["line"])
    changes = {"line": [before.code if before else None, line.code], "reason": reason}
    audit.record(event=ProposalEvent.LINE_TAGGED, actor=by, about=proposal, changes=changes)
    return tag
