"""What the pages of a decision list show, for who prepares it and for the college."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessment.models import AdvisedAmount
from budget.domain import ledger, room
from budget.domain.room import Room
from budget.errors import Shortage
from budget.models import Abstention, CouncilDecision, Decision, DecisionLetter, DecisionList
from budget.states import ListState, Ruling
from core.domain.money import format_euros, total

LIST_KINDS = {ListState.DRAFT: "neutral", ListState.PROPOSED: "info", ListState.APPROVED: "ok"}


@dataclass(frozen=True)
class Row:
    """One proposal on a list: what it asks in each year that the page shows, and whether that fits."""

    decision: Decision
    amounts: list[Decimal | None]
    shortages: list[Shortage]
    conditional_years: list[int]
    abstentions: list[Abstention]

    @property
    def total(self) -> Decimal:
        """What is granted over all years, in euros."""
        return self.decision.granted_total

    @property
    def letter(self) -> DecisionLetter | None:
        """The letter, once it was sent."""
        return getattr(self.decision, "letter", None)

    @property
    def against_advice(self) -> list[tuple[AdvisedAmount, Decimal | None]]:
        """Each requested year with what was advised and what the list grants, in euros; needs both prefetched."""
        granted = {item.budget_line.year: item.amount for item in self.decision.amounts.all()}
        return [(item, granted.get(item.year)) for item in self.decision.advice.amounts.all()]

    @property
    def is_refusal(self) -> bool:
        """Whether the list proposes to refuse."""
        return self.decision.ruling == Ruling.REFUSE

    @property
    def offers_ways_out(self) -> bool:
        """Whether the page offers to refuse or hold what finds no room."""
        return bool(self.shortages) and self.decision.replaces_id is None

    @property
    def verdict(self) -> str:
        """Whether it fits, in words."""
        if self.decision.ruling == Ruling.HOLD:
            return _("Asks nothing, waits for another list")
        if self.shortages:
            return _("Does not fit: %(what)s") % {"what": "; ".join(map(_short_of, self.shortages))}
        if self.is_refusal:
            return _("Asks nothing")
        return _("Fits, with conditions") if self.decision.conditions else _("Fits")


@dataclass(frozen=True)
class Meters:
    """One programme line in the room: a room for each year, None where the council set no budget."""

    name: str
    code: str
    years: list[tuple[int, Room | None]]
    free_after: Decimal


def list_context(decision_list: DecisionList, decisions: Iterable[Decision]) -> dict[str, Any]:
    """Return what every page of a list shows: the room, the proposals and what is missing.

    `decisions` are all that stand on the list, each knowing whether the reader has an interest in it: those count in
    the room and in the sum, and are not shown one by one (Awb 2:4).
    """
    decisions = list(decisions)
    shown = [decision for decision in decisions if not decision.has_interest]
    rooms = room.now(decision_list=decision_list)
    shortages = room.shortages(rooms)
    missing = room.shortages_by_decision(rooms, decisions)
    years = _years(decisions)
    adopted = CouncilDecision.objects.adopted_years()
    abstained = list(decision_list.abstentions.select_related("member", "proposal"))
    return {
        "decision_list": decision_list,
        "state": decision_list.get_state_display(),
        "state_kind": LIST_KINDS[ListState(decision_list.state)],
        "is_draft": decision_list.state == ListState.DRAFT,
        "is_proposed": decision_list.state == ListState.PROPOSED,
        "is_approved": decision_list.state == ListState.APPROVED,
        "rooms": rooms,
        "room_years": sorted({item.budget_line.year for item in rooms}),
        "meters": meters(rooms),
        "room_total": _room_total(rooms),
        "asked": [item for item in rooms if item.on_list or item.freed],
        "frees_some": any(item.freed for item in rooms),
        "years": years,
        "rows": [_row(one, years, missing[one.pk], adopted, abstained) for one in shown],
        "hidden_count": len(decisions) - len(shown),
        "list_total": total(decision.granted_total for decision in decisions),
        "shortage_text": _shortage_text(shortages),
    }


def _row(
    decision: Decision, years: list[int], shortages: list[Shortage], adopted: set[int], abstained: list[Abstention]
) -> Row:
    by_year = {item.budget_line.year: item.amount for item in decision.amounts.all()}
    return Row(
        decision,
        [by_year.get(year) for year in years],
        shortages,
        conditional_years(decision, adopted),
        [one for one in abstained if one.proposal_id == decision.proposal_id],
    )


def conditional_years(decision: Decision, adopted: set[int]) -> list[int]:
    """Return the years of a grant whose budget is not adopted (Awb 4:34): at the decision, or before it as of now."""
    if decision.reference:
        return [item.budget_line.year for item in decision.amounts.all() if item.conditional]
    return [item.budget_line.year for item in decision.amounts.all() if item.budget_line.year not in adopted]


def _years(decisions: list[Decision]) -> list[int]:
    return sorted({item.budget_line.year for decision in decisions for item in decision.amounts.all()})


def meters(rooms: list[Room]) -> list[Meters]:
    """Lay rooms out by programme line, a column for each year."""
    years = sorted({item.budget_line.year for item in rooms})
    return [
        Meters(
            line.name,
            line.code,
            [(year, next((item for item in line.years if item.budget_line.year == year), None)) for year in years],
            line.free_after,
        )
        for line in room.by_line(rooms)
    ]


def _room_total(rooms: list[Room]) -> dict[str, Decimal]:
    columns = ("budgeted", "granted", "spent", "free", "freed", "on_list", "free_after")
    return {column: total(getattr(item, column) for item in rooms) for column in columns}


def _shortage_text(shortages: list[Shortage]) -> str:
    if not shortages:
        return ""
    what_to_do = _("Lower an amount, or keep a proposal for another list.")
    return f"{ledger.no_room(shortages)} {what_to_do}"


def _short_of(shortage: Shortage) -> str:
    return _("%(line)s %(year)d is %(missing)s short") % {
        "line": shortage.line,
        "year": shortage.year,
        "missing": format_euros(shortage.missing),
    }
