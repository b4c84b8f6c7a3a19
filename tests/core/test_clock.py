"""The clock: stored in UTC, decided in Amsterdam."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import clock


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), date(2026, 8, 1)),
    ],
)
def test_a_day_ends_at_midnight_in_amsterdam(moment, day):
    assert clock.local_date(moment) == day
    with clock.set_to(moment):
        assert clock.today() == day
        assert clock.now() == moment


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_date_counts_until_24_hours_also_when_the_clock_changes(day, hours):
    length = clock.end_of_day(day).astimezone(UTC) - clock.start_of_day(day).astimezone(UTC)
    assert length == timedelta(hours=hours)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_the_end_of_a_day_is_the_start_of_the_next(day):
    end = clock.end_of_day(day)
    assert end == clock.start_of_day(day + timedelta(days=1))
    assert clock.local_date(end) == day + timedelta(days=1)
    assert clock.local_date(end.astimezone(UTC) - timedelta(microseconds=1)) == day


def test_the_clock_is_put_right_again_also_after_an_error():
    past = datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(ZeroDivisionError), clock.set_to(past):
        1 / 0  # noqa: B018
    assert clock.now() > past + timedelta(days=1000)
    assert clock.now().utcoffset() == timedelta(0)
