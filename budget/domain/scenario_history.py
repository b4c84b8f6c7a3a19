"""What happened to a scenario, in sentences, told from the audit trail."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from budget.domain.history import Happening
from budget.models import Scenario
from budget.states.events import BudgetEvent
from core.domain.money import format_euros
from core.models import AuditEntry

# Where an entry names the proposal that it is about.
NAMES = ("put_in", "put_out", "proposal")


def of(scenario: Scenario, *, reader: User) -> list[Happening]:
    """Return what happened to a scenario, oldest first; nothing of a proposal in which the reader has an interest."""
    hidden = set(Proposal.objects.of_interest_to(reader).exclude(reference=None).values_list("reference", flat=True))
    return [
        Happening(
            at=entry.at,
            title=_title(entry.event, entry.changes),
            body=_amounts(entry.changes),
            actor=str(entry.actor or ""),
            version=entry.changes.get("version", 0),
        )
        for entry in AuditEntry.objects.about(scenario)
        if hidden.isdisjoint(entry.changes.get(name) for name in NAMES)
    ]


def since(scenario: Scenario, version: int, *, reader: User) -> list[Happening]:
    """Return what happened after a page showed the scenario in `version`, oldest first."""
    return [happening for happening in of(scenario, reader=reader) if happening.version > version]


def _title(event: str, changes: Mapping[str, Any]) -> str:
    told = {"proposal": next((changes[name] for name in NAMES if name in changes), "")}
    if event == BudgetEvent.SCENARIO_MADE:
        return _("Scenario made as a copy") if "copy_of" in changes else _("Scenario made")
    if event == BudgetEvent.SCENARIO_LISTED:
        return _("Draft list %(list)s made from this scenario") % {"list": changes["decision_list"]}
    sentences = {
        "best_set": _("Filled with the best set"),
        "renamed": _("Name changed to “%(name)s”") % {"name": changes.get("renamed", "")},
        "put_in": _("%(proposal)s put in") % told,
        "put_out": _("%(proposal)s taken out") % told,
    }
    return next((sentences[name] for name in sentences if name in changes), _("%(proposal)s: amounts changed") % told)


def _amounts(changes: Mapping[str, Any]) -> str:
    amounts: Mapping[str, str] = changes.get("amounts", {})
    return ", ".join(f"{year}: {format_euros(Decimal(amount))}" for year, amount in sorted(amounts.items()))
