"""The trail from a figure to what makes it: decisions of the council, activities, and what waits for the college.

The sums come from the same weights as the figure itself (budget.domain.columns), so they always add up to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, DecimalField, F, QuerySet, Sum, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from budget.columns import COLUMN_MEANINGS, Column
from budget.domain import books, entries
from budget.domain.books import LineYear, Scope
from budget.domain.columns import WEIGHTS, Weights
from budget.domain.entries import Behind
from budget.models import CouncilDecision, LedgerEntry
from core.domain.money import ZERO

# What is granted and what of it is realised, together: what the meters show. No column of the controller's.
COMMITTED = "committed"

LABELS: dict[str, Promise | str] = {COMMITTED: _("Committed and realised"), **{one.value: one.label for one in Column}}
MEANINGS: dict[str, Promise | str] = {
    COMMITTED: _("granted by the college, realised or not"),
    **{one.value: COLUMN_MEANINGS[one] for one in Column},
}
# The figures that the council sees of a part of the programme, in their order on the page.
SHOWN: tuple[str, ...] = (
    Column.PRIMITIVE,
    Column.AMENDMENTS,
    Column.BUDGETED,
    Column.RESERVED,
    Column.GRANTED,
    Column.SPENT,
    COMMITTED,
    Column.ADVANCED,
    Column.RELEASED,
    Column.FREE,
)


class OfCouncil(NamedTuple):
    """What one decision of the council adds to a figure, in euros."""

    decision: CouncilDecision
    counted: Decimal


@dataclass(frozen=True)
class Trail:
    """A figure with what makes it: `figure` = `of_council` + `of_activities` + `of_waiting` + `beyond_budget`."""

    column: str
    figure: Decimal
    council: list[OfCouncil]
    activities: QuerySet[LedgerEntry, Any]
    of_activities: Decimal
    behind: Behind

    @property
    def of_council(self) -> Decimal:
        """What the decisions of the council add, in euros."""
        return sum((one.counted for one in self.council), ZERO)

    @property
    def label(self) -> Promise | str:
        """What the figure is called."""
        return LABELS[self.column]

    @property
    def meaning(self) -> Promise | str:
        """What the figure means, for a reader who is no controller."""
        return MEANINGS[self.column]


def of(line_years: Iterable[LineYear], scope: Scope, as_of: datetime, column: str) -> Trail:
    """Return what stands behind a figure of a part of the books; `line_years` are the books at the same moment.

    `activities` is a queryset to page through: the id of a proposal as `proposal` and what it adds as `sum`, the
    largest first. Three queries, and two more for a figure in which reserved proposals count.
    """
    rows = list(line_years)
    behind = _behind(rows, scope, as_of, column)
    weights = _weights(column)
    booked = entries.booked(scope, as_of).filter(kind__in=list(weights)).annotate(counts=_counted(weights)).order_by()
    council = _of_council(booked)
    return Trail(
        column=column,
        figure=behind.figure,
        council=council,
        activities=_of_activities(booked),
        of_activities=behind.of_entries - sum((one.counted for one in council), ZERO),
        behind=behind,
    )


def _behind(rows: list[LineYear], scope: Scope, as_of: datetime, column: str) -> Behind:
    if column != COMMITTED:
        return entries.behind(rows, scope, as_of, Column(column))
    figure = books.sum_of(row for row in rows if scope.holds(row.budget_line)).committed
    return Behind(figure=figure, of_entries=figure, waiting=[])


def _weights(column: str) -> Weights:
    return WEIGHTS[COMMITTED] if column == COMMITTED else entries.weights_of(Column(column))


def _of_council(booked: QuerySet[LedgerEntry]) -> list[OfCouncil]:
    sums = dict(
        booked.filter(council_decision__isnull=False).values_list("council_decision").annotate(sum=Sum("counts"))
    )
    decisions = CouncilDecision.objects.filter(pk__in=sums).order_by("confirmed_at", "pk")
    return [OfCouncil(decision, sums[decision.pk]) for decision in decisions if sums[decision.pk]]


def _of_activities(booked: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry, Any]:
    return (
        booked.filter(decision__isnull=False)
        .values(proposal=F("decision__proposal"))
        .annotate(sum=Sum("counts"))
        .exclude(sum=ZERO)
        .order_by("-sum", "proposal")
    )


def _counted(weights: Weights) -> Case:
    whens = [When(kind=kind, then=F("amount") * weight) for kind, weight in weights.items()]
    return Case(*whens, default=Value(ZERO), output_field=DecimalField(max_digits=14, decimal_places=2))
