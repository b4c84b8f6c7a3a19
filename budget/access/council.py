"""The door to the council's decisions, and the lock on them."""

import rules
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from budget.access.books import READERS
from budget.errors import CouncilDecisionNotReady, StepNotYours
from budget.models import CouncilDecision
from budget.states import CouncilDecisionState
from budget.states.events import BudgetEvent
from core.models import AuditEntry

# Who reads the decisions of the council; the council itself from the moment that they are entered.
COUNCIL_READERS = (*READERS, Role.COUNCIL)


@rules.predicate
def enters_council_decisions(user: User) -> bool:
    """The financial adviser enters what the council decided."""
    return user.holds(Role.FINANCIAL_ADVISER)


@rules.predicate
def confirms_council_decisions(user: User) -> bool:
    """Somebody of the council confirms that it decided so."""
    return user.holds(Role.COUNCIL)


@rules.predicate
def is_in_preparation(_user: User, decision: CouncilDecision) -> bool:
    """A decision changes only until it is entered."""
    return decision.state == CouncilDecisionState.DRAFT


@rules.predicate
def waits_for_confirmation(_user: User, decision: CouncilDecision) -> bool:
    """Only what was entered is confirmed."""
    return decision.state == CouncilDecisionState.ENTERED


@rules.predicate
def had_a_hand_in(user: User, decision: CouncilDecision) -> bool:
    """Whoever had a hand in preparing a decision never confirms it: two signatures.

    The trail tells who started, changed or entered it, whoever signed it last.
    """
    prepared = (
        BudgetEvent.COUNCIL_DECISION_STARTED,
        BudgetEvent.COUNCIL_DECISION_CHANGED,
        BudgetEvent.COUNCIL_DECISION_ENTERED,
    )
    trail = AuditEntry.objects.about(decision).filter(event__in=prepared, actor=user)
    return decision.entered_by_id == user.pk or trail.exists()


may_change_council_decision = enters_council_decisions & is_in_preparation
may_answer_council_decision = confirms_council_decisions & waits_for_confirmation
may_confirm_council_decision = may_answer_council_decision & ~had_a_hand_in


def council_decision_for(user: User, pk: int) -> CouncilDecision:
    """Return a decision of the council that the person may read.

    What is in preparation does not exist for the council yet (404). Other roles: 403.
    """
    if not user.holds(*COUNCIL_READERS):
        raise PermissionDenied
    decisions = CouncilDecision.objects.visible_to(user).select_related("entered_by", "confirmed_by", "document")
    return get_object_or_404(decisions, pk=pk)


def council_decision_to_prepare(user: User, pk: int) -> CouncilDecision:
    """Return a decision of the council for whoever enters them; who may only read them gets 403."""
    decision = council_decision_for(user, pk)
    if not enters_council_decisions(user):
        raise PermissionDenied
    return decision


def council_decision_to_confirm(user: User, pk: int) -> CouncilDecision:
    """Return a decision of the council for whoever confirms them; who may only read them gets 403."""
    decision = council_decision_for(user, pk)
    if not confirms_council_decisions(user):
        raise PermissionDenied
    return decision


def require_enterer(user: User) -> None:
    """Raise StepNotYours unless the person enters decisions of the council."""
    if not enters_council_decisions(user):
        raise StepNotYours(_("Only the financial adviser enters what the council decided."))


def require_confirmer(user: User) -> None:
    """Raise StepNotYours unless the person confirms decisions of the council."""
    if not confirms_council_decisions(user):
        raise StepNotYours(_("Only the council confirms its own decisions."))


def lock_council_decision(pk: int) -> CouncilDecision:
    """Lock a decision of the council for the rest of the transaction and return it as it is now.

    Raises CouncilDecisionNotReady when somebody removed it in the meantime.
    """
    decision = CouncilDecision.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if decision is None:
        raise CouncilDecisionNotReady(_("This decision was in preparation, and was removed after you opened it."))
    return decision
