"""The clock that every rule reads. Stored in UTC, decided in Europe/Amsterdam."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return the moment, aware, in UTC."""
    return _set_to.get() or timezone.now()


def today() -> date:
    """Return the calendar date in Amsterdam."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """Return the calendar date in Amsterdam of an aware moment."""
    return moment.astimezone(AMSTERDAM).date()


def end_of_day(day: date) -> datetime:
    """Return the first moment after the day in Amsterdam: a date means until 24:00 there."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=AMSTERDAM)


def start_of_day(day: date) -> datetime:
    """Return 00:00 of the day in Amsterdam, as an aware moment."""
    return datetime.combine(day, time(), tzinfo=AMSTERDAM)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let the rules believe that it is `moment` (aware). For the demo's past year and for tests."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
