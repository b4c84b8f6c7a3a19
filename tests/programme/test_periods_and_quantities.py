"""Periods and numbers of an indicator: how people and spreadsheets write them, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from programme.domain import periods, quantities
from programme.domain.indicators import missing_between
from programme.errors import IndicatorRefused
from programme.states import Frequency

READ = {
    "2025": "2025",
    " 2025 ": "2025",
    "2025-H1": "2025-H1",
    "h2 2025": "2025-H2",
    "2025 k3": "2025-K3",
    "2025-Q4": "2025-K4",
    "K1-2025": "2025-K1",
    "2025-03": "2025-03",
    "3-2025": "2025-03",
    "03/2025": "2025-03",
    "mrt-25": "2025-03",
    "maart 2025": "2025-03",
    "Oktober 2025": "2025-10",
    "mei. 2025": "2025-05",
}


@pytest.mark.parametrize("text", READ)
def test_a_period_is_read_as_people_and_spreadsheets_write_it(text):
    assert periods.parse(text).code == READ[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1989",
        "2101",
        "25",
        "2025-H3",
        "2025-H0",
        "2025-K5",
        "2025-13",
        "2025-00",
        "2025-03-01",
        "=2025",
        "٢٠٢٥",
        "foo 2025",
        "2025-H",
        "jaar",
        "20255",
    ],
)
def test_what_is_no_period_is_none(text):
    assert periods.parse(text) is None


@given(st.sampled_from(list(Frequency)), st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_period_is_read_back_from_its_code_and_holds_its_day(frequency, day):
    period = periods.around(day, frequency)
    assert periods.parse(period.code) == period
    assert period.first_day <= day <= period.last_day
    assert period.following.first_day > day
    assert periods.last_ended(day, frequency).following == period


def test_periods_that_are_left_out_are_named():
    found = [periods.parse(text) for text in ("2023-K4", "2024-K3", "2024-K4")]
    assert [one.code for one in missing_between(found)] == ["2024-K1", "2024-K2"]


def test_a_period_is_read_in_dutch():
    with translation.override("nl"):
        assert periods.parse("2025-03").label == "maart 2025"


NUMBERS = {
    "81,2": "81.2",
    "81": "81",
    "1.250": "1250",
    "1.250.000,5": "1250000.5",
    "-3,25": "-3.25",
    "−3": "-3",
    "81,2%": "81.2",
    "81,2 %": "81.2",
    "0,1000": "0.1",
    "007": "7",
    "-0": "0",
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_read_the_dutch_way(text):
    assert str(quantities.plain(quantities.parse(text, unit="%"))) == NUMBERS[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.5",
        "1,250.00",
        "1e9",
        "nan",
        "=1+1",
        "+5",
        "12 34",
        "81,2,3",
        "1.25.000",
        "0,12345",
        "12345678901",
        "81,2 personen",
        "٨",
        "@cmd",
        "81%%",
    ],
)
def test_what_could_be_meant_in_two_ways_is_no_number(text):
    with pytest.raises(IndicatorRefused):
        quantities.parse(text, unit="%")


@given(st.decimals(min_value=-9999999999, max_value=9999999999, places=4))
def test_a_number_is_read_back_as_it_is_typed_and_written(number):
    assert quantities.parse(quantities.typed(number)) == number
    with translation.override("nl"):
        assert quantities.parse(quantities.write(number, "%"), unit="%") == number


def test_a_number_is_written_with_its_unit():
    with translation.override("nl"):
        assert quantities.write(Decimal("1250.50"), "personen") == "1.250,5\N{NO-BREAK SPACE}personen"
        assert quantities.write(Decimal("-81.2000"), "%") == "\N{MINUS SIGN}81,2%"
    with translation.override("en"):
        assert quantities.write(Decimal("1250.50")) == "1,250.5"
