"""Periods of an indicator: a year, a half year, a quarter or a month, and how people write them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _

from programme.models.indicator import FIRST_YEAR, LAST_YEAR
from programme.states import Frequency

MONTHS_IN = {Frequency.YEAR: 12, Frequency.HALF_YEAR: 6, Frequency.QUARTER: 3, Frequency.MONTH: 1}
MONTHS_IN_A_YEAR = 12
# A spreadsheet turns `2025-03` into `mrt-25` by itself.
_MONTH_NAMES = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH_WORDS = {"maart": 3, "march": 3, "mar": 3, "may": 5, "oct": 10}
_YEAR = re.compile(r"(?P<year>\d{4})")
_PART = re.compile(
    r"(?P<year>\d{4})[ -]?(?P<kind>[hkq])(?P<number>\d)|(?P<kind2>[hkq])(?P<number2>\d)[ -](?P<year2>\d{4})"
)
_MONTH = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})|(?P<month2>\d{1,2})[-/](?P<year2>\d{4})")
_NAMED = re.compile(r"(?P<name>[a-z]{3,9})\.?[ -](?P<year>\d{4}|\d{2})")
_KINDS = {"h": Frequency.HALF_YEAR, "k": Frequency.QUARTER, "q": Frequency.QUARTER}


@dataclass(frozen=True, order=True)
class Period:
    """A period by its first day. Periods of one kind come in order of time."""

    first_day: date
    frequency: Frequency

    @property
    def number(self) -> int:
        """Which one of its year, from 1."""
        return (self.first_day.month - 1) // MONTHS_IN[self.frequency] + 1

    @property
    def code(self) -> str:
        """How a file writes it: `2025`, `2025-H1`, `2025-K3`, `2025-04`."""
        year = self.first_day.year
        match self.frequency:
            case Frequency.HALF_YEAR:
                return f"{year}-H{self.number}"
            case Frequency.QUARTER:
                return f"{year}-K{self.number}"
            case Frequency.MONTH:
                return f"{year}-{self.number:02d}"
        return str(year)

    @property
    def label(self) -> str:
        """How a person reads it."""
        said = {"number": self.number, "year": self.first_day.year}
        match self.frequency:
            case Frequency.HALF_YEAR if self.number == 1:
                return _("first half of %(year)d") % said
            case Frequency.HALF_YEAR:
                return _("second half of %(year)d") % said
            case Frequency.QUARTER:
                return _("quarter %(number)d of %(year)d") % said
            case Frequency.MONTH:
                return formats.date_format(self.first_day, "F Y")
        return str(said["year"])

    @property
    def following(self) -> "Period":
        """The period of the same kind that comes after it."""
        months = self.first_day.year * MONTHS_IN_A_YEAR + self.first_day.month - 1 + MONTHS_IN[self.frequency]
        return Period(date(months // MONTHS_IN_A_YEAR, months % MONTHS_IN_A_YEAR + 1, 1), self.frequency)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.following.first_day - timedelta(days=1)


def of(*, year: int, number: int, frequency: Frequency) -> Period | None:
    """Return the `number`-th period (from 1) of a year, or None when there is no such period."""
    months = MONTHS_IN[frequency]
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= number <= MONTHS_IN_A_YEAR // months:
        return None
    return Period(date(year, (number - 1) * months + 1, 1), frequency)


def around(day: date, frequency: Frequency) -> Period:
    """Return the period that a day lies in."""
    months = MONTHS_IN[frequency]
    return Period(date(day.year, (day.month - 1) // months * months + 1, 1), frequency)


def last_ended(day: date, frequency: Frequency) -> Period:
    """Return the last period that had ended before a day."""
    now = around(day, frequency)
    return around(now.first_day - timedelta(days=1), frequency)


def parse(text: str) -> Period | None:
    """Read a period as people and spreadsheets write it; None for what is none.

    `2025` · `2025-H1`, `H1 2025` · `2025-K3`, `2025-Q3`, `K3 2025` · `2025-03`, `03-2025`, `mrt-25`, `maart 2025`.
    """
    typed = " ".join(text.casefold().split())
    if not typed.isascii():
        return None
    if found := _YEAR.fullmatch(typed):
        return of(year=int(found["year"]), number=1, frequency=Frequency.YEAR)
    if found := _PART.fullmatch(typed):
        kind, number = found["kind"] or found["kind2"], found["number"] or found["number2"]
        return of(year=int(found["year"] or found["year2"]), number=int(number), frequency=_KINDS[kind])
    if found := _MONTH.fullmatch(typed):
        year, month = found["year"] or found["year2"], found["month"] or found["month2"]
        return of(year=int(year), number=int(month), frequency=Frequency.MONTH)
    if found := _NAMED.fullmatch(typed):
        name, year = found["name"], found["year"]
        month_number = _MONTH_WORDS.get(name) or (_MONTH_NAMES.index(name[:3]) + 1 if name[:3] in _MONTH_NAMES else 0)
        return of(year=int(year if len(year) > 2 else f"20{year}"), number=month_number, frequency=Frequency.MONTH)  # noqa: PLR2004
    return None
