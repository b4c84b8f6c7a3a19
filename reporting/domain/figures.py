"""The figures of the programme as of a moment, from the ledger and the histories alone.

Nothing here reads what stands now where it could differ from then: the same moment gives the same figures tomorrow.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from applications.states import ProposalState
from budget.domain.books import line_years, sum_of
from budget.domain.columns import NOTHING, Columns
from budget.domain.reserve import Month, Stand, months_until, stand_at
from programme.models import Line
from reporting.domain import activities
from reporting.domain.activities import Activity


@dataclass(frozen=True)
class LineFigures:
    """A programme line: its frame, its columns by year, and its proposals."""

    line: Line
    years: dict[int, Columns]
    activities: tuple[Activity, ...] = ()

    @property
    def total(self) -> Columns:
        """All years together."""
        return sum(self.years.values(), NOTHING)


@dataclass(frozen=True)
class Figures:
    """Everything that a report states."""

    as_of: datetime
    reserve: Stand
    lines: tuple[LineFigures, ...]
    months: tuple[Month, ...] = ()

    @property
    def years(self) -> list[int]:
        """The years in which the programme has budget."""
        return sorted({year for line in self.lines for year in line.years})

    @property
    def total(self) -> Columns:
        """All lines and years together."""
        return sum((line.total for line in self.lines), NOTHING)

    def of_year(self, year: int) -> Columns:
        """All lines of one year together."""
        return sum((line.years.get(year, NOTHING) for line in self.lines), NOTHING)


def at(as_of: datetime) -> Figures:
    """Collect what a report states: what was booked, advised and moved before a moment (aware)."""
    lines = Line.objects.prefetch_related("desired_results")
    return _figures(as_of, lines, activities.at(as_of), months=tuple(months_until(as_of)))


def totals_at(as_of: datetime) -> Figures:
    """Collect the columns alone, without the proposals one by one: for pages that show what is free. Six queries."""
    return _figures(as_of, Line.objects.all(), [])


def as_dict(figures: Figures) -> dict[str, Any]:
    """Return the figures as JSON values: amounts as text with two decimals. What a report stores, and is drawn from."""
    reserve = figures.reserve
    return {
        "as_of": figures.as_of.isoformat(),
        "reserve": {
            "name": reserve.name,
            **{
                name: f"{getattr(reserve, name):.2f}"
                for name in ("programme_total", "drawn", "undrawn", "spent", "balance")
            },
        },
        "years": [{"year": year, "amounts": figures.of_year(year).as_dict()} for year in figures.years],
        "total": figures.total.as_dict(),
        "lines": [_line_as_dict(line) for line in figures.lines],
        "months": [month.as_dict() for month in figures.months],
    }


def _figures(
    as_of: datetime, frame: QuerySet[Line], proposals: list[Activity], *, months: tuple[Month, ...] = ()
) -> Figures:
    rows = line_years(as_of)
    lines = tuple(
        LineFigures(
            line=line,
            years={row.budget_line.year: row.columns for row in rows if row.budget_line.line_id == line.pk},
            activities=tuple(one for one in proposals if one.line_id == line.pk),
        )
        for line in frame.order_by("position")
    )
    return Figures(as_of=as_of, reserve=stand_at(as_of, sum_of(rows)), lines=lines, months=months)


def _line_as_dict(line: LineFigures) -> dict[str, Any]:
    counts = Counter(one.state for one in line.activities)
    return {
        "code": line.line.code,
        "name": line.line.name,
        "budget_programme": line.line.budget_programme,
        "work_kind": line.line.work_kind,
        "ambition": line.line.ambition,
        "results": [
            {"code": result.code, "kind": result.kind, "text": result.text}
            for result in line.line.desired_results.all()
        ],
        "years": [{"year": year, "amounts": found.as_dict()} for year, found in line.years.items()],
        "total": line.total.as_dict(),
        "counts": {state: counts[state] for state in ProposalState if counts[state]},
        "activities": [_activity_as_dict(one) for one in line.activities if one.has_money],
    }


def _activity_as_dict(one: Activity) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "title": one.title,
        "partner": one.partner,
        "state": one.state.value,
        "results": list(one.results),
        "years": [{"year": year, "amounts": found.as_dict()} for year, found in one.years.items()],
        "total": one.total.as_dict(),
    }
