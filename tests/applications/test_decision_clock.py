"""By when the college decides: the period, the days on which it stands still, its extension, and the holidays."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.domain import decision_clock, extensions, supplements
from applications.domain.decision_clock import Pause, Phase, intervals_of, last_day
from applications.models import Proposal
from core.domain import clock, terms
from tests.applications.asking import ask, hand_in
from tests.applications.road import draft_proposal, submitted_proposal

WEEKS = 13
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """A moment in Amsterdam, written as 2026-03-10 12:00:00."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.AMSTERDAM)


def received_for(runs_out_on: date) -> date:
    """The day of receipt after which thirteen weeks run out on a day."""
    return runs_out_on - timedelta(weeks=WEEKS)


# On which day the weeks run out, and by when the college then decides.
ENDS = {
    "an ordinary Tuesday": ("2026-06-09", "2026-06-09"),
    "a Saturday": ("2026-06-13", "2026-06-15"),
    "a Sunday": ("2026-06-14", "2026-06-15"),
    "New Year's Day": ("2026-01-01", "2026-01-02"),
    "Good Friday, before Easter": ("2026-04-03", "2026-04-07"),
    "Easter Sunday": ("2026-04-05", "2026-04-07"),
    "Easter Monday": ("2026-04-06", "2026-04-07"),
    "King's Day on a Monday": ("2026-04-27", "2026-04-28"),
    "King's Day that is moved to Saturday the 26th": ("2025-04-26", "2025-04-28"),
    "the Sunday on which King's Day would have been": ("2025-04-27", "2025-04-28"),
    "5 May in an ordinary year": ("2026-05-05", "2026-05-06"),
    "5 May in a fifth year": ("2025-05-05", "2025-05-06"),
    "Ascension Day": ("2026-05-14", "2026-05-15"),
    "Whit Sunday": ("2026-05-24", "2026-05-26"),
    "Whit Monday": ("2026-05-25", "2026-05-26"),
    "Christmas Day on a Friday": ("2026-12-25", "2026-12-28"),
    "Christmas Day on a Saturday": ("2027-12-25", "2027-12-27"),
    "the second day of Christmas": ("2024-12-26", "2024-12-27"),
    "New Year's Eve, which is a working day": ("2026-12-31", "2026-12-31"),
    "Liberation Day on a Sunday": ("2024-05-05", "2024-05-06"),
    "the leap day": ("2028-02-29", "2028-02-29"),
    "the day after a leap day": ("2028-03-01", "2028-03-01"),
}


@pytest.mark.parametrize("case", ENDS)
def test_weeks_that_run_out_on(case):
    runs_out_on, decide_by = (date.fromisoformat(text) for text in ENDS[case])
    assert last_day(received_on=received_for(runs_out_on), weeks=WEEKS) == decide_by


# When it was received (Amsterdam), and on which calendar day that is.
RECEIVED = {
    "the last second of a day": ("2026-03-31 23:59:59", "2026-03-31"),
    "24:00, which is the next day": ("2026-04-01 00:00:00", "2026-04-01"),
    "just before the clock jumps forward": ("2026-03-29 01:59:59", "2026-03-29"),
    "just after the clock jumped forward": ("2026-03-29 03:00:00", "2026-03-29"),
    "the last second of the day of 23 hours": ("2026-03-29 23:59:59", "2026-03-29"),
    "the hour that comes twice": ("2026-10-25 02:30:00", "2026-10-25"),
    "the last second of the day of 25 hours": ("2026-10-25 23:59:59", "2026-10-25"),
    "the last second of a year": ("2026-12-31 23:59:59", "2026-12-31"),
    "the leap day": ("2028-02-29 12:00:00", "2028-02-29"),
}


@pytest.mark.parametrize("case", RECEIVED)
def test_a_proposal_received_at(case, cast, call):
    moment, day = RECEIVED[case]
    with clock.set_to(at(moment)):
        proposal = submitted_proposal(cast, call)
        received_on = date.fromisoformat(day)
        expected = terms.roll_forward(received_on + timedelta(weeks=WEEKS))
        assert decision_clock.clock_of(proposal).decide_by == proposal.receipt.decide_by == expected


def test_the_hour_that_comes_twice_is_one_day_both_times(cast, call):
    for moment in (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)):
        with clock.set_to(moment):
            assert decision_clock.clock_of(submitted_proposal(cast, call)).decide_by == date(2027, 1, 25)


# Pauses as (first day, day on which it runs again); everything was received on 2 March 2026, a Monday.
FROM = date(2026, 3, 2)
PLAIN = date(2026, 6, 1)
PAUSES = {
    "no pause": ([], "2026-06-01"),
    "one of two weeks": ([("2026-03-11", "2026-03-25")], "2026-06-15"),
    "one of no days: completed on the day it was asked": ([("2026-03-11", "2026-03-11")], "2026-06-01"),
    "one of one day": ([("2026-03-11", "2026-03-12")], "2026-06-02"),
    "two, their days add up": ([("2026-03-11", "2026-03-18"), ("2026-04-15", "2026-04-22")], "2026-06-15"),
    "two that touch": ([("2026-03-11", "2026-03-18"), ("2026-03-18", "2026-03-25")], "2026-06-15"),
    "one that ends on a Saturday": ([("2026-03-11", "2026-03-23")], "2026-06-15"),
    "one over the night in which the clock jumps forward": ([("2026-03-28", "2026-03-31")], "2026-06-04"),
    "one that begins on the last day": ([("2026-06-01", "2026-06-15")], "2026-06-15"),
    "one that begins the day after the last day moves nothing": ([("2026-06-02", "2026-06-16")], "2026-06-01"),
}


@pytest.mark.parametrize("case", PAUSES)
def test_a_period_with(case):
    days, decide_by = PAUSES[case]
    pauses = [Pause(date.fromisoformat(first), date.fromisoformat(again)) for first, again in days]
    assert last_day(received_on=FROM, weeks=WEEKS, pauses=pauses) == date.fromisoformat(decide_by)


def test_a_pause_over_the_turn_of_the_year_counts_every_day_of_it():
    received_on = date(2026, 11, 2)  # thirteen weeks run out on 1 February 2027, a Monday
    pause = Pause(date(2026, 12, 22), date(2027, 1, 6))
    assert last_day(received_on=received_on, weeks=WEEKS) == date(2027, 2, 1)
    assert last_day(received_on=received_on, weeks=WEEKS, pauses=[pause]) == date(2027, 2, 16)


def test_a_pause_between_the_days_running_out_and_the_working_day_begins_after_both():
    received_on = received_for(date(2026, 6, 13))  # a Saturday: Monday 15 June counts
    pause = Pause(date(2026, 6, 14), date(2026, 6, 17))
    assert last_day(received_on=received_on, weeks=WEEKS, pauses=[pause]) == date(2026, 6, 18)


def test_an_extension_counts_from_the_day_on_which_the_weeks_run_out_not_from_the_rolled_day():
    received_on = received_for(date(2026, 6, 13))
    assert last_day(received_on=received_on, weeks=WEEKS, extra_weeks=13) == date(2026, 9, 14)  # a Saturday again


def test_an_extension_that_ends_on_kings_day_rolls_on():
    assert last_day(received_on=date(2026, 1, 26), weeks=6, extra_weeks=7) == date(2026, 4, 28)


def test_an_extension_and_a_pause_add_up():
    pause = Pause(date(2026, 3, 11), date(2026, 3, 25))
    assert last_day(received_on=FROM, weeks=WEEKS, pauses=[pause], extra_weeks=4) == date(2026, 7, 13)


# Through the verbs, as people meet it ------------------------------------------------------------------------------


@pytest.fixture
def proposal(cast, call):
    with clock.set_to(at("2026-03-02 12:00:00")):
        return submitted_proposal(cast, call)


def decide_by(proposal) -> date:
    return decision_clock.clock_of(proposal).decide_by


def test_while_a_supplement_is_awaited_the_clock_shows_the_latest_day_it_can_be(cast, proposal):
    with clock.set_to(at("2026-03-10 12:00:00")):
        request = ask(proposal, cast)
        found = decision_clock.clock_of(proposal)
        assert request.due_on == date(2026, 3, 24)
        assert (found.decide_by, found.stands_still, found.first_decide_by) == (date(2026, 6, 15), True, PLAIN)


# When the supplement came in, and by when the college then decides. Asked on 10 March, due on the 24th.
HANDED_IN = {
    "on the day it was asked": ("2026-03-10 15:00:00", "2026-06-01"),
    "the next day": ("2026-03-11 09:00:00", "2026-06-01"),
    "after a week": ("2026-03-17 09:00:00", "2026-06-08"),
    "on a Saturday": ("2026-03-21 09:00:00", "2026-06-11"),
    "in the last second of the last day": ("2026-03-24 23:59:59", "2026-06-15"),
}


@pytest.mark.parametrize("case", HANDED_IN)
def test_a_supplement_handed_in(case, cast, proposal):
    with clock.set_to(at("2026-03-10 12:00:00")):
        ask(proposal, cast)
    moment, expected = HANDED_IN[case]
    with clock.set_to(at(moment)):
        hand_in(proposal, cast)
        assert decide_by(proposal) == date.fromisoformat(expected)


def test_a_term_that_passes_unused_moves_the_day_by_the_whole_term(cast, proposal):
    with clock.set_to(at("2026-03-10 12:00:00")):
        ask(proposal, cast)
    with clock.set_to(at("2026-03-25 00:00:00")):
        assert supplements.close_due() == 1
        assert decide_by(proposal) == date(2026, 6, 15)
    # However late somebody closes it.
    assert proposal.suspensions.get().resumes_on == date(2026, 3, 25)


def test_closing_a_passed_term_late_gives_the_same_day(cast, proposal):
    with clock.set_to(at("2026-03-10 12:00:00")):
        ask(proposal, cast)
    with clock.set_to(at("2026-05-01 12:00:00")):
        supplements.close_due()
        assert decide_by(proposal) == date(2026, 6, 15)


def test_a_term_for_a_supplement_that_ends_on_good_friday_runs_on(cast, proposal):
    with clock.set_to(at("2026-03-20 12:00:00")):
        assert ask(proposal, cast).due_on == date(2026, 4, 7)


def test_two_requests_in_one_file_add_up(cast, proposal):
    for asked, received in (("2026-03-10", "2026-03-17"), ("2026-03-18", "2026-03-25")):
        with clock.set_to(at(f"{asked} 12:00:00")):
            ask(proposal, cast)
        with clock.set_to(at(f"{received} 12:00:00")):
            hand_in(proposal, cast)
    with clock.set_to(at("2026-03-26 12:00:00")):
        assert decide_by(proposal) == date(2026, 6, 15)  # six days twice: Saturday the 13th rolls


def test_the_history_says_step_by_step_why_the_day_moved(cast, proposal):
    with clock.set_to(at("2026-03-10 12:00:00")):
        ask(proposal, cast)
    with clock.set_to(at("2026-03-17 12:00:00")):
        hand_in(proposal, cast)
    with clock.set_to(at("2026-05-01 12:00:00")):
        extend(proposal, cast, weeks=4)
        history = decision_clock.clock_of(proposal).history
    assert [(move.before, move.after) for move in history] == [
        (None, date(2026, 6, 1)),
        (date(2026, 6, 1), date(2026, 6, 15)),
        (date(2026, 6, 15), date(2026, 6, 8)),
        (date(2026, 6, 8), date(2026, 7, 6)),
    ]
    assert history[-1].reason == "Er is nog advies nodig."


def extend(proposal, cast, *, weeks):
    return extensions.extend(
        proposal_id=proposal.pk, by=cast.manager, weeks=weeks, reason="Er is nog advies nodig.", request_key=uuid4()
    )


def test_the_intervals_have_no_gaps_and_name_what_the_clock_does(cast, proposal):
    with clock.set_to(at("2026-03-10 12:00:00")):
        ask(proposal, cast)
    with clock.set_to(at("2026-03-21 12:00:00")):
        hand_in(proposal, cast)
        extend(proposal, cast, weeks=2)
        intervals = decision_clock.clock_of(proposal).intervals
    assert [(part.kind, part.first, part.last) for part in intervals] == [
        (Phase.RUNS, date(2026, 3, 3), date(2026, 3, 10)),
        (Phase.STANDS_STILL, date(2026, 3, 11), date(2026, 3, 20)),
        (Phase.RUNS, date(2026, 3, 21), date(2026, 6, 11)),
        (Phase.EXTENDED, date(2026, 6, 12), date(2026, 6, 25)),
    ]
    assert sum(part.days for part in intervals if part.kind == Phase.RUNS) == WEEKS * 7


def test_many_clocks_cost_as_many_queries_as_one(cast, call, django_assert_num_queries):
    for number in range(4):
        ask(submitted_proposal(cast, call, title=f"Voorstel {number}"), cast)
    made = list(Proposal.objects.select_related("call"))
    for many in (made[:1], made):
        with django_assert_num_queries(2):
            assert len(decision_clock.clocks_of(many)) == len(many)


def test_a_draft_has_no_clock(cast, call):
    assert decision_clock.clocks_of([draft_proposal(cast, call)]) == {}


# What holds whatever happens ----------------------------------------------------------------------------------------

days = st.dates(min_value=date(2025, 1, 1), max_value=date(2029, 12, 31))
weeks_of_a_call = st.integers(min_value=1, max_value=52)


@st.composite
def pauses_after(draw, received_on: date) -> list[Pause]:
    """Pauses one after another, as the verbs make them: each begins after the one before has ended."""
    found, cursor = [], received_on
    for _turn in range(draw(st.integers(min_value=0, max_value=4))):
        starts_on = cursor + draw(st.integers(min_value=1, max_value=120)) * DAY
        cursor = starts_on + draw(st.integers(min_value=0, max_value=60)) * DAY
        found.append(Pause(starts_on, cursor))
    return found


@given(days, weeks_of_a_call, st.data())
def test_a_pause_never_brings_the_day_forward(received_on, weeks, data):
    pauses = data.draw(pauses_after(received_on))
    ends = [last_day(received_on=received_on, weeks=weeks, pauses=pauses[:many]) for many in range(len(pauses) + 1)]
    assert ends == sorted(ends)


@given(days, weeks_of_a_call, st.data(), st.integers(min_value=0, max_value=30))
def test_a_longer_pause_never_brings_the_day_forward(received_on, weeks, data, longer):
    pauses = data.draw(pauses_after(received_on))
    if pauses:
        stretched = [*pauses[:-1], Pause(pauses[-1].starts_on, pauses[-1].resumes_on + longer * DAY)]
        known = {"received_on": received_on, "weeks": weeks}
        assert last_day(**known, pauses=stretched) >= last_day(**known, pauses=pauses)


@given(days, weeks_of_a_call, st.integers(min_value=0, max_value=26), st.data())
def test_more_weeks_and_a_later_receipt_never_bring_the_day_forward(received_on, weeks, extra, data):
    pauses = data.draw(pauses_after(received_on))
    end = last_day(received_on=received_on, weeks=weeks, pauses=pauses)
    assert last_day(received_on=received_on, weeks=weeks, pauses=pauses, extra_weeks=extra) >= end
    assert last_day(received_on=received_on + DAY, weeks=weeks) >= last_day(received_on=received_on, weeks=weeks)


@given(days, weeks_of_a_call, st.integers(min_value=0, max_value=26), st.data())
def test_the_last_day_is_a_working_day_and_the_intervals_lead_to_it_without_gaps(received_on, weeks, extra, data):
    pauses = data.draw(pauses_after(received_on))
    known = {"received_on": received_on, "weeks": weeks, "pauses": pauses, "extra_weeks": extra}
    end, intervals = last_day(**known), intervals_of(**known)
    assert terms.is_working_day(end)
    assert intervals[0].first == received_on + DAY
    assert intervals[-1].last == end
    assert all(later.first == earlier.last + DAY for earlier, later in pairwise(intervals))
    assert all(part.first <= part.last for part in intervals)
