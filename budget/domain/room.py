"""Room: what is budgeted, granted, spent and free for each line and year, and what a decision list does to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from applications.domain import granted_shown, room_shown
from applications.domain.completeness import complete_since
from applications.models import Call
from applications.models.proposal import ProposalQuerySet
from budget.domain import ceilings
from budget.errors import ListNotReady, Shortage
from budget.models import Balance, BudgetLine, Decision, DecisionAmount, DecisionList, LedgerEntry
from budget.states import EFFECTS, EntryKind, ListState, RefusalGround
from core.domain.money import ZERO, format_euros, total


@dataclass(frozen=True)
class Room:
    """One line and year, in euros."""

    budget_line: BudgetLine
    budgeted: Decimal
    granted: Decimal
    spent: Decimal
    on_list: Decimal = ZERO
    freed: Decimal = ZERO  # what decisions hold that the list replaces

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
        return self.free + self.freed - self.on_list

    @property
    def shortage(self) -> Shortage | None:
        """What is missing for the list, or None when it fits."""
        if self.free_after >= ZERO:
            return None
        line = self.budget_line
        return Shortage(line=line.line.name, year=line.year, free=self.free + self.freed, asked=self.on_list)


def now(*, decision_list: DecisionList | None = None) -> list[Room]:
    """Return the room of every line and year, in the council's order, with what a list in preparation asks."""
    asked: dict[int, Decimal] = {}
    freed: dict[int, Decimal] = {}
    if decision_list is not None and decision_list.state != ListState.APPROVED:
        amounts = DecisionAmount.objects.filter(decision__decision_list=decision_list)
        for line_id, amount in amounts.values_list("budget_line_id", "amount"):
            asked[line_id] = asked.get(line_id, ZERO) + amount
        freed = _freed_by(decision_list)
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
            freed=freed.get(balance.budget_line_id, ZERO),
        )
        for balance in balances
    ]


@room_shown.provider
def shown_for(call: Call | None) -> list[room_shown.Room]:
    """Return the room of the lines and years of a call with what that call granted, for its page. Two queries.

    For None: of every line and year of the programme, with what all calls granted.
    """
    entries = LedgerEntry.objects.filter(decision__proposal__isnull=False).order_by()
    balances = Balance.objects.select_related("budget_line__line")
    if call is not None:
        entries = entries.filter(decision__proposal__call=call)
        balances = balances.filter(
            budget_line__line__calls=call, budget_line__year__range=(call.first_year, call.last_year)
        )
    here: dict[int, Decimal] = {}
    for line_id, kind, amount in entries.values_list("budget_line", "kind").annotate(total=Sum("amount")):
        effect = EFFECTS[EntryKind(kind)]
        here[line_id] = here.get(line_id, ZERO) + (effect.granted + effect.spent) * amount
    return [
        room_shown.Room(
            line=balance.budget_line.line,
            year=balance.budget_line.year,
            budgeted=balance.budgeted,
            free=balance.budgeted - balance.granted - balance.spent,
            granted_here=here.get(balance.budget_line_id, ZERO),
        )
        for balance in balances.order_by("budget_line__line__position", "budget_line__year")
    ]


@granted_shown.provider
def granted_to(proposals: ProposalQuerySet) -> dict[granted_shown.Place, Decimal]:
    """Return what is granted and spent of proposals now, in euros by line and year. One query."""
    entries = LedgerEntry.objects.filter(decision__proposal__in=proposals.order_by().values("pk")).order_by()
    by_kind = entries.values_list("budget_line__line", "budget_line__year", "kind").annotate(total=Sum("amount"))
    found: dict[granted_shown.Place, Decimal] = {}
    for line_id, year, kind, amount in by_kind:
        effect = EFFECTS[EntryKind(kind)]
        found[line_id, year] = found.get((line_id, year), ZERO) + (effect.granted + effect.spent) * amount
    return found


def _freed_by(decision_list: DecisionList) -> dict[int, Decimal]:
    """Return what each line gets back from the decisions that a list replaces, in euros. One query."""
    freed: dict[int, Decimal] = {}
    entries = LedgerEntry.objects.filter(decision__replaced_by__decision_list=decision_list).order_by()
    for line_id, kind, amount in entries.values_list("budget_line", "kind").annotate(total=Sum("amount")):
        effect = EFFECTS[EntryKind(kind)]
        freed[line_id] = freed.get(line_id, ZERO) + (effect.granted + effect.spent) * amount
    return freed


def found_by(decision: Decision, rooms: Iterable[Room], *, beside: Sequence[Decision]) -> list[dict[str, str | int]]:
    """Return what a refusal above the room (Awb 4:25) met: asked and free in euros by year, as JSON; else [].

    Free is what the budget leaves after the list, as far as no ceiling of the call leaves less beside the decisions
    on it, which are not booked yet.
    """
    if decision.refusal_ground != RefusalGround.NO_ROOM:
        return []
    line = decision.proposal.line
    of_line = {room.budget_line.year: room for room in rooms if room.budget_line.line == line}
    return [
        {"line": str(line), "year": item.year, "asked": str(item.requested), "free": str(free)}
        for item in decision.advice.amounts.all()
        if item.requested
        for free in [_free_for(decision, of_line.get(item.year), beside)]
    ]


def _free_for(decision: Decision, found: Room | None, beside: Sequence[Decision]) -> Decimal:
    if found is None:
        return ZERO
    under_ceilings = ceilings.left_for(decision, found.budget_line, beside)
    return found.free_after if under_ceilings is None else min(found.free_after, under_ceilings)


def check_refusal(decision: Decision, rooms: Iterable[Room], *, beside: Sequence[Decision]) -> None:
    """Raise ListNotReady when a list refuses for want of room what would fit beside all that it grants."""
    found = found_by(decision, rooms, beside=beside)
    if found and all(Decimal(one["asked"]) <= Decimal(one["free"]) for one in found):
        figures = ", ".join(f"{one['year']}: {format_euros(Decimal(one['free']))}" for one in found)
        raise ListNotReady(
            _("%(proposal)s is refused because there is no room, but there is: %(figures)s is free after this list.")
            % {"proposal": decision.proposal, "figures": figures}
        )


def shortages_by_decision(rooms: Iterable[Room], decisions: Iterable[Decision]) -> dict[int, list[Shortage]]:
    """Tell for each decision of a list (by primary key) on which lines and years it finds no room; [] when it fits.

    Money goes in order of the date on which a proposal was complete (domain: assessment, 5): who comes later meets
    the shortage, for as much as is missing there. Decisions that are final already have found their room.
    """
    left = {room.budget_line.pk: room.free + room.freed for room in rooms}
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


def shortages_of(decision: Decision) -> list[Shortage]:
    """Return what one decision of a list finds no room for, beside the others on it; [] when it fits."""
    decision_list = decision.decision_list
    decisions = decision_list.decisions.for_list_page().select_related("decision_list")
    return shortages_by_decision(now(decision_list=decision_list), decisions)[decision.pk]


def _turn(decision: Decision) -> tuple[datetime, int]:
    complete = complete_since(decision.proposal, vars(decision)["supplemented_at"])
    return complete or decision.decision_list.prepared_at, decision.proposal_id


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
