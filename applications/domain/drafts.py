"""Filling in a draft: one verb for each step. A draft may be incomplete; it may not be impossible.

Who fills in a whole step at once uses these; pages save through `fields`, with the versions that they showed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from applications.domain import content, fields
from applications.models import Proposal
from programme.models import Area, DesiredResult, Line, TargetGroup


@dataclass(frozen=True)
class ResultRow:
    """A promised result as it was filled in; each part may still be empty."""

    indicator: str = ""
    baseline: str = ""
    target: str = ""
    measured_by: str = ""

    def __bool__(self) -> bool:
        return any((self.indicator, self.baseline, self.target, self.measured_by))


@dataclass(frozen=True)
class BudgetRow:
    """A row of the budget: a description, and euros by year. A year without money has no entry."""

    description: str = ""
    amounts: Mapping[int, Decimal] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.description) or any(self.amounts.values())


def save_about(
    *,
    proposal_id: int,
    by: User,
    title: str,
    summary: str,
    description: str,
    starts_on: date | None,
    ends_on: date | None,
) -> Proposal:
    """Save who and what. Raises ProposalFrozen, or ContentRefused when it ends before it starts."""
    values = {"title": title, "summary": summary, "description": description}
    return _save(proposal_id, by, {**values, "starts_on": starts_on, "ends_on": ends_on})


def save_aim(
    *,
    proposal_id: int,
    by: User,
    line: Line | None,
    desired_results: Collection[DesiredResult],
    target_groups: Collection[TargetGroup],
    migration_moments: Collection[str],
    areas: Collection[Area],
) -> Proposal:
    """Save line, results, groups, moments and areas. The kind of the line decides whether it is an activity or effort.

    Raises ProposalFrozen, or ContentRefused when the call has no such line or a result belongs to another line.
    """
    values = {"line": line, "desired_results": desired_results, "target_groups": target_groups}
    return _save(proposal_id, by, {**values, "migration_moments": migration_moments, "areas": areas})


def save_reasons(*, proposal_id: int, by: User, answers: Mapping[int, str], on_brand: str | None) -> Proposal:
    """Save a text for each criterion (by its primary key); an empty text takes the answer away.

    `on_brand` None leaves that text as it was. Raises ProposalFrozen, or ContentRefused when the call has no such
    criterion.
    """
    values = {f"{content.CRITERION}{pk}": text for pk, text in answers.items()}
    return _save(proposal_id, by, values if on_brand is None else {**values, "on_brand": on_brand})


def save_results(*, proposal_id: int, by: User, rows: Sequence[ResultRow]) -> Proposal:
    """Save the promised results in order; empty rows are left out. Raises ProposalFrozen or ContentRefused."""
    return _save_json(proposal_id, by, {"promised_results": results_json(rows)})


def save_budget(*, proposal_id: int, by: User, costs: Sequence[BudgetRow], co_funding: Sequence[BudgetRow]) -> Proposal:
    """Save costs and co-funding in order; empty rows are left out.

    Raises ProposalFrozen, or ContentRefused for an amount below zero, amounts too large to add up, a year outside the
    call, or too many rows.
    """
    return _save_json(proposal_id, by, {"costs": budget_json(costs), "co_funding": budget_json(co_funding)})


def save_cooperation(*, proposal_id: int, by: User, partners: str, afterwards: str) -> Proposal:
    """Save with whom, and what happens after the grant. Raises ProposalFrozen."""
    return _save(proposal_id, by, {"partners": partners, "afterwards": afterwards})


def save_declarations(*, proposal_id: int, by: User, declared_truth: bool, de_minimis_aid: Decimal | None) -> Proposal:
    """Save the declarations; `de_minimis_aid` in euros over three years (Regulation (EU) 2023/2831), None is no answer.

    Raises ProposalFrozen, or ContentRefused for an amount below zero.
    """
    return _save(proposal_id, by, {"declared_truth": declared_truth, "de_minimis_aid": de_minimis_aid})


def results_json(rows: Sequence[ResultRow]) -> list[dict[str, str]]:
    """Return promised results as a field holds them."""
    return [asdict(row) for row in rows if row]


def budget_json(rows: Sequence[BudgetRow]) -> list[dict[str, Any]]:
    """Return the rows of a side of the budget as a field holds them."""
    return content.budget_json((row.description, row.amounts) for row in rows)


def _save(proposal_id: int, by: User, values: Mapping[str, Any]) -> Proposal:
    return _save_json(proposal_id, by, {name: content.json_of(value) for name, value in values.items()})


def _save_json(proposal_id: int, by: User, values: Mapping[str, Any]) -> Proposal:
    return fields.save_fields(proposal_id=proposal_id, by=by, values=values).proposal
