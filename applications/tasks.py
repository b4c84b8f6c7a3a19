"""Background work of applications: what follows a change, picked up from the outbox."""

from applications import letters
from applications.domain import correspondence
from core.domain import outbox


@outbox.handles(letters.RECEIPT_TOPIC)
def send_receipt(payload: outbox.Payload) -> None:
    """Send the confirmation of receipt of a proposal."""
    correspondence.send_receipt(proposal_id=payload["proposal"])
