"""The team's list of proposals: what it knows of each, for this reader."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Case, CharField, DecimalField, Exists, F, OuterRef, Q, Subquery, Sum, Value, When

from accounts.models import User
from applications.domain import decision_clock
from applications.models import BudgetItemAmount, Proposal
from applications.models.proposal import ProposalQuerySet
from applications.states import UNDER_REVIEW, BudgetSide, ProposalState
from assessment.access import files_open_to, listed_for, proposals_known_to
from assessment.models import Advice, AdvisedAmount, Assignment, Consensus
from assessment.states import NextStep
from core.domain import money

Days = Mapping[int, date]


@dataclass(frozen=True)
class Row:
    """A proposal on the list with what no query tells: its last day, and what it asks in each year, in euros."""

    proposal: Proposal
    decide_by: date | None = None
    by_year: Mapping[int, Decimal] = field(default_factory=dict)


def overview_for(user: User) -> ProposalQuerySet:
    """Return the proposals that a person may know of, with what the list shows, filters and sorts by.

    What stands in the file only (how far the assessors are, the advice) is told to whoever may open the file,
    `is_open`; for others it is empty, so that no filter and no order gives it away.
    """
    opens = Exists(files_open_to(user).filter(pk=OuterRef("pk")))
    counting = Assignment.objects.that_count().filter(proposal=OuterRef("pk"))
    advice = Advice.objects.standing().filter(proposal=OuterRef("pk"))
    return (
        listed_for(user)
        .select_related("call__criteria_version")
        .annotate(
            is_open=opens,
            needed=F("call__criteria_version__assessor_count"),
            counting=counting.number_by_proposal(),
            done=counting.handed_in().number_by_proposal(),
            has_consensus=Exists(Consensus.objects.filter(proposal=OuterRef("pk"))),
        )
        .annotate(
            step=_step(),
            outcome=_told(Subquery(advice.values("outcome")[:1]), CharField()),
            percentage=_told(Subquery(advice.values("percentage")[:1]), DecimalField(max_digits=4, decimal_places=1)),
            advised_total=_told(_advised(), DecimalField(max_digits=12, decimal_places=2)),
        )
    )


def _told(value: Subquery, output: CharField[str, str] | DecimalField[Decimal, Decimal]) -> Case:
    """Return a value for whoever may open the file, and nothing for others."""
    return Case(When(is_open=True, then=value), default=None, output_field=output)


def _advised() -> Subquery:
    amounts = AdvisedAmount.objects.filter(advice__in=Advice.objects.standing(), advice__proposal=OuterRef("pk"))
    return Subquery(
        amounts.order_by().values("advice__proposal").annotate(total=Sum("advised")).values("total"),
        output_field=DecimalField(max_digits=12, decimal_places=2),
    )


def _step() -> Case:
    """Return which step a proposal waits for, as domain/work.py tells it for one proposal."""
    assessing = Q(state=ProposalState.IN_ASSESSMENT, is_open=True)
    return Case(
        When(state=ProposalState.SUBMITTED, then=Value(NextStep.COMPLETENESS.value)),
        When(state=ProposalState.SUPPLEMENT, then=Value(NextStep.SUPPLEMENT.value)),
        When(state=ProposalState.ADVISED, then=Value(NextStep.LIST.value)),
        When(state=ProposalState.LISTED, then=Value(NextStep.COLLEGE.value)),
        When(assessing & Q(has_consensus=True), then=Value(NextStep.ADVICE.value)),
        When(assessing & Q(counting__lt=F("needed")), then=Value(NextStep.ASSIGN.value)),
        When(assessing & Q(done__gte=F("counting")), then=Value(NextStep.CONSENSUS.value)),
        When(assessing, then=Value(NextStep.WAIT.value)),
        default=Value(""),
        output_field=CharField(),
    )


def days_under_review(user: User) -> Days:
    """Return by when the college decides, for everything under review that a person may know of: three queries."""
    waiting = proposals_known_to(user).filter(state__in=UNDER_REVIEW).select_related("call")
    found = waiting.only("submitted_at", "call__decision_weeks")
    return {pk: one.decide_by for pk, one in decision_clock.clocks_of(list(found)).items()}


def rows_of(proposals: Sequence[Proposal], codes: Collection[str], days: Days | None = None) -> list[Row]:
    """Return the rows of a list with what the chosen columns need beside the query.

    `days` are the last days when they are known already. At most three queries more.
    """
    if "decide_by" not in codes:
        days = {}
    elif days is None:
        waiting = [proposal for proposal in proposals if proposal.state in UNDER_REVIEW]
        days = {pk: one.decide_by for pk, one in decision_clock.clocks_of(waiting).items()}
    asked = _asked_by_year(proposals) if "by_year" in codes else {}
    return [
        Row(
            proposal,
            days.get(proposal.pk) if proposal.state in UNDER_REVIEW else None,
            asked.get(proposal.pk, {}),
        )
        for proposal in proposals
    ]


def _asked_by_year(proposals: Sequence[Proposal]) -> dict[int, dict[int, Decimal]]:
    """Return what proposals ask in each year, in euros: costs minus co-funding. One query."""
    found: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: money.ZERO))
    amounts = BudgetItemAmount.objects.filter(item__proposal__in=[proposal.pk for proposal in proposals])
    sums = amounts.order_by().values_list("item__proposal_id", "year", "item__side").annotate(sum=Sum("amount"))
    for proposal_id, year, side, amount in sums:
        found[proposal_id][year] += amount if side == BudgetSide.COST else -amount
    return {pk: dict(years) for pk, years in found.items()}
