"""Who reads the books, and the lock on lines: always in order of primary key."""

from collections.abc import Iterable

from accounts.models import User
from accounts.states import Role
from budget.models import Balance

# Who reads the books and the lists in preparation.
READERS = (Role.FINANCIAL_ADVISER, Role.PROGRAMME_MANAGER, Role.COLLEGE)


def may_open_files(user: User) -> bool:
    """Tell whether a reader of the books and the lists reads the file of every proposal too."""
    return user.holds(Role.FINANCIAL_ADVISER, Role.PROGRAMME_MANAGER)


def lock_balances(budget_line_ids: Iterable[int]) -> list[Balance]:
    """Lock the balances of lines for the rest of the transaction, in order of primary key."""
    return list(Balance.objects.select_for_update().filter(pk__in=list(budget_line_ids)).order_by("pk"))
