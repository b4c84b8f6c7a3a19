"""Proposals as they stood at a moment: state, line and money, told from their history."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from accounts.states import OrganisationKind
from applications.models import Proposal, StateChange
from applications.states import ProposalState
from budget.domain import columns, reserved
from budget.domain.columns import NOTHING, Columns, LineYear
from reporting.domain import results
from reporting.domain.results import Course


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
    course: Course = field(default_factory=Course)

    @property
    def total(self) -> Columns:
        """All years together."""
        return sum(self.years.values(), NOTHING)

    @property
    def has_money(self) -> bool:
        """Tell whether it was granted, or advised positively: what a report lists one by one."""
        return bool(self.years)


def at(as_of: datetime) -> list[Activity]:
    """Return every proposal that was submitted before a moment as it stood then, by reference.

    How it goes is told of those with money. Fifteen queries, however many proposals there are.
    """
    found = _standing(_changes_before(as_of), as_of)
    served = _results_served([one.proposal_id for one in found])
    courses = results.at(as_of, [one.proposal_id for one in found if one.has_money])
    return [
        replace(one, results=tuple(served[one.proposal_id]), course=courses.get(one.proposal_id, Course()))
        for one in found
    ]


def _changes_before(as_of: datetime) -> QuerySet[StateChange]:
    latest = StateChange.objects.latest_before(as_of).values("pk")
    return StateChange.objects.filter(pk__in=latest).exclude(to_state=ProposalState.DRAFT)


def _standing(changes: QuerySet[StateChange], as_of: datetime) -> list[Activity]:
    """Give each proposal its line and its money at the moment."""
    changes = changes.select_related("proposal__organisation").annotate(then_on=reserved.line_at(as_of, "proposal"))
    found = [_activity(change, change.then_on) for change in changes]
    booked = columns.by_proposal(as_of, [one.proposal_id for one in found])
    waiting: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for one in reserved.at(as_of):
        waiting[one.proposal_id][one.year] = one.amount
    whole = [_with_money(one, booked.get(one.proposal_id, {}), waiting[one.proposal_id]) for one in found]
    return sorted(whole, key=lambda one: one.reference)


def _activity(change: StateChange, line_id: int | None) -> Activity:
    proposal = change.proposal
    organisation = proposal.organisation
    return Activity(
        proposal_id=proposal.pk,
        line_id=line_id or 0,
        reference=proposal.reference or "",
        title=proposal.title,
        partner="" if organisation.kind == OrganisationKind.RESIDENTS else organisation.name,
        state=ProposalState(change.to_state),
    )


def _with_money(one: Activity, booked: dict[LineYear, Columns], waiting: dict[int, Decimal]) -> Activity:
    """Give a proposal its money, and the line on which that is booked; what is booked is no longer reserved."""
    line_id = next(iter(booked))[0] if booked else one.line_id
    years = {year: found for (_line_id, year), found in booked.items()}
    if not booked:
        years = {year: Columns(reserved=amount) for year, amount in waiting.items()}
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
