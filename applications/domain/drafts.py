"""Filling in a draft: one verb for each step. A draft may be incomplete; it may not be impossible."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposal
from applications.domain.questions import BUDGET_ROWS_MOST, RESULT_ROWS_MOST
from applications.errors import ContentRefused, ProposalFrozen
from applications.models import BudgetItem, BudgetItemAmount, CriterionAnswer, PromisedResult, Proposal
from applications.states import BudgetSide, ProposalEvent
from core.domain import audit, money
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
    if starts_on and ends_on and ends_on < starts_on:
        raise ContentRefused(_("The end date can't be before the start date."), "ends_on")
    values = {"title": title, "summary": summary, "description": description}
    return _save_fields(proposal_id=proposal_id, by=by, values={**values, "starts_on": starts_on, "ends_on": ends_on})


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
    with transaction.atomic():
        proposal = _lock_draft(proposal_id)
        if line is not None and not proposal.call.lines.filter(pk=line.pk).exists():
            raise ContentRefused(_("This call is not for the line %(line)s.") % {"line": line}, "line")
        _check_results(line, desired_results)
        proposal.proposed_line = line
        proposal.work_kind = line.work_kind if line else ""
        proposal.migration_moments = list(migration_moments)
        proposal.save(update_fields=["proposed_line", "work_kind", "migration_moments"])
        proposal.desired_results.set(desired_results)
        proposal.target_groups.set(target_groups)
        proposal.areas.set(areas)
        _record(proposal, by, {"line": line.code if line else None, "results": [r.code for r in desired_results]})
        return proposal


def _check_results(line: Line | None, results: Collection[DesiredResult]) -> None:
    if line is None and results:
        raise ContentRefused(_("Choose the programme line to which these results belong."), "line")
    if line is not None and any(result.line_id != line.pk for result in results):
        raise ContentRefused(
            _("You ticked a result of another line. Tick results of %(line)s only, or choose another line.")
            % {"line": line},
            "desired_results",
        )


def save_reasons(*, proposal_id: int, by: User, answers: Mapping[int, str], on_brand: str | None) -> Proposal:
    """Save a text for each criterion (by its primary key); an empty text takes the answer away.

    `on_brand` None leaves that text as it was. Raises ProposalFrozen, or ContentRefused when the call has no such
    criterion.
    """
    with transaction.atomic():
        proposal = _lock_draft(proposal_id)
        known = set(proposal.call.criteria_version.criteria.values_list("pk", flat=True))
        if unknown := set(answers) - known:
            raise ContentRefused(_("This criterion doesn't belong to the call."), f"criterion_{min(unknown)}")
        proposal.criterion_answers.filter(criterion__in=answers).delete()
        CriterionAnswer.objects.bulk_create(
            CriterionAnswer(proposal=proposal, criterion_id=pk, text=text) for pk, text in answers.items() if text
        )
        if on_brand is not None:
            proposal.on_brand = on_brand
            proposal.save(update_fields=["on_brand"])
        _record(proposal, by, {"criteria": sorted(answers)})
        return proposal


def save_results(*, proposal_id: int, by: User, rows: Sequence[ResultRow]) -> Proposal:
    """Save the promised results in order; empty rows are left out. Raises ProposalFrozen or ContentRefused."""
    filled = [row for row in rows if row]
    if len(filled) > RESULT_ROWS_MOST:
        raise ContentRefused(_("At most %(most)d results.") % {"most": RESULT_ROWS_MOST}, "promised_results")
    with transaction.atomic():
        proposal = _lock_draft(proposal_id)
        proposal.promised_results.all().delete()
        PromisedResult.objects.bulk_create(
            PromisedResult(proposal=proposal, position=position, **vars(row))
            for position, row in enumerate(filled, start=1)
        )
        _record(proposal, by, {"promised_results": len(filled)})
        return proposal


def save_budget(*, proposal_id: int, by: User, costs: Sequence[BudgetRow], co_funding: Sequence[BudgetRow]) -> Proposal:
    """Save costs and co-funding in order; empty rows are left out.

    Raises ProposalFrozen, or ContentRefused for an amount below zero, amounts too large to add up, a year outside the
    call, or too many rows.
    """
    sides = {BudgetSide.COST: [row for row in costs if row], BudgetSide.CO_FUNDING: [row for row in co_funding if row]}
    with transaction.atomic():
        proposal = _lock_draft(proposal_id)
        for side, rows in sides.items():
            _check_budget_rows(proposal, side, rows)
        proposal.budget_items.all().delete()
        for side, rows in sides.items():
            _add_budget_rows(proposal, side, rows)
        _record(proposal, by, {side.value: len(rows) for side, rows in sides.items()})
        return proposal


def _check_budget_rows(proposal: Proposal, side: BudgetSide, rows: Sequence[BudgetRow]) -> None:
    if len(rows) > BUDGET_ROWS_MOST:
        raise ContentRefused(_("At most %(most)d rows.") % {"most": BUDGET_ROWS_MOST}, side)
    for row in rows:
        for year, amount in row.amounts.items():
            if year not in proposal.call.years:
                raise ContentRefused(_("This call has no money for %(year)d.") % {"year": year}, side)
            if amount < 0:
                raise ContentRefused(_("An amount can't be below zero."), side)
    for year in proposal.call.years:
        together = money.total(row.amounts.get(year, money.ZERO) for row in rows)
        if together > money.LARGEST:
            raise ContentRefused(_("The amounts of %(year)d together are too large.") % {"year": year}, side)


def _add_budget_rows(proposal: Proposal, side: BudgetSide, rows: Sequence[BudgetRow]) -> None:
    items = BudgetItem.objects.bulk_create(
        BudgetItem(proposal=proposal, side=side, position=position, description=row.description)
        for position, row in enumerate(rows, start=1)
    )
    BudgetItemAmount.objects.bulk_create(
        BudgetItemAmount(item=item, year=year, amount=amount)
        for item, row in zip(items, rows, strict=True)
        for year, amount in row.amounts.items()
        if amount
    )


def save_cooperation(*, proposal_id: int, by: User, partners: str, afterwards: str) -> Proposal:
    """Save with whom, and what happens after the grant. Raises ProposalFrozen."""
    return _save_fields(proposal_id=proposal_id, by=by, values={"partners": partners, "afterwards": afterwards})


def save_declarations(*, proposal_id: int, by: User, declared_truth: bool, de_minimis_aid: Decimal | None) -> Proposal:
    """Save the declarations; `de_minimis_aid` in euros over three years (Regulation (EU) 2023/2831), None is no answer.

    Raises ProposalFrozen, or ContentRefused for an amount below zero.
    """
    if de_minimis_aid is not None and de_minimis_aid < 0:
        raise ContentRefused(_("An amount can't be below zero."), "de_minimis_aid")
    values = {"declared_truth": declared_truth, "de_minimis_aid": de_minimis_aid}
    return _save_fields(proposal_id=proposal_id, by=by, values=values)


def _save_fields(*, proposal_id: int, by: User, values: Mapping[str, Any]) -> Proposal:
    """Set plain fields of a draft and write down which of them changed."""
    with transaction.atomic():
        proposal = _lock_draft(proposal_id)
        changed = [name for name, value in values.items() if getattr(proposal, name) != value]
        if changed:
            for name in changed:
                setattr(proposal, name, values[name])
            proposal.save(update_fields=changed)
            _record(proposal, by, {"fields": changed})
        return proposal


def _lock_draft(proposal_id: int) -> Proposal:
    """Lock a proposal and return it, provided that it is still a draft; else raise ProposalFrozen."""
    proposal = lock_proposal(proposal_id)
    if not proposal.is_draft:
        raise ProposalFrozen(
            _("%(proposal)s was submitted. What it says can't be changed any more.") % {"proposal": proposal}
        )
    return proposal


def _record(proposal: Proposal, by: User, changes: Mapping[str, Any]) -> None:
    audit.record(event=ProposalEvent.CHANGED, actor=by, about=proposal, changes=changes)
