"""How a day and a moment are written for a reader."""

from datetime import UTC, date, datetime

from django.utils import translation

from core.templatetags.tf import local_date, local_datetime

SPACE = "\N{NO-BREAK SPACE}"


def test_a_day_stays_on_one_line():
    with translation.override("nl"):
        assert local_date(date(2026, 12, 1)) == f"1{SPACE}december{SPACE}2026"


def test_a_moment_is_told_in_dutch_time_and_its_day_stays_on_one_line():
    with translation.override("nl"):
        assert local_datetime(datetime(2026, 6, 30, 22, 5, tzinfo=UTC)).startswith(f"1{SPACE}juli{SPACE}2026, 00:05")
