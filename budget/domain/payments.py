"""Payments: the plan of a grant, what is due, and what was paid."""

from collections.abc import Mapping
from decimal import Decimal

from accounts.models import User
from budget.models import BudgetLine, Decision


def plan_for(decision: Decision, *, by: User) -> None:
    """Plan the advances of a grant that became final, by its tier; what was paid before is left out."""


def plan_final(decision: Decision, amounts: Mapping[BudgetLine, Decimal], *, by: User) -> None:
    """Plan what is still to be paid after a settlement, in euros by line."""


def cancel_open(decision: Decision, *, by: User, reason: str) -> None:
    """Cancel what is planned for a grant and not exported yet."""
