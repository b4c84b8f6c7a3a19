"""The door to payments, and the locks on them. Order of locks: lines by primary key, payments, payment orders."""

from collections.abc import Iterable

import rules
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from budget.access.books import READERS
from budget.errors import StepNotYours
from budget.models import Decision, DecisionList, Payment, PaymentBatch
from budget.states import Ruling


@rules.predicate
def pays(user: User) -> bool:
    """The financial adviser orders payments and reads in what the bank did."""
    return user.holds(Role.FINANCIAL_ADVISER)


@rules.predicate
def releases_instalments(user: User) -> bool:
    """The programme manager approves interim reports."""
    return user.holds(Role.PROGRAMME_MANAGER)


def require_payer(user: User) -> None:
    """Raise StepNotYours unless the person orders payments."""
    if not pays(user):
        raise StepNotYours(_("Only the financial adviser orders payments and reads in what was paid."))


def require_releaser(user: User) -> None:
    """Raise StepNotYours unless the person approves interim reports."""
    if not releases_instalments(user):
        raise StepNotYours(_("Only the programme manager approves an interim report."))


def decision_with_payments(user: User, reference: str) -> Decision:
    """Return a grant, for a reader of the books who may read its list and has no interest in it; else 404.

    Other roles: 403.
    """
    if not user.holds(*READERS):
        raise PermissionDenied
    known = Decision.objects.known_to(user).filter(
        decision_list__in=DecisionList.objects.visible_to(user), ruling=Ruling.GRANT
    )
    related = ("proposal__organisation", "proposal__line", "decision_list", "letter")
    return get_object_or_404(known.select_related(*related), reference=reference)


def payment_for(user: User, reference: str) -> Payment:
    """Return a payment, for a reader of the books without an interest in the proposal (else 404). Others: 403."""
    if not user.holds(*READERS):
        raise PermissionDenied
    return get_object_or_404(Payment.objects.known_to(user).select_related("decision"), reference=reference)


def batch_for(user: User, reference: str) -> PaymentBatch:
    """Return a payment order, for a reader of the books. Others: 403."""
    if not user.holds(*READERS):
        raise PermissionDenied
    orders = PaymentBatch.objects.select_related("made_by", "sent_by", "csv", "sepa")
    return get_object_or_404(orders, reference=reference)


def batch_to_export(user: User, reference: str) -> PaymentBatch:
    """Return a payment order whose files a payer may have: they hold account numbers, so other readers get 403.

    With a payment on it in whose proposal the person has an interest: 404.
    """
    batch = batch_for(user, reference)
    if not pays(user):
        raise PermissionDenied
    if batch.payments.exclude(pk__in=Payment.objects.known_to(user)).exists():
        raise Http404
    return batch


def lock_payments(pks: Iterable[int]) -> list[Payment]:
    """Lock payments for the rest of the transaction, in order of primary key, and return them as they are now."""
    payments = Payment.objects.select_for_update(of=("self",)).filter(pk__in=list(pks))
    related = ("decision__proposal__organisation", "budget_line__line")
    return list(payments.select_related(*related).order_by("pk"))


def lock_batch(pk: int) -> PaymentBatch:
    """Lock a payment order for the rest of the transaction and return it as it is now."""
    return PaymentBatch.objects.select_for_update(of=("self",)).get(pk=pk)
