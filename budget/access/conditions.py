"""The door to conditional grants (Awb 4:34)."""

import rules
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from budget.errors import StepNotYours


@rules.predicate
def invokes_conditions(user: User) -> bool:
    """The college granted on condition, so the college invokes it."""
    return user.holds(Role.COLLEGE)


def require_invoker(user: User) -> None:
    """Raise StepNotYours unless the person invokes the condition of a grant."""
    if not invokes_conditions(user):
        raise StepNotYours(_("Only the college invokes the condition of a grant."))
