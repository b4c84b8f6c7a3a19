"""The door to the council's decisions, and the lock on them."""

import rules
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from budget.errors import StepNotYours
from budget.models import CouncilDecision


@rules.predicate
def enters_council_decisions(user: User) -> bool:
    """The financial adviser enters what the council decided."""
    return user.holds(Role.FINANCIAL_ADVISER)


@rules.predicate
def confirms_council_decisions(user: User) -> bool:
    """Somebody of the council confirms that it decided so."""
    return user.holds(Role.COUNCIL)


def require_enterer(user: User) -> None:
    """Raise StepNotYours unless the person enters decisions of the council."""
    if not enters_council_decisions(user):
        raise StepNotYours(_("Only the financial adviser enters what the council decided."))


def require_confirmer(user: User) -> None:
    """Raise StepNotYours unless the person confirms decisions of the council."""
    if not confirms_council_decisions(user):
        raise StepNotYours(_("Only the council confirms its own decisions."))


def lock_council_decision(pk: int) -> CouncilDecision:
    """Lock a decision of the council for the rest of the transaction and return it as it is now."""
    return CouncilDecision.objects.select_for_update(of=("self",)).get(pk=pk)
