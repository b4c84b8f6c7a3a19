"""What happened to a version of the criteria, in sentences, told from the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.models import AuditEntry
from programme.domain.criteria_comparison import CRITERION, RULE
from programme.models import CriteriaVersion
from programme.states import ProgrammeEvent


@dataclass(frozen=True)
class Happening:
    """One thing that happened to a version."""

    at: datetime
    title: str
    body: str
    actor: str
    current: bool = False


def of(version: CriteriaVersion) -> list[Happening]:
    """Return what happened to a version, oldest first."""
    return [_tell(entry) for entry in AuditEntry.objects.about(version)]


def _tell(entry: AuditEntry) -> Happening:
    titles = {
        ProgrammeEvent.FRAME_LOADED: _("Loaded with the council's programme plan"),
        ProgrammeEvent.FRAME_CHANGED: _("Changed"),
        ProgrammeEvent.CRITERIA_STARTED: _("Started as a copy of version %(number)s")
        % {"number": entry.changes.get("copied_from", "")},
        ProgrammeEvent.CRITERIA_CHANGED: _("Changed"),
        ProgrammeEvent.CRITERIA_ADOPTED: _("Adopted"),
        ProgrammeEvent.CRITERIA_FROZEN: _("Frozen: the first score was given"),
    }
    body = _what_changed(entry.changes) if entry.event == ProgrammeEvent.CRITERIA_CHANGED else ""
    known = entry.event in ProgrammeEvent.values
    title = titles.get(ProgrammeEvent(entry.event), entry.event) if known else entry.event
    return Happening(at=entry.at, title=title, body=body, actor=str(entry.actor or ""))


def _what_changed(changes: Mapping[str, Any]) -> str:
    """Name what a change touched: its part, and the fields by their labels."""
    labels: Mapping[str, Any] = {**RULE, **CRITERION, "anchors": _("anchors")}
    part = str(changes.get("part", ""))
    # A level of the scale stands in the trail by its points.
    names = [str(labels.get(name, name)).lower() for name in changes if name != "part" and not name.isdigit()]
    if not part:
        return ", ".join(names)
    return f"{part}: {', '.join(names)}" if names else part
