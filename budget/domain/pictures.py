"""Small pictures of the books, drawn on the server as SVG: the same on a telephone, on a page and in a report.

One picture for each programme line (budget against granted against realised, by year) and one of the reserve, month
by month. As in charts.py only geometry is worked out here, in whole numbers, and a sentence stands for each picture.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budget.domain.columns import Amounts
from budget.domain.reserve import MONTHS_IN_A_YEAR, Month
from core.domain.money import ZERO, format_whole_euros
from programme.domain.colours import colour_of

# What a picture is wide fits on a telephone of 390 pixels without shrinking.
WIDTH = 320
YEARS_HEAD = 56
YEAR_HEIGHT = 64
BAR_X, BAR_WIDTH, BAR_HEIGHT = 46, 176, 13
PLOT_TOP, PLOT_HEIGHT = 88, 150
MONTHS_HEIGHT = PLOT_TOP + PLOT_HEIGHT + 26
MONTHS_IN_A_QUARTER = 3


class LineYears(NamedTuple):
    """A programme line with its columns by year."""

    name: str
    code: str
    years: Mapping[int, Amounts]


class Piece(NamedTuple):
    """A bar as it is drawn: how long, where, and the figure at its end."""

    kind: str
    y: int
    text_y: int
    length: int
    figure_x: int
    figure: str


@dataclass(frozen=True)
class YearGroup:
    """The three bars of a year."""

    year: int
    text_y: int
    bars: list[Piece]


class MonthBar(NamedTuple):
    """A month as it is drawn: what is promised below, the rest of the reserve on top of it."""

    x: int
    width: int
    committed_y: int
    committed: int
    rest_y: int
    rest: int


class Mark(NamedTuple):
    """A year on the axis."""

    x: int
    label: str


def of_lines(lines: Iterable[LineYears], *, chart_id: str) -> list[SafeString]:
    """Draw budget against granted against realised by year, one picture for each line, all on one scale of euros."""
    shown = list(lines)
    longest = max((_longest(columns) for line in shown for columns in line.years.values()), default=ZERO) or Decimal(1)
    return [_line(line, longest, f"{chart_id}-{number}") for number, line in enumerate(shown)]


def of_reserve(months: Sequence[Month], *, last_year: int, chart_id: str) -> SafeString | None:
    """Draw how the reserve goes down month by month until the end of its last year; None when nothing was booked."""
    if not months:
        return None
    highest = max(max(month.balance, month.committed) for month in months) or Decimal(1)
    first, newest = months[0].first_day, months[-1]
    final = max(date(last_year, MONTHS_IN_A_YEAR, 1), newest.first_day)
    count = _months_between(first, final) + 1
    edges = [round(number * WIDTH / count) for number in range(count + 1)]
    context = {
        "chart_id": chart_id,
        "title": _reserve_sentence(months),
        "width": WIDTH,
        "height": MONTHS_HEIGHT,
        "plot_top": PLOT_TOP,
        "plot_end": PLOT_TOP + PLOT_HEIGHT,
        "years_y": PLOT_TOP + PLOT_HEIGHT + 18,
        "top": format_whole_euros(highest),
        "balance": format_whole_euros(newest.balance),
        "committed": format_whole_euros(newest.committed),
        "bars": [_month(month, highest, edges[number], edges[number + 1]) for number, month in enumerate(months)],
        "marks": [
            Mark(edges[number], str(first.year + (first.month - 1 + number) // MONTHS_IN_A_YEAR))
            for number in range(count)
            if number == 0 or (first.month - 1 + number) % MONTHS_IN_A_YEAR == 0
        ],
    }
    return render_to_string("budget/charts/reserve.svg.html", context)


def quarter_ends(months: Sequence[Month]) -> list[Month]:
    """Return the months that end a quarter, and the last one: what a table on paper has room for."""
    return [
        month
        for month in months
        if month.first_day.month % MONTHS_IN_A_QUARTER == 0 or month.first_day == months[-1].first_day
    ]


def _line(line: LineYears, longest: Decimal, chart_id: str) -> SafeString:
    groups = [_year(year, line.years[year], longest, place) for place, year in enumerate(sorted(line.years))]
    context = {
        "chart_id": chart_id,
        "title": " ".join([f"{line.name}.", *(_year_sentence(year, line.years[year]) for year in sorted(line.years))]),
        "name": line.name,
        "colour": colour_of(line.code),
        "groups": groups,
        "width": WIDTH,
        "height": YEARS_HEAD + len(groups) * YEAR_HEIGHT,
        "bar_x": BAR_X,
        "bar_height": BAR_HEIGHT,
    }
    return render_to_string("budget/charts/years.svg.html", context)


def _year(year: int, columns: Amounts, longest: Decimal, place: int) -> YearGroup:
    top = YEARS_HEAD + place * YEAR_HEIGHT
    amounts = (("budgeted", columns.budgeted), ("granted", columns.committed), ("spent", columns.spent))
    bars = []
    for number, (kind, euros) in enumerate(amounts):
        length, y = round(max(euros, ZERO) / longest * BAR_WIDTH), top + number * (BAR_HEIGHT + 4)
        bars.append(Piece(kind, y, y + BAR_HEIGHT - 2, length, BAR_X + length + 6, format_whole_euros(euros)))
    return YearGroup(year, top + BAR_HEIGHT - 2, bars)


def _month(month: Month, highest: Decimal, start: int, end: int) -> MonthBar:
    def units(euros: Decimal) -> int:
        return round(max(euros, ZERO) / highest * PLOT_HEIGHT)

    whole, committed = units(month.balance), units(month.committed)
    floor = PLOT_TOP + PLOT_HEIGHT
    return MonthBar(
        x=start,
        width=max(end - start - 1, 1),
        committed_y=floor - committed,
        committed=committed,
        rest_y=floor - whole,
        rest=max(whole - committed, 0),
    )


def _longest(columns: Amounts) -> Decimal:
    return max(columns.budgeted, columns.committed)


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * MONTHS_IN_A_YEAR + last.month - first.month


def _year_sentence(year: int, columns: Amounts) -> str:
    return _("%(year)s: budget %(budget)s, granted %(granted)s, of which realised %(spent)s.") % {
        "year": year,
        "budget": format_whole_euros(columns.budgeted),
        "granted": format_whole_euros(columns.committed),
        "spent": format_whole_euros(columns.spent),
    }


def _reserve_sentence(months: Sequence[Month]) -> str:
    told = [month for month in months if month.first_day.month == MONTHS_IN_A_YEAR or month in {months[0], months[-1]}]
    parts = [
        _("%(month)s: %(balance)s in the reserve, of which %(committed)s is committed.")
        % {
            "month": formats.date_format(month.first_day, "F Y"),
            "balance": format_whole_euros(month.balance),
            "committed": format_whole_euros(month.committed),
        }
        for month in told
    ]
    return " ".join([_("How the reserve goes down."), *parts])
