"""What the controller reads: the columns of every line and year at a moment, and their totals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from budget.domain import columns, reserved
from budget.domain.columns import NOTHING, Columns
from budget.models import BudgetLine
from core.domain import clock
from core.domain.money import ZERO


class Scope(NamedTuple):
    """Which part of the books: what is empty is not narrowed."""

    line: str = ""
    year: int | None = None
    programme: str = ""

    def holds(self, budget_line: BudgetLine) -> bool:
        """Tell whether a line and year belongs to it."""
        return (
            self.line in {"", budget_line.line.code}
            and self.year in {None, budget_line.year}
            and self.programme in {"", budget_line.line.budget_programme}
        )


@dataclass(frozen=True)
class LineYear:
    """One programme line in one year."""

    budget_line: BudgetLine
    columns: Columns

    @property
    def scope(self) -> Scope:
        """The part of the books that this is."""
        return Scope(line=self.budget_line.line.code, year=self.budget_line.year)


@dataclass(frozen=True)
class Group:
    """Rows under one heading (a programme line, a year, a programme of the budget), with their sum."""

    heading: str
    code: str
    scope: Scope
    rows: list[LineYear]

    @property
    def total(self) -> Columns:
        """The sum of the rows."""
        return sum_of(self.rows)

    @property
    def years(self) -> dict[int, Columns]:
        """The columns by year, of a group that has each year once."""
        return {row.budget_line.year: row.columns for row in self.rows}


def moment_of(day: date) -> datetime:
    """Return the moment up to which a day's figures count: its end in Amsterdam, and for today this moment itself."""
    # Everything "before" the moment counts, so what was booked at this very instant does too.
    return clock.now() + timedelta(microseconds=1) if day >= clock.today() else clock.end_of_day(day)


def line_years(as_of: datetime | None = None) -> list[LineYear]:
    """Return the columns of every line and year at a moment (None: now), in the council's order. Three queries."""
    moment = as_of or moment_of(clock.today())
    booked = columns.by_line_and_year(moment)
    waiting = reserved.by_line_and_year(reserved.at(moment))
    rows = []
    for line in BudgetLine.objects.select_related("line"):
        key = (line.line_id, line.year)
        found = booked.get(key, NOTHING) + Columns(reserved=waiting.get(key, ZERO))
        rows.append(LineYear(line, columns.foretold(found, year=line.year, as_of=moment)))
    return rows


def line_year(budget_line: BudgetLine, as_of: datetime | None = None) -> LineYear:
    """Return the columns of one line and year at a moment (None: now)."""
    return next(row for row in line_years(as_of) if row.budget_line == budget_line)


def by_line(rows: Iterable[LineYear]) -> list[Group]:
    """Group rows by programme line."""
    groups: dict[str, Group] = {}
    for row in rows:
        line = row.budget_line.line
        groups.setdefault(line.code, Group(line.name, line.code, Scope(line=line.code), [])).rows.append(row)
    return list(groups.values())


def by_year(rows: Iterable[LineYear]) -> list[Group]:
    """Group rows by year."""
    groups: dict[int, Group] = {}
    for row in rows:
        year = row.budget_line.year
        groups.setdefault(year, Group(str(year), "", Scope(year=year), [])).rows.append(row)
    return [groups[year] for year in sorted(groups)]


def by_programme(rows: Iterable[LineYear]) -> list[Group]:
    """Group rows by programme of the municipality's budget (begrotingsprogramma)."""
    groups: dict[str, Group] = {}
    for row in rows:
        programme = row.budget_line.line.budget_programme
        groups.setdefault(programme, Group(programme, "", Scope(programme=programme), [])).rows.append(row)
    return [groups[programme] for programme in sorted(groups)]


def sum_of(rows: Iterable[LineYear]) -> Columns:
    """Add rows up."""
    return sum((row.columns for row in rows), Columns())
