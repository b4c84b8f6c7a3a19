"""Messages between a partner and the team, kept with the file."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications import letters
from applications.access import can_edit, lock_proposal, reads_messages
from applications.domain.handlers import handlers_of
from applications.errors import MoveNotAllowed, NotYours, TextNeeded
from applications.models import Message, MessageReading, Proposal
from applications.states import ProposalEvent, Side
from core.domain import audit, clock, requests


def send(*, proposal_id: int, by: User, side: Side, text: str, request_key: UUID) -> Message:
    """Write to the other side, which gets a mail that there is a message, never what it says.

    The same request key gives the same message. Raises TextNeeded, MoveNotAllowed for a draft (the team does not know
    of it), NotYours for a reader of the organisation and for whoever of the team has an interest (Awb 2:4).
    """
    text = text.strip()
    with transaction.atomic():
        body = {"proposal": proposal_id, "side": side, "text": text}
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.message", body=body)
        if not is_new:
            return Message.objects.get(pk=(request.answer or {})["message"])
        proposal = lock_proposal(proposal_id)
        _require_writer(by, proposal, side)
        if proposal.is_draft:
            raise MoveNotAllowed(_("You can write to the team once you have submitted the proposal."))
        if not text:
            raise TextNeeded(_("Write a message first."))
        message = Message.objects.create(proposal=proposal, side=side, text=text, by=by, at=clock.now())
        audit.record(
            event=ProposalEvent.MESSAGE_SENT, actor=by, about=proposal, changes={"message": message.pk, "side": side}
        )
        for person in handlers_of(proposal) if side == Side.PARTNER else [proposal.contact]:
            letters.mail_message(message, to=person)
        requests.answer(request, message=message.pk)
        return message


def mark_read(*, proposal: Proposal, by: User, side: Side) -> int:
    """Write down that a side opened what the other side wrote; returns how many were new to it.

    The first who opens a message is the one that is kept, however many open it at the same moment.
    """
    with transaction.atomic():
        unread = list(Message.objects.filter(proposal=proposal).unread_by(side))
        moment = clock.now()
        readings = [MessageReading(message=message, by=by, at=moment) for message in unread]
        MessageReading.objects.bulk_create(readings, ignore_conflicts=True)
    return len(unread)


def _require_writer(by: User, proposal: Proposal, side: Side) -> None:
    """Raise NotYours unless the person may write for a side of this proposal."""
    may_write = can_edit(by, proposal) if side == Side.PARTNER else reads_messages(by, proposal)
    if not may_write:
        raise NotYours(_("You can't write about this proposal."))
