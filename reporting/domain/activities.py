"""Proposals as they stood at a moment: state, line and money, told from their history."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from accounts.states import OrganisationKind
from applications.models import LineTag, Proposal, StateChange
from applications.states import ProposalState
from assessment.models import AdvisedAmount
from assessment.states import Outcome
from budget.domain import columns
from budget.domain.columns import NOTHING, Columns, LineYear

# Advised and not yet decided: with a positive advice this is what the columns call reserved.
UNDECIDED = (ProposalState.ADVISED, ProposalState.LISTED)
POSITIVE = (Outcome.POSITIVE, Outcome.CONDITIONAL)


@dataclass(frozen=True)
class Activity:
    """A proposal at a moment. `partner` is empty for residents: a report names no natural person (Woo)."""

    proposal_id: int
    line_id: int
    reference: str
    title: str
    partner: str
    state: ProposalState
    results: tuple[str, ...] = ()
    years: dict[int, Columns] = field(default_factory=dict)

    @property
    def total(self) -> Columns:
        """All years together."""
        return sum(self.years.values(), NOTHING)

    @property
    def has_money(self) -> bool:
        """Tell whether it was granted, or advised positively: what a report lists one by one."""
        return bool(self.years)


def at(as_of: datetime) -> list[Activity]:
    """Return every proposal that was submitted before a moment as it stood then, by reference. Five queries."""
    found = _standing(_changes_before(as_of), as_of)
    results = _results_served([one.proposal_id for one in found])
    return [replace(one, results=tuple(results[one.proposal_id])) for one in found]


def undecided_at(as_of: datetime) -> list[Activity]:
    """Return the proposals that were advised and not decided on, without their desired results. Four queries."""
    return _standing(_changes_before(as_of).filter(to_state__in=UNDECIDED), as_of)


def _reserved(as_of: datetime, undecided: list[int]) -> dict[int, dict[int, Decimal]]:
    """Return by proposal and year what a positive advice from before a moment asks, in euros."""
    rows = AdvisedAmount.objects.filter(
        advice__proposal_id__in=undecided, advice__given_at__lt=as_of, advice__outcome__in=POSITIVE, advised__gt=0
    ).values_list("advice__proposal_id", "year", "advised")
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for proposal_id, year, advised in rows:
        found[proposal_id][year] = advised
    return found


def _changes_before(as_of: datetime) -> QuerySet[StateChange]:
    latest = StateChange.objects.latest_before(as_of).values("pk")
    return StateChange.objects.filter(pk__in=latest).exclude(to_state=ProposalState.DRAFT)


def _standing(changes: QuerySet[StateChange], as_of: datetime) -> list[Activity]:
    """Give each proposal its line and its money at the moment."""
    found = [_activity(change) for change in changes.select_related("proposal__organisation")]
    ids = [one.proposal_id for one in found]
    tagged = dict(
        LineTag.objects.filter(proposal_id__in=ids, tagged_at__lt=as_of)
        .order_by("proposal_id", "-id")
        .distinct("proposal_id")
        .values_list("proposal_id", "line_id")
    )
    booked = columns.by_proposal(as_of, ids)
    reserved = _reserved(as_of, [one.proposal_id for one in found if one.state in UNDECIDED])
    whole = [
        _with_money(one, tagged, booked.get(one.proposal_id, {}), reserved.get(one.proposal_id, {})) for one in found
    ]
    return sorted(whole, key=lambda one: one.reference)


def _activity(change: StateChange) -> Activity:
    proposal = change.proposal
    organisation = proposal.organisation
    return Activity(
        proposal_id=proposal.pk,
        # The partner's own choice, until the team tagged another line.
        line_id=proposal.proposed_line_id or proposal.line_id or 0,
        reference=proposal.reference or "",
        title=proposal.title,
        partner="" if organisation.kind == OrganisationKind.RESIDENTS else organisation.name,
        state=ProposalState(change.to_state),
    )


def _with_money(
    one: Activity, tagged: dict[int, int], booked: dict[LineYear, Columns], reserved: dict[int, Decimal]
) -> Activity:
    """Place a proposal on its line: where its money is booked, else what the team tagged, else the partner's own.

    What is booked is no longer reserved, even when the moment falls between the two rows of one approval.
    """
    if booked:
        line_id = next(iter(booked))[0]
        years = {year: found for (_line_id, year), found in booked.items()}
    else:
        line_id = tagged.get(one.proposal_id, one.line_id)
        years = {year: Columns(reserved=amount) for year, amount in reserved.items()}
    return replace(one, line_id=line_id, years=dict(sorted(years.items())))


def _results_served(proposal_ids: list[int]) -> dict[int, list[str]]:
    """Return by proposal the codes of the desired results that it serves. One query."""
    served: dict[int, list[str]] = defaultdict(list)
    rows = (
        Proposal.desired_results.through.objects.filter(proposal_id__in=proposal_ids)
        .order_by("desiredresult__line__position", "desiredresult__position")
        .values_list("proposal_id", "desiredresult__code")
    )
    for proposal_id, code in rows:
        served[proposal_id].append(code)
    return served
