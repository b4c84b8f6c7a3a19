"""Room: what is budgeted, granted, spent and free for each line and year, and what a decision list does to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from budget.errors import Shortage
from budget.models import Balance, BudgetLine, Decision, DecisionAmount, DecisionList
from budget.states import ListState
from core.domain.money import ZERO, total


@dataclass(frozen=True)
class Room:
    """One line and year, in euros."""

    budget_line: BudgetLine
    budgeted: Decimal
    granted: Decimal
    spent: Decimal
    on_list: Decimal = ZERO

    @property
    def committed(self) -> Decimal:
        """Granted and spent together."""
        return self.granted + self.spent

    @property
    def free(self) -> Decimal:
        """What may still be granted now (vrije ruimte)."""
        return self.budgeted - self.committed

    @property
    def free_after(self) -> Decimal:
        """What stays when the list is approved; below zero when it does not fit."""
        return self.free - self.on_list

    @property
    def shortage(self) -> Shortage | None:
        """What is missing for the list, or None when it fits."""
        if self.free_after >= ZERO:
            return None
        return Shortage(line=self.budget_line.line.name, year=self.budget_line.year, free=self.free, asked=self.on_list)


def now(*, decision_list: DecisionList | None = None) -> list[Room]:
    """Return the room of every line and year, in the council's order, with what a list in preparation asks."""
    asked: dict[int, Decimal] = {}
    if decision_list is not None and decision_list.state != ListState.APPROVED:
        amounts = DecisionAmount.objects.filter(decision__decision_list=decision_list)
        for line_id, amount in amounts.values_list("budget_line_id", "amount"):
            asked[line_id] = asked.get(line_id, ZERO) + amount
    balances = Balance.objects.select_related("budget_line__line").order_by(
        "budget_line__line__position", "budget_line__year"
    )
    return [
        Room(
            budget_line=balance.budget_line,
            budgeted=balance.budgeted,
            granted=balance.granted,
            spent=balance.spent,
            on_list=asked.get(balance.budget_line_id, ZERO),
        )
        for balance in balances
    ]


def shortages_by_decision(rooms: Iterable[Room], decisions: Iterable[Decision]) -> dict[int, list[Shortage]]:
    """Tell for each decision of a list (by primary key) on which lines and years it finds no room; [] when it fits.

    Money goes in order of the date on which a proposal was complete (domain: assessment, 5): who comes later meets
    the shortage, for as much as is missing there. Decisions that are final already have found their room.
    """
    left = {room.budget_line.pk: room.free for room in rooms}
    found: dict[int, list[Shortage]] = {}
    for decision in sorted(decisions, key=_turn):
        found[decision.pk] = []
        for item in decision.amounts.all() if decision.reference is None else ():
            free = max(left[item.budget_line_id], ZERO)
            left[item.budget_line_id] -= item.amount
            if item.amount > free:
                line = item.budget_line
                found[decision.pk].append(Shortage(line=line.line.name, year=line.year, free=free, asked=item.amount))
    return found


def _turn(decision: Decision) -> tuple[datetime, int]:
    return decision.proposal.complete_at or decision.decision_list.prepared_at, decision.proposal_id


def shortages(rooms: Iterable[Room]) -> list[Shortage]:
    """Return what falls short, line by line."""
    return [room.shortage for room in rooms if room.shortage is not None]


@dataclass(frozen=True)
class LineRooms:
    """The years of one programme line next to each other."""

    name: str
    code: str
    years: list[Room]

    @property
    def free_after(self) -> Decimal:
        """What stays on the whole line, in euros."""
        return total(room.free_after for room in self.years)


def by_line(rooms: Iterable[Room]) -> list[LineRooms]:
    """Group rooms by programme line, in order."""
    grouped: dict[str, LineRooms] = {}
    for room in rooms:
        line = room.budget_line.line
        grouped.setdefault(line.code, LineRooms(name=line.name, code=line.code, years=[])).years.append(room)
    return list(grouped.values())
