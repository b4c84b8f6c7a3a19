"""What is still free for a call, by line and year. The money is a later app's: that registers who tells it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from applications.models import Call, Ceiling
from core.domain import money
from programme.models import Line


@dataclass(frozen=True)
class Room:
    """One line in one year, in euros: the budget, what is free of it, and what this call granted there."""

    line: Line
    year: int
    budgeted: Decimal
    free: Decimal
    granted_here: Decimal


@dataclass(frozen=True)
class CeilingLeft:
    """A ceiling with what is left of it, in euros, never below zero."""

    ceiling: Ceiling
    left: Decimal


@dataclass(frozen=True)
class LineRoom:
    """A line with its years: (year, euros free, euros budgeted)."""

    line: Line
    cells: list[tuple[int, Decimal, Decimal]]


# Of one call, or for None of the whole programme.
Provider = Callable[[Call | None], Iterable[Room]]

_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Register who tells the room of a call or of the programme, line by line and year by year."""
    _providers.append(function)
    return function


def rooms_of(call: Call | None) -> list[Room]:
    """Return the room of each line and year of a call, for None of the programme; nothing if nobody keeps the money."""
    return [room for tell in _providers for room in tell(call)]


def ceilings_left(call: Call, rooms: Iterable[Room]) -> list[CeilingLeft]:
    """Return each ceiling of a call with what is left of it after what the call granted."""
    found = list(rooms)
    return [_left(ceiling, found) for ceiling in call.ceilings.all()]


def by_line(call: Call, rooms: Iterable[Room], *, from_year: int = 0) -> list[LineRoom]:
    """Return what can still be granted by line and year: what is free, as far as no ceiling is lower.

    Years before `from_year` stay away: what is over can't be applied for.
    """
    found = list(rooms)
    lefts = ceilings_left(call, found)
    lines = {room.line.pk: LineRoom(room.line, []) for room in found}
    for room in (room for room in found if room.year >= from_year):
        limits = [left.left for left in lefts if _covers(left.ceiling, room)]
        lines[room.line.pk].cells.append((room.year, max(money.ZERO, min([room.free, *limits])), room.budgeted))
    return [line for line in lines.values() if line.cells]


def _left(ceiling: Ceiling, rooms: list[Room]) -> CeilingLeft:
    granted = money.total(room.granted_here for room in rooms if _covers(ceiling, room))
    return CeilingLeft(ceiling, max(money.ZERO, ceiling.amount - granted))


def covers(ceiling: Ceiling, *, line_id: int, year: int) -> bool:
    """Tell whether a ceiling is about a line (its primary key) in a year."""
    return ceiling.line_id in {None, line_id} and ceiling.year in {None, year}


def _covers(ceiling: Ceiling, room: Room) -> bool:
    return covers(ceiling, line_id=room.line.pk, year=room.year)
