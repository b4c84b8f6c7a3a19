"""The state of the programme on one screen: for everybody on the front page, with all years for the council."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budget.domain import charts, pictures
from budget.domain.charts import Bar
from budget.domain.columns import NOTHING, Columns
from budget.domain.pictures import LineYears
from budget.domain.reserve import Month, months_until
from core.domain import clock
from programme.models import Line
from reporting.domain import figures, layout
from reporting.domain.figures import Figures
from reporting.states import PITCHES


@dataclass(frozen=True)
class LineCard:
    """A programme line in one year."""

    line: Line
    pitch: Promise | str
    amounts: Columns


@dataclass(frozen=True)
class FrontState:
    """What the front page shows of the money."""

    figures: Figures
    year: int
    years_text: str
    cards: list[LineCard]


def state_at(moment: datetime) -> FrontState:
    """Return what is free at a moment in the year of that moment, or in the programme's nearest year."""
    found = figures.totals_at(moment)
    this_year = clock.local_date(moment).year
    year = min(found.years, key=lambda other: abs(other - this_year), default=this_year)
    cards = [
        LineCard(
            line=line.line,
            pitch=PITCHES.get(line.line.code, line.line.ambition),
            amounts=line.years.get(year, NOTHING),
        )
        for line in found.lines
    ]
    return FrontState(figures=found, year=year, years_text=layout.in_words(found.years), cards=cards)


@dataclass(frozen=True)
class LineOfYears:
    """A programme line with each year of the programme, also a year in which it has no budget."""

    line: Line
    total: Columns
    cells: list[tuple[int, Columns]]


@dataclass(frozen=True)
class ProgrammeState:
    """What the council sees of the money: the figures, and one chart of all years."""

    figures: Figures
    lines: list[LineOfYears]
    chart: SafeString
    pictures: list[SafeString]
    reserve_picture: SafeString | None
    months: list[Month]


def programme_at(moment: datetime) -> ProgrammeState:
    """Return the whole programme at a moment: every line with every year, and a chart of the lines."""
    found = figures.totals_at(moment)
    lines = [
        LineOfYears(
            line=line.line,
            total=line.total,
            cells=[(year, line.years.get(year, NOTHING)) for year in found.years],
        )
        for line in found.lines
    ]
    chart = charts.draw(
        [Bar(line.line.name, line.total, line.line.code) for line in lines],
        chart_id="programme",
        heading=_("Budget and grants for each programme line, all years together"),
    )
    months = months_until(moment)
    return ProgrammeState(
        figures=found,
        lines=lines,
        chart=chart,
        pictures=pictures.of_lines(
            (LineYears(line.line.name, line.line.code, line.years) for line in found.lines), chart_id="years"
        ),
        reserve_picture=pictures.of_reserve(
            months, last_year=max(found.years, default=clock.local_date(moment).year), chart_id="reserve-months"
        ),
        months=months,
    )
