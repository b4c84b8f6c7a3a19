"""What a settlement does to the money, in one transaction: realised, released, paid or claimed back, and the letter."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposal
from applications.domain.moves import move
from applications.states import ProposalState
from budget.access.accounts import lock_account
from budget.access.books import lock_balances
from budget.access.lists import lock_decision, require_no_interest
from budget.access.settlements import lock_settlement, lock_settlement_of, prepared_settlement, require_approver
from budget.domain import decision_letters, ledger, payments, settlements, tiers
from budget.domain.ledger import Movement
from budget.errors import SamePerson, SettlementNotReady
from budget.models import (
    Account,
    BudgetLine,
    Decision,
    Payment,
    Recovery,
    Settlement,
    SettlementAmount,
    SettlementLetter,
)
from budget.states import Ruling, SettlementKind, SettlementState
from budget.states.events import BudgetEvent
from core.domain import audit, clock, documents, outbox, references, requests
from core.domain.money import ZERO, format_euros, total
from core.models import Document
from core.states import Series

LETTER_TOPIC = "budget.settlement_letter"


class Consequence(NamedTuple):
    """What a settlement comes to on one line and year, in euros."""

    budget_line: BudgetLine
    granted: Decimal
    settled: Decimal
    spent: Decimal
    paid: Decimal

    @property
    def released(self) -> Decimal:
        """What goes back to the line and year."""
        return self.granted - self.settled

    @property
    def excess(self) -> Decimal:
        """What was paid above what is settled here."""
        return max(self.paid - self.settled, ZERO)

    @property
    def deficit(self) -> Decimal:
        """What is settled here and was not paid yet."""
        return max(self.settled - self.paid, ZERO)


class Outcome(NamedTuple):
    """What a settlement comes to for the partner, in euros: one of `to_pay` and `to_claim` is zero."""

    rows: list[Consequence]
    to_pay: Decimal
    to_claim: Decimal


def outcome_of(settlement: Settlement) -> Outcome:
    """Return what a settlement would do, or did not do yet, with what was paid until now."""
    held = ledger.holdings(settlement.decision)
    rows = [
        Consequence(
            item.budget_line,
            item.granted,
            item.settled,
            held.get(item.budget_line_id, ledger.Holding()).spent,
            held.get(item.budget_line_id, ledger.Holding()).paid,
        )
        for item in settlement.amounts.select_related("budget_line__line").order_by("budget_line_id")
    ]
    balance = total(row.settled for row in rows) - total(row.paid for row in rows)
    return Outcome(rows, max(balance, ZERO), max(-balance, ZERO))


def owed_at_approval(settlement: Settlement) -> Decimal:
    """Return what was still to be paid when a settlement was approved, in euros, whatever was paid since."""
    facts = settlement.document.facts if settlement.document else {}
    return Decimal(facts.get("to_pay", ZERO))


def approve(*, settlement_id: int, version: int, by: User, request_key: UUID) -> Settlement:
    """Approve a settlement as the page showed it: it is final, and the money follows, all of it or nothing.

    On each line what is settled is realised and the rest is released at once to its line and year (Awb 4:46). What was
    paid too much is claimed back (Awb 4:57); what is still owed is planned for payment (Awb 4:52). Raises
    SettlementChanged, SettlementNotReady when somebody decided before or the figures are no longer those that were
    prepared, SamePerson when the approver had a hand in preparing it, HasInterest, StepNotYours. A repeat of the
    request changes nothing and returns the settlement.
    """
    require_approver(by)
    with transaction.atomic():
        request, is_new = requests.take(
            key=request_key, actor=by, purpose="budget.settle", body={"settlement": settlement_id, "version": version}
        )
        settlement = lock_settlement(settlement_id)
        if not is_new:
            return settlement
        settlements.require_state(settlement, version, SettlementState.PROPOSED)
        if prepared_settlement(by, settlement):
            raise SamePerson(_("You prepared this settlement, so somebody else has to approve it."))
        require_no_interest(by, [settlement.decision.proposal_id])
        proposal = lock_proposal(settlement.decision.proposal_id)
        _require_unchanged(settlement)
        outcome = _book(settlement, by=by)
        move(proposal, ProposalState.SETTLED, by=by)
        claim = _claim(settlement, outcome.to_claim, by=by)
        changes = {"to_pay": str(outcome.to_pay), "to_claim": str(outcome.to_claim), "version": settlement.version}
        audit.record(event=BudgetEvent.SETTLEMENT_APPROVED, actor=by, about=settlement, changes=changes)
        outbox.put(topic=LETTER_TOPIC, key=str(settlement.pk), payload={"settlement": settlement.pk})
        requests.answer(request, settlement=settlement.reference, recovery=claim.reference if claim else None)
    return settlement


def settle_at_once(*, decision_id: int) -> Settlement | None:
    """Settle a grant of a tier that settles at once, as granted, when no condition hangs over it (Awb 4:34) any more.

    The grant's own letter says so, and the two signatures are those under its list. Until then nothing happens: None.
    Doing it again changes nothing.
    """
    letter = decision_letters.send(decision_id=decision_id)
    with transaction.atomic():
        decision = lock_decision(decision_id)
        known = lock_settlement_of(decision)
        if known is not None:
            return known
        held = ledger.holdings(decision)
        is_conditional = any(one.conditional for one in held.values())
        if is_conditional or not Decision.objects.standing().filter(pk=decision.pk).exists():
            return None
        signed = decision.decision_list
        if signed.approved_by is None or signed.approved_at is None:
            raise SettlementNotReady(f"decision {decision_id} is not final")
        proposal = lock_proposal(decision.proposal_id)
        settlement = Settlement.objects.create(
            reference=references.next_reference(Series.SETTLEMENT, year=clock.today().year),
            decision=decision,
            kind=SettlementKind.AS_GRANTED,
            reason=_("A grant of this size is settled together with the grant."),
            state=SettlementState.PROPOSED,
            prepared_by=signed.prepared_by,
            prepared_at=signed.prepared_at,
        )
        granted = settlements.granted_by_line(decision)
        SettlementAmount.objects.bulk_create(
            SettlementAmount(settlement=settlement, budget_line=line, granted=amount, settled=amount)
            for line, amount in granted.items()
        )
        _realise(settlement, outcome_of(settlement), by=signed.approved_by, document=letter.document)
        move(proposal, ProposalState.SETTLED, by=signed.approved_by)
        SettlementLetter.objects.create(
            settlement=settlement,
            document=letter.document,
            sent_on=letter.sent_on,
            objection_until=letter.objection_until,
        )
        changes = {"at_once": True, "version": settlement.version}
        audit.record(event=BudgetEvent.SETTLEMENT_APPROVED, actor=None, about=settlement, changes=changes)
    return settlement


def _require_unchanged(settlement: Settlement) -> None:
    """Refuse when the grant, its payments or its account are no longer as they were prepared."""
    account = Account.objects.filter(decision=settlement.decision).first()
    if account is not None:
        lock_account(account.pk)
    settlements.require_settleable(settlement.decision, SettlementKind(settlement.kind))
    lock_balances(settlement.amounts.values_list("budget_line_id", flat=True))
    granted = settlements.granted_by_line(settlement.decision)
    prepared = {item.budget_line: item.granted for item in settlement.amounts.select_related("budget_line")}
    if granted != prepared:
        raise SettlementNotReady(
            _("The grant comes to %(now)s now, and this was prepared on %(then)s. Give it back.")
            % {"now": format_euros(total(granted.values())), "then": format_euros(total(prepared.values()))}
        )


def _book(settlement: Settlement, *, by: User) -> Outcome:
    """Let the ledger follow, and the payments."""
    decision = settlement.decision
    payments.cancel_open(decision, by=by, reason=_("Settled: %(settlement)s") % {"settlement": settlement})
    _require_nothing_under_way(decision)
    outcome = outcome_of(settlement)
    document = _record_of(settlement, outcome)
    _realise(settlement, outcome, by=by, document=document)
    left = _spread_over_lines(decision, outcome, by=by, document=document, remark=str(settlement))
    if outcome.to_claim:
        ledger.book_recovery(decision, left, by=by, document=document, remark=str(settlement))
    elif outcome.to_pay:
        payments.plan_final(decision, {line: amount for line, amount in left if amount}, by=by)
    return outcome


def _require_nothing_under_way(decision: Decision) -> None:
    """Refuse while an order is with the bank: nobody knows yet whether that money was paid."""
    under_way = total(Payment.objects.under_way().filter(decision=decision).values_list("amount", flat=True))
    if under_way:
        raise SettlementNotReady(
            _("%(amount)s is on its way to the partner. Settle once the bank's own booking is in.")
            % {"amount": format_euros(under_way)}
        )


def _realise(settlement: Settlement, outcome: Outcome, *, by: User, document: Document) -> None:
    """Realise what is settled on each line and release the rest; the settlement is final with it."""
    decision, remark = settlement.decision, str(settlement)
    # A counter-entry where more was realised than is settled, an entry where it was less.
    expense = _movements((row.budget_line, row.settled - row.spent) for row in outcome.rows)
    ledger.book_expense(decision, expense, by=by, document=document, remark=remark)
    release = _movements((row.budget_line, row.released) for row in outcome.rows)
    ledger.book_release(decision, release, by=by, document=document, remark=remark)
    settlement.approved_by, settlement.approved_at, settlement.document = by, clock.now(), document
    settlements.bring_to(settlement, SettlementState.FINAL)


def _spread_over_lines(
    decision: Decision, outcome: Outcome, *, by: User, document: Document, remark: str
) -> list[Movement]:
    """Count what was paid too much for one year as paid for another where too little was, by counter-entry.

    The year of the cost decides where money belongs, not the year of the payment. Returns what is left on each line:
    too much paid everywhere, or too little.
    """
    excess = {row.budget_line: row.excess for row in outcome.rows}
    deficit = {row.budget_line: row.deficit for row in outcome.rows}
    to_move = min(total(excess.values()), total(deficit.values()))
    taken, given = _first(excess, to_move), _first(deficit, to_move)
    ledger.book_advance(decision, _movements((line, -x) for line, x in taken), by=by, document=document, remark=remark)
    ledger.book_advance(decision, given, by=by, document=document, remark=remark)
    before, moved = (excess, dict(taken)) if outcome.to_claim else (deficit, dict(given))
    return _movements((line, amount - moved.get(line, ZERO)) for line, amount in before.items())


def _first(amounts: dict[BudgetLine, Decimal], needed: Decimal) -> list[Movement]:
    """Take what is needed from the lines in their order, in euros."""
    taken = []
    for line, amount in amounts.items():
        part = min(amount, needed)
        needed -= part
        taken.append(Movement(line, part))
    return _movements(taken)


def _movements(amounts: Iterable[tuple[BudgetLine, Decimal]]) -> list[Movement]:
    return [Movement(line, amount) for line, amount in amounts if amount]


def _claim(settlement: Settlement, amount: Decimal, *, by: User) -> Recovery | None:
    """Claim back what was paid too much (Awb 4:57). Its terms begin when the letter leaves."""
    if not amount:
        return None
    today = clock.today()
    claim = Recovery.objects.create(
        reference=references.next_reference(Series.RECOVERY, year=today.year),
        settlement=settlement,
        amount=amount,
        established_on=today,
    )
    audit.record(event=BudgetEvent.RECOVERY_CLAIMED, actor=by, about=claim, changes={"amount": str(amount)})
    return claim


def _record_of(settlement: Settlement, outcome: Outcome) -> Document:
    """Store the figures as they were approved: what the entries rest on. The letter is made after the commit."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["line", "year", "granted", "settled", "released", "paid"])
    for row in outcome.rows:
        line = row.budget_line
        writer.writerow([line.line.code, line.year, row.granted, row.settled, row.released, row.paid])
    return documents.store(
        kind="settlement_record",
        title=_("Figures of settlement %(settlement)s") % {"settlement": settlement},
        file_name=f"{settlement.reference}.csv",
        content=text.getvalue().encode(),
        facts={
            "settlement": settlement.reference,
            "decision": settlement.decision.reference,
            "kind": settlement.kind,
            "ground": settlement.ground,
            "to_pay": str(outcome.to_pay),
            "to_claim": str(outcome.to_claim),
        },
    )


def settle_firm_grants() -> list[Settlement]:
    """Settle every grant of a tier that settles at once over which no condition hangs any more.

    Run every night: whoever ends a condition need not think of it.
    """
    open_grants = Decision.objects.standing().filter(ruling=Ruling.GRANT, settlement=None, account=None)
    found = []
    for decision in open_grants.prefetch_related("amounts").order_by("pk"):
        if tiers.tier_of(decision.granted_total).settles_at_once:
            settled = settle_at_once(decision_id=decision.pk)
            found += [settled] if settled else []
    return found
