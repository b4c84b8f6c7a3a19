"""What the pages of the what-if board show."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from applications.models import Proposal
from applications.states import ProposalState
from assessment.models import AdvisedAmount
from budget.access.books import may_open_files
from budget.access.lists import prepares_lists
from budget.access.scenarios import candidates_for, changes_scenarios
from budget.domain import board, ledger, scenario_history
from budget.domain.board import Board
from budget.domain.ranks import in_order
from budget.domain.room import Room
from budget.models import Scenario, ScenarioItem
from budget.states import ScenarioGoal
from budget.views.pages import meters
from core.domain.money import format_euros, format_input, total


@dataclass(frozen=True)
class Amount:
    """One year of a proposal on the board, in euros; `typed` is what stands in its field."""

    year: int
    requested: Decimal
    advised: Decimal
    amount: Decimal
    typed: str


@dataclass(frozen=True)
class Card:
    """One proposal on the board."""

    proposal: Proposal
    included: bool
    amounts: list[Amount]
    is_new: bool = False
    error: str = ""

    @property
    def total(self) -> Decimal:
        """What it would get over all years, in euros."""
        return total(one.amount for one in self.amounts)

    @property
    def waits(self) -> bool:
        """Whether the proposal still waits for a decision."""
        return self.proposal.state == ProposalState.ADVISED

    @property
    def state(self) -> str:
        """Where the proposal is."""
        return str(ProposalState(self.proposal.state).label)


def board_context(
    scenario: Scenario,
    user: User,
    *,
    typed: Mapping[str, str] | None = None,
    card: int | None = None,
    complaint: str = "",
) -> dict[str, Any]:
    """Return what the board shows; `typed` and `complaint` are kept on the card of one proposal (primary key)."""
    found = board.of(scenario, reader=user)
    may_change = changes_scenarios(user)
    cards = [_card(item, typed if item.proposal_id == card else None) for item in found.shown]
    if complaint:
        cards = [_with_error(each, complaint) if each.proposal.pk == card else each for each in cards]
    if may_change:
        cards = in_order([*cards, *_newcomers(found, user)])
    return {
        **room_context(found),
        "scenario": scenario,
        "may_change": may_change,
        "may_make_list": prepares_lists(user),
        "may_open_files": may_open_files(user),
        "cards_in": [each for each in cards if each.included],
        "cards_out": [each for each in cards if not each.included],
        "hidden_count": found.hidden_count,
        "settled": ", ".join(str(item.proposal) for item in found.settled),
        "finding": _finding(scenario, user),
        "happened": scenario_history.of(scenario, reader=user),
    }


def room_context(found: Board) -> dict[str, Any]:
    """Return the part that changes with every step: the room and the totals."""
    shortages = found.shortages
    return {
        "meters": meters(found.rooms),
        "rooms": found.rooms,
        "totals": found.totals,
        "free_total": total(each.free_after for each in found.rooms),
        "shortage_text": str(ledger.no_room(shortages)) if shortages else "",
    }


def said(context: Mapping[str, Any], card: Card) -> str:
    """Tell in words what a step did: for who does not see the meters move."""
    rooms: list[Room] = context["rooms"]
    touched = [each for each in rooms if each.budget_line.line_id == card.proposal.line_id]
    years = {one.year for one in card.amounts if one.amount}
    free = [
        _("%(line)s: %(free)s free") % {"line": each.budget_line, "free": format_euros(each.free_after)}
        for each in touched
        if each.budget_line.year in years
    ]
    place = _("%(proposal)s is in.") if card.included else _("%(proposal)s is out.")
    totals: board.Totals = context["totals"]
    whole = ngettext(
        "%(count)d proposal, %(euros)s together.", "%(count)d proposals, %(euros)s together.", totals.count
    ) % {"count": totals.count, "euros": format_euros(totals.euros)}
    sentences = [place % {"proposal": card.proposal}, "; ".join(free) + "." if free else "", whole]
    return " ".join([*filter(None, sentences), context["shortage_text"]]).strip()


def _card(item: ScenarioItem, typed: Mapping[str, str] | None) -> Card:
    advised = {one.year: one.advised for one in item.proposal.advice.amounts.all()}
    amounts = [
        Amount(
            year=one.year,
            requested=one.requested,
            advised=advised.get(one.year, Decimal(0)),
            amount=one.amount,
            typed=(typed or {}).get(f"amount_{one.year}", format_input(one.amount)),
        )
        for one in item.amounts.all()
    ]
    return Card(item.proposal, item.included, [one for one in amounts if one.requested > 0])


def _with_error(card: Card, error: str) -> Card:
    return Card(card.proposal, card.included, card.amounts, card.is_new, error)


def _newcomers(found: Board, user: User) -> list[Card]:
    """Return what was advised after the scenario was made and can still go in."""
    known = [item.proposal_id for item in found.items]
    waiting = candidates_for(user).exclude(pk__in=known).prefetch_related("desired_results")
    return [
        Card(proposal, included=False, amounts=list(map(_advised, proposal.advice.amounts.all())), is_new=True)
        for proposal in waiting
    ]


def _advised(one: AdvisedAmount) -> Amount:
    return Amount(one.year, one.requested, one.advised, one.advised, format_input(one.advised))


def _finding(scenario: Scenario, user: User) -> dict[str, Any] | None:
    """Return what the search for the best set said, without the proposals in which the reader has an interest."""
    if scenario.finding is None:
        return None
    hidden = set(Proposal.objects.of_interest_to(user).exclude(reference=None).values_list("reference", flat=True))
    tight = [
        {**one, "left": Decimal(one["left"]), "asked": Decimal(one["asked"])}
        for one in scenario.finding["tight"]
        if one["proposal"] not in hidden
    ]
    whole = {name: Decimal(scenario.finding[name]) for name in ("value", "bound", "gap", "seconds")}
    return {
        **scenario.finding,
        **whole,
        "tight": tight,
        "goal": ScenarioGoal(scenario.goal).label,
        "is_score": scenario.goal == ScenarioGoal.SCORE,
    }
