"""Background work of the money: what follows a decision of the college."""

from collections.abc import Mapping
from typing import Any

from celery import shared_task

from budget.domain import decision_letters, night
from budget.domain.decision_lists import LETTER_TOPIC
from core.domain import outbox


@outbox.handles(LETTER_TOPIC)
def send_decision_letter(payload: Mapping[str, Any]) -> None:
    """Send the letter of a decision that became final."""
    decision_letters.send(decision_id=payload["decision"])


@shared_task
def check_books() -> bool:
    """Prove the books, every night; what does not add up becomes an alarm."""
    return night.check_books()
