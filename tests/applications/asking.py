"""Asks for a supplement and hands it in with the real verbs, for tests."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from accounts.models import User
from applications.domain import drafts, supplements
from applications.models import Proposal, Supplement, SupplementRequest

TEXT = "- De huur van de zaal per jaar\n- Wie de cofinanciering betaalt"


def ask(
    proposal: Proposal, cast: Any, *, points: Sequence[str] = ("budget",), steps: Sequence[str] = (), text: str = TEXT
) -> SupplementRequest:
    """The manager asks for a supplement; by default about the budget."""
    return supplements.ask(
        proposal_id=proposal.pk, by=cast.manager, points=points, steps=steps, text=text, request_key=uuid4()
    )


def change_budget(proposal: Proposal, by: User, *, description: str = "Huur van de zaal") -> None:
    """Change a row of the costs, as the partner may while the step of the budget is open."""
    costs = [drafts.BudgetRow(description, {2026: 30000})]
    co_funding = [drafts.BudgetRow("Eigen bijdrage", {2026: 5000})]
    drafts.save_budget(proposal_id=proposal.pk, by=by, costs=costs, co_funding=co_funding)


def hand_in(proposal: Proposal, cast: Any, *, answer: str = "De huur staat er nu bij.") -> Supplement:
    """The partner hands the supplement in as it is."""
    return supplements.hand_in(proposal_id=proposal.pk, by=cast.partner, answer=answer, request_key=uuid4())
