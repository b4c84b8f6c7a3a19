"""What the proof of the books finds, and what it reads from the entries."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from budget.states import Discrepancy, Effect
from core.domain.money import ZERO


class Finding(NamedTuple):
    """Something in the books that does not add up: the entry, line, decision or document, and what is wrong with it."""

    where: str
    what: Discrepancy

    def __str__(self) -> str:
        return f"{self.where}: {self.what.label}"


class Sums(NamedTuple):
    """The three columns of a line, in euros."""

    budgeted: Decimal = ZERO
    granted: Decimal = ZERO
    spent: Decimal = ZERO

    def plus(self, effect: Effect, amount: Decimal) -> "Sums":
        """Return the columns after an entry."""
        return Sums(
            self.budgeted + effect.budgeted * amount,
            self.granted + effect.granted * amount,
            self.spent + effect.spent * amount,
        )


class Head(NamedTuple):
    """The last entry of a line: its number and hash."""

    sequence: int
    digest: str


@dataclass
class Story:
    """What the entries tell when they are read from first to last: everything else is held against this."""

    entries: int = 0
    # By primary key of the budget line.
    sums: dict[int, Sums] = field(default_factory=dict)
    heads: dict[int, Head] = field(default_factory=dict)
    # By decision and budget line: what a grant holds there, in the order of Effect.
    held: dict[tuple[int, int], tuple[Decimal, ...]] = field(default_factory=dict)
    # By decision, budget line and whether it is conditional: what the entries say that the college granted.
    granted: defaultdict[tuple[int, int, bool], Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    # By decision of the council and budget line: what the entries say that the council gave or took.
    given: defaultdict[tuple[int, int], Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
