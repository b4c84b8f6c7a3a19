"""What the audit trail says of each event: the same words every time, for whoever reads it years later."""

from pathlib import Path

from core.models import AuditEntry
from tests.audit_words import said, written
from tests.doors.world import whole_world

TABLE = Path(__file__).parent / "audit_words.txt"
MONEY = Path(__file__).parent / "budget" / "audit_words.txt"


def test_each_event_is_told_in_the_same_words(cast, call):
    whole_world(cast, call)
    found, money = said(AuditEntry.objects.all()), written(MONEY)
    assert {event: ways for event, ways in found.items() if event not in money} == written(TABLE)
    assert all(ways <= money[event] for event, ways in found.items() if event in money)
