"""The lottery for equal scores: drawn once for a call on a line, and open to anybody's check. See docs/ranking.md."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Call, Proposal
from applications.states import ENDED, CallPhase, DivisionRule
from assessment.access import lock_files, runs_line
from assessment.domain import ranking
from assessment.errors import LotteryRefused, StepNotYours
from assessment.models import Lottery, LotteryTicket
from assessment.states import AssessmentEvent
from core.domain import audit, clock
from programme.models import Line

METHOD = "sha256-1"
SEED_BYTES = 32

# Reference and score of a proposal: points and points possible.
Participants = Mapping[str, tuple[int, int]]


def participants_sha256(participants: Participants) -> str:
    """Return the hash of who takes part with what, before there is a seed: a line each, in order of reference."""
    lines = [f"{reference} {points}/{possible}\n" for reference, (points, possible) in sorted(participants.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def ticket_of(reference: str, *, seed: str, participants: str) -> str:
    """Return the ticket of a proposal: the SHA-256 of seed, hash of the participants and reference. Lowest goes first.

    `seed` and `participants` are in hexadecimal digits, small letters.
    """
    return hashlib.sha256(f"{seed}:{participants}:{reference}".encode()).hexdigest()


def draw(*, call_id: int, line_id: int, by: User) -> Lottery:
    """Draw the order of equal scores, once and for good: by who runs the assessment of the line, without interest.

    The call ranks, it is closed, every proposal has its advice and at least two have equal scores. Everybody with an
    advice draws a ticket, so that an advice that changes later needs no second draw. Raises LotteryRefused, or
    StepNotYours.
    """
    with transaction.atomic():
        call, line = Call.objects.get(pk=call_id), Line.objects.get(pk=line_id)
        _require_drawer(by, line)
        taking_part = ranking.entered(call, line).exclude(state__in=ENDED)
        lock_files(taking_part.order_by().values_list("pk", flat=True))
        _require_drawable(call, line)
        ranked = list(ranking.with_advice(taking_part))
        if Proposal.objects.filter(pk__in=[one.pk for one in ranked]).filter(pk__in=_of_interest_to(by)).exists():
            raise StepNotYours(_("You have an interest in one of the proposals, so somebody else draws."))
        lottery = _make(call, line, ranked, by)
        changes = {"seed": lottery.seed, "participants_sha256": lottery.participants_sha256, "tickets": len(ranked)}
        audit.record(event=AssessmentEvent.LOTTERY_DRAWN, actor=by, about=lottery, changes=changes)
    return lottery


def may_be_drawn(call: Call, line: Line, *, by: User) -> bool:
    """Tell whether a person can draw the lottery now."""
    if not runs_line(by, line):
        return False
    try:
        _require_drawable(call, line)
    except LotteryRefused:
        return False
    return not ranking.with_advice(ranking.entered(call, line)).filter(pk__in=_of_interest_to(by)).exists()


def _of_interest_to(person: User) -> QuerySet[Proposal]:
    return Proposal.objects.of_interest_to(person).order_by().values("pk")  # type: ignore[return-value]


def is_proven(lottery: Lottery, tickets: Iterable[LotteryTicket]) -> bool:
    """Work the whole draw out again: who took part, every ticket, and the order. Needs the proposals of the tickets."""
    found = sorted(tickets, key=lambda ticket: ticket.place)
    participants = {str(one.proposal.reference): (one.points, one.points_possible) for one in found}
    worked_out = {
        reference: ticket_of(reference, seed=lottery.seed, participants=lottery.participants_sha256)
        for reference in participants
    }
    return (
        lottery.method == METHOD
        and participants_sha256(participants) == lottery.participants_sha256
        and all(worked_out[str(one.proposal.reference)] == one.ticket for one in found)
        and [one.ticket for one in found] == sorted(worked_out.values())
        and [one.place for one in found] == list(range(1, len(found) + 1))
    )


def _make(call: Call, line: Line, ranked: list[Proposal], by: User) -> Lottery:
    participants = {str(one.reference): (one.advice.points, one.advice.points_possible) for one in ranked}
    # First who takes part, then the seed: nobody can look for a seed that suits a list.
    hashed = participants_sha256(participants)
    lottery = Lottery.objects.create(
        call=call,
        line=line,
        method=METHOD,
        participants_sha256=hashed,
        seed=secrets.token_hex(SEED_BYTES),
        drawn_at=clock.now(),
        drawn_by=by,
    )
    tickets = {one.pk: ticket_of(str(one.reference), seed=lottery.seed, participants=hashed) for one in ranked}
    in_order = sorted(ranked, key=lambda one: tickets[one.pk])
    LotteryTicket.objects.bulk_create(
        LotteryTicket(
            lottery=lottery,
            proposal=one,
            points=one.advice.points,
            points_possible=one.advice.points_possible,
            ticket=tickets[one.pk],
            place=place,
        )
        for place, one in enumerate(in_order, start=1)
    )
    return lottery


def _require_drawer(by: User, line: Line) -> None:
    if not runs_line(by, line):
        raise StepNotYours(_("Only the programme manager and the lead of the programme line can do this."))


def _require_drawable(call: Call, line: Line) -> None:
    """Raise LotteryRefused with why nothing can be drawn (now)."""
    if Lottery.objects.filter(call=call, line=line).exists():
        raise LotteryRefused(_("The lottery was drawn before: that draw stands."))
    if call.division_rule != DivisionRule.RANKING:
        raise LotteryRefused(_("This call divides its money in order of completeness: there is no lottery."))
    if call.phase != CallPhase.CLOSED:
        raise LotteryRefused(_("The lottery is drawn after the closing date."))
    found = ranking.ranking_of(call, line)
    if found.waiting:
        raise LotteryRefused(_("The lottery waits until every proposal has its advice."))
    if not found.ties:
        raise LotteryRefused(_("No two proposals have equal scores: there is nothing to draw."))
