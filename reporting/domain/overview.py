"""What the front page shows everybody of the money. The council's page is in council_state.py."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from budget.domain.columns import NOTHING, Columns
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
