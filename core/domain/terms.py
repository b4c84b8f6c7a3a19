"""Terms in days and weeks under the Algemene termijnenwet (Atw)."""

from datetime import date, timedelta
from functools import cache

import holidays

# Atw art. 3 names Good Friday and 5 May beside the public holidays; the library lists those two as optional.
_ATW_CATEGORIES = ("public", "optional")


@cache
def _holidays_of(year: int) -> frozenset[date]:
    """Return the days that art. 3 of the Atw treats as a public holiday in the Netherlands."""
    return frozenset(holidays.country_holidays("NL", years=year, categories=_ATW_CATEGORIES))


def is_working_day(day: date) -> bool:
    """Tell whether a term may end on this day: no Saturday, Sunday or public holiday (Atw art. 1 and 3)."""
    saturday = 5
    return day.weekday() < saturday and day not in _holidays_of(day.year)


def roll_forward(day: date) -> date:
    """Return the day itself, or the next working day when a term can't end on it (Atw art. 1)."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def end_of_term(*, start: date, weeks: int) -> date:
    """Return the last day of a term of `weeks` weeks that begins the day after `start` (Atw art. 1)."""
    return roll_forward(start + timedelta(weeks=weeks))
