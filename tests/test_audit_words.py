"""What the audit trail says of each event: the same words every time, for whoever reads it years later."""

import re
from pathlib import Path

from core.models import AuditEntry
from tests.doors.world import whole_world

# On each line an event and the names of what its entries hold; another way to say it stands behind a bar.
TABLE = Path(__file__).parent / "audit_words.txt"
REFERENCE = re.compile(r"^[A-Z]+-\d{4}-\d{4}$")


def said() -> dict[str, set[tuple[str, ...]]]:
    """Read the trail: for each event in which words it was told."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for event, changes in AuditEntry.objects.values_list("event", "changes"):
        found.setdefault(event, set()).add(tuple(sorted({REFERENCE.sub("REFERENCE", word) for word in changes})))
    return found


def written() -> dict[str, set[tuple[str, ...]]]:
    """Read the table."""
    found = {}
    for line in TABLE.read_text().splitlines():
        event, _space, words = line.partition(" ")
        found[event] = {tuple(way.split()) for way in words.split("|")}
    return found


def test_each_event_is_told_in_the_same_words(cast, call):
    whole_world(cast, call)
    assert said() == written()
