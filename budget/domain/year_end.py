"""The end of a year: what is left on each line, and the carry-over that the council may decide on.

Unspent money does not roll over by itself: only the council carries it over. What is granted stays committed in its
own year until it is settled, so only what is free can be carried over.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.books import lock_balances
from budget.access.council import require_enterer
from budget.domain import columns, council
from budget.domain.columns import NOTHING, Columns
from budget.domain.council_content import Content
from budget.errors import MoreThanFree
from budget.models import BudgetLine, CouncilDecision, CouncilDecisionAmount
from budget.states import CouncilDecisionKind, CouncilDecisionState
from core.domain import clock, requests
from core.domain.money import ZERO, format_euros


@dataclass(frozen=True)
class LineEnd:
    """How one programme line ends a year, in euros."""

    budget_line: BudgetLine
    columns: Columns
    under_way: Decimal  # in carry-overs out of this year that are not booked yet

    @property
    def firm(self) -> Decimal:
        """Granted and not spent, with no condition over it."""
        return self.columns.granted - self.columns.conditional

    @property
    def available(self) -> Decimal:
        """What a new carry-over can take at most: free, and in no other carry-over yet."""
        return max(self.columns.free - self.under_way, ZERO)


@dataclass(frozen=True)
class YearEnd:
    """How a year ends."""

    year: int
    lines: list[LineEnd]
    has_ended: bool
    under_way: list[CouncilDecision]

    @property
    def next_year(self) -> int:
        """The year that money is carried over to."""
        return self.year + 1

    @property
    def total(self) -> LineEnd:
        """All lines together; its line is the first one, and says nothing."""
        summed = sum((line.columns for line in self.lines), NOTHING)
        return LineEnd(self.lines[0].budget_line, summed, sum((line.under_way for line in self.lines), ZERO))

    @property
    def available(self) -> Decimal:
        """What a new carry-over can take of all lines together."""
        return sum((line.available for line in self.lines), ZERO)


def of_year(year: int) -> YearEnd | None:
    """Return how a year ends; None for a year without budget lines."""
    lines = list(BudgetLine.objects.filter(year=year).select_related("line"))
    if not lines:
        return None
    booked = columns.by_line_and_year()
    amounts = _carried_out_of(year)
    under_way: dict[int, Decimal] = defaultdict(Decimal)
    for amount in amounts:
        under_way[amount.budget_line_id] -= amount.amount
    ends = [LineEnd(line, booked.get((line.line_id, year), NOTHING), under_way[line.pk]) for line in lines]
    decisions = {amount.council_decision_id: amount.council_decision for amount in amounts}
    return YearEnd(year, ends, clock.today().year > year, list(decisions.values()))


def years() -> list[int]:
    """Return the years that have budget lines."""
    return sorted(set(BudgetLine.objects.order_by().values_list("year", flat=True)))


def draft_carry_over(*, year: int, amounts: Mapping[str, Decimal], by: User, request_key: UUID) -> CouncilDecision:
    """Draft a carry-over to the next year for the council: it is a draft, and nothing is booked.

    `amounts` maps the code of a programme line to euros. Raises MoreThanFree when a line has less that is free and in
    no other carry-over, CouncilDecisionNotReady when there is no amount at all, StepNotYours. A repeat of the request
    gives the draft that it made first.
    """
    require_enterer(by)
    wanted = {code: amount for code, amount in amounts.items() if amount}
    content = Content(
        kind=CouncilDecisionKind.CARRY_OVER,
        title=_("Carry-over from %(year)d to %(next)d") % {"year": year, "next": year + 1},
        amounts={
            key: euros
            for code, amount in wanted.items()
            for key, euros in (((code, year), -amount), ((code, year + 1), amount))
        },
    )
    with transaction.atomic():
        body = {"year": year, "amounts": {code: str(amount) for code, amount in wanted.items()}}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.year_end", body=body)
        if not is_new:
            return council.made_before((request.answer or {})["decision"])
        # Two carry-overs drafted at once would take the same money: the second one waits here and sees the first.
        lock_balances(BudgetLine.objects.filter(year=year).values_list("pk", flat=True))
        _check_free(year, wanted)
        made = council.draft(by=by, content=content)
        requests.answer(request, decision=made.pk)
    return made


def _check_free(year: int, wanted: Mapping[str, Decimal]) -> None:
    found = of_year(year)
    ends = {} if found is None else {line.budget_line.line.code: line for line in found.lines}
    for code, amount in wanted.items():
        available = ends[code].available if code in ends else ZERO
        if not ZERO < amount <= available:
            raise MoreThanFree(
                _("On %(line)s %(year)d at most %(available)s can be carried over; %(amount)s is too much.")
                % {
                    "line": ends[code].budget_line.line if code in ends else code,
                    "year": year,
                    "available": format_euros(available),
                    "amount": format_euros(amount),
                },
                line=code,
            )


def _carried_out_of(year: int) -> list[CouncilDecisionAmount]:
    """Return what carry-overs that are not booked yet take out of a year."""
    amounts = CouncilDecisionAmount.objects.filter(
        council_decision__kind=CouncilDecisionKind.CARRY_OVER, budget_line__year=year, amount__lt=0
    ).exclude(council_decision__state=CouncilDecisionState.CONFIRMED)
    return list(amounts.select_related("council_decision").order_by("council_decision_id", "pk"))
