"""Who sees and exports the de-minimis aid, and the lock on the partners of an undertaking."""

from collections.abc import Iterable

from accounts.models import Organisation, User
from accounts.states import Role
from budget.models import Decision
from budget.models.decision_list import DecisionQuerySet
from budget.states import Ruling

# Who fills the central register.
KEEPERS = (Role.FINANCIAL_ADVISER, Role.PROGRAMME_MANAGER)


def grants_known_to(user: User) -> DecisionQuerySet:
    """Return the grants that stand, without those in whose proposal a person has an interest (Awb 2:4)."""
    standing: DecisionQuerySet = Decision.objects.standing().known_to(user).filter(ruling=Ruling.GRANT)
    return standing


def lock_organisations(ids: Iterable[int]) -> list[Organisation]:
    """Lock partners for the rest of the transaction, in order of primary key; proposals of theirs may still begin."""
    partners = Organisation.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk")
    return list(partners)
