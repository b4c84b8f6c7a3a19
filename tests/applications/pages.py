"""What the tests of the partner's pages type into them."""

from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from applications.models import Call, Proposal
from programme.models import Area, TargetGroup


def step_url(proposal: Proposal, slug: str) -> str:
    return reverse("applications:step", args=[proposal.pk, slug])


def results_data(*rows: dict[str, str], action: str = "next") -> dict[str, str]:
    return {"action": action, **table_data("promised_results", *rows)}


def budget_data(
    *, costs: list[dict[str, str]], co_funding: list[dict[str, str]], action: str = "next"
) -> dict[str, str]:
    return {"action": action, **table_data("costs", *costs), **table_data("co_funding", *co_funding)}


def table_data(prefix: str, *rows: dict[str, str]) -> dict[str, str]:
    data = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def fill_in_by_hand(client: Client, call: Call, cast: Any, *, line: str = "leven") -> Proposal:
    """Walk all steps through the pages, as a partner does; returns the draft."""
    start = {"call": call.pk, "organisation": cast.organisation.pk, "title": "Nachtlab", "request_key": str(uuid4())}
    client.post(reverse("applications:start"), start)
    draft = Proposal.objects.get(title="Nachtlab")
    chosen = call.lines.get(code=line)
    for slug, data in {
        "wie-en-wat": {
            "title": "Nachtlab",
            "summary": "Een werkplaats die 's avonds open is.",
            "description": "Elke donderdag tot middernacht.",
            "starts_on": "01-02-2026",
            "ends_on": "30-06-2027",
        },
        "doel": {
            "line": chosen.pk,
            "desired_results": [chosen.desired_results.all()[0].pk],
            "target_groups": [TargetGroup.objects.all()[0].pk],
            "migration_moments": ["studiemigratie"],
            "areas": [Area.objects.all()[0].pk],
        },
        "waarom": {f"criterion_{c.pk}": f"Omdat {c.label}." for c in call.criteria_version.criteria.all()},
        "resultaten": results_data(
            {"indicator": "Bezoekers", "baseline": "0", "target": "400", "measured_by": "Telling aan de deur"}
        ),
        "kosten": budget_data(
            costs=[{"description": "Begeleiding", "year_2026": "25.000", "year_2027": "1.250,50"}],
            co_funding=[{"description": "Eigen geld", "year_2026": "5000", "year_2027": ""}],
        ),
        "samenwerking": {"partners": "ROC van Twente", "afterwards": "Wij gaan zelf verder."},
        "verklaringen": {"de_minimis_aid": "0", "declared_truth": "on"},
    }.items():
        response = client.post(step_url(draft, slug), data)
        assert response.status_code == 302, (slug, response.context["form"].errors)
    return draft
