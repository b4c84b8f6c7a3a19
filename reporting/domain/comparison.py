"""What changed since the report that was final before: figure by figure, from what both of them stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from applications.states import ProposalState
from budget.columns import Column
from budget.domain.columns import NOTHING, Columns
from core.domain.money import ZERO
from programme.domain.indicators import IndicatorState
from reporting.domain import report_forms
from reporting.models import Report
from reporting.states import ACTIVITY_COLUMNS, ActivityChangeKind, Stage

Stored = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """A figure that is not what it was: its name, and both amounts in euros."""

    label: str
    before: Decimal
    after: Decimal

    @property
    def by(self) -> Decimal:
        """How much it grew, in euros; below zero when it shrank."""
        return self.after - self.before


@dataclass(frozen=True)
class ActivityChange:
    """An activity that is new, that left, or that stands elsewhere or has other amounts."""

    reference: str
    title: str
    kind: ActivityChangeKind
    before: str
    after: str
    figures: tuple[Difference, ...]


@dataclass(frozen=True)
class LineChanges:
    """What changed of a programme line: its columns by year, and its activities."""

    code: str
    name: str
    figures: tuple[Difference, ...]
    activities: tuple[ActivityChange, ...]


@dataclass(frozen=True)
class ValueChange:
    """A value of an indicator, or its target, that is not what it was; empty for a side that has none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class IndicatorChange:
    """What changed of an indicator."""

    name: str
    values: tuple[ValueChange, ...]


@dataclass(frozen=True)
class Changes:
    """What changed between two reports. A line without a change is not in it."""

    previous: str
    previous_title: str
    previous_cut_off_on: date
    reserve: tuple[Difference, ...]
    lines: tuple[LineChanges, ...]
    indicators: tuple[IndicatorChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether the two say the same."""
        return not (self.reserve or self.lines or self.indicators)


def since_previous(report: Report) -> Changes | None:
    """Return what changed since the last final report, or None when there is none before it.

    That is the report with the latest cut-off among those about an earlier moment that were final when this one was
    asked for: it never becomes another one. Only for a report whose figures are there.
    """
    earlier = previous_of(report)
    return None if earlier is None else between(earlier, report)


def previous_of(report: Report) -> Report | None:
    """Return the report that a report is compared with, or None."""
    final = Report.objects.filter(stage=Stage.FINAL, finalised_at__lt=report.requested_at, as_of__lt=report.as_of)
    return final.order_by("-as_of", "-finalised_at", "-pk").first()


def between(earlier: Report, later: Report) -> Changes:
    """Return what changed, with the columns and years that the form of the later one shows."""
    before, after = earlier.figures or {}, later.figures or {}
    form = report_forms.of_kind(later.kind)
    years = form.shown_years(later.year, [row["year"] for row in after["years"]])
    old_lines = {line["code"]: line for line in before["lines"]}
    lines = (_line(old_lines.get(line["code"], {}), line, form.columns, years) for line in after["lines"])
    return Changes(
        previous=earlier.reference,
        previous_title=f"{earlier.get_kind_display()} {earlier.year}",
        previous_cut_off_on=earlier.cut_off_on,
        reserve=_reserve(before["reserve"], after["reserve"]),
        lines=tuple(line for line in lines if line.figures or line.activities),
        indicators=_indicators(before.get("indicators"), after.get("indicators", [])),
    )


def _indicators(before: Iterable[Stored] | None, after: Iterable[Stored]) -> tuple[IndicatorChange, ...]:
    """Return what changed of the indicators; a report of before they were stored can't be compared with."""
    if before is None:
        return ()
    old = {said["code"]: _values(IndicatorState.from_json(said)) for said in before}
    told = []
    for said in after:
        was, now = old.get(said["code"], {}), _values(IndicatorState.from_json(said))
        values = tuple(
            ValueChange(label, was.get(label, ""), now.get(label, ""))
            for label in dict.fromkeys([*was, *now])
            if was.get(label) != now.get(label)
        )
        if values:
            told.append(IndicatorChange(said["name"], values))
    return tuple(told)


def _values(state: IndicatorState) -> dict[str, str]:
    """Return what was measured by period, and the target, as a reader sees them."""
    values = {measured.period.label: state.write(measured.value) for measured in state.values}
    if state.target:
        values[_("Target for %(year)d") % {"year": state.target.year}] = state.write(state.target.value)
    return values


def _reserve(before: Stored, after: Stored) -> tuple[Difference, ...]:
    names = {
        "programme_total": _("Tied to the programme by the council"),
        "drawn": _("Given to the programme lines"),
        "balance": _("Still in the reserve"),
    }
    told = (Difference(label, Decimal(before[name]), Decimal(after[name])) for name, label in names.items())
    return tuple(one for one in told if one.by)


def _line(before: Stored, after: Stored, columns: Iterable[Column], years: list[int]) -> LineChanges:
    old, new = _amounts(before.get("years", [])), _amounts(after["years"])
    told = (
        replace(one, label=f"{year}: {one.label}")
        for year in years
        for one in _differences(old.get(year, NOTHING), new.get(year, NOTHING), columns)
    )
    return LineChanges(
        code=after["code"],
        name=after["name"],
        figures=tuple(told),
        activities=_activities(before.get("activities", []), after["activities"]),
    )


def _amounts(rows: Iterable[Stored]) -> dict[int, Columns]:
    return {row["year"]: Columns.from_dict(row["amounts"]) for row in rows}


def _differences(before: Columns, after: Columns, columns: Iterable[Column]) -> tuple[Difference, ...]:
    told = (Difference(str(one.label), getattr(before, one) or ZERO, getattr(after, one) or ZERO) for one in columns)
    return tuple(one for one in told if one.by)


def _activities(before: Iterable[Stored], after: Iterable[Stored]) -> tuple[ActivityChange, ...]:
    old = {one["reference"]: one for one in before}
    new = {one["reference"]: one for one in after}
    told = (_activity(old.get(reference), new.get(reference)) for reference in sorted(old.keys() | new.keys()))
    return tuple(one for one in told if one is not None)


def _activity(before: Stored | None, after: Stored | None) -> ActivityChange | None:
    """Return the change of one activity of which at least one side is there, or None when nothing changed."""
    known = after or before or {}
    figures = _differences(_total(before), _total(after), ACTIVITY_COLUMNS)
    states = _state(before), _state(after)
    if before is None:
        kind = ActivityChangeKind.NEW
    elif after is None:
        kind = ActivityChangeKind.GONE
    elif figures or states[0] != states[1]:
        kind = ActivityChangeKind.CHANGED
    else:
        return None
    return ActivityChange(known["reference"], known["title"], kind, *states, figures)


def _total(activity: Stored | None) -> Columns:
    return NOTHING if activity is None else Columns.from_dict(activity["total"])


def _state(activity: Stored | None) -> str:
    return "" if activity is None else str(ProposalState(activity["state"]).label)
