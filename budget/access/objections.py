"""Who handles objections, and the door to one. Order of locks: list, objection, proposals, lines."""

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from budget.errors import StepNotYours
from budget.models import Decision, Objection
from budget.states import REPLACING_OUTCOMES, ObjectionState


@rules.predicate
def handles_objections(user: User) -> bool:
    """The programme manager and the financial adviser enter objections and prepare their outcome."""
    return user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER)


def objections_known_to(user: User) -> QuerySet[Objection]:
    """Return the objections, but for those in which the person has an interest."""
    return Objection.objects.visible_to(user).for_overview()


def objection_for(user: User, reference: str) -> Objection:
    """Return an objection; with an interest in the proposal: 404."""
    related = ("received_by", "prepared_by", "decided_by", "document", "decision__proposal__line")
    return get_object_or_404(objections_known_to(user).select_related(*related), reference=reference)


def objections_for_a_list(user: User) -> QuerySet[Objection]:
    """Return the founded objections that wait for a new decision on a list."""
    waiting = objections_known_to(user).filter(state=ObjectionState.OPEN, outcome__in=REPLACING_OUTCOMES)
    return waiting.filter(replacement=None)


def decision_to_object_to(user: User, reference: str) -> Decision:
    """Return a decision that left the house; without a letter, or with an interest in it: 404."""
    decisions = Decision.objects.known_to(user).select_related("proposal__organisation", "letter", "decision_list")
    return get_object_or_404(decisions.filter(letter__isnull=False), reference=reference)


def require_handler(user: User) -> None:
    """Raise StepNotYours unless the person handles objections."""
    if not handles_objections(user):
        raise StepNotYours(_("Only the programme manager and the financial adviser handle objections."))


def lock_objection(pk: int) -> Objection:
    """Lock an objection for the rest of the transaction and return it as it is now."""
    objections = Objection.objects.select_for_update(of=("self",))
    related = ("decision__proposal", "decision__advice", "decision__letter", "document", "record")
    return objections.select_related(*related).get(pk=pk)
