"""The public register: what was granted, to which organisation, for what, and how it was settled.

A row is a grant in one year, as municipalities publish them. It stands there from the day on which the decision was
sent, for it has no force before (Awb 3:40); after an objection only the decision that holds stands there. What was
refused, withdrawn or is still under review is in no way part of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.states import OrganisationKind
from applications.models import Proposal
from applications.states import FundingForm, ProposalState
from assessment.models import AdvisedAmount
from budget.domain.columns import WEIGHTS
from budget.models import Decision, DecisionAmount, LedgerEntry, SettlementAmount
from budget.states import EntryKind, Ruling, SettlementState
from core.domain.money import ZERO
from programme.models import Line
from reporting.domain import public_text
from reporting.states import GrantState

# What the data say where a natural person would be named, in every language.
RESIDENTS = "Inwoner(s)"

_EUROS: DecimalField[Decimal, Decimal] = DecimalField(max_digits=12, decimal_places=2)
_NAMES = ("decision__proposal__organisation__memberships__user", "decision__proposal__collaborators__user")


@dataclass(frozen=True)
class Row:
    """A grant in one year, in euros. `applicant` is empty for residents; `settled` is None until the settlement."""

    reference: str
    decision: str
    decided_on: date | None
    year: int
    line: Line
    kind: FundingForm
    applicant: str
    kvk_number: str
    title: str
    requested: Decimal
    granted: Decimal
    settled: Decimal | None
    conditional: bool

    @property
    def applicant_shown(self) -> str:
        """Who got the grant, as the public reads it."""
        return self.applicant or _("Resident(s)")

    @property
    def state(self) -> GrantState:
        """Where the grant is."""
        if self.settled is not None:
            return GrantState.SETTLED
        return GrantState.CONDITIONAL if self.conditional else GrantState.GRANTED

    @property
    def state_label(self) -> str:
        """Where the grant is, in words."""
        return str(self.state.label)

    @property
    def kind_label(self) -> str:
        """In what form the municipality pays, in words."""
        return str(self.kind.label)


class Totals(NamedTuple):
    """What a selection of the register comes to, in euros; `settled` only counts what was settled."""

    rows: int = 0
    grants: int = 0
    requested: Decimal = ZERO
    granted: Decimal = ZERO
    settled: Decimal = ZERO


def decisions() -> QuerySet[Decision]:
    """Return the grants that hold and that the partner has the letter of."""
    return Decision.objects.standing().filter(
        ruling=Ruling.GRANT,
        letter__isnull=False,
        proposal__state__in=(ProposalState.GRANTED, ProposalState.SETTLED),
    )


def published() -> QuerySet[DecisionAmount]:
    """Return the rows of the register with `requested`, `granted`, `settled`, `open_condition` and `applicant`.

    A year whose condition was invoked (Awb 4:34) is not granted any more, so it is no row.
    """
    is_person = Q(decision__proposal__organisation__kind=OrganisationKind.RESIDENTS)
    name = F("decision__proposal__organisation__name")
    return (
        DecisionAmount.objects.filter(decision__in=decisions())
        .annotate(
            requested=_requested(),
            granted=F("amount") - _booked({EntryKind.LAPSE: 1}),
            settled=_settled(),
            open_condition=_booked(WEIGHTS["conditional"]),
            applicant=Case(When(is_person, then=Value("")), default=name),
        )
        .filter(granted__gt=0)
    )


def search(rows: QuerySet[DecisionAmount], text: str) -> QuerySet[DecisionAmount]:
    """Keep the rows with a text in what the public reads of them: reference, title or organisation.

    What is left out of a title can't be found either, or the search would tell it.
    """
    by_title = rows.filter(decision__proposal__title__icontains=text)
    told = [one.pk for one in for_page(by_title) if text.casefold() in _title(one.decision.proposal).casefold()]
    reference = Q(decision__proposal__reference__icontains=text) | Q(decision__reference__icontains=text)
    return rows.filter(Q(pk__in=told) | reference | Q(applicant__icontains=text))


def by_applicant(rows: QuerySet[DecisionAmount], text: str) -> QuerySet[DecisionAmount]:
    """Keep the rows of organisations with a text in their name, or with this KvK number; residents by that word."""
    asked = Q(applicant__icontains=text) | Q(decision__proposal__organisation__kvk_number=text) & ~Q(applicant="")
    if any(text.casefold() in word.casefold() for word in (RESIDENTS, _("Resident(s)"))):
        asked |= Q(applicant="")
    return rows.filter(asked)


def totals_of(rows: QuerySet[DecisionAmount]) -> Totals:
    """Add a selection up. One query."""
    sums = rows.order_by().aggregate(
        rows=Count("pk"),
        grants=Count("decision", distinct=True),
        requested_sum=Sum("requested"),
        granted_sum=Sum("granted"),
        settled_sum=Sum("settled"),
    )
    amounts = (sums[f"{name}_sum"] or ZERO for name in ("requested", "granted", "settled"))
    return Totals(sums["rows"], sums["grants"], *amounts)


def rows_of(found: QuerySet[DecisionAmount] | Sequence[DecisionAmount]) -> list[Row]:
    """Return rows as the public reads them. Five queries, however many rows."""
    amounts = for_page(found) if isinstance(found, QuerySet) else found
    return [_row(one) for one in amounts]


def for_page(rows: QuerySet[DecisionAmount]) -> QuerySet[DecisionAmount]:
    """Return rows with all that is told of each, the names to leave out included."""
    related = ("budget_line__line", "decision__proposal__organisation", "decision__proposal__contact")
    return rows.select_related(*related).prefetch_related(*_NAMES)


def years() -> list[int]:
    """Return the years in which something was granted."""
    found = DecisionAmount.objects.filter(decision__in=decisions()).order_by("budget_line__year")
    return list(found.values_list("budget_line__year", flat=True).distinct())


def _row(one: Any) -> Row:
    decision, proposal = one.decision, one.decision.proposal
    return Row(
        reference=proposal.reference,
        decision=decision.reference,
        decided_on=decision.decided_on,
        year=one.budget_line.year,
        line=one.budget_line.line,
        kind=FundingForm(proposal.funding_form),
        applicant=one.applicant,
        kvk_number=(proposal.organisation.kvk_number or "") if one.applicant else "",
        title=_title(proposal),
        requested=one.requested,
        granted=one.granted,
        settled=one.settled,
        conditional=one.open_condition > 0,
    )


def _title(proposal: Proposal) -> str:
    return public_text.shown(proposal.title, public_text.people_of(proposal))


def _requested() -> Coalesce:
    asked = AdvisedAmount.objects.filter(advice=OuterRef("decision__advice"), year=OuterRef("budget_line__year"))
    return _or_zero(asked.values("requested"))


def _settled() -> Subquery:
    """Return what was settled, once the partner has the letter of it; NULL before."""
    settled = SettlementAmount.objects.filter(
        settlement__decision=OuterRef("decision"),
        settlement__state=SettlementState.FINAL,
        settlement__letter__isnull=False,
        budget_line=OuterRef("budget_line"),
    )
    return Subquery(settled.values("settled"), output_field=_EUROS)


def _booked(weights: Any) -> Coalesce:
    """Return what entries of these kinds come to on a row's decision and line, each kind weighed."""
    weighed = Case(*(When(kind=kind, then=F("amount") * weight) for kind, weight in weights.items()))
    entries = (
        LedgerEntry.objects.filter(
            decision=OuterRef("decision"), budget_line=OuterRef("budget_line"), kind__in=list(weights)
        )
        .order_by()
        .values("budget_line")
        .annotate(total=Sum(weighed, output_field=_EUROS))
    )
    return _or_zero(entries.values("total"))


def _or_zero(found: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(found, output_field=_EUROS), Value(ZERO), output_field=_EUROS)


def task_fields(lines: Iterable[Line]) -> list[str]:
    """Return the task fields of lines, by number."""
    return sorted({line.task_field for line in lines if line.task_field})
