"""How long the file of a proposal is kept, and which files are due: terms as data, days from what happened."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.db.models import Case, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, Greatest

from applications.models import Proposal
from applications.states import ProposalState
from budget.models import Recovery
from budget.states import ObjectionState, PaymentState, SettlementState
from core.domain import clock
from core.domain.money import ZERO
from reporting.errors import TermsInvalid
from reporting.states import FileOutcome

FILE = Path(__file__).resolve().parents[1] / "data" / "retention.yaml"

# What a file ended as, by the state of its proposal. In every other state it is still open.
OUTCOMES: dict[ProposalState, FileOutcome] = {
    ProposalState.GRANTED: FileOutcome.GRANTED,
    ProposalState.SETTLED: FileOutcome.GRANTED,
    ProposalState.REFUSED: FileOutcome.REFUSED,
    ProposalState.WITHDRAWN: FileOutcome.WITHDRAWN,
    ProposalState.NOT_PROCESSED: FileOutcome.NOT_PROCESSED,
    ProposalState.DRAFT: FileOutcome.DRAFT,
}
GRANTED = [state for state, outcome in OUTCOMES.items() if outcome == FileOutcome.GRANTED]
OPEN_PAYMENTS = (PaymentState.PLANNED, PaymentState.ORDERED, PaymentState.SENT)
MONTHS = 12
COLUMNS = ("pk", "reference", "state", "ended")

# What may be the last thing that happened to a file, beside what the proposal itself says.
LAST = (
    "field_versions__at__date",
    "state_changes__at__date",
    "decisions__letter__sent_on",
    "decisions__settlement__letter__sent_on",
    "decisions__settlement__approved_at__date",
    "decisions__settlement__recovery__receipts__received_on",
    "decisions__objections__decided_on",
    "decisions__objections__withdrawn_on",
    "decisions__payments__booked_on",
)


class Term(NamedTuple):
    """How long something is kept, and whether the municipality said so."""

    years: int
    months: int
    confirmed: bool

    def after(self, day: date) -> date:
        """Return the first day on which what ended on a day may be destroyed."""
        return _shifted(day, self.years * MONTHS + self.months) + timedelta(days=1)

    def before(self, day: date) -> date:
        """Return the last day on which something must have ended to be due on a day."""
        return _shifted(day - timedelta(days=1), -self.years * MONTHS - self.months)


@dataclass(frozen=True)
class Terms:
    """Every term that we keep to."""

    source: str
    files: Mapping[FileOutcome, Term]
    login: Term
    invitations: Term
    mail: Term


@dataclass(frozen=True)
class Kept:
    """A file that ended: how, when, and from which day on it may be destroyed."""

    proposal_id: int
    reference: str
    outcome: FileOutcome
    ended_on: date
    destroy_from: date

    def is_due(self, today: date) -> bool:
        """Whether its term is over."""
        return self.destroy_from <= today


@cache
def terms() -> Terms:
    """Return the terms from the file. Raises TermsInvalid when it does not say each of them."""
    return read(yaml.safe_load(FILE.read_text()))


def read(data: Any) -> Terms:
    """Make terms of what the file says. Raises TermsInvalid."""
    try:
        found = {FileOutcome(name): _term(told) for name, told in data["outcomes"].items()}
        if set(found) != set(FileOutcome):
            raise TermsInvalid("a term is missing")
        return Terms(data["source"], found, *(_term(data[name]) for name in ("login", "invitations", "mail")))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TermsInvalid(str(error)) from error


def kept(proposals: QuerySet[Proposal]) -> list[Kept]:
    """Return those of some proposals whose file ended and was not destroyed, the first due first.

    A grant ends when it is settled, when its activities are over and when the last payment or claim is done, whichever
    comes last; a refusal when its letter was sent; both wait for an objection. One query.
    """
    found = [_kept(row) for row in _ended(proposals).values(*COLUMNS)]
    return sorted(found, key=lambda one: (one.destroy_from, one.proposal_id))


def due(proposals: QuerySet[Proposal]) -> list[Kept]:
    """Return those of some proposals whose file may be destroyed today."""
    today = clock.today()
    return [one for one in kept(proposals) if one.is_due(today)]


def _term(told: Mapping[str, Any]) -> Term:
    term = Term(int(told.get("years", 0)), int(told.get("months", 0)), told["confirmed"] is True)
    if (term.years, term.months) <= (0, 0):
        raise TermsInvalid("a term is longer than nothing")
    return term


def _ended(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    ids = proposals.order_by().values("pk")
    known = Proposal.objects.filter(pk__in=ids, purged_at=None, state__in=OUTCOMES)
    for business in _open_business():
        known = known.exclude(pk__in=business.order_by().values("pk"))
    # Until when the activities last says something of a grant alone.
    lasts = Case(When(state__in=GRANTED, then="ends_on"))
    return known.annotate(ended=Greatest("created_at__date", lasts, *map(_last_of, LAST)))


def _open_business() -> list[QuerySet[Proposal]]:
    """Return the proposals about which something is still going on, whatever their state says."""
    everything = Proposal.objects.all()
    settled = everything.filter(decisions__settlement__state=SettlementState.FINAL)
    claims = Recovery.objects.annotate(came_in=Coalesce(Sum("receipts__amount"), ZERO)).filter(
        Q(limit_on=None) | Q(limit_on__gte=clock.today()), came_in__lt=F("amount")
    )
    return [
        everything.filter(decisions__objections__state=ObjectionState.OPEN),
        everything.filter(decisions__payments__state__in=OPEN_PAYMENTS),
        everything.filter(decisions__settlement__recovery__in=claims.values("pk")),
        everything.filter(state=ProposalState.GRANTED).exclude(pk__in=settled.order_by().values("pk")),
    ]


def _last_of(path: str) -> Subquery:
    """Return the last day at the end of a path, as a subquery so that rows don't multiply each other."""
    same = Proposal.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    return Subquery(same.annotate(last=Max(path)).values("last"))


def _kept(row: Mapping[str, Any]) -> Kept:
    outcome = OUTCOMES[ProposalState(row["state"])]
    day: date = row["ended"]
    return Kept(row["pk"], row["reference"] or "", outcome, day, terms().files[outcome].after(day))


def _shifted(day: date, months: int) -> date:
    """Return the same day of the month some months later, or the last day of that month."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
