"""What stands behind a figure: the ledger entries that make it, and for what is no entry the reserved proposals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Case, DecimalField, F, Sum, Value, When

from accounts.models import User
from applications.models import Proposal
from budget.columns import Column
from budget.domain import books, reserved
from budget.domain.books import LineYear, Scope
from budget.domain.columns import WEIGHTS, Weights
from budget.domain.reserved import Reservation
from budget.models import BudgetLine, LedgerEntry
from budget.models.ledger_entry import LedgerEntryQuerySet
from budget.states.events import BudgetEvent
from core.domain import audit, clock
from core.domain.money import ZERO, total
from core.models import Document

# The forecast takes reserved proposals as far as the budget reaches, so its entries are those of another column.
BASIS: dict[Column, str] = {Column.FORECAST: "committed", Column.TO_CARRY: "free"}
# How a reserved proposal counts in a column.
RESERVED_COUNTS: dict[Column, int] = {Column.RESERVED: 1, Column.FORECAST: 1, Column.TO_CARRY: -1}


@dataclass(frozen=True)
class Waiting:
    """A reserved proposal behind a figure, on one line and year; `counted` is what it adds, in euros."""

    proposal: Proposal
    budget_line: BudgetLine
    counted: Decimal


@dataclass(frozen=True)
class Behind:
    """A figure with all that makes it: `figure` = `of_entries` + `of_waiting` + `beyond_budget`, in euros."""

    figure: Decimal
    of_entries: Decimal
    waiting: list[Waiting]

    @property
    def of_waiting(self) -> Decimal:
        """What the reserved proposals add."""
        return total(one.counted for one in self.waiting)

    @property
    def beyond_budget(self) -> Decimal:
        """What is taken off again because it does not fit in the budget: a forecast is never above it."""
        return self.figure - self.of_entries - self.of_waiting


def booked(scope: Scope, as_of: datetime, column: Column | None = None) -> LedgerEntryQuerySet:
    """Return the entries of a part of the books before a moment, the last one first.

    With a column only those that make it, each with `counted`: what it adds to the column, in euros.
    """
    entries = LedgerEntry.objects.before(as_of)
    if scope.line:
        entries = entries.filter(budget_line__line__code=scope.line)
    if scope.year is not None:
        entries = entries.filter(budget_line__year=scope.year)
    if scope.programme:
        entries = entries.filter(budget_line__line__budget_programme=scope.programme)
    if column is not None:
        weights = weights_of(column)
        entries = entries.filter(kind__in=list(weights)).annotate(counted=_counted(weights))  # type: ignore[no-redef]
    return entries.order_by("-booked_at", "-pk")


def weights_of(column: Column) -> Weights:
    """Return how many times one euro of each kind of entry counts in a column; nothing for what is no entry."""
    return {} if column is Column.RESERVED else WEIGHTS[BASIS.get(column, column.value)]


def behind(line_years: Iterable[LineYear], scope: Scope, as_of: datetime, column: Column) -> Behind:
    """Return a figure of a part of the books with what makes it; `line_years` are the books at the same moment.

    One query, and two more for a column in which reserved proposals count.
    """
    rows = [row for row in line_years if scope.holds(row.budget_line)]
    added = booked(scope, as_of, column).aggregate(sum=Sum("counted"))["sum"]
    return Behind(
        figure=getattr(books.sum_of(rows), column),
        of_entries=ZERO if added is None else added,
        waiting=_waiting([row.budget_line for row in rows], as_of, column),
    )


def note_opened(document: Document, *, by: User) -> None:
    """Write down who reads a document that an entry rests on."""
    with transaction.atomic():
        changes = {"sha256": document.sha256}
        audit.record(event=BudgetEvent.DOCUMENT_OPENED, actor=by, about=document, changes=changes)


def _waiting(lines: Iterable[BudgetLine], as_of: datetime, column: Column) -> list[Waiting]:
    sign = RESERVED_COUNTS.get(column)
    if sign is None:
        return []
    this_year = clock.local_date(as_of).year
    found = {(line.line_id, line.year): line for line in lines if column is Column.RESERVED or line.year >= this_year}
    counted: list[Reservation] = [one for one in reserved.at(as_of) if (one.line_id, one.year) in found]
    proposals = {proposal.pk: proposal for proposal in reserved.proposals_of(counted)}
    return [
        Waiting(proposals[one.proposal_id], found[one.line_id, one.year], sign * one.amount)
        for one in sorted(counted, key=lambda one: (one.year, proposals[one.proposal_id].reference or ""))
    ]


def _counted(weights: Weights) -> Case:
    whens = [When(kind=kind, then=F("amount") * weight) for kind, weight in weights.items()]
    return Case(*whens, default=Value(ZERO), output_field=DecimalField(max_digits=14, decimal_places=2))
