"""The state of the programme on one screen, as it is now: read from balances, so that it costs the same every year."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count
from django.utils.safestring import SafeString

from applications.models import Proposal
from applications.states import ProposalState
from budget.domain import pictures, standing
from budget.domain.pictures import LineYears
from budget.domain.reserve import Month, Stand, months_until, stand_at
from budget.domain.standing import NOTHING, Standing
from core.domain import clock
from programme.domain.indicator_progress import Progress, progress_of, target_text
from programme.domain.indicators import IndicatorState
from programme.models import Line
from reporting.states.council import PHASES, Phase


@dataclass(frozen=True)
class LineState:
    """A programme line: what stands in each year, and how many of its proposals are in which phase."""

    line: Line
    years: dict[int, Standing]
    phases: Counter[Phase] = field(default_factory=Counter)

    @property
    def total(self) -> Standing:
        """All years together."""
        return standing.sum_of(self.years.values())

    @property
    def cells(self) -> list[tuple[int, Standing]]:
        """Each year of the programme, also a year in which the line has no budget."""
        return list(self.years.items())

    @property
    def counts(self) -> list[tuple[Phase, int]]:
        """How many proposals are in each phase, without what is nil."""
        return [(phase, self.phases[phase]) for phase in Phase if self.phases[phase]]


@dataclass(frozen=True)
class ProgrammeState:
    """What the council sees: reserve, lines by year, activities in numbers, and the pictures of it."""

    lines: list[LineState]
    years: list[int]
    reserve: Stand
    months: list[Month]
    pictures: list[SafeString]
    reserve_picture: SafeString | None

    @property
    def total(self) -> Standing:
        """All lines and years together."""
        return standing.sum_of(line.total for line in self.lines)

    @property
    def year_totals(self) -> list[tuple[int, Standing]]:
        """All lines together, by year."""
        return [(year, standing.sum_of(line.years[year] for line in self.lines)) for year in self.years]


def now(moment: datetime) -> ProgrammeState:
    """Return the state of the programme now; `moment` is now, for the months. Nine queries, whatever was proposed."""
    rows = standing.line_years()
    years = sorted({row.budget_line.year for row in rows})
    phases = _phases()
    lines = [
        LineState(line, dict.fromkeys(years, NOTHING) | _years(rows, line), phases.get(line.pk, Counter()))
        for line in Line.objects.order_by("position")
    ]
    months = months_until(moment)
    return ProgrammeState(
        lines=lines,
        years=years,
        reserve=stand_at(moment, standing.sum_of(row.standing for row in rows)),
        months=months,
        pictures=pictures.of_lines(
            (LineYears(one.line.name, one.line.code, one.years) for one in lines), chart_id="years"
        ),
        reserve_picture=pictures.of_reserve(
            months, last_year=max(years, default=clock.local_date(moment).year), chart_id="reserve-months"
        ),
    )


@dataclass(frozen=True)
class Tile:
    """An indicator at a glance."""

    state: IndicatorState
    value: str
    progress: Progress
    target: str


def tiles(states: Iterable[IndicatorState]) -> list[Tile]:
    """Return indicators at a glance, in their own order."""
    return [
        Tile(
            state=one,
            value=one.write(one.latest.value) if one.latest else "–",
            progress=progress_of(one),
            target=target_text(one),
        )
        for one in states
    ]


def line_now(line: Line) -> LineState:
    """Return what stands on one line now. Three queries."""
    return LineState(line, _years(standing.line_years(), line), _phases().get(line.pk, Counter()))


def _years(rows: list[standing.LineYear], line: Line) -> dict[int, Standing]:
    return {row.budget_line.year: row.standing for row in rows if row.budget_line.line_id == line.pk}


def _phases() -> dict[int, Counter[Phase]]:
    """Count the proposals of every line in each phase. One query, on an index that holds all that it asks."""
    found: dict[int, Counter[Phase]] = {}
    rows = Proposal.objects.order_by().values_list("line_id", "state").annotate(number=Count("*"))
    for line_id, state, number in rows.exclude(state=ProposalState.DRAFT):
        found.setdefault(line_id, Counter())[PHASES[ProposalState(state)]] += number
    return found
