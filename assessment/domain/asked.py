"""What is asked and advised against the room that there is, by line and year, in euros."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from accounts.models import User
from applications.domain import granted_shown, room_shown
from applications.models import BudgetItemAmount
from applications.states import UNDER_REVIEW
from assessment.access import files_open_to
from assessment.domain.statistics import ASKED, EUROS, Scope
from assessment.models import AdvisedAmount
from assessment.states import Outcome
from core.domain import money
from programme.models import Line

POSITIVE = (Outcome.POSITIVE, Outcome.CONDITIONAL)


@dataclass(frozen=True)
class LineYear:
    """A line in a year, in euros.

    `asked` by everything that was submitted; `waiting` is the part of it that nobody decided on yet, and `advised`
    what the team advised to grant of that. `granted` as it stands now. `free` is what can still be granted.
    """

    line: Line
    year: int
    budgeted: Decimal
    free: Decimal
    asked: Decimal
    waiting: Decimal
    advised: Decimal
    granted: Decimal

    @property
    def left(self) -> Decimal:
        """What would stay when everything that waits were granted in full; below zero when it doesn't fit."""
        return self.free - self.waiting


def against_room(
    scope: Scope, *, reader: User, lines: Collection[Line], granted: Mapping[granted_shown.Place, Decimal]
) -> list[LineYear]:
    """Return what is asked against the room, of what `reader` may know of, in the order of lines and years.

    `lines` are those whose proposals the reader knows: of others nothing asked would be no fact. The room is that of
    the call, as far as its ceilings leave it, or of the whole programme. What is advised is told of files that the
    person may read; `granted` is what was granted (see `Scope.granted`). Five queries at most.
    """
    asked, advised = _asked(scope, reader), _advised(scope, reader)
    nothing = (money.ZERO, money.ZERO)
    rows = []
    for line, year, free, budgeted in _room(scope):
        if line in lines:
            place = line.pk, year
            asked_here, waiting = asked.get(place, nothing)
            known = {"asked": asked_here, "waiting": waiting}
            known |= {"advised": advised.get(place, money.ZERO), "granted": granted.get(place, money.ZERO)}
            rows.append(LineYear(line=line, year=year, budgeted=budgeted, free=free, **known))
    return rows


def _room(scope: Scope) -> list[tuple[Line, int, Decimal, Decimal]]:
    """Return line, year, euros free and euros budgeted for every line and year of the scope."""
    rooms = room_shown.rooms_of(scope.call)
    if scope.call is None:
        cells = [(room.line, room.year, room.free, room.budgeted) for room in rooms]
    else:
        of_call = room_shown.by_line(scope.call, rooms)
        cells = [(one.line, year, free, budgeted) for one in of_call for year, free, budgeted in one.cells]
    return [cell for cell in cells if scope.line in {None, cell[0]} and scope.year in {None, cell[1]}]


def _asked(scope: Scope, reader: User) -> dict[granted_shown.Place, tuple[Decimal, Decimal]]:
    """Return what was asked in all, and what of it waits for a decision, by line and year. One query."""
    waits = Q(item__proposal__state__in=UNDER_REVIEW)
    amounts = BudgetItemAmount.objects.filter(scope.of_year(), item__proposal__in=scope.proposals(reader).values("pk"))
    sums: dict[str, Any] = {
        "asked": Sum(ASKED),
        "waiting": Sum(ASKED, filter=waits, default=money.ZERO, output_field=EUROS),
    }
    rows = amounts.order_by().values_list("item__proposal__line", "year").annotate(**sums)
    return {(line, year): (asked, undecided) for line, year, asked, undecided in rows}


def _advised(scope: Scope, reader: User) -> dict[granted_shown.Place, Decimal]:
    """Return what was advised for proposals that wait for a decision, in files open to the person. One query."""
    files = files_open_to(reader).filter(pk__in=scope.proposals(reader).values("pk"), state__in=UNDER_REVIEW)
    amounts = AdvisedAmount.objects.filter(
        scope.of_year(),
        advice__taken_back_at=None,
        advice__outcome__in=POSITIVE,
        advice__proposal__in=files.order_by().values("pk"),
    )
    rows = amounts.order_by().values_list("advice__proposal__line", "year").annotate(total=Sum("advised"))
    return {(line, year): total for line, year, total in rows}
