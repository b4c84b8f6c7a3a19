"""Take a grant along the road of account and settlement, by the real verbs."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from applications.models import Call, Proposal
from budget.domain import accountability, ledger, settlement_letters, settlements, settling
from budget.domain.accountability import Reported
from budget.domain.ledger import Movement
from budget.models import Account, BudgetLine, Decision, Settlement
from budget.states import SettlementGround, SettlementKind
from core.domain import clock
from tests.budget.bare import a_document
from tests.budget.road import decision_of, granted_proposal
from tests.conftest import Cast

# A working day after the activities of the road's proposals are over, and well within the term for the account.
AFTERWARDS = datetime(2027, 7, 12, 9, 0, tzinfo=UTC)
# The same, when that term is over too.
TOO_LATE = datetime(2027, 12, 1, 9, 0, tzinfo=UTC)
Amounts = Mapping[int, int | Decimal]


def expected_account(cast: Cast, call: Call, *, requested: Amounts | None = None, **over: object) -> Account:
    """Return the account that is expected of a grant that needs one; takes what granted_proposal takes."""
    proposal = granted_proposal(cast, call, requested=requested or {2026: 60000}, **over)
    return Account.objects.get(decision=decision_of(proposal))


def filled(account: Account, *, realised: Decimal | int | None = None, achieved: str = "118") -> Reported:
    """Return a whole report: every result achieved, and every cost as budgeted or `realised` euros each."""
    costs = {
        (cost.item_id, cost.year): cost.budgeted if realised is None else Decimal(realised)
        for cost in account.costs.all()
    }
    results = {one.promised_result_id: (achieved, "Twee weekenden extra.") for one in account.results.all()}
    return Reported(summary="Het makersweekend was vol.", results=results, costs=costs)


def submit(cast: Cast, account: Account, reported: Reported | None = None) -> Account:
    """Let the partner hand in an account."""
    return accountability.submit(
        account_id=account.pk,
        by=cast.partner,
        version=Account.objects.get(pk=account.pk).version,
        reported=reported or filled(account),
        request_key=uuid.uuid4(),
    )


def checked_account(cast: Cast, call: Call, **over: object) -> Account:
    """Return an account that the team found in order; takes what expected_account takes."""
    account = submit(cast, expected_account(cast, call, **over))  # type: ignore[arg-type]
    accountability.check(account_id=account.pk, by=cast.manager, version=account.version)
    return Account.objects.get(pk=account.pk)


def pay(cast: Cast, decision: Decision, amounts: Amounts) -> None:
    """Book what was paid in advance, in euros by year."""
    lines = {line.year: line for line in BudgetLine.objects.filter(line=decision.proposal.line)}
    movements = [Movement(lines[year], Decimal(amount)) for year, amount in amounts.items() if amount]
    ledger.book_advance(decision, movements, by=cast.finance, document=a_document())


def prepared(
    cast: Cast, decision: Decision, amounts: Amounts | None = None, *, kind: SettlementKind | None = None
) -> Settlement:
    """Prepare a settlement: on `amounts` in euros by year (the others as granted), or as granted without."""
    granted = settlements.granted_by_line(decision)
    settled = {line: Decimal((amounts or {}).get(line.year, amount)) for line, amount in granted.items()}
    kind = kind or (SettlementKind.AS_GRANTED if settled == granted else SettlementKind.LOWER)
    known = Settlement.objects.filter(decision=decision).first()
    return settlements.prepare(
        decision_id=decision.pk,
        by=cast.manager,
        kind=kind,
        amounts=settled,
        reason="Er is minder gedaan dan beloofd.",
        ground={
            SettlementKind.LOWER: SettlementGround.NOT_CARRIED_OUT,
            SettlementKind.EX_OFFICIO: SettlementGround.NO_ACCOUNT,
        }.get(kind, ""),
        version=known.version if known else None,
    )


def proposed(
    cast: Cast, decision: Decision, amounts: Amounts | None = None, *, kind: SettlementKind | None = None
) -> Settlement:
    """Prepare and propose a settlement, without a hearing."""
    settlement = prepared(cast, decision, amounts, kind=kind)
    return settlements.propose(
        settlement_id=settlement.pk,
        version=settlement.version,
        by=cast.manager,
        hearing_skipped="De partner heeft dit zelf zo opgegeven (Awb 4:8).",
    )


def approve(cast: Cast, settlement: Settlement) -> Settlement:
    """Let the financial adviser approve a settlement."""
    return settling.approve(
        settlement_id=settlement.pk, version=settlement.version, by=cast.finance, request_key=uuid.uuid4()
    )


def settled_grant(
    cast: Cast,
    call: Call,
    amounts: Amounts | None = None,
    *,
    paid: Amounts | None = None,
    send: bool = False,
    **over: object,
) -> Settlement:
    """Return a final settlement of a grant on which `paid` was paid, in euros by year."""
    account = checked_account(cast, call, **over)
    pay(cast, account.decision, paid or {})
    settlement = approve(cast, proposed(cast, account.decision, amounts))
    if send:
        settlement_letters.send(settlement_id=settlement.pk)
    return Settlement.objects.get(pk=settlement.pk)


def ex_officio(cast: Cast, call: Call, amounts: Amounts, **over: object) -> Settlement:
    """Return a settlement that the municipality proposed by itself, months after the account was due."""
    account = expected_account(cast, call, **over)  # type: ignore[arg-type]
    with clock.set_to(TOO_LATE + timedelta(days=1)):
        return proposed(cast, account.decision, amounts, kind=SettlementKind.EX_OFFICIO)


def fresh(proposal: Proposal) -> Proposal:
    """Return a proposal as it is in the database now."""
    return Proposal.objects.get(pk=proposal.pk)
