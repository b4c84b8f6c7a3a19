"""Claims: what a partner has to pay back, and what came in (Awb 4:57, 4:86 and on)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.lists import require_no_interest
from budget.access.settlements import lock_recovery, require_receiver
from budget.errors import MoreThanClaimed, SettlementNotReady
from budget.models import Recovery, RecoveryReceipt
from budget.states.events import BudgetEvent
from core.domain import audit, clock, requests
from core.domain.money import ZERO, format_euros
from core.models import Document


def outstanding(claim: Recovery) -> Decimal:
    """Return what still has to come in on a claim, in euros."""
    return claim.amount - (claim.receipts.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def receive(
    *, recovery_id: int, by: User, amount: Decimal, received_on: date, document: Document, request_key: UUID
) -> Recovery:
    """Book what came in on a claim, in euros, with the statement that shows it.

    Raises MoreThanClaimed with what is still open, SettlementNotReady when the amount is not above zero or the day is
    before the claim or still to come, HasInterest, StepNotYours. A repeat of the request changes nothing.
    """
    require_receiver(by)
    with transaction.atomic():
        body = {"recovery": recovery_id, "amount": str(amount), "on": received_on, "sha256": document.sha256}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.receive", body=body)
        claim = lock_recovery(recovery_id)
        if not is_new:
            return claim
        require_no_interest(by, [claim.settlement.decision.proposal_id])
        if not claim.established_on <= received_on <= clock.today():
            raise SettlementNotReady(_("Money comes in after the claim was made, and not after today."))
        if amount <= ZERO:
            raise SettlementNotReady(_("Fill in an amount above zero."))
        still_open = outstanding(claim)
        if amount > still_open:
            raise MoreThanClaimed(
                _("%(open)s of this claim is still open, so %(amount)s can't come in on it.")
                % {"open": format_euros(still_open), "amount": format_euros(amount)}
            )
        receipt = RecoveryReceipt.objects.create(
            recovery=claim,
            amount=amount,
            received_on=received_on,
            document=document,
            booked_by=by,
            booked_at=clock.now(),
        )
        changes = {"receipt": receipt.pk, "amount": str(amount), "received_on": received_on.isoformat()}
        audit.record(event=BudgetEvent.RECOVERY_RECEIVED, actor=by, about=claim, changes=changes)
        requests.answer(request, receipt=receipt.pk)
    return claim
