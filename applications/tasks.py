"""Background work of applications: what follows a change, picked up from the outbox."""

from applications import letters
from applications.domain import correspondence, outgoing_letters
from core.domain import outbox


@outbox.handles(letters.RECEIPT_TOPIC)
def send_receipt(payload: outbox.Payload) -> None:
    """Send the confirmation of receipt of a proposal."""
    correspondence.send_receipt(proposal_id=payload["proposal"])


@outbox.handles(letters.OUTGOING_TOPIC)
def deliver_letter(payload: outbox.Payload) -> None:
    """Make the PDF of a letter that was sent, and tell the contact about it."""
    outgoing_letters.deliver(letter_id=payload["letter"])
