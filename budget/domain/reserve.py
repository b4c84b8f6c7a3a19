"""The reserve behind the programme: how it stood at a moment, and how it went down month by month."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Min, Sum
from django.db.models.functions import TruncMonth

from budget.domain.columns import Amounts
from budget.models import CouncilDecision, LedgerEntry, Reserve
from core.domain import clock
from core.domain.money import ZERO

MONTHS_IN_A_YEAR = 12

# The last entry of every line before each of the moments: entries of a line stand in order of time.
LAST_OF_EACH_LINE = """
    SELECT ends.number, sum(latest.granted_after), sum(latest.spent_after)
    FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS ends (moment, number)
    CROSS JOIN budget_budgetline line
    CROSS JOIN LATERAL (
        SELECT entry.granted_after, entry.spent_after FROM budget_ledgerentry entry
        WHERE entry.budget_line_id = line.id AND entry.booked_at < ends.moment
        ORDER BY entry.booked_at DESC, entry.sequence DESC LIMIT 1
    ) latest
    GROUP BY ends.number
"""


@dataclass(frozen=True)
class Stand:
    """The reserve at a moment, in euros. All of it is told from what was decided and booked before then."""

    name: str = ""
    original: Decimal = ZERO
    assigned_earlier: Decimal = ZERO
    programme_total: Decimal = ZERO
    drawn: Decimal = ZERO
    spent: Decimal = ZERO

    @property
    def undrawn(self) -> Decimal:
        """What the council tied to the programme but did not give to a line and year yet."""
        return self.programme_total - self.drawn

    @property
    def balance(self) -> Decimal:
        """What is still in it for the programme (stand reserve): nothing leaves it before it is realised."""
        return self.programme_total - self.spent


@dataclass(frozen=True)
class Month:
    """How the reserve stood at the end of a month, or at the moment when that came sooner, in euros."""

    first_day: date
    balance: Decimal
    committed: Decimal  # granted and not realised: what is promised of the balance

    @property
    def unpromised(self) -> Decimal:
        """What nobody was promised yet."""
        return self.balance - self.committed

    def as_dict(self) -> dict[str, str]:
        """Return the month as JSON values."""
        return {
            "month": f"{self.first_day:%Y-%m}",
            "balance": f"{self.balance:.2f}",
            "committed": f"{self.committed:.2f}",
        }

    @classmethod
    def from_dict(cls, stored: dict[str, str]) -> "Month":
        """Read back what `as_dict` wrote."""
        first_day = date.fromisoformat(f"{stored['month']}-01")
        return cls(first_day, Decimal(stored["balance"]), Decimal(stored["committed"]))


def stand_at(as_of: datetime, whole: Amounts) -> Stand:
    """Return how the reserve stood at a moment, after the columns of all lines and years together at that moment.

    Nothing before the first decision of the council was in the books. Two queries.
    """
    reserve = Reserve.objects.first()
    decided = CouncilDecision.objects.confirmed().filter(confirmed_at__lt=as_of)
    changes = [change for _day, change in decided.values_list("confirmed_at", "reserve_change")]
    if reserve is None or not changes:
        return Stand(name=reserve.name if reserve else "")
    return Stand(
        name=reserve.name,
        original=reserve.original,
        assigned_earlier=reserve.assigned_earlier,
        programme_total=reserve.original - reserve.assigned_earlier + sum(changes, ZERO),
        drawn=whole.budgeted,
        spent=whole.spent,
    )


def months_until(as_of: datetime) -> list[Month]:
    """Return how the reserve went down, month by month, from the first entry to a moment (aware). Four queries.

    A month is one of Amsterdam's calendar. Told from the balance that each entry carries, not from a sum of all
    entries: what it costs does not grow with the ledger.
    """
    first = LedgerEntry.objects.before(as_of).order_by().aggregate(at=Min("booked_at"))["at"]
    reserve = Reserve.objects.first()
    if reserve is None or first is None:
        return []
    days = _months(clock.local_date(first), clock.local_date(as_of - timedelta(microseconds=1)))
    stood = _stood([min(clock.start_of_day(_next(day)), as_of) for day in days])
    changes, total, found = _changes_by_month(as_of), reserve.original - reserve.assigned_earlier, []
    total += sum((change for day, change in changes.items() if day < days[0]), ZERO)
    for day, (granted, spent) in zip(days, stood, strict=True):
        total += changes.get(day, ZERO)
        found.append(Month(day, total - spent, granted))
    return found


def _months(first: date, last: date) -> list[date]:
    """Return the first day of every month from one day to another."""
    day, days = first.replace(day=1), []
    while day <= last:
        days.append(day)
        day = _next(day)
    return days


def _stood(moments: list[datetime]) -> list[tuple[Decimal, Decimal]]:
    """Return what all lines together had granted and realised just before each of the moments, in euros. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_OF_EACH_LINE, [moments])
        stood = {number: (granted, spent) for number, granted, spent in cursor.fetchall()}
    return [stood.get(number, (ZERO, ZERO)) for number in range(1, len(moments) + 1)]


def _changes_by_month(as_of: datetime) -> dict[date, Decimal]:
    decided = CouncilDecision.objects.confirmed().filter(confirmed_at__lt=as_of).exclude(reserve_change=ZERO)
    rows = (
        decided.order_by()
        .values_list(TruncMonth("confirmed_at", tzinfo=clock.AMSTERDAM))
        .annotate(total=Sum("reserve_change"))
    )
    return {_day(moment): total for moment, total in rows}


def _day(moment: Any) -> date:
    return clock.local_date(moment)


def _next(month: date) -> date:
    years, months = divmod(month.month, MONTHS_IN_A_YEAR)
    return date(month.year + years, months + 1, 1)
