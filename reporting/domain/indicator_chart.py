"""An indicator as a line chart with its table: one picture for page and PDF, with a sentence for who can't see it.

As in the other charts only geometry is worked out here, in whole numbers; the drawing is a template. A period without a
value breaks the line. Baseline and target have a dash of their own and stand in the legend by name, so that nothing
hangs on colour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programme.domain import quantities
from programme.domain.colours import colour_of
from programme.domain.indicator_progress import Progress, baseline_text, progress_of, target_text
from programme.domain.indicators import IndicatorState, Measured, missing_between
from programme.domain.periods import Period

# Text of this size can still be read when the picture shrinks to a telephone of 390 pixels.
WIDTH, FONT_SIZE = 480, 15
LEGEND_ROW, HEAD_SPACE, PLOT_HEIGHT, FOOT = 24, 34, 190, 34
LEFT, RIGHT = 66, 14
MOST_LABELLED, MOST_TOLD, MOST_YEARS = 8, 12, 8
LONGEST_LEGEND = 52
TICKS = 4
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
HUNDRED = Decimal(100)


class Point(NamedTuple):
    """A value as it is drawn, with its figure; an empty figure is not written."""

    x: int
    y: int
    text_y: int
    figure: str
    anchor: str
    is_last: bool


class Tick(NamedTuple):
    """A place on an axis, and what stands there."""

    at: int
    label: str


class Level(NamedTuple):
    """A line right across: the baseline or the target, and its place in the legend."""

    kind: str
    y: int | None
    label: str
    legend_y: int


class Row(NamedTuple):
    """A row of the table: a period with its value, or without one."""

    period: str
    value: str
    source: str
    reason: str


@dataclass(frozen=True)
class IndicatorFigure:
    """An indicator as the template shows it: the chart (empty without values), the table, and the words."""

    state: IndicatorState
    chart_id: str
    chart: SafeString
    rows: list[Row]
    progress: Progress
    baseline: str
    target: str


def figures(states: Iterable[IndicatorState], *, prefix: str = "indicator") -> list[IndicatorFigure]:
    """Return indicators as the template `reporting/indicators/indicator.html` shows them, one after the other."""
    return [figure(state, f"{prefix}-{state.code}") for state in states]


def figure(state: IndicatorState, chart_id: str) -> IndicatorFigure:
    """Return one indicator as the template shows it; `chart_id` is unique on its page."""
    return IndicatorFigure(
        state=state,
        chart_id=chart_id,
        chart=draw(state, chart_id),
        rows=rows(state),
        progress=progress_of(state),
        baseline=baseline_text(state),
        target=target_text(state),
    )


def rows(state: IndicatorState) -> list[Row]:
    """Return the table of an indicator in order of time; a period left out between two others has an empty value."""
    found = [
        (one.period, Row(one.period.label, state.write(one.value), one.source, one.reason)) for one in state.values
    ]
    left_out = [(period, Row(period.label, "", "", "")) for period in missing_between([one[0] for one in found])]
    return [row for _period, row in sorted([*found, *left_out], key=lambda pair: pair[0].first_day)]


def draw(state: IndicatorState, chart_id: str) -> SafeString:
    """Draw the values of an indicator as an SVG with a sentence for its title; empty when there are no values."""
    if not state.values:
        return SafeString("")
    levels = _levels(state)
    top = HEAD_SPACE + LEGEND_ROW * len(levels)
    scale = Scale.of(state, top)
    points = [scale.point(state, one, top, number) for number, one in enumerate(state.values)]
    context = {
        "chart_id": chart_id,
        "title": sentence(state),
        "colour": colour_of(state.line),
        "width": WIDTH,
        "height": top + PLOT_HEIGHT + FOOT,
        "font_size": FONT_SIZE,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "top": top,
        "floor": top + PLOT_HEIGHT,
        "label_x": LEFT - 8,
        "year_y": top + PLOT_HEIGHT + 22,
        "levels": [
            Level(kind, None if number is None else scale.y(number), label, 16 + LEGEND_ROW * place)
            for place, (kind, number, label) in enumerate(levels)
        ],
        "lines": [" ".join(f"{points[place].x},{points[place].y}" for place in run) for run in _runs(state.values)],
        "points": points,
        "radius": 5 if len(points) <= MOST_TOLD else 3,
        "unit": state.unit,
        "unit_y": top - 14,
        "ticks": [Tick(scale.y(tick), quantities.write(tick)) for tick in scale.ticks],
        "years": scale.years(),
        "goal": _goal(state, scale),
    }
    return render_to_string("reporting/indicators/chart.svg.html", context)


def sentence(state: IndicatorState) -> str:
    """Return the sentences that stand for the picture: what it shows, the values, where it began, what it should be."""
    parts = [f"{state.name}.", *_told(state)]
    if baseline := baseline_text(state):
        parts.append(_("Baseline: %(baseline)s.") % {"baseline": baseline})
    if target := target_text(state):
        parts.append(_("Target: %(target)s.") % {"target": target})
    return " ".join(parts)


@dataclass(frozen=True)
class Scale:
    """What a value and a day measure in the picture."""

    top: int
    ticks: list[Decimal]
    first_year: int
    last_year: int

    @classmethod
    def of(cls, state: IndicatorState, top: int) -> "Scale":
        """Return the scale that holds all values, the baseline and the target, with the year of the target."""
        numbers = [one.value for one in state.values]
        years = [one.period.first_day.year for one in state.values]
        numbers += [] if state.baseline.value is None else [state.baseline.value]
        if state.target:
            numbers.append(state.target.value)
            years.append(state.target.year)
        return cls(top, _ticks(min(numbers), max(numbers), state.unit), min(years), max(years))

    def y(self, number: Decimal) -> int:
        """Return how far down a value stands."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.top + PLOT_HEIGHT - round((number - low) / (high - low) * PLOT_HEIGHT)

    def x(self, day: date) -> int:
        """Return how far to the right a day stands."""
        first = date(self.first_year, 1, 1)
        days = (date(self.last_year + 1, 1, 1) - first).days
        return LEFT + round((day - first).days * (WIDTH - LEFT - RIGHT) / days)

    def middle(self, period: Period) -> int:
        """Return how far to the right the middle of a period stands."""
        return (self.x(period.first_day) + self.x(period.following.first_day)) // 2

    def years(self) -> list[Tick]:
        """Return the years below the axis; of many, so many that they fit."""
        every = (self.last_year - self.first_year) // MOST_YEARS + 1
        return [
            Tick((self.x(date(year, 1, 1)) + self.x(date(year + 1, 1, 1))) // 2, str(year))
            for year in range(self.first_year, self.last_year + 1, every)
        ]

    def point(self, state: IndicatorState, one: Measured, top: int, number: int) -> Point:
        """Return a value as it is drawn, with its figure above it, or below it in a valley; of many only the last."""
        last = len(state.values) - 1
        x, y = self.middle(one.period), self.y(one.value)
        beside = state.values[max(number - 1, 0) : number + 2]
        in_valley = number > 0 and one.value == min(other.value for other in beside) and y + 23 < top + PLOT_HEIGHT
        anchor = "end" if x > WIDTH - RIGHT - 30 else "start" if x < LEFT + 30 else "middle"
        is_told = last < MOST_LABELLED or number == last
        figure = quantities.write(one.value, "%" if state.unit == quantities.PERCENT else "")
        return Point(x, y, y + 23 if in_valley else y - 11, figure if is_told else "", anchor, number == last)


def _levels(state: IndicatorState) -> list[tuple[str, Decimal | None, str]]:
    """Return what stands in the legend: the baseline (perhaps only words) and the target."""
    found: list[tuple[str, Decimal | None, str]] = []
    if baseline := baseline_text(state):
        found.append(("baseline", state.baseline.value, _short(_("Baseline: %(baseline)s") % {"baseline": baseline})))
    if state.target:
        found.append(("target", state.target.value, _short(_("Target: %(target)s") % {"target": target_text(state)})))
    return found


def _goal(state: IndicatorState, scale: Scale) -> tuple[int, int] | None:
    """Return where the target stands in its year."""
    if state.target is None:
        return None
    return scale.x(date(state.target.year + 1, 1, 1)), scale.y(state.target.value)


def _runs(values: Sequence[Measured]) -> list[list[int]]:
    """Divide values in runs of periods that follow each other: between two runs the line is broken."""
    runs: list[list[int]] = []
    for number, one in enumerate(values):
        if runs and values[number - 1].period.following.first_day >= one.period.first_day:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _ticks(low: Decimal, high: Decimal, unit: str) -> list[Decimal]:
    """Return round numbers around the lowest and the highest, evenly spread; a share stays between 0 and 100."""
    room = (high - low) / 8 or abs(high) / 10 or Decimal(1)
    floor = low - room if low < 0 else max(low - room, Decimal(0))
    ceiling = min(high + room, HUNDRED) if unit == quantities.PERCENT and high <= HUNDRED else high + room
    rough = (ceiling - floor) / TICKS
    size = Decimal(10) ** rough.adjusted()
    step = next(size * one for one in STEPS if size * one >= rough)
    first = (floor / step).to_integral_value(ROUND_FLOOR)
    ticks = [first * step]
    while ticks[-1] < ceiling:
        ticks.append(ticks[-1] + step)
    return ticks


def _told(state: IndicatorState) -> list[str]:
    shown = rows(state)
    if len(shown) <= MOST_TOLD:
        return [
            _("%(period)s: %(value)s.") % {"period": row.period, "value": row.value or _("no value")} for row in shown
        ]
    by_value = sorted(state.values, key=lambda one: one.value)
    said = [
        (_("First value, %(period)s: %(value)s."), state.values[0]),
        (_("Lowest value, %(period)s: %(value)s."), by_value[0]),
        (_("Highest value, %(period)s: %(value)s."), by_value[-1]),
        (_("Last value, %(period)s: %(value)s."), state.values[-1]),
    ]
    return [text % {"period": one.period.label, "value": state.write(one.value)} for text, one in said] + [
        _("The table has all values.")
    ]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LEGEND else f"{text[: LONGEST_LEGEND - 1].rstrip()}…"
