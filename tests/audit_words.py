"""The words of the audit trail: which names the changes of each event have, as a table and as written."""

import re
from collections.abc import Iterable
from pathlib import Path

from core.models import AuditEntry

Words = dict[str, set[tuple[str, ...]]]
REFERENCE = re.compile(r"^[A-Z]+-\d{4}-\d{4}$")


def written(table: Path) -> Words:
    """Read a table: on each line an event and the names that its changes have; another way stands behind a bar."""
    found = {}
    for line in table.read_text().splitlines():
        event, _space, words = line.partition(" ")
        found[event] = {tuple(way.split()) for way in words.split("|")}
    return found


def said(entries: Iterable[AuditEntry]) -> Words:
    """Tell for each event of the trail which names its changes have."""
    found: Words = {}
    for entry in entries:
        words = sorted({REFERENCE.sub("REFERENCE", word) for word in entry.changes})
        found.setdefault(entry.event, set()).add(tuple(words))
    return found
