"""What happens to a grant of the demo: paid every month, accounted for, settled, and paid back."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from accounts.models import User
from budget.domain import accountability, payment_batches, payment_imports, payments, recoveries, settlements, settling
from budget.domain.accountability import Reported
from budget.models import BudgetLine, Decision, ImportMapping, Payment, PaymentBatch, Settlement
from budget.states import InstalmentTrigger, SettlementGround, SettlementKind
from core.domain import clock, documents
from talentfund.demo.people import Cast
from talentfund.demo.proposals import euros, moment

# Payments go out once a month; an order of the last day would not have left yet.
FIRST_RUN = date(2025, 6, 20)
LAST_RUN = date(2026, 11, 20)
# After the last run, so that something is due when one looks.
LAST_REPORT = moment("2026-11-20T15:30")

Steps = Iterator[tuple[datetime, Callable[[], object]]]


def monthly_payments(cast: Cast) -> Steps:
    """Return for each month: order what is due, send it, and read in what the bank did."""
    finance = cast["finance"]
    yield LAST_REPORT, partial(_approve_interim_report, cast["manager"])
    year, month = FIRST_RUN.year, FIRST_RUN.month
    while (year, month) <= (LAST_RUN.year, LAST_RUN.month):
        run = moment(f"{year:04d}-{month:02d}-20T10:00")
        yield run, partial(_order, finance)
        if run.date() != LAST_RUN:
            yield run + timedelta(hours=4), partial(_send, finance)
            yield run + timedelta(days=3), partial(_read_in, finance)
        year, month = (year, month + 1) if month < len("JFMAMJJASOND") else (year + 1, 1)


def account_steps(key: str, story: Mapping[str, Any], cast: Cast, pk_of: Callable[[str], int], partner: User) -> Steps:
    """Return how a partner accounts for a grant and how it is settled, as far as its story tells."""
    said = story.get("account")
    if said is None:
        return
    yield moment(said["submitted"]), lambda: _submit(_decision(pk_of(key)), said, partner)
    if "checked" in said:
        yield moment(said["checked"]), lambda: _check(_decision(pk_of(key)), said, cast["manager"])
    if "settlement" not in story:
        return
    told = story["settlement"]
    yield moment(told["prepared"]), lambda: _prepare(_decision(pk_of(key)), told, cast["manager"])
    yield moment(told["heard"]), lambda: _hear(_settlement(pk_of(key)), told, cast["manager"])
    yield moment(told["proposed"]), lambda: _propose(_settlement(pk_of(key)), cast["manager"])
    yield moment(told["approved"]), lambda: _approve(_settlement(pk_of(key)), cast["finance"])
    yield moment(told["received"]), lambda: _receive(_settlement(pk_of(key)), cast["finance"])


def _order(finance: User) -> None:
    due = [standing.payment.pk for standing in payments.due(finance)]
    if due:
        payment_batches.order(payment_ids=due, by=finance, request_key=uuid4())


def _approve_interim_report(manager: User) -> None:
    """Approve the interim report that the first instalment of this year waits for."""
    waiting = Payment.objects.planned().filter(trigger=InstalmentTrigger.REPORT, due_on=None, budget_line__year=2026)
    payment = waiting.order_by("pk").first()
    if payment is not None:
        payments.release_instalment(payment_id=payment.pk, by=manager, remark="Het tussenverslag is in orde.")


def _send(finance: User) -> None:
    for batch in PaymentBatch.objects.filter(sent_at=None):
        payment_batches.mark_sent(batch_id=batch.pk, by=finance, request_key=uuid4())


def _read_in(finance: User) -> None:
    """Read in a file as the bank would give it: every payment of the last order was carried out."""
    batch = PaymentBatch.objects.filter(made_at__gte=clock.now() - timedelta(days=5)).first()
    if batch is None:
        return
    rows = [
        f"{payment.reference};-{payment.amount:.2f};{clock.today() - timedelta(days=1):%d-%m-%Y};{payment.decision}"
        for payment in batch.payments.select_related("decision")
    ]
    content = "\r\n".join(["EndToEndId;Bedrag;Boekdatum;Omschrijving", *rows, ""]).replace(".", ",").encode()
    payment_imports.import_bank(
        content=content,
        file_name=f"bank-{clock.today():%Y%m%d}.csv",
        mapping=ImportMapping.objects.get(reference_column="EndToEndId"),
        by=finance,
        request_key=uuid4(),
    )


def _submit(decision: Decision, said: Mapping[str, Any], partner: User) -> None:
    account = decision.account
    results = {
        row.promised_result_id: (str(achieved), explanation)
        for row, (achieved, explanation) in zip(account.results.order_by("pk"), said["results"], strict=True)
    }
    # Where cost is asked, it came to what was budgeted.
    costs = {(row.item_id, row.year): row.budgeted for row in account.costs.all()} if "costs" in said else {}
    accountability.submit(
        account_id=account.pk,
        by=partner,
        version=account.version,
        reported=Reported(summary=said["summary"], results=results, costs=costs),
        request_key=uuid4(),
    )


def _check(decision: Decision, said: Mapping[str, Any], manager: User) -> None:
    account = decision.account
    accountability.check(account_id=account.pk, by=manager, version=account.version, remark=said["remark"])


def _prepare(decision: Decision, told: Mapping[str, Any], manager: User) -> None:
    lines = {line.year: line for line in BudgetLine.objects.filter(line=decision.proposal.line)}
    settlement = settlements.prepare(
        decision_id=decision.pk,
        by=manager,
        kind=SettlementKind(told["kind"]),
        amounts={lines[int(year)]: euros(amount) for year, amount in told["settled"].items()},
        ground=SettlementGround.NOT_CARRIED_OUT,
        reason=told["reason"],
    )
    settlements.ask_view(settlement_id=settlement.pk, version=settlement.version, by=manager)


def _hear(settlement: Settlement, told: Mapping[str, Any], manager: User) -> None:
    settlements.record_view(
        settlement_id=settlement.pk,
        version=settlement.version,
        by=manager,
        view=told["view"],
        view_on=clock.today(),
    )


def _propose(settlement: Settlement, manager: User) -> None:
    settlements.propose(settlement_id=settlement.pk, version=settlement.version, by=manager)


def _approve(settlement: Settlement, finance: User) -> None:
    settling.approve(settlement_id=settlement.pk, version=settlement.version, by=finance, request_key=uuid4())


def _receive(settlement: Settlement, finance: User) -> None:
    claim = settlement.recovery
    document = documents.store(
        kind="bank_statement",
        title=f"Ontvangst {claim}",
        file_name=f"ontvangst-{claim.reference}.csv",
        content=f"kenmerk;euro\r\n{claim.reference};{claim.amount}\r\n".encode(),
        facts={"recovery": claim.reference, "amount": str(claim.amount)},
    )
    recoveries.receive(
        recovery_id=claim.pk,
        by=finance,
        amount=claim.amount,
        received_on=clock.today(),
        document=document,
        request_key=uuid4(),
    )


def _decision(proposal_id: int) -> Decision:
    return Decision.objects.select_related("proposal", "account").get(proposal_id=proposal_id)


def _settlement(proposal_id: int) -> Settlement:
    return Settlement.objects.get(decision__proposal_id=proposal_id)
