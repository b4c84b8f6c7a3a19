"""The door to the scenarios of the what-if board, and the lock on them."""

import rules
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.models import Proposal
from assessment.states import Outcome
from budget.access.books import READERS
from budget.access.lists import waiting_for
from budget.errors import ScenarioNotReady, StepNotYours
from budget.models import Scenario

# A scenario grants: what was advised against is no part of it.
GRANTABLE = (Outcome.POSITIVE, Outcome.CONDITIONAL)


@rules.predicate
def changes_scenarios(user: User) -> bool:
    """The financial adviser and the programme manager try out scenarios; the college reads them."""
    return user.holds(Role.FINANCIAL_ADVISER, Role.PROGRAMME_MANAGER)


def scenario_for(user: User, pk: int) -> Scenario:
    """Return a scenario for whoever reads the books. Other roles: 403."""
    if not user.holds(*READERS):
        raise PermissionDenied
    return get_object_or_404(Scenario.objects.select_related("made_by"), pk=pk)


def scenario_to_change(user: User, pk: int) -> Scenario:
    """Return a scenario for whoever changes scenarios; who may only read them gets 403."""
    scenario = scenario_for(user, pk)
    if not changes_scenarios(user):
        raise PermissionDenied
    return scenario


def candidates_for(user: User) -> QuerySet[Proposal]:
    """Return the proposals with a positive advice that wait for a decision and in which a person has no interest."""
    return waiting_for(user).filter(advice__outcome__in=GRANTABLE)


def require_changer(user: User) -> None:
    """Raise StepNotYours unless the person changes scenarios."""
    if not changes_scenarios(user):
        raise StepNotYours(_("Only the financial adviser and the programme manager change scenarios."))


def lock_scenario(pk: int) -> Scenario:
    """Lock a scenario for the rest of the transaction and return it as it is now.

    Raises ScenarioNotReady when somebody removed it.
    """
    scenario = Scenario.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if scenario is None:
        raise ScenarioNotReady(_("This scenario was removed after you opened the page."))
    return scenario
