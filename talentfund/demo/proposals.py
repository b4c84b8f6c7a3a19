"""A proposal of the demo: read from its YAML file and filled in, as its partner would."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from accounts.models import User
from applications.domain import drafts, proposals
from applications.domain.drafts import BudgetRow, ResultRow
from applications.models import Call, Proposal
from core.domain import clock
from programme.models import Area, Criterion, DesiredResult, Line, TargetGroup

HERE = Path(__file__).parent
Story = Mapping[str, Any]


def read_stories() -> list[dict[str, Any]]:
    """Return what every file of proposals/ says, in order of file name."""
    return [yaml.safe_load(path.read_text()) for path in sorted((HERE / "proposals").glob("*.yaml"))]


def read_organisations() -> list[dict[str, Any]]:
    """Return the organisations of the demo."""
    organisations: list[dict[str, Any]] = yaml.safe_load((HERE / "organisations.yaml").read_text())
    return organisations


def moment(text: str) -> datetime:
    """Read `YYYY-MM-DDTHH:MM` as a moment in Amsterdam."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.AMSTERDAM)


def write(said: Story, *, by: User, call: Call) -> Proposal:
    """Fill in a proposal as far as its file says; what is left out stays empty."""
    organisation = by.memberships.get().organisation
    proposal = proposals.start(by=by, call=call, organisation=organisation, title=said["title"])
    target: dict[str, Any] = {"proposal_id": proposal.pk, "by": by}
    drafts.save_about(
        **target,
        title=said["title"],
        summary=said.get("summary", ""),
        description=said.get("description", ""),
        starts_on=said.get("starts_on"),
        ends_on=said.get("ends_on"),
    )
    if "line" in said:
        drafts.save_aim(
            **target,
            line=Line.objects.get(code=said["line"]),
            desired_results=list(DesiredResult.objects.filter(code__in=said.get("results", []))),
            target_groups=list(TargetGroup.objects.filter(code__in=said.get("groups", []))),
            migration_moments=said.get("moments", []),
            areas=list(Area.objects.filter(name__in=said.get("areas", []))),
        )
    if "reasons" in said:
        criteria = {
            criterion.code: criterion.pk for criterion in Criterion.objects.filter(version=call.criteria_version)
        }
        answers = {criteria[code]: text for code, text in said["reasons"].items()}
        drafts.save_reasons(**target, answers=answers, on_brand=said.get("on_brand"))
    drafts.save_results(
        **target, rows=[ResultRow(**{k: str(v) for k, v in row.items()}) for row in said.get("promised", [])]
    )
    drafts.save_budget(**target, costs=_rows(said, "costs"), co_funding=_rows(said, "co_funding"))
    drafts.save_cooperation(**target, partners=said.get("partners", ""), afterwards=said.get("afterwards", ""))
    return proposal


def submit(proposal: Proposal, *, by: User) -> Proposal:
    """Declare and submit."""
    drafts.save_declarations(proposal_id=proposal.pk, by=by, declared_truth=True, de_minimis_aid=Decimal("0.00"))
    proposals.submit(proposal_id=proposal.pk, by=by, request_key=uuid4())
    return Proposal.objects.get(pk=proposal.pk)


def _rows(said: Story, side: str) -> list[BudgetRow]:
    return [
        BudgetRow(row["description"], {int(year): euros(amount) for year, amount in row["amounts"].items()})
        for row in said.get(side, [])
    ]


def euros(amount: object) -> Decimal:
    """Read an amount of the YAML files as euros with two places."""
    return Decimal(str(amount)).quantize(Decimal("0.01"))
