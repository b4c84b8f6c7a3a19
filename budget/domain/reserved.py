"""What is reserved: a positive advice on which the college has yet to decide. It binds nobody, so it is no entry.

Told from the histories alone, so that any past moment can be told. The one definition behind the controller's pages
and the reports.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from applications.models import LineTag, Proposal, StateChange
from applications.states import ProposalState
from assessment.models import AdvisedAmount
from assessment.states import Outcome
from budget.domain.columns import LineYear
from budget.models import LedgerEntry
from core.domain.money import ZERO

# Advised and not yet decided on.
UNDECIDED = (ProposalState.ADVISED, ProposalState.LISTED)
POSITIVE = (Outcome.POSITIVE, Outcome.CONDITIONAL)


class Reservation(NamedTuple):
    """What one proposal asks of one line and year, in euros."""

    proposal_id: int
    line_id: int
    year: int
    amount: Decimal


def at(as_of: datetime) -> list[Reservation]:
    """Return what was reserved at a moment (aware). One query.

    What is booked is no longer reserved, even when the moment falls between the two rows of one approval.
    """
    latest = StateChange.objects.latest_before(as_of).values("pk")
    undecided = StateChange.objects.filter(pk__in=latest, to_state__in=UNDECIDED).values("proposal_id")
    booked = LedgerEntry.objects.before(as_of).filter(decision__proposal=OuterRef("advice__about"))
    rows = (
        AdvisedAmount.objects.filter(
            ~Exists(booked),
            Q(advice__taken_back_at=None) | Q(advice__taken_back_at__gte=as_of),
            advice__about__in=undecided,
            advice__given_at__lt=as_of,
            advice__outcome__in=POSITIVE,
            advised__gt=0,
        )
        .order_by("advice__about_id", "year")
        .annotate(then_on=line_at(as_of, "advice__about"))
        .values_list("advice__about_id", "then_on", "year", "advised")
    )
    return [Reservation(*row) for row in rows]


def now() -> dict[LineYear, Decimal]:
    """Return what is reserved now of every line and year, in euros. One query.

    The same as `at` this moment, read from where proposals stand instead of from how they came there: what it costs
    follows what waits, not everything that was ever proposed.
    """
    rows = (
        AdvisedAmount.objects.filter(
            advice__taken_back_at=None,
            advice__proposal__state__in=UNDECIDED,
            advice__outcome__in=POSITIVE,
            advised__gt=0,
        )
        .order_by()
        .values_list("advice__proposal__line_id", "year")
        .annotate(total=Sum("advised"))
    )
    return {(line_id, year): total for line_id, year, total in rows}


def line_at(as_of: datetime, proposal: str) -> Coalesce:
    """Return the expression for the line of a proposal at a moment: what the team tagged, else the partner's own."""
    tags = LineTag.objects.filter(proposal=OuterRef(proposal), tagged_at__lt=as_of).order_by("-id").values("line_id")
    own = F(f"{proposal}__proposed_line_id"), F(f"{proposal}__line_id")
    return Coalesce(Subquery(tags[:1]), *own, output_field=BigIntegerField())


def by_line_and_year(reservations: Iterable[Reservation]) -> dict[LineYear, Decimal]:
    """Add reservations up, in euros."""
    sums: dict[LineYear, Decimal] = {}
    for one in reservations:
        key = (one.line_id, one.year)
        sums[key] = sums.get(key, ZERO) + one.amount
    return sums


def proposals_of(reservations: Iterable[Reservation]) -> QuerySet[Proposal]:
    """Return the proposals behind reservations, with their partner."""
    return Proposal.objects.filter(pk__in={one.proposal_id for one in reservations}).select_related("organisation")
