"""The chain of entries, read from first to last: numbers, hashes, and the balance after each of them."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from budget.domain.proof.findings import Finding, Head, Story, Sums
from budget.models import BudgetLine, LedgerEntry
from budget.states import (
    COUNCIL_KINDS,
    DOCUMENT_KINDS,
    EFFECTS,
    GRANT_KINDS,
    SIGNED_KINDS,
    Discrepancy,
    Effect,
    EntryKind,
)
from core.domain.money import ZERO

FIRST_PREVIOUS_HASH = "0" * 64
CHUNK = 5000

NOTHING_HELD = (ZERO,) * len(Effect._fields)
_EFFECT_OF: dict[str, Effect] = {kind.value: effect for kind, effect in EFFECTS.items()}
_COUNCIL, _GRANT, _DOCUMENT, _SIGNED = (
    frozenset(kind.value for kind in kinds) for kinds in (COUNCIL_KINDS, GRANT_KINDS, DOCUMENT_KINDS, SIGNED_KINDS)
)


class Row(NamedTuple):
    """An entry as it stands in the table, without the weight of a model."""

    budget_line_id: int
    sequence: int
    kind: str
    amount: Decimal
    budgeted_after: Decimal
    granted_after: Decimal
    spent_after: Decimal
    council_decision_id: int | None
    decision_id: int | None
    document_id: UUID | None
    actor_id: int | None
    booked_at: datetime
    remark: str
    previous_hash: str
    hash: str


def read(story: Story) -> Iterator[Finding]:
    """Read every entry into `story` and yield what is wrong with each by itself or beside the one before it.

    A number or sum that is off is told once, at the entry where it begins.
    """
    names = line_names()
    previous: Row | None = None
    for values in (
        LedgerEntry.objects.order_by("budget_line_id", "sequence").values_list(*Row._fields).iterator(chunk_size=CHUNK)
    ):
        row = Row._make(values)
        if previous is not None and previous.budget_line_id != row.budget_line_id:
            previous = None
        effect = _EFFECT_OF.get(row.kind)
        where = f"{names.get(row.budget_line_id, row.budget_line_id)} #{row.sequence}"
        if effect is None:
            yield Finding(where, Discrepancy.KIND)
            effect = Effect()
        for discrepancy in (*_against_previous(row, previous, effect), *_by_itself(row)):
            yield Finding(where, discrepancy)
        _tell(story, row, effect)
        previous = row


def line_names() -> dict[int, str]:
    """Return what each budget line is called, by primary key."""
    lines = BudgetLine.objects.values_list("pk", "line__name", "year")
    return {pk: f"{name} {year}" for pk, name, year in lines}


def content_hash(row: Row) -> str:
    """Return the SHA-256 that an entry must carry: of its predecessor's hash and its own content."""
    # numeric(12,2) arrives with its two decimals, and so does its text.
    text = (
        f"{row.previous_hash}|{row.budget_line_id}|{row.sequence}|{row.kind}|{row.amount}"
        f"|{row.budgeted_after}|{row.granted_after}|{row.spent_after}"
        f"|{row.council_decision_id or '-'}|{row.decision_id or '-'}|{row.document_id or '-'}|{row.actor_id or '-'}"
        f"|{row.booked_at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}|{row.remark}"
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _against_previous(row: Row, previous: Row | None, effect: Effect) -> Iterator[Discrepancy]:
    before = Sums(previous.budgeted_after, previous.granted_after, previous.spent_after) if previous else Sums()
    if row.sequence != (previous.sequence if previous else 0) + 1:
        yield Discrepancy.ENTRY_MISSING
    if row.previous_hash != (previous.hash if previous else FIRST_PREVIOUS_HASH):
        yield Discrepancy.PREDECESSOR
    if previous and row.booked_at < previous.booked_at:
        yield Discrepancy.ORDER
    if before.plus(effect, row.amount) != (row.budgeted_after, row.granted_after, row.spent_after):
        yield Discrepancy.RUNNING_BALANCE


def _by_itself(row: Row) -> Iterator[Discrepancy]:
    if row.hash != content_hash(row):
        yield Discrepancy.CONTENT
    if row.granted_after + row.spent_after > row.budgeted_after or min(row.granted_after, row.spent_after) < ZERO:
        yield Discrepancy.OVERSPENT
    if row.amount == ZERO or (row.amount < ZERO and row.kind not in _SIGNED):
        yield Discrepancy.SIGN
    has_council, has_decision = row.council_decision_id is not None, row.decision_id is not None
    rests = (
        (row.kind in _COUNCIL and has_council and not has_decision)
        or (row.kind in _GRANT and has_decision and not has_council)
        or (row.kind in _DOCUMENT and has_decision and not has_council and row.document_id is not None)
    )
    if not rests:
        yield Discrepancy.NO_DOCUMENT


def _tell(story: Story, row: Row, effect: Effect) -> None:
    line, amount = row.budget_line_id, row.amount
    story.entries += 1
    story.sums[line] = story.sums.get(line, Sums()).plus(effect, amount)
    story.heads[line] = Head(row.sequence, row.hash)
    if row.council_decision_id is not None:
        story.given[row.council_decision_id, line] += effect.budgeted * amount
    if row.decision_id is not None:
        held = story.held.get((row.decision_id, line), NOTHING_HELD)
        story.held[row.decision_id, line] = tuple(
            so_far + sign * amount if sign else so_far for so_far, sign in zip(held, effect, strict=True)
        )
        if row.kind in _GRANT:
            story.granted[row.decision_id, line, row.kind == EntryKind.CONDITIONAL_GRANT] += amount
