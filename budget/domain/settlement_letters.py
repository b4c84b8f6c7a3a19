"""The letters of a settlement: the question for a view, and the settlement itself (Awb 3:41, 4:8, 4:46)."""

from datetime import date

from django.db import transaction

from applications.domain import correspondence
from budget.access.settlements import lock_settlement
from budget.domain import settling
from budget.domain.decision_letters import objection_until
from budget.errors import SettlementNotReady
from budget.letters import settlements as letters
from budget.models import Recovery, Settlement, SettlementLetter
from budget.states import SettlementState
from budget.states.events import BudgetEvent
from core.domain import audit, clock, terms

# Awb 4:87: paid within six weeks after it was made known.
PAYMENT_WEEKS = 6
# Awb 4:57, fourth paragraph.
LIMIT_YEARS = 5


def limit_on(sent_on: date) -> date:
    """Return the last day on which money can be claimed back after a settlement that was sent on a day (Awb 4:57)."""
    try:
        return sent_on.replace(year=sent_on.year + LIMIT_YEARS)
    except ValueError:  # 29 February
        return sent_on.replace(year=sent_on.year + LIMIT_YEARS, day=28)


def send_hearing(*, settlement_id: int, version: int) -> None:
    """Send the question for a view, once for each time that it was asked.

    A settlement that was changed or withdrawn in the meantime asks nothing any more: nothing is sent.
    """
    with transaction.atomic():
        settlement = lock_settlement(settlement_id)
        if settlement.state != SettlementState.HEARING or settlement.version != version:
            return
        kind = f"hearing-{settlement.pk}-{version}"
        proposal = settlement.decision.proposal
        if proposal.letters.filter(kind=kind).exists():
            return
        document = letters.render_hearing(_for_letter(settlement), moment=clock.now())
        correspondence.file_letter(proposal=proposal, kind=kind, title=document.title, document=document)
        letters.mail_hearing(settlement, key=kind)


def send(*, settlement_id: int) -> SettlementLetter:
    """Send the letter of a final settlement once, and let the terms of a claim begin on that day.

    Doing it again changes nothing and gives the letter that was sent. Raises SettlementNotReady when it is not final.
    """
    with transaction.atomic():
        settlement = lock_settlement(settlement_id)
        sent = SettlementLetter.objects.filter(settlement=settlement).select_related("document").first()
        if sent is not None:
            return sent
        if settlement.state != SettlementState.FINAL:
            raise SettlementNotReady(f"settlement {settlement} is not final")
        sent_on = clock.today()
        until = objection_until(sent_on)
        claim = _begin_terms(settlement, sent_on)
        document = letters.render_settlement(
            _for_letter(settlement),
            moment=clock.now(),
            sent_on=sent_on,
            objection_until=until,
            to_pay=settling.owed_at_approval(settlement),
            claim=claim,
        )
        letter = SettlementLetter.objects.create(
            settlement=settlement, document=document, sent_on=sent_on, objection_until=until
        )
        kind = f"settlement-{settlement.pk}"
        proposal = settlement.decision.proposal
        correspondence.file_letter(proposal=proposal, kind=kind, title=document.title, document=document)
        letters.mail_settlement(settlement)
        changes = {"document": str(document.pk), "sha256": document.sha256, "objection_until": until.isoformat()}
        audit.record(event=BudgetEvent.SETTLEMENT_SENT, actor=None, about=settlement, changes=changes)
    return letter


def _begin_terms(settlement: Settlement, sent_on: date) -> Recovery | None:
    claim = Recovery.objects.filter(settlement=settlement).first()
    if claim is not None and claim.limit_on is None:
        claim.due_on = terms.end_of_term(start=sent_on, weeks=PAYMENT_WEEKS)
        claim.limit_on = limit_on(sent_on)
        claim.save(update_fields=["due_on", "limit_on"])
    return claim


def _for_letter(settlement: Settlement) -> Settlement:
    return Settlement.objects.for_page().get(pk=settlement.pk)
