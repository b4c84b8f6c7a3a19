"""What stands on every line and year now, read from the balances: it costs the same however long the ledger is.

The columns of a past day, and those that a balance does not hold, are in columns.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from budget.domain import reserved
from budget.models import BudgetLine
from core.domain.money import ZERO


@dataclass(frozen=True)
class Standing:
    """What stands on a line and year, or on several together, in euros."""

    budgeted: Decimal = ZERO
    reserved: Decimal = ZERO
    granted: Decimal = ZERO
    spent: Decimal = ZERO

    @property
    def committed(self) -> Decimal:
        """Granted and realised together."""
        return self.granted + self.spent

    @property
    def free(self) -> Decimal:
        """Room (vrije ruimte): what is reserved still counts as free, since it binds nobody."""
        return self.budgeted - self.committed

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(
            self.budgeted + other.budgeted,
            self.reserved + other.reserved,
            self.granted + other.granted,
            self.spent + other.spent,
        )


NOTHING = Standing()


@dataclass(frozen=True)
class LineYear:
    """One programme line in one year, now."""

    budget_line: BudgetLine
    standing: Standing


def line_years() -> list[LineYear]:
    """Return what stands on every line and year now, in the council's order. Two queries.

    A balance agrees with the entries of its line: the database sees to that at each commit.
    """
    waiting = reserved.now()
    lines = BudgetLine.objects.select_related("line", "balance")
    return [LineYear(line, _standing(line, waiting.get((line.line_id, line.year), ZERO))) for line in lines]


def sum_of(standings: Iterable[Standing]) -> Standing:
    """Add up what stands on several lines and years."""
    return sum(standings, NOTHING)


def _standing(line: BudgetLine, waiting: Decimal) -> Standing:
    balance = line.balance
    return Standing(balance.budgeted, waiting, balance.granted, balance.spent)
