"""What happened to a call, told from the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from applications.states import CallEvent
from core.models import AuditEntry

TITLES: dict[str, Promise] = {
    CallEvent.CREATED: _("Prepared"),
    CallEvent.CHANGED: _("Changed"),
    CallEvent.PUBLISHED: _("Made public"),
    CallEvent.TAKEN_BACK: _("Taken back into preparation"),
    CallEvent.EXTENDED: _("Title or closing date changed"),
    CallEvent.FROZEN: _("First proposal submitted: the call is frozen"),
}


@dataclass(frozen=True)
class Told:
    """One thing that happened, for the timeline."""

    at: datetime
    title: Promise
    actor: str
    body: str = ""
    current: bool = False


def of(call: Call) -> list[Told]:
    """Return what happened to a call, oldest first. Who froze it was a partner: that name stays out."""
    entries = [entry for entry in AuditEntry.objects.about(call) if entry.event in TITLES]
    return [
        Told(entry.at, TITLES[entry.event], "" if entry.event == CallEvent.FROZEN else str(entry.actor or ""))
        for entry in entries
    ]
