"""Proof of receipt: what exactly was received and when (Awb 4:3a; Wmebv)."""

import hashlib
import json
from datetime import datetime
from typing import Any

from applications.domain import amounts, attachments
from applications.models import Proposal, Receipt
from applications.states import BudgetSide
from core.domain import clock, terms


def make(*, proposal: Proposal, received_at: datetime) -> Receipt:
    """Write the receipt of a proposal: its whole content, the SHA-256 of it, and the last day for a decision.

    The decision period counts in weeks from the day of receipt in Amsterdam (Awb 4:13).
    """
    content = snapshot(proposal)
    return Receipt.objects.create(
        proposal=proposal,
        received_at=received_at,
        decide_by=terms.end_of_term(start=clock.local_date(received_at), weeks=proposal.call.decision_weeks),
        content=content,
        content_sha256=hash_of(content),
    )


def hash_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 (hex) of content written as canonical JSON: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def snapshot(proposal: Proposal) -> dict[str, Any]:
    """Return everything that a proposal says, as JSON values; amounts are text in euros with two places."""
    line = proposal.proposed_line
    return {
        "reference": proposal.reference,
        "call": proposal.call.title,
        "call_version": _call_version(proposal),
        "applicant": applicant_of(proposal),
        "title": proposal.title,
        "summary": proposal.summary,
        "description": proposal.description,
        "funding_form": proposal.funding_form,
        "work_kind": proposal.work_kind,
        "line": line.code if line else None,
        "starts_on": _iso(proposal.starts_on),
        "ends_on": _iso(proposal.ends_on),
        "desired_results": [{"code": result.code, "text": result.text} for result in proposal.desired_results.all()],
        "target_groups": [group.code for group in proposal.target_groups.all()],
        "migration_moments": list(proposal.migration_moments),
        "areas": [area.name for area in proposal.areas.all()],
        "criteria": [
            {"code": answer.criterion.code, "label": answer.criterion.label, "text": answer.text}
            for answer in proposal.criterion_answers.select_related("criterion")
        ],
        "on_brand": proposal.on_brand,
        "promised_results": list(
            proposal.promised_results.values("position", "indicator", "baseline", "target", "measured_by")
        ),
        "costs": _budget_side(proposal, BudgetSide.COST),
        "co_funding": _budget_side(proposal, BudgetSide.CO_FUNDING),
        "requested": {str(year): f"{euros:.2f}" for year, euros in amounts.requested_by_year(proposal).items()},
        "partners": proposal.partners,
        "afterwards": proposal.afterwards,
        "attachments": attachments.snapshot(proposal),
        **_way_in_of(proposal),
        "declared_truth": proposal.declared_truth,
        "de_minimis_aid": None if proposal.de_minimis_aid is None else f"{proposal.de_minimis_aid:.2f}",
        "de_minimis_rows": [
            {"granted_on": _iso(row.granted_on), "granted_by": row.granted_by, "amount": f"{row.amount:.2f}"}
            for row in proposal.de_minimis_aids.all()
        ],
        "linked_undertakings": list(proposal.linked_undertakings.values("name", "kvk_number")),
    }


def _call_version(proposal: Proposal) -> dict[str, Any] | None:
    """Return by which version of the call a proposal was submitted: its number and hash."""
    version = proposal.call.versions.order_by("-number").first()
    return None if version is None else {"number": version.number, "sha256": version.sha256}


def applicant_of(proposal: Proposal) -> dict[str, Any]:
    """Return who proposes as the organisation and the contact are now: what a receipt keeps."""
    organisation = proposal.organisation
    return {
        "name": organisation.name,
        "kind": organisation.kind,
        "kvk_number": organisation.kvk_number,
        "iban": organisation.iban,
        "phone": organisation.phone,
        "contact": proposal.contact.full_name,
        "email": proposal.contact.known_email,
    }


def _way_in_of(proposal: Proposal) -> dict[str, Any]:
    """Return how it came in when the team entered it: the channel, and the SHA-256 of what came in."""
    intake = proposal.team_intake
    return {} if intake is None else {"channel": intake.channel, "original_sha256": intake.original.sha256}


def _budget_side(proposal: Proposal, side: BudgetSide) -> list[dict[str, Any]]:
    return [
        {
            "description": item.description,
            "amounts": {str(amount.year): f"{amount.amount:.2f}" for amount in item.amounts.all()},
        }
        for item in proposal.budget_items.filter(side=side).prefetch_related("amounts")
    ]


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()
