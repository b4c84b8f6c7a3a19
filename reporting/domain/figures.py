"""The figures of the programme as of a moment, from the ledger and the histories alone.

Nothing here reads what stands now where it could differ from then: the same moment gives the same figures tomorrow.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from applications.states import ProposalState
from budget.domain.books import line_years, sum_of
from budget.domain.columns import NOTHING, Columns
from budget.domain.reserve import Month, Stand, months_until, stand_at
from programme.domain import indicators
from programme.domain.indicators import IndicatorState
from programme.models import Line
from reporting.domain import activities, lights, lists, report_forms
from reporting.domain.activities import Activity
from reporting.domain.lights import Signal
from reporting.domain.results import Course


@dataclass(frozen=True)
class LineFigures:
    """A programme line: its frame, its columns by year, and its proposals."""

    line: Line
    years: dict[int, Columns]
    activities: tuple[Activity, ...] = ()
    lights: tuple[Signal, ...] = ()

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
    indicators: tuple[IndicatorState, ...] = ()
    incidental: tuple[dict[str, Any], ...] = ()
    council_decisions: tuple[dict[str, Any], ...] = ()

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
    proposals = activities.at(as_of)
    found = _figures(as_of, lines, proposals, months=tuple(months_until(as_of)))
    rule = report_forms.light_rule()
    granted = [one.proposal_id for one in proposals if one.has_money]
    return replace(
        found,
        lines=tuple(
            replace(line, lights=tuple(lights.of_line(line.activities, line.years, as_of=as_of, rule=rule)))
            for line in found.lines
        ),
        indicators=tuple(indicators.at(as_of)),
        incidental=tuple(lists.incidental_at(as_of, granted, report_forms.incidental())),
        council_decisions=tuple(lists.council_decisions_at(as_of)),
    )


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
        "lines": [_line_as_dict(line, figures.as_of) for line in figures.lines],
        "months": [month.as_dict() for month in figures.months],
        "indicators": [one.to_json() for one in figures.indicators],
        "incidental": list(figures.incidental),
        "council_decisions": list(figures.council_decisions),
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


def _line_as_dict(line: LineFigures, as_of: datetime) -> dict[str, Any]:
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
        "lights": [one.as_dict() for one in line.lights],
        "activities": [_activity_as_dict(one, as_of) for one in line.activities if one.has_money],
    }


def _activity_as_dict(one: Activity, as_of: datetime) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "title": one.title,
        "partner": one.partner,
        "state": one.state.value,
        "results": list(one.results),
        "years": [{"year": year, "amounts": found.as_dict()} for year, found in one.years.items()],
        "total": one.total.as_dict(),
        **_course_as_dict(one.course, named=bool(one.partner)),
        "lights": [signal.as_dict() for signal in lights.of_activity(one, as_of=as_of, rule=report_forms.light_rule())],
    }


def _course_as_dict(course: Course, *, named: bool) -> dict[str, Any]:
    """Return how an activity goes; what residents told of themselves stays out, for it may name them."""
    progress = course.progress
    told = progress and {
        "told_on": progress.told_on.isoformat(),
        "pace": progress.pace.value,
        "done": progress.done if named else "",
    }
    return {
        "starts_on": _day(course.starts_on),
        "ends_on": _day(course.ends_on),
        "decision": course.decision,
        "decided_on": _day(course.decided_on),
        "accounted": course.accounted,
        "promised": [
            {
                "what": result.what,
                "baseline": result.baseline,
                "target": result.target,
                "measured_by": result.measured_by,
                "achieved": result.achieved,
                "reached": result.reached.value,
            }
            for result in course.promised
        ],
        "progress": told,
        "overdue": [{"what": late.what, "due_on": _day(late.due_on), "days": late.days} for late in course.overdue],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
