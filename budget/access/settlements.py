"""The door to settlements and claims, who may do what with them, and the locks on them.

Order of locks: the decision, the settlement, proposals, the account, lines by primary key; a claim alone.
"""

import rules
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from budget.access.books import READERS
from budget.errors import StepNotYours
from budget.models import Decision, Recovery, Settlement, SettlementLetter
from budget.states import Ruling, SettlementState
from budget.states.events import BudgetEvent
from core.models import AuditEntry


@rules.predicate
def prepares_settlements(user: User) -> bool:
    """The programme manager prepares what a grant comes to in the end."""
    return user.holds(Role.PROGRAMME_MANAGER)


@rules.predicate
def approves_settlements(user: User) -> bool:
    """The financial adviser approves settlements."""
    return user.holds(Role.FINANCIAL_ADVISER)


@rules.predicate
def is_proposed(_user: User, settlement: Settlement) -> bool:
    """A settlement is approved only once it was proposed."""
    return settlement.state == SettlementState.PROPOSED


@rules.predicate
def prepared_settlement(user: User, settlement: Settlement) -> bool:
    """Whoever had a hand in preparing a settlement never approves it, whoever signed it last: two signatures."""
    prepared = (BudgetEvent.SETTLEMENT_PREPARED, BudgetEvent.SETTLEMENT_PROPOSED)
    trail = AuditEntry.objects.about(settlement).filter(event__in=prepared, actor=user)
    return settlement.prepared_by_id == user.pk or trail.exists()


may_approve_settlement = approves_settlements & is_proposed & ~prepared_settlement


def settlement_for(user: User, reference: str) -> Settlement:
    """Return a settlement for a reader of the books without an interest in it (else 404). Other roles: 403."""
    if not user.holds(*READERS):
        raise PermissionDenied
    return get_object_or_404(Settlement.objects.known_to(user).for_page(), reference=reference)


def settlement_to_prepare(user: User, reference: str) -> Settlement:
    """Return a settlement for whoever prepares settlements; who may only read them gets 403."""
    settlement = settlement_for(user, reference)
    if not prepares_settlements(user):
        raise PermissionDenied
    return settlement


def settlement_to_approve(user: User, reference: str) -> Settlement:
    """Return a settlement for whoever approves settlements; who may only read them gets 403."""
    settlement = settlement_for(user, reference)
    if not approves_settlements(user):
        raise PermissionDenied
    return settlement


def settlement_letter_for(user: User, reference: str) -> SettlementLetter:
    """Return the letter of a settlement that the person may read, once it was sent (else 404)."""
    letters = SettlementLetter.objects.select_related("document", "settlement")
    return get_object_or_404(letters, settlement=settlement_for(user, reference))


def decision_to_settle(user: User, reference: str) -> Decision:
    """Return a grant that stands, for whoever prepares settlements and has no interest (else 404). Others: 403."""
    if not prepares_settlements(user):
        raise PermissionDenied
    decisions = Decision.objects.standing().known_to(user).filter(ruling=Ruling.GRANT)
    related = ("proposal__organisation", "proposal__line", "account", "settlement")
    return get_object_or_404(decisions.select_related(*related), reference=reference)


def recovery_for(user: User, reference: str) -> Recovery:
    """Return a claim for a reader of the books without an interest in it (else 404). Other roles: 403."""
    if not user.holds(*READERS):
        raise PermissionDenied
    return get_object_or_404(Recovery.objects.known_to(user).for_overview(), reference=reference)


def recovery_to_book(user: User, reference: str) -> Recovery:
    """Return a claim for whoever books what comes in; who may only read it gets 403."""
    recovery = recovery_for(user, reference)
    if not approves_settlements(user):
        raise PermissionDenied
    return recovery


def require_settler(user: User) -> None:
    """Raise StepNotYours unless the person prepares settlements."""
    if not prepares_settlements(user):
        raise StepNotYours(_("Only the programme manager prepares a settlement."))


def require_approver(user: User) -> None:
    """Raise StepNotYours unless the person approves settlements."""
    if not approves_settlements(user):
        raise StepNotYours(_("Only the financial adviser approves a settlement."))


def require_receiver(user: User) -> None:
    """Raise StepNotYours unless the person books what comes in on a claim."""
    if not approves_settlements(user):
        raise StepNotYours(_("Only the financial adviser books what was paid back."))


def lock_settlement(pk: int) -> Settlement:
    """Lock a settlement for the rest of the transaction and return it as it is now."""
    settlements = Settlement.objects.select_for_update(of=("self",))
    return settlements.select_related("decision__proposal").get(pk=pk)


def lock_settlement_of(decision: Decision) -> Settlement | None:
    """Lock the settlement of a decision, if it has one, and return it as it is now."""
    return Settlement.objects.select_for_update(of=("self",)).filter(decision=decision).first()


def lock_recovery(pk: int) -> Recovery:
    """Lock a claim for the rest of the transaction and return it as it is now."""
    recoveries = Recovery.objects.select_for_update(of=("self",))
    return recoveries.select_related("settlement__decision").get(pk=pk)
