"""Where the trail of a euro ends: the activity with its decision, advice and scores, its partner and its results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Sum
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.states import OrganisationKind
from applications.models import Proposal
from applications.models.proposal import ProposalQuerySet
from applications.states import ProposalState
from assessment.models import Advice, ConsensusScore
from budget.domain import columns
from budget.domain.columns import NOTHING, Columns
from budget.models import (
    Account,
    Decision,
    DecisionAmount,
    DecisionLetter,
    LedgerEntry,
    Settlement,
    SettlementLetter,
)
from budget.states import AccountState, EntryKind, ListState, Ruling, SettlementState
from core.domain.money import ZERO
from reporting.states.council import PHASES, Phase

PAID = (EntryKind.ADVANCE, EntryKind.FINAL_PAYMENT)
# An account that the partner handed in: before the team found it in order the page says so.
HANDED_IN = (AccountState.SUBMITTED, AccountState.CHECKED)


@dataclass(frozen=True)
class Result:
    """A promised result, and what came of it (empty: nothing reported yet)."""

    indicator: str
    baseline: str
    target: str
    measured_by: str
    achieved: str
    explanation: str


@dataclass(frozen=True)
class Decided:
    """A final decision, with its letter once that was sent."""

    decision: Decision
    letter: DecisionLetter | None


@dataclass(frozen=True)
class Settled:
    """The final amount of a grant, with its letter once that was sent."""

    settlement: Settlement
    letter: SettlementLetter | None


@dataclass(frozen=True)
class Walked:
    """All that the council reads of an activity."""

    proposal: Proposal
    partner: str
    years: dict[int, Columns]
    waiting: dict[int, Decimal]
    paid: Decimal
    to_pay_back: Decimal
    decisions: list[Decided]
    advice: Advice | None
    account: Account | None
    results: list[Result]
    settled: Settled | None
    entries: list[LedgerEntry]

    @property
    def total(self) -> Columns:
        """All years together."""
        return sum(self.years.values(), NOTHING)

    @property
    def waiting_total(self) -> Decimal:
        """What is reserved over all years, in euros."""
        return sum(self.waiting.values(), ZERO)


def partner_name(organisation: Organisation) -> str:
    """Return how a partner is called before the council: never the name of a natural person (Woo)."""
    return _("Resident(s)") if organisation.kind == OrganisationKind.RESIDENTS else organisation.name


def for_list(proposals: ProposalQuerySet) -> ProposalQuerySet:
    """Return activities with what a list shows of each, the last that came in on top."""
    return proposals.select_related("organisation", "line").order_by("-submitted_at", "-pk")


def money_of(proposal_ids: Iterable[int], as_of: datetime) -> dict[int, Columns]:
    """Return what was booked on each of the proposals before a moment, all years together. One query."""
    booked = columns.by_proposal(as_of, list(proposal_ids))
    return {proposal_id: sum(found.values(), NOTHING) for proposal_id, found in booked.items()}


@dataclass(frozen=True)
class Row:
    """An activity in a list, with what was booked on it over all years."""

    proposal: Proposal
    partner: str
    phase: Phase
    money: Columns


def rows(proposals: Iterable[Proposal], as_of: datetime) -> list[Row]:
    """Return activities as a list shows them, in their own order. One query beside that of the activities."""
    found = list(proposals)
    money = money_of([proposal.pk for proposal in found], as_of)
    return [
        Row(one, partner_name(one.organisation), PHASES[ProposalState(one.state)], money.get(one.pk, NOTHING))
        for one in found
    ]


def of(proposal: Proposal, as_of: datetime) -> Walked:
    """Return all that the council reads of an activity. `as_of` is the moment until which the ledger counts."""
    booked = columns.by_proposal(as_of, [proposal.pk]).get(proposal.pk, {})
    decisions = _decisions(proposal)
    advice = decisions[-1].decision.advice if decisions else _advice(proposal)
    account = _account(proposal)
    sums = _sums_by_kind(proposal, as_of)
    return Walked(
        proposal=proposal,
        partner=partner_name(proposal.organisation),
        years={year: found for (_line, year), found in sorted(booked.items(), key=lambda item: item[0][1])},
        waiting={} if decisions else _waiting(advice),
        paid=sum((sums.get(kind, ZERO) for kind in PAID), ZERO),
        to_pay_back=sums.get(EntryKind.RECOVERY, ZERO),
        decisions=decisions,
        advice=advice,
        account=account,
        results=_results(proposal, account),
        settled=_settled(proposal),
        entries=list(
            LedgerEntry.objects.before(as_of)
            .filter(decision__proposal=proposal)
            .select_related("budget_line__line", "decision")
        ),
    )


def _decisions(proposal: Proposal) -> list[Decided]:
    """Return the final decisions on a proposal, the first one first: an objection may have brought a second."""
    amounts = DecisionAmount.objects.select_related("budget_line__line").order_by("budget_line__year")
    found = (
        Decision.objects.filter(proposal=proposal, decision_list__state=ListState.APPROVED)
        .exclude(ruling=Ruling.HOLD)
        .select_related("decision_list", "letter__document", "replaces", "replaced_by", "advice__consensus")
        .prefetch_related(Prefetch("amounts", queryset=amounts), "advice__amounts", _scores("advice__"))
        .order_by("pk")
    )
    return [Decided(one, getattr(one, "letter", None)) for one in found]


def _settled(proposal: Proposal) -> Settled | None:
    final = Settlement.objects.for_page().filter(decision__proposal=proposal, state=SettlementState.FINAL)
    found = final.select_related("letter").order_by("-pk").first()
    return None if found is None else Settled(found, getattr(found, "letter", None))


def _advice(proposal: Proposal) -> Advice | None:
    standing = Advice.objects.standing().filter(proposal=proposal).select_related("consensus")
    return standing.prefetch_related("amounts", _scores("")).first()


def _scores(path: str) -> "Prefetch[Any]":
    scores = ConsensusScore.objects.select_related("criterion").order_by("criterion__position")
    return Prefetch(f"{path}consensus__scores", queryset=scores)


def _waiting(advice: Advice | None) -> dict[int, Decimal]:
    if advice is None:
        return {}
    return {amount.year: amount.advised for amount in advice.amounts.all() if amount.advised}


def _account(proposal: Proposal) -> Account | None:
    handed_in = Account.objects.standing().filter(decision__proposal=proposal, state__in=HANDED_IN)
    return handed_in.prefetch_related("results").first()


def _results(proposal: Proposal, account: Account | None) -> list[Result]:
    reported = {} if account is None else {one.promised_result_id: one for one in account.results.all()}
    found = []
    for promised in proposal.promised_results.all():
        came = reported.get(promised.pk)
        found.append(
            Result(
                indicator=promised.indicator,
                baseline=promised.baseline,
                target=promised.target,
                measured_by=promised.measured_by,
                achieved=came.achieved if came else "",
                explanation=came.explanation if came else "",
            )
        )
    return found


def _sums_by_kind(proposal: Proposal, as_of: datetime) -> Mapping[str, Decimal]:
    booked = LedgerEntry.objects.before(as_of).filter(decision__proposal=proposal).order_by()
    return dict(booked.values_list("kind").annotate(total=Sum("amount")))
