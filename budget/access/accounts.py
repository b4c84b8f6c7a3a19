"""The door to accounts that partners give, who may do what with them, and the lock on them."""

import rules
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.access import can_edit, proposal_for_partner
from applications.models import Proposal
from budget.access.books import READERS
from budget.errors import StepNotYours
from budget.models import Account

RELATED = ("decision__proposal__organisation", "decision__proposal__line", "decision__proposal__contact", "tier")


@rules.predicate
def checks_accounts(user: User) -> bool:
    """The programme manager checks what partners report."""
    return user.holds(Role.PROGRAMME_MANAGER)


def account_for_partner(user: User, proposal_pk: int) -> Account:
    """Return the account on a proposal of an organisation that the person acts for.

    For everybody else, and as long as nothing is granted, it does not exist (404).
    """
    proposal = proposal_for_partner(user, proposal_pk)
    accounts = Account.objects.standing().select_related(*RELATED)
    return get_object_or_404(accounts, decision__proposal=proposal)


def account_to_write(user: User, proposal_pk: int) -> Account:
    """Return the account for whoever may fill it in; a reader of the organisation gets 403, others 404."""
    account = account_for_partner(user, proposal_pk)
    if not may_write(user, account.decision.proposal):
        raise PermissionDenied
    return account


def may_write(user: User, proposal: Proposal) -> bool:
    """Tell whether the person is an owner or editor of the organisation that proposed."""
    return bool(can_edit(user, proposal))


def account_for(user: User, reference: str) -> Account:
    """Return an account by the reference of its decision, for a reader of the books without an interest (else 404).

    Other roles: 403.
    """
    if not user.holds(*READERS):
        raise PermissionDenied
    accounts = Account.objects.known_to(user).select_related(*RELATED, "submitted_by", "decision__settlement")
    return get_object_or_404(accounts, decision__reference=reference)


def account_to_check(user: User, reference: str) -> Account:
    """Return an account for whoever checks accounts; who may only read them gets 403."""
    account = account_for(user, reference)
    if not checks_accounts(user):
        raise PermissionDenied
    return account


def require_writer(user: User, proposal: Proposal) -> None:
    """Raise StepNotYours unless the person may fill in the account of a proposal."""
    if not may_write(user, proposal):
        raise StepNotYours(_("Only an owner or editor of the organisation gives account of the grant."))


def require_checker(user: User) -> None:
    """Raise StepNotYours unless the person checks accounts."""
    if not checks_accounts(user):
        raise StepNotYours(_("Only the programme manager checks an account."))


def lock_account(pk: int) -> Account:
    """Lock an account for the rest of the transaction and return it as it is now."""
    accounts = Account.objects.select_for_update(of=("self",))
    return accounts.select_related("decision__proposal__organisation", "decision__proposal__contact").get(pk=pk)
