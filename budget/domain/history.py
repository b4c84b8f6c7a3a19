"""What happened to a decision list, in sentences, told from the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from budget.models import DecisionList
from budget.states import Ruling
from budget.states.events import BudgetEvent
from core.domain.money import format_euros
from core.models import AuditEntry


@dataclass(frozen=True)
class Happening:
    """One thing that happened. `version` is the version of the list that came of it."""

    at: datetime
    title: str
    body: str
    actor: str
    version: int
    is_return: bool = False


# Where an entry names the proposal that it is about.
NAMES = ("put_on", "taken_off", "proposal", "about")


def of(decision_list: DecisionList, *, reader: User) -> list[Happening]:
    """Return what happened to a list, oldest first; nothing of a proposal in which the reader has an interest."""
    hidden = set(Proposal.objects.of_interest_to(reader).exclude(reference=None).values_list("reference", flat=True))
    entries = AuditEntry.objects.about(decision_list)
    return [_tell(entry) for entry in entries if hidden.isdisjoint(entry.changes.get(name) for name in NAMES)]


def since(decision_list: DecisionList, version: int, *, reader: User) -> list[Happening]:
    """Return what happened after a page showed the list in `version`, oldest first, as `of` tells it."""
    return [happening for happening in of(decision_list, reader=reader) if happening.version > version]


def _tell(entry: AuditEntry) -> Happening:
    title, body = _words(entry.event, entry.changes)
    return Happening(
        at=entry.at,
        title=title,
        body=body,
        actor=str(entry.actor or ""),
        version=entry.changes.get("version", 0),
        is_return=entry.event == BudgetEvent.LIST_RETURNED,
    )


def _words(event: str, changes: Mapping[str, Any]) -> tuple[str, str]:
    match event:
        case BudgetEvent.LIST_STARTED:
            return _("List started"), ""
        case BudgetEvent.LIST_PROPOSED:
            return _("Sent to the college"), ""
        case BudgetEvent.LIST_RETURNED:
            return _("Given back by the college"), changes.get("reason", "")
        case BudgetEvent.LIST_APPROVED:
            return _("Approved by the college"), ""
        case BudgetEvent.ABSTENTION_RECORDED:
            who = {"name": changes.get("abstention", ""), "proposal": changes.get("about", "")}
            return _("%(name)s abstains from %(proposal)s") % who, changes.get("reason", "")
        case _:
            return _what_changed(changes), _amounts(changes)


def _what_changed(changes: Mapping[str, Any]) -> str:
    if "replaces" in changes:
        words = {"proposal": changes["put_on"], "decision": changes["replaces"]}
        return _("%(proposal)s put on the list, to replace %(decision)s") % words
    if "put_on" in changes:
        return _("%(proposal)s put on the list") % {"proposal": changes["put_on"]}
    if "taken_off" in changes:
        return _("%(proposal)s taken off the list") % {"proposal": changes["taken_off"]}
    return _("%(proposal)s changed: %(ruling)s") % {"proposal": changes.get("proposal", ""), "ruling": _ruling(changes)}


def _ruling(changes: Mapping[str, Any]) -> str:
    if changes.get("in_part"):
        return _("Grant in part")
    return str(Ruling(changes["ruling"]).label) if "ruling" in changes else ""


def _amounts(changes: Mapping[str, Any]) -> str:
    amounts: Mapping[str, str] = changes.get("amounts", {})
    return ", ".join(f"{year}: {format_euros(Decimal(amount))}" for year, amount in sorted(amounts.items()))
