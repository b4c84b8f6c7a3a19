"""The order of proposals by the published rule, exactly, with a lottery that anybody can check."""

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from applications.domain import shut_files, withdrawal
from applications.models import Proposal
from assessment.domain import lottery, ranking
from assessment.errors import LotteryRefused, StepNotYours
from assessment.models import Advice, Lottery, LotteryTicket
from assessment.states import RankState
from core.domain import clock
from core.models import AuditEntry
from programme.models import Line
from tests.applications.road import complete_proposal, submitted_proposal
from tests.assessment import road
from tests.assessment.ranking_world import HIGH, LOW, close, ranked_call


@pytest.fixture
def leven(frame):
    return Line.objects.get(code="leven")


@pytest.fixture
def ranks(cast):
    return ranked_call()


@pytest.fixture
def equal(cast, ranks):
    """Two equal scores and a higher one, in a call that has closed."""
    made = [
        road.advised_proposal(cast, ranks, title=title, points=points)
        for title, points in (("Gelijk een", LOW), ("Hoog", HIGH), ("Gelijk twee", LOW))
    ]
    close(ranks)
    return made


def order(call, line, **more):
    return [place.proposal for place in ranking.ranking_of(call, line, **more).places]


def let_advices_change():
    """Switch the triggers of the advice off, for the rest of this test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE assessment_advice DISABLE TRIGGER USER")


def withdraw(proposal, by):
    withdrawal.withdraw(proposal_id=proposal.pk, by=by, reason="Toch niet", request_key=uuid.uuid4())


def draw(call, line, by):
    return lottery.draw(call_id=call.pk, line_id=line.pk, by=by)


def test_the_highest_share_of_the_points_comes_first(equal, ranks, leven):
    first, high, second = equal
    found = ranking.ranking_of(ranks, leven)
    assert [place.proposal for place in found.places] == [high, first, second]
    assert [place.position for place in found.places] == [1, 2, 3]
    assert [place.is_tied for place in found.places] == [False, True, True]


def test_shares_are_compared_exactly_and_not_as_they_are_shown(equal, ranks, leven):
    """2000 of 3001 is more than 666 of 1000, and both are shown as 66.6 percent; 333 of 500 is the same as 666 of 1000."""
    first, high, second = equal
    let_advices_change()
    for proposal, points, possible in ((first, 666, 1000), (high, 2000, 3001), (second, 333, 500)):
        Advice.objects.filter(proposal=proposal).update(points=points, points_possible=possible, percentage="66.6")
    found = ranking.ranking_of(ranks, leven)
    assert found.places[0].proposal == high
    assert [place.is_tied for place in found.places] == [False, True, True]


def test_a_call_that_goes_by_completeness_follows_the_moment_of_receipt_not_of_the_check(cast, call, leven):
    first, second = (submitted_proposal(cast, call) for _number in range(2))
    Proposal.objects.filter(pk=second.pk).update(complete_at=clock.now() - timedelta(hours=1), state="in_assessment")
    Proposal.objects.filter(pk=first.pk).update(complete_at=clock.now(), state="in_assessment")
    assert order(call, leven) == [first, second]
    assert [place.fits for place in ranking.ranking_of(call, leven).places] == [None, None]


def test_what_takes_no_part_says_why(cast, ranks, leven):
    waits = complete_proposal(cast, ranks)
    negative = road.advised_proposal(cast, ranks, outcome="negative")
    gone = submitted_proposal(cast, ranks)
    withdraw(gone, cast.partner)
    found = ranking.ranking_of(ranks, leven)
    assert found.places == []
    assert {place.proposal: place.state for place in found.aside} == {
        waits: RankState.WAITS,
        negative: RankState.NEGATIVE,
        gone: RankState.ENDED,
    }


def test_the_draw_decides_between_equal_scores_only_and_follows_from_the_seed(cast, equal, ranks, leven):
    first, high, second = equal
    drawn = draw(ranks, leven, cast.manager)
    assert order(ranks, leven)[0] == high
    lines = [f"{one.reference} {one.advice.points}/{one.advice.points_possible}\n" for one in (first, high, second)]
    participants = hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    assert drawn.participants_sha256 == participants
    by_hand = sorted(
        (first, second),
        key=lambda one: hashlib.sha256(f"{drawn.seed}:{participants}:{one.reference}".encode()).hexdigest(),
    )
    assert order(ranks, leven)[1:] == by_hand
    assert lottery.is_proven(drawn, drawn.tickets.select_related("proposal"))
    assert (drawn.drawn_by, len(drawn.seed), drawn.tickets.count()) == (cast.manager, 64, 3)
    assert AuditEntry.objects.filter(event="assessment.lottery_drawn").count() == 1


@pytest.mark.parametrize("wrong", ["seed", "participants_sha256", "ticket", "place", "points"])
def test_a_draw_that_was_tampered_with_is_not_proven(cast, equal, ranks, leven, wrong):
    drawn = draw(ranks, leven, cast.manager)
    tickets = list(drawn.tickets.select_related("proposal"))
    where = drawn if wrong in ("seed", "participants_sha256") else tickets[0]
    setattr(where, wrong, {"place": 3, "points": 1}.get(wrong, "0" * 64))
    assert not lottery.is_proven(drawn, tickets)


def test_a_second_draw_is_impossible_says_the_rule_and_the_constraint(cast, equal, ranks, leven):
    drawn = draw(ranks, leven, cast.manager)
    with pytest.raises(LotteryRefused):
        draw(ranks, leven, cast.manager)
    drawn.pk = None
    with pytest.raises(IntegrityError, match="assessment_drawn_once"), transaction.atomic():
        drawn.save(force_insert=True)


def test_what_was_drawn_stays_drawn_says_the_trigger(cast, equal, ranks, leven):
    draw(ranks, leven, cast.manager)
    for statement in (
        "UPDATE assessment_lottery SET seed = repeat('0', 64)",
        "DELETE FROM assessment_lottery",
        "UPDATE assessment_lotteryticket SET place = 9",
        "DELETE FROM assessment_lotteryticket",
    ):
        with (
            pytest.raises(IntegrityError, match="only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_nothing_is_drawn_before_the_end_without_equal_scores_or_by_another_rule(cast, call, ranks, leven):
    road.advised_proposal(cast, ranks, points=LOW)
    other = road.advised_proposal(cast, ranks, points=LOW)
    with pytest.raises(LotteryRefused):  # still open
        draw(ranks, leven, cast.manager)
    waits = complete_proposal(cast, ranks)
    close(ranks)
    with pytest.raises(LotteryRefused):  # one waits for its advice
        draw(ranks, leven, cast.manager)
    for proposal in (waits, other):
        withdraw(proposal, cast.partner)
    with pytest.raises(LotteryRefused):  # no equal scores
        draw(ranks, leven, cast.manager)
    with pytest.raises(LotteryRefused):  # the other rule
        draw(call, leven, cast.manager)
    assert not Lottery.objects.exists()


def test_who_runs_the_line_draws_without_an_interest(cast, equal, ranks, leven):
    for person in (cast.finance, cast.assessor1, cast.college, cast.partner, cast.admin):
        with pytest.raises(StepNotYours):
            draw(ranks, leven, person)
    shut_files.shut(proposal=equal[1], person=cast.manager)
    assert not lottery.may_be_drawn(ranks, leven, by=cast.manager)
    with pytest.raises(StepNotYours):
        draw(ranks, leven, cast.manager)
    assert draw(ranks, leven, cast.lead).drawn_by == cast.lead


def test_when_one_withdraws_the_drawn_order_of_the_others_stays(cast, ranks, leven):
    made = [road.advised_proposal(cast, ranks, points=LOW) for _number in range(4)]
    close(ranks)
    draw(ranks, leven, cast.manager)
    before = order(ranks, leven)
    withdraw(before[1], cast.partner)
    assert order(ranks, leven) == [before[0], *before[2:]]
    assert LotteryTicket.objects.count() == len(made)


def test_when_an_advice_changes_the_same_tickets_decide(cast, equal, ranks, leven):
    first, high, _second = equal
    draw(ranks, leven, cast.manager)
    before = order(ranks, leven)[1:]
    let_advices_change()
    Advice.objects.filter(proposal=high).update(points=Advice.objects.get(proposal=first).points)
    now = order(ranks, leven)
    assert [one for one in now if one != high] == before
    tickets = dict(LotteryTicket.objects.values_list("proposal", "ticket"))
    assert now == sorted(equal, key=lambda one: tickets[one.pk])


def test_positions_stay_as_they_are_for_who_has_an_interest(cast, equal, ranks, leven):
    first, high, second = equal
    shut_files.shut(proposal=first, person=cast.finance)
    found = ranking.ranking_of(ranks, leven, reader=cast.finance)
    assert [(place.proposal, place.position) for place in found.places] == [(high, 1), (second, 3)]
    assert found.hidden == 1


def test_the_money_ends_where_the_advised_amounts_do_not_fit_any_more(cast, ranks, leven):
    """Leven has EUR 250,000 free in 2026; the second does not fit, the third does."""
    points = {3: HIGH, 2: {**LOW, "netwerk": 3}, 1: LOW}
    made = [
        road.advised_proposal(cast, ranks, points=points[rank], amounts={2026: amount})
        for rank, amount in ((3, 150000), (2, 120000), (1, 90000))
    ]
    found = {place.proposal: place.fits for place in ranking.ranking_of(ranks, leven).places}
    assert [found[one] for one in made] == [True, False, True]


def test_every_proposal_knows_its_position(cast, equal, ranks):
    first, high, second = equal
    waiting = list(Proposal.objects.filter(call=ranks).select_related("call", "line"))
    assert ranking.positions(waiting) == {high.pk: 1, first.pk: 2, second.pk: 3}
