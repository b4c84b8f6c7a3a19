"""Payments: the plan of a grant, what is due, and what was not carried out."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.lists import require_no_interest
from budget.access.payments import lock_batch, lock_payments, require_payer, require_releaser
from budget.domain import ledger, payment_room, tiers
from budget.domain.payment_room import Standing
from budget.errors import PaymentNotReady
from budget.models import BudgetLine, Decision, Instalment, Payment, PaymentBatch
from budget.states import (
    BATCH_MOVES,
    PAYMENT_MOVES,
    PAYMENTS_UNDER_WAY,
    BatchState,
    InstalmentTrigger,
    PaymentKind,
    PaymentState,
)
from budget.states.events import BudgetEvent
from core.domain import audit, clock, references
from core.domain.money import ZERO, percentage_of, split_by_shares, total
from core.states import Series


def plan_for(decision: Decision, *, by: User) -> None:
    """Plan the advances of a grant that became final, by its tier; what was paid before is left out (Awb 4:95).

    Each year's part of the grant is paid in advance for the tier's percentage, in its instalments, and never before
    that year. Conditional amounts are planned too; they wait until they are firm (Awb 4:34). Raises Tier.DoesNotExist
    without tiers.
    """
    amounts = list(decision.amounts.select_related("budget_line").order_by("budget_line__year", "pk"))
    tier = tiers.tier_of(total(item.amount for item in amounts))
    instalments = list(tier.instalments.order_by("position"))
    held = ledger.holdings(decision)
    with transaction.atomic():
        planned = []
        for item in amounts:
            paid = held.get(item.budget_line_id, ledger.Holding()).paid
            parts = instalment_amounts(percentage_of(item.amount, tier.advance_percentage), instalments, paid=paid)
            planned += [
                _plan(
                    decision,
                    item.budget_line,
                    PaymentKind.ADVANCE,
                    amount,
                    trigger=InstalmentTrigger(instalment.trigger),
                    due_on=_due_on(decision, item.budget_line.year, instalment),
                )
                for instalment, amount in zip(instalments, parts, strict=True)
                if amount
            ]
        _record_plan(decision, planned, by=by)


def instalment_amounts(advances: Decimal, instalments: Iterable[Instalment], *, paid: Decimal = ZERO) -> list[Decimal]:
    """Split advances in euros over instalments by their shares; what was paid already comes off the first ones."""
    parts = split_by_shares(advances, [instalment.share for instalment in instalments])
    left = []
    for part in parts:
        covered = min(part, paid)
        paid -= covered
        left.append(part - covered)
    return left


def plan_final(decision: Decision, amounts: Mapping[BudgetLine, Decimal], *, by: User) -> None:
    """Plan what is still to be paid after a settlement, in euros by line; due at once (Awb 4:52, 4:87)."""
    with transaction.atomic():
        planned = [
            _plan(decision, line, PaymentKind.FINAL, amount, trigger=InstalmentTrigger.DATE, due_on=clock.today())
            for line, amount in sorted(amounts.items(), key=lambda item: item[0].year)
            if amount > ZERO
        ]
        _record_plan(decision, planned, by=by)


def cancel_open(decision: Decision, *, by: User, reason: str, budget_line: BudgetLine | None = None) -> None:
    """Cancel what is planned for a grant and not exported yet, on one line or on all of them.

    Raises PaymentNotReady while money of it is on its way: the bank carries that out, so first it is booked or comes
    back, and only then the grant is settled or replaced.
    """
    with transaction.atomic():
        payments = decision.payments.filter(state__in=(PaymentState.PLANNED, *PAYMENTS_UNDER_WAY))
        if budget_line is not None:
            payments = payments.filter(budget_line=budget_line)
        # Somebody may have ordered one while we waited for the lock.
        locked = lock_payments(payments.values_list("pk", flat=True))
        on_its_way = [payment.reference for payment in locked if payment.state in PAYMENTS_UNDER_WAY]
        if on_its_way:
            raise PaymentNotReady(
                _(
                    "Money of %(decision)s is on its way: %(payments)s. Read in what the bank paid, or say that it was "
                    "not carried out; then try again."
                )
                % {"decision": decision, "payments": ", ".join(on_its_way)}
            )
        for payment in locked:
            if payment.state == PaymentState.PLANNED:
                bring_to(payment, PaymentState.CANCELLED)
                audit.record(
                    event=BudgetEvent.PAYMENT_CANCELLED, actor=by, about=payment, changes={"reason": reason[:500]}
                )


def release_instalment(*, payment_id: int, by: User, remark: str) -> Payment:
    """Approve the interim report that an instalment waits for: it is due from now on, not before its year.

    Raises PaymentNotReady when it waits for no report (any more) or without a remark, HasInterest, StepNotYours.
    """
    require_releaser(by)
    if not remark.strip():
        raise PaymentNotReady(_("Say which report you approve."))
    with transaction.atomic():
        payment = _lock(payment_id)
        require_no_interest(by, [payment.decision.proposal_id])
        if payment.state != PaymentState.PLANNED or payment.trigger != InstalmentTrigger.REPORT or payment.due_on:
            raise PaymentNotReady(
                _("%(payment)s waits for no interim report. Somebody may have been before you.") % {"payment": payment}
            )
        payment.due_on = max(clock.today(), date(payment.budget_line.year, 1, 1))
        payment.released_at, payment.released_by = clock.now(), by
        payment.save(update_fields=["due_on", "released_at", "released_by"])
        audit.record(event=BudgetEvent.PAYMENT_RELEASED, actor=by, about=payment, changes={"remark": remark[:500]})
    return payment


def reject(*, payment_id: int, by: User, reason: str) -> Payment:
    """Write down that the bank did not carry a payment out; it is planned again under another reference.

    Returns the new payment. Raises PaymentNotReady when it is not on its way or without a reason, HasInterest,
    StepNotYours.
    """
    require_payer(by)
    if not reason.strip():
        raise PaymentNotReady(_("Say why the payment was not carried out."))
    with transaction.atomic():
        payment = _lock(payment_id)
        require_no_interest(by, [payment.decision.proposal_id])
        if payment.state not in PAYMENTS_UNDER_WAY:
            raise PaymentNotReady(
                _("%(payment)s is “%(state)s”, so there is nothing to come back from the bank.")
                % {"payment": payment, "state": payment.get_state_display()}
            )
        bring_to(payment, PaymentState.CANCELLED)
        again = _plan(
            payment.decision,
            payment.budget_line,
            PaymentKind(payment.kind),
            payment.amount,
            trigger=InstalmentTrigger(payment.trigger),
            due_on=payment.due_on,
            released_by=payment.released_by,
        )
        close_settled([payment.batch_id], by=by)
        audit.record(
            event=BudgetEvent.PAYMENT_REJECTED,
            actor=by,
            about=payment,
            changes={"reason": reason[:500], "again": again.reference},
        )
    return again


def due(user: User) -> list[Standing]:
    """Return the payments that may be ordered now, without those in which the person has an interest."""
    waiting = Payment.objects.waiting(clock.today()).known_to(user).for_page()
    return [standing for standing in payment_room.standings(waiting) if standing.is_due]


def bring_to(payment: Payment, state: PaymentState) -> None:
    """Move a locked payment to a state, with what was set on it. Raises PaymentNotReady for a move that is none."""
    if (PaymentState(payment.state), state) not in PAYMENT_MOVES:
        raise PaymentNotReady(
            _("%(payment)s is now “%(state)s”, so this step is not possible. Somebody may have been before you.")
            % {"payment": payment, "state": payment.get_state_display()}
        )
    payment.state = state
    payment.save(update_fields=["state", "batch", "beneficiary_name", "beneficiary_iban", "entry", "booked_on"])


def bring_batch_to(batch: PaymentBatch, state: BatchState) -> None:
    """Move a locked payment order to a state. Raises PaymentNotReady for a move that is none."""
    if (BatchState(batch.state), state) not in BATCH_MOVES:
        raise PaymentNotReady(
            _("Payment order %(batch)s is now “%(state)s”, so this step is not possible.")
            % {"batch": batch, "state": batch.get_state_display()}
        )
    batch.state = state
    batch.save(update_fields=["state", "sent_by", "sent_at"])


def close_settled(batch_ids: Iterable[int | None], *, by: User) -> None:
    """Close the payment orders on which nothing is on its way any more; their payments are locked."""
    for pk in sorted(pk for pk in set(batch_ids) if pk is not None):
        batch = lock_batch(pk)
        if batch.state != BatchState.DONE and not batch.payments.under_way().exists():
            bring_batch_to(batch, BatchState.DONE)
            audit.record(event=BudgetEvent.PAYMENT_ORDER_DONE, actor=by, about=batch)


def _lock(payment_id: int) -> Payment:
    (payment,) = lock_payments([payment_id])
    return payment


def _plan(
    decision: Decision,
    line: BudgetLine,
    kind: PaymentKind,
    amount: Decimal,
    *,
    trigger: InstalmentTrigger,
    due_on: date | None,
    released_by: User | None = None,
) -> Payment:
    last = decision.payments.aggregate(last=Max("position"))["last"] or 0
    return Payment.objects.create(
        reference=references.next_reference(Series.PAYMENT, year=clock.today().year),
        decision=decision,
        budget_line=line,
        kind=kind,
        position=last + 1,
        amount=amount,
        trigger=trigger,
        due_on=due_on,
        released_by=released_by,
        released_at=clock.now() if released_by else None,
    )


def _due_on(decision: Decision, year: int, instalment: Instalment) -> date | None:
    """Return the first day on which an instalment may be paid; None as long as it waits for a report."""
    first = date(year, 1, 1)
    if instalment.trigger == InstalmentTrigger.REPORT:
        return None
    if instalment.trigger == InstalmentTrigger.GRANT:
        return first
    starts_on = decision.proposal.starts_on
    return _months_after(starts_on if starts_on and starts_on.year == year else first, instalment.months)


def _months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _record_plan(decision: Decision, planned: list[Payment], *, by: User) -> None:
    if planned:
        audit.record(
            event=BudgetEvent.PAYMENTS_PLANNED,
            actor=by,
            about=decision,
            changes={payment.reference: str(payment.amount) for payment in planned},
        )
