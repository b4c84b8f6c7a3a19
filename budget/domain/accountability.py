"""Accountability: what a partner reports on a grant."""

from accounts.models import User
from budget.models import Decision


def expect_for(decision: Decision, *, by: User) -> None:
    """Open the account that a partner has to give of a grant that became final, by its tier."""
