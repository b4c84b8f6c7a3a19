"""Payment orders: what is due goes to the bank once, and its files are kept."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from stdnum import iban as iban_numbers

from accounts.models import User
from budget.access.books import lock_balances
from budget.access.lists import require_no_interest
from budget.access.payments import lock_batch, lock_payments, require_payer
from budget.domain import payment_files, payment_room
from budget.domain.payments import bring_batch_to, bring_to
from budget.errors import PaymentNotReady
from budget.models import Payment, PaymentBatch
from budget.states import BatchState, PaymentState
from budget.states.events import BudgetEvent
from core.domain import audit, clock, documents, references, requests, terms
from core.domain.money import total
from core.models import Document
from core.states import Series


def order(*, payment_ids: Iterable[int], by: User, request_key: UUID) -> PaymentBatch:
    """Put payments on an order to the bank, all of them or none, and keep its files (CSV and SEPA pain.001).

    Each is checked under lock: still planned, due, and within what the grant firmly holds less what is on its way.
    Raises PaymentNotReady with the reason for each that is not, or when the list is empty or an account number or
    name is not right; SepaNotConfigured without the municipality's own account; HasInterest; StepNotYours. A repeat
    of the request changes nothing and returns the order.
    """
    require_payer(by)
    wanted = sorted(set(payment_ids))
    with transaction.atomic():
        request, is_new = requests.take(
            key=request_key, actor=by, purpose="budget.order_payments", body={"payments": wanted}
        )
        if not is_new:
            return PaymentBatch.objects.get(reference=(request.answer or {})["batch"])
        lock_balances(Payment.objects.filter(pk__in=wanted).values_list("budget_line_id", flat=True))
        payments = lock_payments(wanted)
        if not payments or len(payments) != len(wanted):
            raise PaymentNotReady(_("Choose at least one payment."))
        require_no_interest(by, {payment.decision.proposal_id for payment in payments})
        _check(payments)
        batch = _export(payments, by=by)
        requests.answer(request, batch=batch.reference)
    return batch


def mark_sent(*, batch_id: int, by: User, request_key: UUID) -> PaymentBatch:
    """Write down that an order was given to the bank.

    Raises PaymentNotReady when it was sent before, HasInterest, StepNotYours. A repeat of the request changes nothing.
    """
    require_payer(by)
    with transaction.atomic():
        request, is_new = requests.take(
            key=request_key, actor=by, purpose="budget.payment_order_sent", body={"batch": batch_id}
        )
        if not is_new:
            return PaymentBatch.objects.get(pk=batch_id)
        payments = lock_payments(Payment.objects.filter(batch=batch_id).values_list("pk", flat=True))
        batch = lock_batch(batch_id)
        require_no_interest(by, {payment.decision.proposal_id for payment in payments})
        batch.sent_by, batch.sent_at = by, clock.now()
        bring_batch_to(batch, BatchState.SENT)
        for payment in payments:
            if payment.state == PaymentState.ORDERED:
                bring_to(payment, PaymentState.SENT)
        audit.record(event=BudgetEvent.PAYMENT_ORDER_SENT, actor=by, about=batch)
        requests.answer(request, batch=batch.reference)
    return batch


def _check(payments: list[Payment]) -> None:
    """Refuse what can't be paid now, each payment with its reason."""
    problems = []
    for payment in payments:
        if payment.state != PaymentState.PLANNED:
            problems.append(
                _("%(payment)s is now “%(state)s”. Somebody may have been before you.")
                % {"payment": payment, "state": payment.get_state_display()}
            )
        organisation = payment.decision.proposal.organisation
        if not organisation.name.strip() or not iban_numbers.is_valid(organisation.iban):
            problems.append(
                _("%(payment)s: the name or the IBAN of %(organisation)s is not right.")
                % {"payment": payment, "organisation": organisation.name}
            )
    if not problems:
        problems = [f"{one.payment}: {one.waits}" for one in payment_room.standings(payments) if one.waits]
    if problems:
        raise PaymentNotReady(" ".join(problems))


def _export(payments: list[Payment], *, by: User) -> PaymentBatch:
    paid_by = payment_files.debtor()
    moment, today = clock.now(), clock.today()
    reference = references.next_reference(Series.PAYMENT_BATCH, year=today.year)
    for payment in payments:
        organisation = payment.decision.proposal.organisation
        payment.beneficiary_name = organisation.name
        payment.beneficiary_iban = iban_numbers.compact(organisation.iban)
    sepa = payment_files.to_sepa(
        payments, reference=reference, paid_by=paid_by, moment=moment, execution_on=terms.roll_forward(today)
    )
    batch = PaymentBatch.objects.create(
        reference=reference,
        total=total(payment.amount for payment in payments),
        count=len(payments),
        csv=_keep(reference, "csv", payment_files.to_csv(payments), payments),
        sepa=_keep(reference, "xml", sepa, payments),
        made_by=by,
        made_at=moment,
    )
    for payment in payments:
        payment.batch = batch
        bring_to(payment, PaymentState.ORDERED)
    audit.record(
        event=BudgetEvent.PAYMENT_ORDER_MADE,
        actor=by,
        about=batch,
        changes={"total": str(batch.total), "payments": [payment.reference for payment in payments]},
    )
    return batch


def _keep(reference: str, suffix: str, content: bytes, payments: list[Payment]) -> Document:
    return documents.store(
        kind=f"payment_order.{suffix}",
        title=_("Payment order %(reference)s") % {"reference": reference},
        file_name=f"{reference}.{suffix}",
        content=content,
        facts={
            "total": str(total(payment.amount for payment in payments)),
            "payments": {payment.reference: str(payment.amount) for payment in payments},
        },
    )
