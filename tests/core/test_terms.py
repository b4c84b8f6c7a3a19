"""Terms that end on a working day (Algemene termijnenwet)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import terms

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2045, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-01-01", "New Year"),
        ("2026-04-03", "Good Friday, which the law names beside the holidays"),
        ("2026-04-05", "Easter"),
        ("2026-04-06", "Easter Monday"),
        ("2026-04-27", "King's Day"),
        ("2025-04-26", "King's Day moves to Saturday when the 27th is a Sunday"),
        ("2026-05-05", "5 May counts every year"),
        ("2027-05-05", "also when it is no lustrum"),
        ("2026-05-14", "Ascension"),
        ("2026-05-25", "Whit Monday"),
        ("2026-12-25", "Christmas"),
        ("2028-12-26", "second day of Christmas, a Tuesday"),
        ("2026-03-07", "a Saturday"),
        ("2026-03-08", "a Sunday"),
    ],
)
def test_no_term_ends_on(day, why):
    assert not terms.is_working_day(date.fromisoformat(day)), why


@pytest.mark.parametrize("day", ["2026-12-24", "2026-12-31", "2025-04-28", "2026-05-15", "2026-04-07", "2024-02-29"])
def test_an_ordinary_day_is_a_working_day(day):
    assert terms.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("2026-03-10", "2026-03-10"),
        ("2026-03-07", "2026-03-09"),
        ("2026-04-03", "2026-04-07"),
        ("2026-12-25", "2026-12-28"),
        ("2027-12-25", "2027-12-27"),
        ("2022-12-31", "2023-01-02"),
        ("2028-12-30", "2029-01-02"),
    ],
)
def test_a_term_rolls_to_the_next_working_day(day, end):
    assert terms.roll_forward(date.fromisoformat(day)) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "weeks", "end"),
    [
        ("2026-03-10", 2, "2026-03-24"),
        ("2026-03-20", 2, "2026-04-07"),  # 3 April is Good Friday: over Easter
        ("2026-01-26", 13, "2026-04-28"),  # 27 April is King's Day
        ("2026-02-28", 1, "2026-03-09"),  # a Saturday
        ("2026-03-26", 13, "2026-06-25"),  # over the change to summer time
        ("2026-11-13", 6, "2026-12-28"),  # 25 December
        ("2026-03-10", 0, "2026-03-10"),
    ],
)
def test_a_term_in_weeks_ends_on_the_same_day_of_the_week_or_later(start, weeks, end):
    assert terms.end_of_term(start=date.fromisoformat(start), weeks=weeks) == date.fromisoformat(end)


@given(DAYS)
def test_rolling_gives_the_first_working_day_and_never_goes_back(day):
    end = terms.roll_forward(day)
    assert terms.is_working_day(end)
    assert day <= end <= day + timedelta(days=5)
    assert not any(terms.is_working_day(day + timedelta(days=n)) for n in range((end - day).days))
    assert terms.roll_forward(end) == end
