"""Traffic lights: one rule, told with what it rests on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from applications.states import ProposalState
from budget.domain.columns import Columns
from budget.states import Pace
from core.domain import clock
from reporting.domain import light_words, lights, report_forms
from reporting.domain.activities import Activity
from reporting.domain.results import Course, Overdue, Progress, Promised
from reporting.states import Light, LightOf, LightReason

AS_OF = clock.end_of_day(date(2026, 7, 1))
RULE = report_forms.light_rule()


def activity(*, state=ProposalState.GRANTED, years=None, **course):
    amounts = {2026: Columns(granted=Decimal(10_000))} if years is None else years
    return Activity(1, 1, "TF-2026-0001", "Podium", "Stichting", state, years=amounts, course=Course(**course))


def light_of(one, about):
    found = {signal.about: signal for signal in lights.of_activity(one, as_of=AS_OF, rule=RULE)}
    return found[about]


def late(days):
    return Overdue("Stuur een verslag.", date(2026, 7, 1) - timedelta(days=days), days)


def promised(target, achieved, baseline="0"):
    return Promised("Bezoekers", baseline, target, "tellen", achieved)


@pytest.mark.parametrize(
    ("course", "light", "reason"),
    [
        ({}, Light.GREEN, LightReason.NOTHING_LATE),
        ({"overdue": (late(28),)}, Light.AMBER, LightReason.OVERDUE),
        ({"overdue": (late(29),)}, Light.RED, LightReason.OVERDUE),
        ({"progress": Progress(date(2026, 6, 1), Pace.ON_TIME)}, Light.GREEN, LightReason.ON_TIME),
        ({"progress": Progress(date(2026, 6, 1), Pace.LATE)}, Light.AMBER, LightReason.LATE),
        ({"progress": Progress(date(2026, 6, 1), Pace.STUCK)}, Light.RED, LightReason.STUCK),
    ],
)
def test_time_follows_what_is_late_and_what_the_partner_reports(course, light, reason):
    signal = light_of(activity(**course), LightOf.TIME)
    assert (signal.light, signal.reason) == (light, reason)


def test_what_is_settled_is_on_time_whatever_was_late():
    signal = light_of(activity(state=ProposalState.SETTLED, overdue=(late(99),), accounted=True), LightOf.TIME)
    assert (signal.light, signal.reason) == (Light.GREEN, LightReason.SETTLED)


def test_what_is_settled_without_an_account_says_so():
    one = activity(state=ProposalState.SETTLED, promised=(promised("180", ""),))
    time, quality = light_of(one, LightOf.TIME), light_of(one, LightOf.QUALITY)
    assert (time.light, time.reason) == (Light.GREEN, LightReason.SETTLED_WITHOUT)
    assert (quality.light, quality.reason) == (Light.UNKNOWN, LightReason.SETTLED_WITHOUT)


@pytest.mark.parametrize(
    ("years", "light", "reason"),
    [
        ({2026: Columns(granted=Decimal(91), released=Decimal(9))}, Light.GREEN, LightReason.AS_GRANTED),
        ({2026: Columns(granted=Decimal(90), released=Decimal(10))}, Light.AMBER, LightReason.RELEASED),
        ({2026: Columns(spent=Decimal(50), released=Decimal(50))}, Light.RED, LightReason.RELEASED),
        ({2025: Columns(granted=Decimal(10))}, Light.AMBER, LightReason.TIED),
        ({2024: Columns(granted=Decimal(10))}, Light.RED, LightReason.TIED),
        ({2026: Columns(spent=Decimal(10), recovered=Decimal(1))}, Light.RED, LightReason.RECOVERED),
    ],
)
def test_money_follows_what_was_not_needed_what_stays_tied_and_what_is_claimed_back(years, light, reason):
    signal = light_of(activity(years=years), LightOf.MONEY)
    assert (signal.light, signal.reason) == (light, reason)


@pytest.mark.parametrize(
    ("reached", "light"), [(5, Light.GREEN), (4, Light.GREEN), (3, Light.AMBER), (2, Light.RED), (0, Light.RED)]
)
def test_quality_counts_the_results_that_were_reached(reached, light):
    results = (*[promised("10", "10")] * reached, *[promised("10", "9")] * (5 - reached))
    signal = light_of(activity(accounted=True, promised=results), LightOf.QUALITY)
    assert (signal.light, signal.values) == (light, {"reached": reached, "counted": 5})


@pytest.mark.parametrize(
    ("target", "achieved", "baseline", "reached"),
    [
        ("1.200 bezoekers", "1.250", "0", "yes"),
        ("80 %", "79,5 %", "50 %", "no"),
        ("10", "12", "30", "no"),  # fewer is better: it came from 30
        ("10", "8", "30", "yes"),
        ("meer dan nu", "veel meer", "weinig", "unknown"),
        ("40", "", "0", "unknown"),
    ],
)
def test_a_result_is_reached_by_its_number_in_the_direction_of_its_baseline(target, achieved, baseline, reached):
    assert promised(target, achieved, baseline).reached == reached


def test_quality_is_not_known_before_the_account_is_in_order():
    one = activity(promised=(promised("10", ""),))
    assert light_of(one, LightOf.QUALITY).light == Light.UNKNOWN
    stuck = activity(progress=Progress(date(2026, 6, 1), Pace.STUCK))
    assert light_of(stuck, LightOf.QUALITY).light == Light.AMBER


def test_what_the_college_has_yet_to_decide_has_no_lights():
    assert lights.of_activity(activity(state=ProposalState.LISTED), as_of=AS_OF, rule=RULE) == []


@pytest.mark.parametrize(("red", "of", "light"), [(1, 4, Light.RED), (1, 5, Light.AMBER), (0, 3, Light.GREEN)])
def test_a_line_is_off_course_when_a_quarter_of_its_activities_is(red, of, light):
    some = [activity(overdue=(late(40),))] * red + [activity()] * (of - red)
    signal = lights.of_line(some, {}, as_of=AS_OF, rule=RULE)[0]
    assert (signal.about, signal.light) == (LightOf.TIME, light)


@pytest.mark.parametrize(
    ("granted", "light"), [(1_125, Light.GREEN), (1_124, Light.AMBER), (750, Light.AMBER), (749, Light.RED)]
)
def test_the_money_of_a_line_is_held_against_what_could_be_used_by_then(granted, light):
    # 2025 as a whole and half of 2026: 182 of 365 days.
    years = {
        2025: Columns(primitive=Decimal(1_000)),
        2026: Columns(primitive=Decimal("1002.75"), granted=Decimal(granted)),
        2027: Columns(primitive=Decimal(9_999)),
    }
    signal = lights.of_line([], years, as_of=AS_OF, rule=RULE)[1]
    assert signal.values["planned"] == "1500.00"
    assert signal.light == light


def test_a_light_says_in_words_what_it_rests_on():
    signal = light_of(activity(overdue=(late(3), late(1))), LightOf.TIME)
    with translation.override("en"):
        [shown] = light_words.shown([signal.as_dict()])
    assert (shown.about, shown.word, shown.kind, shown.tag) == ("Time", "Needs attention", "attention", "warning")
    assert shown.why == "“Stuur een verslag” was due on 28 June 2026, 3 days before the cut-off. 1 more is late."


def test_every_reason_has_a_sentence():
    assert set(light_words.SENTENCES) == set(LightReason)
    assert set(light_words.TAGS) == set(Light)
