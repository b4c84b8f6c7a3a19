"""What the controller reads: the columns of every line and year, and how the reserve stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from applications.states import ProposalState
from assessment.models import AdvisedAmount
from assessment.states import Outcome
from budget.domain import columns
from budget.domain.columns import NOTHING, Columns
from budget.models import BudgetLine, Reserve
from core.domain.money import ZERO


@dataclass(frozen=True)
class LineYear:
    """One programme line in one year."""

    budget_line: BudgetLine
    columns: Columns


@dataclass(frozen=True)
class Group:
    """Rows under one heading (a programme line or a year), with their sum."""

    heading: str
    code: str
    rows: list[LineYear]

    @property
    def total(self) -> Columns:
        """The sum of the rows."""
        return sum_of(self.rows)


@dataclass(frozen=True)
class Stand:
    """The reserve behind the programme, in euros."""

    reserve: Reserve
    spent: Decimal

    @property
    def not_divided(self) -> Decimal:
        """What the council tied to the programme but did not give to a line and year yet."""
        return self.reserve.programme_total - self.reserve.drawn

    @property
    def balance(self) -> Decimal:
        """What is still in the reserve for the programme: nothing leaves it before it is realised."""
        return self.reserve.programme_total - self.spent


def line_years() -> list[LineYear]:
    """Return the columns of every line and year, in the council's order."""
    booked, reserved = columns.by_line_and_year(), _reserved()
    return [_row(line, booked, reserved) for line in BudgetLine.objects.select_related("line")]


def line_year(budget_line: BudgetLine) -> LineYear:
    """Return the columns of one line and year."""
    return _row(budget_line, columns.by_line_and_year(), _reserved(budget_line))


def by_line(rows: Iterable[LineYear]) -> list[Group]:
    """Group rows by programme line."""
    groups: dict[str, Group] = {}
    for row in rows:
        line = row.budget_line.line
        groups.setdefault(line.code, Group(line.name, line.code, [])).rows.append(row)
    return list(groups.values())


def by_year(rows: Iterable[LineYear]) -> list[Group]:
    """Group rows by year."""
    groups: dict[int, Group] = {}
    for row in rows:
        year = row.budget_line.year
        groups.setdefault(year, Group(str(year), "", [])).rows.append(row)
    return [groups[year] for year in sorted(groups)]


def sum_of(rows: Iterable[LineYear]) -> Columns:
    """Add rows up."""
    return sum((row.columns for row in rows), Columns())


def stand(spent: Decimal) -> Stand | None:
    """Return how the reserve stands after `spent` euros were realised; None before the frame was loaded."""
    reserve = Reserve.objects.first()
    return None if reserve is None else Stand(reserve, spent)


def _row(
    line: BudgetLine, booked: Mapping[columns.LineYear, Columns], reserved: Mapping[columns.LineYear, Decimal]
) -> LineYear:
    key = (line.line_id, line.year)
    return LineYear(line, booked.get(key, NOTHING) + Columns(reserved=reserved.get(key, ZERO)))


def _reserved(budget_line: BudgetLine | None = None) -> dict[tuple[int, int], Decimal]:
    """Return by (line, year) what a positive advice reserves softly, until the college decides."""
    amounts = AdvisedAmount.objects.filter(
        advice__outcome__in=[Outcome.POSITIVE, Outcome.CONDITIONAL],
        advice__proposal__state__in=[ProposalState.ADVISED, ProposalState.LISTED],
    ).order_by()
    if budget_line is not None:
        amounts = amounts.filter(advice__proposal__line=budget_line.line_id, year=budget_line.year)
    sums = amounts.values_list("advice__proposal__line", "year").annotate(total=Sum("advised"))
    return {(line, year): amount for line, year, amount in sums}
