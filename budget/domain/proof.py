"""Proof of the books: everything recomputed from the entries alone."""

import hashlib
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from typing import NamedTuple

from budget.models import Balance, LedgerEntry, Reserve
from budget.states import EFFECTS, EntryKind
from core.domain.money import ZERO, total

FIRST_PREVIOUS_HASH = "0" * 64


class Finding(NamedTuple):
    """Something in the books that does not add up."""

    where: str
    what: str


class Sums(NamedTuple):
    """The three columns of a line, in euros."""

    budgeted: Decimal = ZERO
    granted: Decimal = ZERO
    spent: Decimal = ZERO

    def plus(self, kind: EntryKind, amount: Decimal) -> "Sums":
        """Return the columns after an entry."""
        effect = EFFECTS[kind]
        return Sums(
            self.budgeted + effect.budgeted * amount,
            self.granted + effect.granted * amount,
            self.spent + effect.spent * amount,
        )


def check() -> Iterator[Finding]:
    """Recompute balances and hashes of every line from its entries and yield what differs. Nothing means proven.

    Checks: the chain of hashes, unbroken numbering, the balance after each entry, the balance row, no overspending,
    and that the lines together are what the council drew from the reserve.
    """
    sums_by_line: dict[int, Sums] = {}
    previous: LedgerEntry | None = None
    entries = LedgerEntry.objects.select_related("budget_line__line").order_by("budget_line_id", "sequence")
    for entry in entries.iterator(chunk_size=5000):
        if previous is None or previous.budget_line_id != entry.budget_line_id:
            previous, sums = None, Sums()
        sums = sums.plus(EntryKind(entry.kind), entry.amount)
        yield from _check_entry(entry, previous, sums)
        sums_by_line[entry.budget_line_id] = sums
        previous = entry
    yield from _check_balances(sums_by_line)


def content_hash(entry: LedgerEntry) -> str:
    """Return the SHA-256 that an entry must carry: of its predecessor's hash and its own content."""
    moment = entry.booked_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    parts = [
        entry.previous_hash,
        entry.budget_line_id,
        entry.sequence,
        entry.kind,
        f"{entry.amount:.2f}",
        f"{entry.budgeted_after:.2f}",
        f"{entry.granted_after:.2f}",
        f"{entry.spent_after:.2f}",
        entry.council_decision_id or "-",
        entry.decision_id or "-",
        entry.document_id or "-",
        entry.actor_id or "-",
        moment,
        entry.remark,
    ]
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def _check_entry(entry: LedgerEntry, previous: LedgerEntry | None, sums: Sums) -> Iterator[Finding]:
    where = f"{entry.budget_line} #{entry.sequence}"
    if entry.sequence != (previous.sequence if previous else 0) + 1:
        yield Finding(where, "an entry is missing before this one")
    if entry.previous_hash != (previous.hash if previous else FIRST_PREVIOUS_HASH):
        yield Finding(where, "the hash of the entry before differs")
    if entry.hash != content_hash(entry):
        yield Finding(where, "the hash differs from the content")
    if (entry.budgeted_after, entry.granted_after, entry.spent_after) != sums:
        yield Finding(where, "the balance after this entry differs from the sum of the entries")
    if sums.granted + sums.spent > sums.budgeted:
        yield Finding(where, "more is granted and spent than the council gave")


def _check_balances(sums_by_line: dict[int, Sums]) -> Iterator[Finding]:
    for balance in Balance.objects.select_related("budget_line__line"):
        kept = Sums(balance.budgeted, balance.granted, balance.spent)
        if kept != sums_by_line.get(balance.budget_line_id, Sums()):
            yield Finding(str(balance.budget_line), "the balance differs from the sum of the entries")
    drawn = total(sums.budgeted for sums in sums_by_line.values())
    for reserve in Reserve.objects.all():
        if reserve.drawn != drawn:
            yield Finding(str(reserve), "the lines together differ from what the reserve gave")
        if drawn > reserve.programme_total:
            yield Finding(str(reserve), "the lines draw more than the council tied to the programme")
