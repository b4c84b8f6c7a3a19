"""The lists of a report as they stood at a moment: incidental grants, and what the council changed in the amounts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.states import OrganisationKind
from applications.models import Proposal
from applications.states import FundingForm
from budget.models import CouncilDecision, CouncilDecisionAmount, DecisionAmount
from budget.states import CouncilDecisionKind
from reporting.domain import results
from reporting.domain.report_forms import Incidental

# What the council decides about amounts after it set them first.
CHANGING = (
    CouncilDecisionKind.AMENDMENT,
    CouncilDecisionKind.SHIFT,
    CouncilDecisionKind.CARRY_OVER,
    CouncilDecisionKind.PROGRAMME_TOTAL,
)


def incidental_at(as_of: datetime, proposal_ids: Iterable[int], rule: Incidental) -> list[dict[str, Any]]:
    """Return the grants that rest on no statutory regulation at a moment (Awb 4:23, third paragraph), as JSON values.

    Only a subsidy falls under that article. With a regulation behind the programme there are none. Three queries.
    """
    if rule.regulation:
        return []
    decisions = results.standing_at(as_of, list(proposal_ids))
    subsidies = Proposal.objects.filter(pk__in=decisions, funding_form=FundingForm.SUBSIDY)
    amounts: dict[int, list[DecisionAmount]] = defaultdict(list)
    granted = DecisionAmount.objects.filter(decision__in=decisions.values()).select_related("budget_line")
    for amount in granted.order_by("budget_line__year"):
        amounts[amount.decision_id].append(amount)
    found = []
    for proposal in subsidies.select_related("organisation").order_by("reference"):
        decision = decisions[proposal.pk]
        years = [(amount.budget_line.year, f"{amount.amount:.2f}") for amount in amounts[decision.pk]]
        named = proposal.organisation.kind != OrganisationKind.RESIDENTS
        found.append(
            {
                "reference": proposal.reference,
                "decision": decision.reference,
                "decided_on": decision.decided_on.isoformat() if decision.decided_on else None,
                "title": proposal.title,
                "partner": proposal.organisation.name if named else "",
                "years": [{"year": year, "granted": granted} for year, granted in years],
                "within_term": _runs(proposal, [year for year, _granted in years]) <= rule.most_years,
            }
        )
    return found


def council_decisions_at(as_of: datetime) -> list[dict[str, Any]]:
    """Return what the council changed about the amounts before a moment, in that order, as JSON values. Two queries."""
    decided = CouncilDecision.objects.confirmed().filter(confirmed_at__lt=as_of, kind__in=CHANGING)
    amounts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = CouncilDecisionAmount.objects.filter(council_decision__in=decided).select_related("budget_line__line")
    for row in rows.order_by("budget_line__year", "budget_line__line__position"):
        line = row.budget_line
        amounts[row.council_decision_id].append(
            {"line": line.line.code, "name": line.line.name, "year": line.year, "amount": f"{row.amount:.2f}"}
        )
    return [
        {
            "number": decision.number,
            "kind": decision.kind,
            "title": decision.title,
            "decided_on": decision.decided_on.isoformat() if decision.decided_on else None,
            "reserve_change": f"{decision.reserve_change:.2f}",
            "amounts": amounts[decision.pk],
        }
        for decision in decided.order_by("confirmed_at", "pk")
    ]


def _runs(proposal: Proposal, years: list[int]) -> int:
    """Return over how many years a grant runs: those of its money and of its activities, whichever is more."""
    first = [*years, *([proposal.starts_on.year] if proposal.starts_on else [])]
    last = [*years, *([proposal.ends_on.year] if proposal.ends_on else [])]
    return max(last) - min(first) + 1 if first and last else 0
