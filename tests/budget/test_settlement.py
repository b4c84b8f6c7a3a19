"""Settling a grant: what is realised, released, paid and claimed back, and who may do it."""

import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from applications.models import ShutFile
from applications.states import ProposalState
from budget.domain import ledger, payments, proof, settlements, settling
from budget.domain.ledger import Movement
from budget.errors import AccountNotReady, HasInterest, SamePerson, SettlementChanged, SettlementNotReady, StepNotYours
from budget.models import Balance, LedgerEntry, Recovery, Settlement, SettlementAmount
from budget.states import EntryKind, SettlementKind, SettlementState
from core.domain import clock
from core.models import AuditEntry
from tests.budget.bare import a_document, budget_line
from tests.budget.road import decision_of, refused_proposal
from tests.budget.road_settlement import (
    TOO_LATE,
    approve,
    checked_account,
    ex_officio,
    expected_account,
    fresh,
    prepared,
    proposed,
    settled_grant,
    submit,
)


@pytest.fixture
def planned(monkeypatch) -> list[dict[int, Decimal]]:
    """What was planned as final payment, by year."""
    found: list[dict[int, Decimal]] = []

    def plan_final(decision, amounts, *, by):
        found.append({line.year: amount for line, amount in amounts.items()})

    monkeypatch.setattr(payments, "plan_final", plan_final)
    return found


def entries_of(settlement: Settlement) -> list[tuple[str, int, Decimal]]:
    """Return what was booked with a settlement: kind, year, euros."""
    entries = LedgerEntry.objects.filter(document=settlement.document).order_by("pk")
    return list(entries.values_list("kind", "budget_line__year", "amount"))


def commit() -> None:
    """Let the deferred triggers look now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_as_granted_realises_all_and_pays_the_rest(cast, call, planned):
    settlement = settled_grant(cast, call, paid={2026: 48000})
    commit()
    assert settlement.state == SettlementState.FINAL
    assert entries_of(settlement) == [(EntryKind.EXPENSE, 2026, Decimal(60000))]
    assert planned == [{2026: Decimal(12000)}]
    assert fresh(settlement.decision.proposal).state == ProposalState.SETTLED
    assert not Recovery.objects.exists()
    assert list(proof.check()) == []


def test_lower_releases_the_rest_at_once_to_its_line_and_year(cast, call, planned):
    before = Balance.objects.get(budget_line=budget_line())
    settlement = settled_grant(cast, call, {2026: 50000}, paid={2026: 48000})
    commit()
    after = Balance.objects.get(budget_line=budget_line())
    assert entries_of(settlement) == [
        (EntryKind.EXPENSE, 2026, Decimal(50000)),
        (EntryKind.RELEASE, 2026, Decimal(10000)),
    ]
    assert (after.granted, after.spent) == (before.granted, before.spent + 50000)
    assert planned == [{2026: Decimal(2000)}]


def test_what_was_paid_too_much_becomes_a_claim(cast, call, planned):
    settlement = settled_grant(cast, call, {2026: 40000}, paid={2026: 48000})
    commit()
    claim = Recovery.objects.get()
    assert claim.amount == Decimal(8000)
    assert claim.reference.startswith("TV-")
    assert (EntryKind.RECOVERY, 2026, Decimal(8000)) in entries_of(settlement)
    assert planned == []
    assert ledger.holding(settlement.decision, budget_line()).paid == Decimal(40000)
    assert list(proof.check()) == []


def test_paid_too_much_for_one_year_counts_for_another_before_anything_is_claimed(cast, call, planned):
    settlement = settled_grant(
        cast, call, {2025: 10000}, requested={2025: 30000, 2026: 30000}, paid={2025: 24000, 2026: 10000}
    )
    commit()
    held = ledger.holdings(settlement.decision)
    assert [(held[budget_line(year=year).pk].spent, held[budget_line(year=year).pk].paid) for year in (2025, 2026)] == [
        (Decimal(10000), Decimal(10000)),
        (Decimal(30000), Decimal(24000)),
    ]
    assert planned == [{2026: Decimal(6000)}]
    assert not Recovery.objects.exists()


def test_a_claim_after_other_years_took_what_they_could(cast, call, planned):
    settlement = settled_grant(
        cast, call, {2025: 0, 2026: 12000}, requested={2025: 30000, 2026: 30000}, paid={2025: 24000, 2026: 10000}
    )
    commit()
    assert Recovery.objects.get().amount == Decimal(22000)
    assert ledger.holding(settlement.decision, budget_line(year=2025)).paid == 0
    assert ledger.holding(settlement.decision, budget_line(year=2026)).paid == Decimal(12000)
    assert planned == []


def test_more_realised_than_settled_is_taken_back_by_a_counter_entry(cast, call, planned):
    decision = checked_account(cast, call).decision
    ledger.book_expense(decision, [Movement(budget_line(), Decimal(55000))], by=cast.finance, document=a_document())
    settlement = approve(cast, proposed(cast, decision, {2026: 50000}))
    commit()
    assert entries_of(settlement) == [
        (EntryKind.EXPENSE, 2026, Decimal(-5000)),
        (EntryKind.RELEASE, 2026, Decimal(10000)),
    ]
    assert list(proof.check()) == []


def test_settled_on_nothing_releases_all(cast, call, planned):
    settlement = settled_grant(cast, call, {2026: 0}, paid={2026: 1000})
    commit()
    assert entries_of(settlement) == [
        (EntryKind.RELEASE, 2026, Decimal(60000)),
        (EntryKind.RECOVERY, 2026, Decimal(1000)),
    ]


def test_conditional_money_has_to_be_decided_on_first(cast, call):
    decision = checked_account(cast, call, requested={2026: 60000, 2027: 5000}).decision
    with pytest.raises(SettlementNotReady, match=r"5\.000"):
        prepared(cast, decision)


def test_an_account_that_is_not_in_order_is_not_settled_on(cast, call):
    account = submit(cast, expected_account(cast, call))
    with pytest.raises(SettlementNotReady):
        prepared(cast, account.decision)


@pytest.mark.parametrize("amount", [Decimal("60000.01"), Decimal("-0.01")])
def test_no_more_than_granted_and_no_less_than_nothing_is_settled(cast, call, amount):
    decision = checked_account(cast, call).decision
    with pytest.raises(SettlementNotReady):
        prepared(cast, decision, {2026: amount})
    settlement = prepared(cast, decision)
    with pytest.raises(DatabaseError, match="budget_settled_within_granted"), transaction.atomic():
        SettlementAmount.objects.filter(settlement=settlement).update(settled=amount)


def test_every_year_of_the_grant_is_named(cast, call):
    decision = checked_account(cast, call).decision
    with pytest.raises(SettlementNotReady, match=r"jaar|year"):
        settlements.prepare(
            decision_id=decision.pk,
            by=cast.manager,
            kind=SettlementKind.LOWER,
            amounts={},
            reason="x",
            ground="4:46-2a",
        )


@pytest.mark.parametrize(
    ("kind", "ground", "settled", "reason"),
    [
        ("as_granted", "", 50000, "Zo is het."),
        ("as_granted", "4:46-2a", 60000, "Zo is het."),
        ("lower", "4:46-2a", 60000, "Zo is het."),
        ("lower", "", 50000, "Zo is het."),
        ("lower", "4:47", 50000, "Zo is het."),
        ("as_granted", "", 60000, "  "),
        ("ex_officio", "4:47", 60000, "De verantwoording is er gewoon."),
    ],
)
def test_kind_ground_amount_and_reason_go_together(cast, call, kind, ground, settled, reason):
    decision = checked_account(cast, call).decision
    with pytest.raises(SettlementNotReady):
        settlements.prepare(
            decision_id=decision.pk,
            by=cast.manager,
            kind=SettlementKind(kind),
            amounts={budget_line(): Decimal(settled)},
            reason=reason,
            ground=ground,
        )
    assert not Settlement.objects.exists()


def test_ex_officio_needs_an_account_that_is_overdue(cast, call, planned):
    account = expected_account(cast, call)
    with pytest.raises(SettlementNotReady, match="4:47"):
        prepared(cast, account.decision, {2026: 0}, kind=SettlementKind.EX_OFFICIO)
    with clock.set_to(TOO_LATE):
        settlement = approve(cast, proposed(cast, account.decision, {2026: 0}, kind=SettlementKind.EX_OFFICIO))
        with pytest.raises(AccountNotReady):
            submit(cast, account)
    assert settlement.state == SettlementState.FINAL


def test_an_account_that_comes_in_after_all_stops_a_settlement_ex_officio(cast, call):
    settlement = ex_officio(cast, call, {2026: 0})
    with clock.set_to(TOO_LATE):
        submit(cast, settlement.decision.account)
        with pytest.raises(SettlementNotReady):
            approve(cast, settlement)


def test_what_was_released_since_it_was_prepared_stops_the_approval(cast, call):
    settlement = proposed(cast, checked_account(cast, call).decision)
    movements = [Movement(budget_line(), Decimal(1000))]
    ledger.book_release(settlement.decision, movements, by=cast.finance, document=a_document())
    with pytest.raises(SettlementNotReady, match=r"59\.000"):
        approve(cast, settlement)


def test_who_prepared_it_never_approves_it(cast, call):
    settlement = proposed(cast, checked_account(cast, call).decision)
    Settlement.objects.filter(pk=settlement.pk).update(prepared_by=cast.finance)
    with pytest.raises(SamePerson):
        approve(cast, settlement)
    with pytest.raises(DatabaseError, match="budget_settlement_two_signatures"), transaction.atomic():
        Settlement.objects.filter(pk=settlement.pk).update(
            state="final", approved_by=cast.finance, approved_at=clock.now(), document=a_document()
        )


def test_each_step_is_for_one_role(cast, call):
    decision = checked_account(cast, call).decision
    settlement = prepared(cast, decision)
    known = {"settlement_id": settlement.pk, "version": settlement.version}
    with pytest.raises(StepNotYours):
        settlements.propose(**known, by=cast.finance)
    with pytest.raises(StepNotYours):
        settlements.ask_view(**known, by=cast.college)
    with pytest.raises(StepNotYours):
        settling.approve(**known, by=cast.manager, request_key=uuid.uuid4())
    with pytest.raises(StepNotYours):
        settlements.give_back(**known, by=cast.manager, reason="Nee")


def test_nobody_settles_a_matter_of_ones_own(cast, call):
    decision = checked_account(cast, call).decision
    settlement = proposed(cast, decision)
    for person in (cast.manager, cast.finance):
        ShutFile.objects.create(proposal=decision.proposal, user=person, since=clock.now())
    with pytest.raises(HasInterest):
        approve(cast, settlement)
    with pytest.raises(HasInterest):
        settlements.give_back(settlement_id=settlement.pk, version=settlement.version, by=cast.finance, reason="x")
    with pytest.raises(HasInterest):
        prepared(cast, decision)


def test_who_looked_at_an_older_version_is_refused(cast, call):
    settlement = proposed(cast, checked_account(cast, call).decision)
    with pytest.raises(SettlementChanged):
        settling.approve(
            settlement_id=settlement.pk, version=settlement.version - 1, by=cast.finance, request_key=uuid.uuid4()
        )
    assert Settlement.objects.get(pk=settlement.pk).state == SettlementState.PROPOSED


def test_a_repeat_of_the_approval_changes_nothing(cast, call, planned):
    settlement = proposed(cast, checked_account(cast, call).decision)
    key = uuid.uuid4()
    for _time in range(2):
        settling.approve(settlement_id=settlement.pk, version=settlement.version, by=cast.finance, request_key=key)
    assert AuditEntry.objects.filter(event="settlement.approved").count() == 1
    assert len(planned) == 1


def test_a_final_settlement_and_its_amounts_are_fixed(cast, call, planned):
    settlement = settled_grant(cast, call)
    for change in (
        lambda: Settlement.objects.filter(pk=settlement.pk).update(reason="Anders"),
        lambda: SettlementAmount.objects.filter(settlement=settlement).update(settled=1),
        lambda: SettlementAmount.objects.filter(settlement=settlement).delete(),
    ):
        with pytest.raises(DatabaseError, match="final"), transaction.atomic():
            change()


def test_nothing_is_realised_or_released_on_a_settled_grant(cast, call, planned):
    settlement = settled_grant(cast, call, {2026: 50000})
    commit()
    movements = [Movement(budget_line(), Decimal(-1000))]
    with pytest.raises(DatabaseError, match="the ledger differs"), transaction.atomic():
        ledger.book_expense(settlement.decision, movements, by=cast.finance, document=a_document())
        commit()


def test_a_settlement_can_not_be_final_without_its_entries(cast, call):
    settlement = proposed(cast, checked_account(cast, call).decision)
    with pytest.raises(DatabaseError, match="the ledger differs"), transaction.atomic():
        Settlement.objects.filter(pk=settlement.pk).update(
            state="final", approved_by=cast.finance, approved_at=clock.now(), document=a_document()
        )
        commit()


def test_only_a_grant_that_stands_is_settled(cast, call):
    decision = decision_of(refused_proposal(cast, call))
    with pytest.raises(SettlementNotReady, match=r"staat|stands"):
        prepared(cast, decision)


def test_the_trail_tells_what_a_settlement_comes_to(cast, call, planned):
    settlement = settled_grant(cast, call, {2026: 40000}, paid={2026: 48000})

    trail = AuditEntry.objects.about(settlement)
    prepared_, approved = (trail.get(event=f"settlement.{step}") for step in ("prepared", "approved"))

    assert (prepared_.actor, prepared_.changes) == (
        cast.manager,
        {"kind": "lower", "ground": "4:46-2a", "amounts": {"2026": "40000"}, "version": 1},
    )
    figures = {name: Decimal(approved.changes[name]) for name in ("to_pay", "to_claim")}
    assert (approved.actor, figures) == (cast.finance, {"to_pay": 0, "to_claim": 8000})
    assert approved.changes["version"] == settlement.version


def test_what_was_owed_at_the_approval_stays_known_when_it_is_paid(cast, call):
    settlement = settled_grant(cast, call, paid={2026: 48000})
    movements = [Movement(budget_line(), Decimal(12000))]
    ledger.book_final_payment(settlement.decision, movements, by=cast.finance, document=a_document())

    assert settling.owed_at_approval(settlement) == 12000
    assert settling.outcome_of(settlement).to_pay == 0
