"""The controller's columns: every figure computed from the ledger's entries, so that each can be walked back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import Sum

from applications.states import ProposalState
from assessment.models import AdvisedAmount
from assessment.states import Outcome
from budget.models import BudgetLine, LedgerEntry, Reserve
from budget.states import EFFECTS, EntryKind
from core.domain.money import ZERO


@dataclass(frozen=True)
class Columns:
    """The columns that a controller reads, in euros (domain: money)."""

    primitive: Decimal = ZERO
    amended: Decimal = ZERO
    reserved: Decimal = ZERO
    granted: Decimal = ZERO
    spent: Decimal = ZERO
    released: Decimal = ZERO

    @property
    def budgeted(self) -> Decimal:
        """What the council set, its amendments included (begroot, gewijzigd)."""
        return self.primitive + self.amended

    @property
    def free(self) -> Decimal:
        """What may still be granted (vrije ruimte). What is reserved binds nobody and counts as free."""
        return self.budgeted - self.granted - self.spent

    def __add__(self, other: "Columns") -> "Columns":
        return Columns(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Columns)))


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
    lines = list(BudgetLine.objects.select_related("line"))
    sums = _sums_by_kind(lines)
    reserved = _reserved()
    return [LineYear(line, _columns(sums[line.pk], reserved.get((line.line_id, line.year), ZERO))) for line in lines]


def line_year(budget_line: BudgetLine) -> LineYear:
    """Return the columns of one line and year."""
    reserved = _reserved(budget_line).get((budget_line.line_id, budget_line.year), ZERO)
    return LineYear(budget_line, _columns(_sums_by_kind([budget_line])[budget_line.pk], reserved))


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


def _sums_by_kind(lines: Iterable[BudgetLine]) -> dict[int, dict[str, Decimal]]:
    sums: dict[int, dict[str, Decimal]] = defaultdict(dict)
    entries = LedgerEntry.objects.filter(budget_line__in=list(lines)).order_by()
    for pk, kind, amount in entries.values_list("budget_line", "kind").annotate(total=Sum("amount")):
        sums[pk][kind] = amount
    return sums


def _columns(sums: dict[str, Decimal], reserved: Decimal) -> Columns:
    granted = sum((EFFECTS[EntryKind(kind)].granted * amount for kind, amount in sums.items()), ZERO)
    return Columns(
        primitive=sums.get(EntryKind.COUNCIL_BUDGET, ZERO),
        amended=sums.get(EntryKind.AMENDMENT, ZERO),
        reserved=reserved,
        granted=granted,
        spent=sums.get(EntryKind.EXPENSE, ZERO),
        released=sums.get(EntryKind.RELEASE, ZERO),
    )


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
