"""Takes a proposal along the first part of the road with the real verbs, for the tests of every app."""

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Organisation, User
from applications.domain import drafts, intake, proposals
from applications.domain.drafts import BudgetRow, ResultRow
from applications.models import Call, Proposal
from programme.models import Area, Line, TargetGroup
from programme.states import MigrationMoment

Amounts = Mapping[int, Decimal | int | str]


def empty_draft(
    cast: Any, call: Call, *, title: str = "Makersweekend in de magneet", by: User | None = None
) -> Proposal:
    """A draft in which only the title is filled in."""
    return proposals.start(by=by or cast.partner, call=call, organisation=cast.organisation, title=title)


def draft_proposal(
    cast: Any,
    call: Call,
    *,
    title: str = "Makersweekend in de magneet",
    line: str = "leven",
    requested: Amounts | None = None,
    co_funding: Amounts | None = None,
    by: User | None = None,
    organisation: Organisation | None = None,
    starts_on: date = date(2025, 3, 1),
    ends_on: date = date(2027, 6, 30),
) -> Proposal:
    """A draft that is filled in completely, asking `requested` euros by year on a line (code) of the programme."""
    by = by or cast.partner
    draft = proposals.start(by=by, call=call, organisation=organisation or cast.organisation, title=title)
    known: dict[str, Any] = {"proposal_id": draft.pk, "by": by}
    drafts.save_about(
        **known,
        title=title,
        summary="Jong talent maakt een weekend lang samen iets nieuws.",
        description="Drie dagen open werkplaats, met begeleiding van vakmensen uit de stad.",
        starts_on=starts_on,
        ends_on=ends_on,
    )
    chosen = Line.objects.get(code=line)
    drafts.save_aim(
        **known,
        line=chosen,
        desired_results=[chosen.desired_results.all()[0]],
        target_groups=[TargetGroup.objects.get(code="studenten")],
        migration_moments=[MigrationMoment.STUDY],
        areas=[Area.objects.all()[0]],
    )
    _save_reasons(draft, by)
    drafts.save_results(
        **known, rows=[ResultRow("Deelnemers van 18 tot 35 jaar", "0", "120", "Aanmeldingen en een korte enquête")]
    )
    save_amounts(draft, by, requested or {2026: 25000}, co_funding or {2026: 5000})
    drafts.save_cooperation(
        **known, partners="ROC van Twente en drie makers uit de stad.", afterwards="De werkplaats betaalt zichzelf."
    )
    drafts.save_declarations(**known, declared_truth=True, de_minimis_aid=Decimal(0))
    return Proposal.objects.get(pk=draft.pk)


def _save_reasons(draft: Proposal, by: User) -> None:
    criteria = draft.call.criteria_version.criteria.all()
    answers = {criterion.pk: f"Zo dient het voorstel {criterion.label.lower()}." for criterion in criteria}
    on_brand = "Makers laten de maakstad zien."
    drafts.save_reasons(proposal_id=draft.pk, by=by, answers=answers, on_brand=on_brand)


def save_amounts(draft: Proposal, by: User, requested: Amounts, co_funding: Amounts) -> None:
    """Fill in a budget of which `requested` euros by year remain after `co_funding` euros by year."""
    asked = {year: Decimal(amount) for year, amount in requested.items()}
    paid = {year: Decimal(amount) for year, amount in co_funding.items()}
    costs = {year: asked.get(year, Decimal(0)) + paid.get(year, Decimal(0)) for year in asked.keys() | paid.keys()}
    drafts.save_budget(
        proposal_id=draft.pk,
        by=by,
        costs=[BudgetRow("Begeleiding en materiaal", costs)],
        co_funding=[BudgetRow("Eigen bijdrage", paid)],
    )


def submitted_proposal(cast: Any, call: Call, **over: Any) -> Proposal:
    """A proposal that the partner submitted; takes what draft_proposal takes."""
    draft = draft_proposal(cast, call, **over)
    proposals.submit(proposal_id=draft.pk, by=over.get("by") or cast.partner, request_key=uuid.uuid4())
    return Proposal.objects.get(pk=draft.pk)


def complete_proposal(cast: Any, call: Call, **over: Any) -> Proposal:
    """A proposal that the programme manager found complete; takes what draft_proposal takes."""
    proposal = submitted_proposal(cast, call, **over)
    points = dict.fromkeys(intake.POINTS, True)
    intake.find_complete(proposal_id=proposal.pk, by=cast.manager, points=points, remark="")
    return Proposal.objects.get(pk=proposal.pk)
