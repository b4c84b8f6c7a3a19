"""Withdrawing a proposal (intrekken): by the partner, as long as the college has it not on its table."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications import letters
from applications.access import can_edit, lock_proposal
from applications.domain import correspondence, moves, supplements
from applications.domain.handlers import handlers_of
from applications.errors import MoveNotAllowed, NotYours, TextNeeded
from applications.models import Letter, Proposal, Withdrawal
from applications.states import MAY_BE_WITHDRAWN, ProposalEvent, ProposalState
from core.domain import audit, clock, outbox, requests


def withdraw(*, proposal_id: int, by: User, reason: str, request_key: UUID) -> Withdrawal:
    """Withdraw a submitted proposal, with the reason. It is over then: assessors who waited for it are free.

    The partner gets a letter of confirmation, the team a mail. The same request key gives the same withdrawal. Raises
    TextNeeded without a reason, MoveNotAllowed when it is on a list of the college, decided or ended, NotYours for a
    reader of the organisation.
    """
    reason = reason.strip()
    with transaction.atomic():
        body = {"proposal": proposal_id, "reason": reason}
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.withdraw", body=body)
        if not is_new:
            return Withdrawal.objects.get(pk=(request.answer or {})["withdrawal"])
        proposal = lock_proposal(proposal_id)
        if not can_edit(by, proposal):
            raise NotYours(_("Only an owner or editor of the organisation withdraws a proposal."))
        if refusal := why_not(proposal):
            raise MoveNotAllowed(refusal)
        if not reason:
            raise TextNeeded(_("Say in a few words why you withdraw it."))
        supplements.close_for_withdrawal(proposal)
        withdrawal = Withdrawal.objects.create(proposal=proposal, reason=reason, by=by, at=clock.now())
        moves.move(proposal, ProposalState.WITHDRAWN, by=by)
        audit.record(event=ProposalEvent.WITHDRAWN, actor=by, about=proposal, changes={"reason": reason})
        outbox.put(topic=letters.WITHDRAWAL_TOPIC, key=str(proposal.pk), payload={"proposal": proposal.pk})
        for person in handlers_of(proposal):
            letters.mail_withdrawn_to_team(withdrawal, to=person)
        requests.answer(request, withdrawal=withdrawal.pk)
        return withdrawal


def why_not(proposal: Proposal) -> str:
    """Say why a proposal can't be withdrawn now, or nothing when it can."""
    if proposal.state in MAY_BE_WITHDRAWN:
        return ""
    if proposal.is_draft:
        return _("You have not submitted this yet, so there is nothing to withdraw.")
    if proposal.state == ProposalState.LISTED:
        return _(
            "%(proposal)s stands on a list for the college, so you can't withdraw it any more. "
            "Send the team a message: it can take it off the list as long as the college has not decided."
        ) % {"proposal": proposal}
    if proposal.state == ProposalState.WITHDRAWN:
        return _("%(proposal)s was withdrawn before. You don't have to do anything.") % {"proposal": proposal}
    return _("%(proposal)s is finished: “%(state)s”. There is nothing left to withdraw.") % {
        "proposal": proposal,
        "state": proposal.partner_label,
    }


def send_confirmation(*, proposal_id: int) -> Letter:
    """Render the confirmation of a withdrawal once, file it, and mail the contact that it is there.

    Doing it again changes nothing. Raises what rendering raises; then nothing is filed or mailed.
    """
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        sent = proposal.letters.filter(kind=letters.WITHDRAWAL).first()
        if sent is not None:
            return sent
        document = letters.render_withdrawal(proposal.withdrawal)
        letter = correspondence.file_letter(
            proposal=proposal, kind=letters.WITHDRAWAL, title=document.title, document=document
        )
        letters.mail_withdrawal(proposal.withdrawal)
        return letter
