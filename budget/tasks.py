"""Background work of the money: what follows a decision of the college."""

from collections.abc import Mapping
from typing import Any

from celery import shared_task

from budget.domain import (
    condition_letters,
    conditions,
    decision_letters,
    night,
    objection_letters,
    objections,
    settlement_letters,
    settling,
)
from budget.domain.accountability import SETTLE_AT_ONCE_TOPIC
from budget.domain.decision_lists import LETTER_TOPIC
from budget.domain.settlements import HEARING_TOPIC
from budget.domain.settling import LETTER_TOPIC as SETTLEMENT_LETTER_TOPIC
from core.domain import clock, outbox


@outbox.handles(LETTER_TOPIC)
def send_decision_letter(payload: Mapping[str, Any]) -> None:
    """Send the letter of a decision that became final."""
    decision_letters.send(decision_id=payload["decision"])


@shared_task
def check_books() -> bool:
    """Prove the books, every night; what does not add up becomes an alarm."""
    return night.check_books()


@outbox.handles(SETTLE_AT_ONCE_TOPIC)
def settle_at_once(payload: Mapping[str, Any]) -> None:
    """Settle a small grant together with its letter."""
    settling.settle_at_once(decision_id=payload["decision"])


@outbox.handles(HEARING_TOPIC)
def send_hearing_letter(payload: Mapping[str, Any]) -> None:
    """Ask the partner's view on a settlement below the grant."""
    settlement_letters.send_hearing(settlement_id=payload["settlement"], version=payload["version"])


@outbox.handles(SETTLEMENT_LETTER_TOPIC)
def send_settlement_letter(payload: Mapping[str, Any]) -> None:
    """Send the letter of a settlement that became final."""
    settlement_letters.send(settlement_id=payload["settlement"])


@shared_task
def settle_firm_grants() -> int:
    """Settle the small grants over which no condition hangs any more, every night."""
    return len(settling.settle_firm_grants())


@outbox.handles(conditions.LETTER_TOPIC)
def send_condition_letter(payload: Mapping[str, Any]) -> None:
    """Send the letter that the condition of a grant was invoked."""
    condition_letters.send(decision_id=payload["decision"], year=payload["year"])


@shared_task
def let_conditions_lapse() -> int:
    """Make firm what nobody invoked within four weeks after the adoption of a budget, every night (Awb 4:34)."""
    return len(conditions.let_lapse(clock.today()))


@outbox.handles(objections.LETTER_TOPIC)
def send_objection_letter(payload: Mapping[str, Any]) -> None:
    """Send the letter that a decision stays as it is after an objection."""
    objection_letters.send(objection_id=payload["objection"])
