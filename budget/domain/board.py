"""What the what-if board reads: the room after a scenario, what it adds up to, and how two scenarios differ."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import User
from applications.models import Proposal
from applications.states import ProposalState
from budget.domain import room
from budget.domain.columns import LineYear
from budget.domain.ranks import in_order
from budget.domain.room import Room
from budget.errors import Shortage
from budget.models import Scenario, ScenarioItem
from core.domain.money import ZERO, total

# What still asks for room: what was granted stands in the books already, what was refused asks nothing.
OPEN = (ProposalState.ADVISED, ProposalState.LISTED)


@dataclass(frozen=True)
class Totals:
    """What a scenario adds up to: proposals, euros, the sum of their scores, and desired results covered."""

    count: int
    euros: Decimal
    score: Decimal
    results: int


@dataclass(frozen=True)
class Board:
    """A scenario as it works out now. Everything counts in room and totals, also what the reader does not see."""

    scenario: Scenario
    items: list[ScenarioItem]
    rooms: list[Room]
    no_budget: list[Shortage]

    @property
    def shown(self) -> list[ScenarioItem]:
        """The items in which the reader has no interest (Awb 2:4), by rank."""
        return [item for item in self.items if not item.has_interest]

    @property
    def hidden_count(self) -> int:
        """How many proposals the reader does not see."""
        return len(self.items) - len(self.shown)

    @property
    def counted(self) -> list[ScenarioItem]:
        """The items that are in and ask for room."""
        return [item for item in self.items if counts(item)]

    @property
    def settled(self) -> list[ScenarioItem]:
        """What the reader sees of the items that are in but were listed or decided on since."""
        return [item for item in self.shown if item.included and item.proposal.state != ProposalState.ADVISED]

    @property
    def shortages(self) -> list[Shortage]:
        """Where the scenario does not fit, line by line."""
        return [*room.shortages(self.rooms), *self.no_budget]

    @property
    def totals(self) -> Totals:
        """What is in, added up."""
        return totals(self.counted)


@dataclass(frozen=True)
class Difference:
    """One proposal in two scenarios: what each gives it in euros, None when it is not in."""

    proposal: Proposal
    first: Decimal | None
    second: Decimal | None

    @property
    def change(self) -> Decimal:
        """What the second gives more than the first, in euros."""
        return (self.second or ZERO) - (self.first or ZERO)


def counts(item: ScenarioItem) -> bool:
    """Tell whether an item is in and still asks for room."""
    return item.included and item.proposal.state in OPEN


def of(scenario: Scenario, *, reader: User) -> Board:
    """Work a scenario out against the books as they are now: a grant elsewhere shows at once."""
    items = in_order(scenario.items.for_board(reader))
    asked = _asked(item for item in items if counts(item))
    rooms = [
        replace(each, on_list=asked.pop((each.budget_line.line_id, each.budget_line.year), ZERO)) for each in room.now()
    ]
    names = {item.proposal.line_id: str(item.proposal.line) for item in items}
    missing = [
        Shortage(line=names[line], year=year, free=ZERO, asked=euros) for (line, year), euros in sorted(asked.items())
    ]
    return Board(scenario, items, rooms, missing)


def totals(items: Iterable[ScenarioItem]) -> Totals:
    """Add up items."""
    items = list(items)
    results = {result.pk for item in items for result in item.proposal.desired_results.all()}
    return Totals(
        count=len(items),
        euros=total(item.total for item in items),
        score=total(item.proposal.advice.percentage for item in items),
        results=len(results),
    )


def compare(first: Board, second: Board) -> list[Difference]:
    """Return every proposal that the reader sees and that is in one of two scenarios, by rank."""
    by_scenario = [{item.proposal_id: item for item in board.shown if counts(item)} for board in (first, second)]
    both = {**by_scenario[1], **by_scenario[0]}
    ranked = in_order(both.values())
    return [
        Difference(item.proposal, *(_total(items.get(item.proposal_id)) for items in by_scenario)) for item in ranked
    ]


def _total(item: ScenarioItem | None) -> Decimal | None:
    return None if item is None else item.total


def _asked(items: Iterable[ScenarioItem]) -> dict[LineYear, Decimal]:
    asked: dict[LineYear, Decimal] = {}
    for item in items:
        for one in item.amounts.all():
            if one.amount:
                key = (item.proposal.line_id or 0, one.year)
                asked[key] = asked.get(key, ZERO) + one.amount
    return asked
