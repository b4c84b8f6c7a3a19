"""What happened to a settlement, in sentences, told from the audit trail."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from budget.domain.history import Happening
from budget.models import Settlement
from budget.states import SettlementKind
from budget.states.events import BudgetEvent
from core.domain.money import format_euros
from core.models import AuditEntry

TITLES = {
    BudgetEvent.SETTLEMENT_PREPARED: _("Prepared"),
    BudgetEvent.SETTLEMENT_VIEW_ASKED: _("View of the partner asked"),
    BudgetEvent.SETTLEMENT_VIEW_RECORDED: _("View of the partner written down"),
    BudgetEvent.SETTLEMENT_PROPOSED: _("Sent to the financial adviser"),
    BudgetEvent.SETTLEMENT_RETURNED: _("Given back by the financial adviser"),
    BudgetEvent.SETTLEMENT_APPROVED: _("Approved: the settlement is final"),
    BudgetEvent.SETTLEMENT_SENT: _("Letter sent"),
}


def of(settlement: Settlement) -> list[Happening]:
    """Return what happened to a settlement, oldest first."""
    return [_tell(entry) for entry in AuditEntry.objects.about(settlement) if entry.event in TITLES]


def since(settlement: Settlement, version: int) -> list[Happening]:
    """Return what happened after a page showed the settlement in `version`, oldest first."""
    return [happening for happening in of(settlement) if happening.version > version]


def _tell(entry: AuditEntry) -> Happening:
    return Happening(
        at=entry.at,
        title=str(TITLES[BudgetEvent(entry.event)]),
        body=_body(entry.event, entry.changes),
        actor=str(entry.actor or ""),
        version=entry.changes.get("version", 0),
        is_return=entry.event == BudgetEvent.SETTLEMENT_RETURNED,
    )


def _body(event: str, changes: Mapping[str, Any]) -> str:
    if event == BudgetEvent.SETTLEMENT_PREPARED:
        amounts = changes.get("amounts", {})
        told = ", ".join(f"{year}: {format_euros(Decimal(amount))}" for year, amount in sorted(amounts.items()))
        return f"{SettlementKind(changes['kind']).label}. {told}" if "kind" in changes else told
    return str(changes.get("reason", ""))
