"""The order in which the proposals of a call on a line come, by the rule that the call published. See docs/ranking.md.

It informs: the college decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from accounts.models import User
from applications.domain import room_shown
from applications.domain.completeness import complete_since
from applications.models import Call, Proposal, Supplement
from applications.states import ENDED, DivisionRule, ProposalState
from assessment.access import files_open_to
from assessment.models import Advice, Lottery, LotteryTicket
from assessment.states import Outcome, RankState
from core.domain.money import ZERO
from programme.models import Line

# Still to be paid from the room: what was decided is in the books, or takes nothing.
ASKS_ROOM = (ProposalState.ADVISED, ProposalState.LISTED)


@dataclass(frozen=True)
class Place:
    """A proposal in the order. Without a position it takes no part, and `state` says why."""

    proposal: Proposal
    position: int | None
    state: RankState
    points: int | None
    points_possible: int | None
    percentage: Decimal | None
    is_tied: bool
    ticket: LotteryTicket | None
    complete_since: datetime | None
    advised: dict[int, Decimal] = field(default_factory=dict)
    # Whether the advised amounts fit in what those before it leave; None when it asks nothing (any more).
    fits: bool | None = None

    @property
    def advised_total(self) -> Decimal:
        """What is advised over all years, in euros."""
        return sum(self.advised.values(), ZERO)


@dataclass(frozen=True)
class Ranking:
    """All places of a call on a line, in order, and what is not in the order."""

    call: Call
    line: Line
    places: list[Place]
    aside: list[Place]
    lottery: Lottery | None
    rooms: list[tuple[int, Decimal, Decimal]]
    hidden: int = 0

    @property
    def by_score(self) -> bool:
        """Whether the call ranks by score; else the order is that of completeness."""
        return self.call.division_rule == DivisionRule.RANKING

    @property
    def ties(self) -> list[Place]:
        """The places whose score somebody else has too."""
        return [place for place in self.places if place.is_tied]

    @property
    def undecided(self) -> list[Place]:
        """The equal scores whose order nobody drew: theirs is that of the reference, for the time being."""
        return [place for place in self.ties if place.ticket is None]

    @property
    def waiting(self) -> list[Place]:
        """What still waits for its completeness check or its advice."""
        return [place for place in self.aside if place.state == RankState.WAITS]


def entered(call: Call, line: Line) -> QuerySet[Proposal]:
    """Return everything that was submitted to a call on a line."""
    return Proposal.objects.filter(call=call, line=line).exclude(state=ProposalState.DRAFT)


def with_advice(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Return those with an advice that stands."""
    return proposals.filter(advice__isnull=False, advice__taken_back_at=None).select_related("advice")


def ranking_of(call: Call, line: Line, *, reader: User | None = None) -> Ranking:
    """Return the ranking of a call on a line by the published rule; with a reader only the files open to the reader.

    Positions stay as they are: what the reader may not know of leaves a gap (Awb 2:4). Scores are compared as
    fractions of whole points, never as rounded percentages.
    """
    lottery = Lottery.objects.filter(call=call, line=line).select_related("drawn_by").first()
    tickets = {one.proposal_id: one for one in LotteryTicket.objects.filter(lottery=lottery)} if lottery else {}
    shown = _with_facts(entered(call, line)).prefetch_related("advice__amounts")
    found = [_place(one, tickets.get(one.pk), _advised(one)) for one in shown]
    places = _in_order(call, [place for place in found if place.state == RankState.RANKED])
    rooms = _rooms(call, line)
    places = _with_room(places, rooms)
    aside = sorted(
        (place for place in found if place.state != RankState.RANKED), key=lambda place: str(place.proposal.reference)
    )
    whole = Ranking(call, line, places, aside, lottery, rooms)
    return whole if reader is None else _as_read_by(whole, reader)


def positions(proposals: Iterable[Proposal]) -> dict[int, int]:
    """Return the position of each proposal (by primary key) in the ranking of its own call and line, where it has one.

    Two queries, whatever the number of calls and lines.
    """
    pairs = {(one.call_id, one.line_id) for one in proposals}
    calls, lines = {call for call, _line in pairs}, {line for _call, line in pairs}
    tickets = LotteryTicket.objects.filter(proposal__call__in=calls, proposal__line__in=lines)
    drawn = {ticket.proposal_id: ticket for ticket in tickets}
    groups: dict[tuple[int, int | None], list[Place]] = {pair: [] for pair in pairs}
    entered_there = Proposal.objects.filter(call__in=calls, line__in=lines).exclude(state=ProposalState.DRAFT)
    for one in _with_facts(entered_there):
        place = _place(one, drawn.get(one.pk), {})
        if place.state == RankState.RANKED and (one.call_id, one.line_id) in groups:
            groups[one.call_id, one.line_id].append(place)
    return {
        place.proposal.pk: place.position or 0
        for places in groups.values()
        if places
        for place in _in_order(places[0].proposal.call, places)
    }


def order_among(proposals: Iterable[Proposal]) -> dict[int, int]:
    """Return the order of advised proposals of any call and line (by primary key): by score, exactly.

    Equal scores stand in the order of the ranking that their call published, lottery included; between calls and lines
    who was complete first comes first. Needs `advice` of the proposals.
    """
    asked = list(proposals)
    places = positions(asked)

    def key(one: Proposal) -> tuple[Fraction, int, float, int]:
        complete = one.complete_at.timestamp() if one.complete_at else 0.0
        share = _share_of(one.advice.points, one.advice.points_possible)
        return -share, places.get(one.pk, len(asked) + 1), complete, one.pk

    return {one.pk: number for number, one in enumerate(sorted(asked, key=key))}


def _as_read_by(whole: Ranking, reader: User) -> Ranking:
    open_to = set(files_open_to(reader).filter(call=whole.call, line=whole.line).values_list("pk", flat=True))
    places = [place for place in whole.places if place.proposal.pk in open_to]
    aside = [place for place in whole.aside if place.proposal.pk in open_to]
    return replace(whole, places=places, aside=aside, hidden=len(whole.places) - len(places))


def _with_facts(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Return proposals with all that their place follows from; adds `supplemented_at`."""
    related = ("organisation", "call", "line", "advice", "paper_intake")
    return proposals.select_related(*related).annotate(supplemented_at=Supplement.objects.last_received("pk"))


def _advice_of(proposal: Proposal) -> Advice | None:
    advice: Advice | None = getattr(proposal, "advice", None)
    return None if advice is None or advice.is_taken_back else advice


def _advised(proposal: Proposal) -> dict[int, Decimal]:
    advice = _advice_of(proposal)
    return {one.year: one.advised for one in advice.amounts.all()} if advice else {}


def _place(proposal: Proposal, ticket: LotteryTicket | None, advised: dict[int, Decimal]) -> Place:
    advice = _advice_of(proposal)
    return Place(
        proposal,
        None,
        _state(proposal, advice.outcome if advice else None),
        advice.points if advice else None,
        advice.points_possible if advice else None,
        advice.percentage if advice else None,
        is_tied=False,
        ticket=ticket,
        complete_since=complete_since(proposal, vars(proposal)["supplemented_at"]),
        advised=advised,
    )


def _state(proposal: Proposal, outcome: str | None) -> RankState:
    if proposal.state in ENDED:
        return RankState.ENDED
    if outcome == Outcome.NEGATIVE:
        return RankState.NEGATIVE
    is_known = proposal.complete_at is not None
    if proposal.call.division_rule == DivisionRule.RANKING:
        is_known = outcome is not None
    return RankState.RANKED if is_known else RankState.WAITS


def _share(place: Place) -> Fraction:
    """Return the share of the possible points, exactly."""
    return _share_of(place.points or 0, place.points_possible or 0)


def _share_of(points: int, possible: int) -> Fraction:
    return Fraction(points, possible) if possible else Fraction(0)


def _in_order(call: Call, places: list[Place]) -> list[Place]:
    if call.division_rule != DivisionRule.RANKING:
        in_order = sorted(places, key=lambda place: (place.complete_since, str(place.proposal.reference)))
        return [replace(place, position=number) for number, place in enumerate(in_order, start=1)]
    shares = [_share(place) for place in places]
    in_order = sorted(places, key=lambda place: (-_share(place), *_drawn(place)))
    return [
        replace(place, position=number, is_tied=shares.count(_share(place)) > 1)
        for number, place in enumerate(in_order, start=1)
    ]


def _drawn(place: Place) -> tuple[bool, str, str]:
    """Return what decides between equal scores: the ticket; who drew none comes after, by reference."""
    ticket = place.ticket.ticket if place.ticket else ""
    return place.ticket is None, ticket, str(place.proposal.reference)


def _rooms(call: Call, line: Line) -> list[tuple[int, Decimal, Decimal]]:
    """Return year, euros free and euros budgeted of the line, as far as no ceiling of the call is lower."""
    shown = room_shown.by_line(call, room_shown.rooms_of(call))
    return [cell for one in shown if one.line.pk == line.pk for cell in one.cells if cell[0] in call.years]


def _with_room(places: Sequence[Place], rooms: list[tuple[int, Decimal, Decimal]]) -> list[Place]:
    """Tell of each place whether its advised amounts fit in what those before it leave. What does not fit is passed."""
    left = {year: free for year, free, _budgeted in rooms}
    told = []
    for place in places:
        if place.proposal.state not in ASKS_ROOM or not place.advised:
            told.append(place)
            continue
        fits = all(amount <= left.get(year, ZERO) for year, amount in place.advised.items())
        if fits:
            for year, amount in place.advised.items():
                left[year] = left.get(year, ZERO) - amount
        told.append(replace(place, fits=fits))
    return told
