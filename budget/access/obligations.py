"""Who looks after obligations, and the door to one."""

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from budget.errors import StepNotYours
from budget.models import Obligation


@rules.predicate
def checks_obligations(user: User) -> bool:
    """The programme manager and the financial adviser see to it that obligations are met."""
    return user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER)


def obligations_known_to(user: User) -> QuerySet[Obligation]:
    """Return the obligations of decisions that hold, but for those in which the person has an interest."""
    return Obligation.objects.standing().known_to(user).for_team_page()


def obligation_for(user: User, pk: int) -> Obligation:
    """Return an obligation of a decision that holds; with an interest in it: 404."""
    return get_object_or_404(obligations_known_to(user), pk=pk)


def require_checker_of_obligations(user: User) -> None:
    """Raise StepNotYours unless the person sees to obligations."""
    if not checks_obligations(user):
        raise StepNotYours(_("Only the programme manager and the financial adviser check obligations."))


def lock_obligation(pk: int) -> Obligation:
    """Lock an obligation for the rest of the transaction and return it as it is now."""
    obligations = Obligation.objects.select_for_update(of=("self",))
    return obligations.select_related("decision__proposal").get(pk=pk)
