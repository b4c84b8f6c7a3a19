"""What every test of the money leaves behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from budget.models import Decision
from budget.states import GRANT_KINDS, ListState
from budget.states.events import BudgetEvent
from core.models import AuditEntry
from tests.audit_words import said, written
from tests.budget.bare import approve_bare

# What the application does by itself: at its time, because a letter went out, or with the council's frame as data.
BY_NOBODY = {
    BudgetEvent.CONDITION_LAPSED, BudgetEvent.COUNCIL_DECISION_CONFIRMED, BudgetEvent.DECISION_SENT,
    BudgetEvent.SETTLEMENT_APPROVED, BudgetEvent.SETTLEMENT_SENT,
}  # fmt: skip
# What the administrator changes is told field by field.
BY_ADMINISTRATOR = {BudgetEvent.IMPORT_MAPPING_CHANGED}
WORDS = written(Path(__file__).parent / "audit_words.txt")


@pytest.fixture(autouse=True)
def whoever_touched_the_money_stands_in_the_trail(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test, look whether the trail names a person for every step, and tells of it in the right words."""
    if "cast" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("cast")
    newest = AuditEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    yield
    if connection.needs_rollback:
        return
    entries = AuditEntry.objects.filter(pk__gt=newest, event__in=BudgetEvent.values).exclude(event__in=BY_ADMINISTRATOR)
    assert not list(entries.filter(actor=None).exclude(event__in=BY_NOBODY))
    assert not [entry for entry in entries if "None" in entry.changes.values()]
    assert all(ways <= WORDS.get(event, set()) for event, ways in said(entries).items()), said(entries)


@pytest.fixture(autouse=True)
def what_was_granted_is_approved(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the college approve, at the end, the grants that a test booked on bare decisions.

    After each test the database checks what it checks at commit, and asks for it (budget_grant_is_decided).
    """
    if "cast" not in request.fixturenames:
        yield
        return
    cast = request.getfixturevalue("cast")
    yield
    bare = Decision.objects.filter(decision_list__reference__startswith="BL-TEST-", entries__kind__in=GRANT_KINDS)
    # What has a reference was approved, whatever a test made of its list since.
    for decision in bare.filter(reference=None).exclude(decision_list__state=ListState.APPROVED).distinct():
        approve_bare(decision, cast.college)
