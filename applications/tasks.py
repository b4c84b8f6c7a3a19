"""Background work of applications: what follows a change, picked up from the outbox."""

from celery import shared_task

from applications import letters
from applications.domain import (
    attachments,
    changes,
    correspondence,
    outgoing_letters,
    reminders,
    supplement_letters,
    supplements,
    withdrawal,
)
from core.domain import outbox


@outbox.handles(letters.RECEIPT_TOPIC)
def send_receipt(payload: outbox.Payload) -> None:
    """Send the confirmation of receipt of a proposal."""
    correspondence.send_receipt(proposal_id=payload["proposal"])


@outbox.handles(attachments.CHECK_TOPIC)
def check_attachment(payload: outbox.Payload) -> None:
    """Let the virus scanner look at a file that came in."""
    attachments.check(attachment_id=payload["attachment"])


@outbox.handles(letters.OUTGOING_TOPIC)
def deliver_letter(payload: outbox.Payload) -> None:
    """Make the PDF of a letter that was sent, and tell the contact about it."""
    outgoing_letters.deliver(letter_id=payload["letter"])


@outbox.handles(letters.WITHDRAWAL_TOPIC)
def confirm_withdrawal(payload: outbox.Payload) -> None:
    """Send the confirmation that a proposal was withdrawn."""
    withdrawal.send_confirmation(proposal_id=payload["proposal"])


@outbox.handles(letters.CHANGE_TOPIC)
def send_change_answer(payload: outbox.Payload) -> None:
    """Send the team's answer to a change notice."""
    changes.send_answer(notice_id=payload["notice"])


@outbox.handles(letters.SUPPLEMENT_TOPIC)
def confirm_supplement(payload: outbox.Payload) -> None:
    """Send the confirmation of a supplement."""
    supplement_letters.send_confirmation(supplement_id=payload["supplement"])


@shared_task
def sweep_attachments() -> int:
    """Try again what the virus scanner owes an answer, and tidy the store, every half hour."""
    return attachments.sweep()


@shared_task
def close_terms() -> int:
    """Close the requests for a supplement whose term has passed, just after midnight."""
    return supplements.close_due()


@shared_task
def warn_of_deadlines() -> int:
    """Warn of deadlines by mail, every morning."""
    return reminders.send_due()
