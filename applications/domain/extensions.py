"""Extending the period within which the college decides (Awb 4:14)."""

from uuid import UUID

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposal
from applications.domain import decision_clock, outgoing_letters
from applications.errors import MoveNotAllowed, ReasonNeeded
from applications.models import Extension, Proposal
from applications.states import UNDER_REVIEW, ProposalEvent, TemplateCode
from core.domain import audit, clock, requests


def extend(*, proposal_id: int, by: User, weeks: int, reason: str, request_key: UUID) -> Extension:
    """Extend the decision period of a proposal once, and tell the partner before it ends (Awb 4:14).

    `weeks` is at most what the call allows. The same request key extends once. Raises ReasonNeeded, or MoveNotAllowed
    when it is decided, extended before, too long, or too late.
    """
    reason = " ".join(reason.split())
    with transaction.atomic():
        body = {"proposal": proposal_id, "weeks": weeks, "reason": reason}
        handled, is_new = requests.take(key=request_key, actor=by, purpose="applications.extend", body=body)
        if not is_new:
            return Extension.objects.get(pk=(handled.answer or {})["extension"])
        proposal = lock_proposal(proposal_id)
        if refusal := why_not(proposal):
            raise MoveNotAllowed(refusal)
        if not 1 <= weeks <= proposal.call.extension_weeks:
            raise MoveNotAllowed(
                _("An extension is 1 to %(most)d weeks in this call.") % {"most": proposal.call.extension_weeks}
            )
        if not reason:
            raise ReasonNeeded(_("Say why it takes longer: the partner reads it."))
        extension = _extend(proposal, by=by, weeks=weeks, reason=reason)
        requests.answer(handled, extension=extension.pk)
        return extension


def why_not(proposal: Proposal) -> str:
    """Say why the period of a proposal can't be extended now, or nothing when it can."""
    if proposal.state not in UNDER_REVIEW:
        return _("%(proposal)s is now “%(state)s”: there is no period to extend.") % {
            "proposal": proposal,
            "state": proposal.get_state_display(),
        }
    if Extension.objects.filter(proposal=proposal).exists():
        return _("The period of %(proposal)s was extended before. That can be done once.") % {"proposal": proposal}
    if not proposal.call.extension_weeks:
        return _("This call allows no extension.")
    decide_by = decision_clock.clock_of(proposal).decide_by
    if clock.today() > decide_by:
        return _("The period ended on %(day)s. An extension has to be told before that (Awb 4:14).") % {
            "day": formats.date_format(decide_by, "j F Y")
        }
    return ""


def _extend(proposal: Proposal, *, by: User, weeks: int, reason: str) -> Extension:
    before = decision_clock.clock_of(proposal).decide_by
    after = decision_clock.if_extended(proposal, weeks=weeks)
    extension = Extension.objects.create(
        proposal=proposal,
        weeks=weeks,
        weeks_most=proposal.call.extension_weeks,
        reason=reason,
        extended_at=clock.now(),
        extended_by=by,
        told_on=clock.today(),
        decide_by_before=before,
        decide_by=after,
    )
    changes = {"weeks": weeks, "decide_by": [before.isoformat(), after.isoformat()], "reason": reason}
    audit.record(event=ProposalEvent.EXTENDED, actor=by, about=proposal, changes=changes)
    outgoing_letters.draft_and_send(
        proposal=proposal,
        template_code=TemplateCode.EXTENSION,
        by=by,
        facts={"beslisdatum": before, "nieuwe_beslisdatum": after, "reden": reason},
    )
    return extension
