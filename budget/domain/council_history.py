"""What happened to a decision of the council, in sentences, told from the audit trail."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from budget.domain.history import Happening
from budget.models import CouncilDecision
from budget.states.events import BudgetEvent
from core.domain.money import ZERO, format_euros
from core.models import AuditEntry
from programme.models import Line

# What the trail keeps of a decision as it was saved; see council_content.told.
SAVED = (BudgetEvent.COUNCIL_DECISION_STARTED, BudgetEvent.COUNCIL_DECISION_CHANGED)


def of(decision: CouncilDecision) -> list[Happening]:
    """Return what happened to a decision, oldest first."""
    names = dict(Line.objects.values_list("code", "name"))
    before: Mapping[str, Any] = {}
    happened = []
    for entry in AuditEntry.objects.about(decision):
        happened.append(_tell(entry, before, names))
        if entry.event in SAVED:
            before = entry.changes
    return happened


def since(decision: CouncilDecision, version: int) -> list[Happening]:
    """Return what happened after a page showed the decision in `version`, oldest first."""
    return [happening for happening in of(decision) if happening.version > version]


def _tell(entry: AuditEntry, before: Mapping[str, Any], names: Mapping[str, str]) -> Happening:
    titles = {
        BudgetEvent.COUNCIL_DECISION_STARTED: _("Prepared"),
        BudgetEvent.COUNCIL_DECISION_CHANGED: _("Changed"),
        BudgetEvent.COUNCIL_DECISION_ENTERED: _("Entered: it waits for confirmation"),
        BudgetEvent.COUNCIL_DECISION_RETURNED: _("Given back by the council"),
        BudgetEvent.COUNCIL_DECISION_CONFIRMED: _("Confirmed and booked"),
    }
    is_return = entry.event == BudgetEvent.COUNCIL_DECISION_RETURNED
    changed = entry.event == BudgetEvent.COUNCIL_DECISION_CHANGED
    told = "; ".join(_differences(before, entry.changes, names)) if changed else ""
    return Happening(
        at=entry.at,
        title=titles.get(BudgetEvent(entry.event), entry.event),
        body=entry.changes.get("reason", "") if is_return else told,
        actor=str(entry.actor or ""),
        version=entry.changes.get("version", 0),
        is_return=is_return,
    )


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """Tell one by one what a change changed; the amounts of line and year from and to, in euros."""
    labels = {"title": _("title"), "number": _("number"), "decided_on": _("date"), "year": _("year")}
    for name, label in labels.items():
        if before.get(name) != after.get(name):
            yield _("%(what)s: %(now)s") % {"what": label, "now": _shown(after.get(name))}
    if before.get("document") != after.get("document"):
        yield _("another document")
    for name, label in {"net": _("net"), "reserve_change": _("programme total")}.items():
        if before.get(name) != after.get(name):
            yield _("%(what)s: %(now)s") % {"what": label, "now": _euros(after.get(name))}
    was, now = before.get("amounts", {}), after.get("amounts", {})
    for key in sorted({*was, *now}):
        if was.get(key) != now.get(key):
            code, _space, year = key.partition(" ")
            yield _("%(line)s from %(was)s to %(now)s") % {
                "line": f"{names.get(code, code)} {year}",
                "was": _euros(was.get(key)),
                "now": _euros(now.get(key)),
            }


def _shown(value: Any) -> str:
    if not value:
        return "–"
    try:
        return date_format(date.fromisoformat(str(value)), "j F Y")
    except ValueError:
        return str(value)


def _euros(value: str | None) -> str:
    return format_euros(Decimal(value) if value else ZERO)
