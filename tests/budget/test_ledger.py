"""The ledger: what it books, what it refuses kindly, and what the database refuses finally."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from budget.errors import MoreThanGranted, NoRoom
from budget.models import Balance, LedgerEntry
from budget.states import EntryKind
from tests.budget.bare import a_document, approve_bare, bare_decision, budget_line

D = Decimal


@pytest.fixture
def decision(cast, call):
    return bare_decision(cast.finance, cast.organisation, call)


def columns(code="leven", year=2026):
    balance = Balance.objects.get(budget_line=budget_line(code, year))
    return balance.budgeted, balance.granted, balance.spent


def test_a_grant_is_committed_on_its_line_and_year_only(cast, decision):
    ledger.book_grant(decision, [Movement(budget_line(), D("35000.00"))], by=cast.finance)
    assert columns() == (D(250000), D(35000), D(0))
    assert columns(year=2027) == (D(200000), D(0), D(0))
    approve_bare(decision, cast.college)
    assert proof.check() == []


def test_a_grant_of_exactly_what_is_free_fits(cast, decision):
    ledger.book_grant(decision, [Movement(budget_line(), D("250000.00"))], by=cast.finance)
    assert columns() == (D(250000), D(250000), D(0))
    approve_bare(decision, cast.college)
    connection.check_constraints()


def test_a_grant_that_is_one_cent_too_large_is_refused_with_line_year_and_amount(cast, decision):
    with pytest.raises(NoRoom) as refusal:
        ledger.book_grant(decision, [Movement(budget_line(), D("250000.01"))], by=cast.finance)
    sentence = str(refusal.value).replace("\u00a0", " ")
    assert "Leven 2026" in sentence
    assert "€ 0,01" in sentence
    assert refusal.value.shortages[0].missing == D("0.01")
    assert not LedgerEntry.objects.filter(kind=EntryKind.GRANT).exists()


def test_a_grant_over_two_years_books_nothing_when_one_year_has_no_room(cast, decision):
    movements = [Movement(budget_line(year=2026), D(1000)), Movement(budget_line(year=2027), D(200001))]
    with pytest.raises(NoRoom) as refusal:
        ledger.book_grant(decision, movements, by=cast.finance)
    assert [shortage.year for shortage in refusal.value.shortages] == [2027]
    assert columns(year=2026) == (D(250000), D(0), D(0))


def test_the_database_refuses_to_overspend_when_the_rule_is_bypassed(cast, decision):
    with pytest.raises(IntegrityError, match="budget_never_overspent"), transaction.atomic():
        Balance.objects.filter(budget_line=budget_line()).update(granted=F("granted") + D("250000.01"))


def test_the_database_refuses_an_entry_that_overspends_when_nobody_touched_the_balance(cast, decision):
    with pytest.raises(IntegrityError, match="budget_entry_never_overspends"), transaction.atomic():
        ledger._add_entry(budget_line(), EntryKind.GRANT, D("250000.01"), by=cast.finance, decision=decision)


def test_the_database_refuses_an_entry_without_its_balance(cast, decision):
    with pytest.raises(IntegrityError, match="differs from its ledger"), transaction.atomic():
        ledger._add_entry(budget_line(), EntryKind.GRANT, D("10.00"), by=cast.finance, decision=decision)
        connection.check_constraints()


def test_the_database_refuses_a_balance_without_its_entry(cast, decision):
    with pytest.raises(IntegrityError, match="differs from its ledger"), transaction.atomic():
        Balance.objects.filter(budget_line=budget_line()).update(granted=D("10.00"))
        connection.check_constraints()


def test_the_database_refuses_budget_that_the_reserve_did_not_give(cast, decision):
    with pytest.raises(IntegrityError, match="what the reserve gave"), transaction.atomic():
        Balance.objects.filter(budget_line=budget_line()).update(budgeted=F("budgeted") + D(1))
        ledger._add_entry(
            budget_line(),
            EntryKind.AMENDMENT,
            D(1),
            by=None,
            council_decision=LedgerEntry.objects.first().council_decision,
        )
        connection.check_constraints()


def test_an_entry_without_a_document_is_refused_by_the_database(cast, decision):
    with pytest.raises(IntegrityError, match="budget_entry_has_document"), transaction.atomic():
        ledger._add_entry(budget_line(), EntryKind.GRANT, D("10.00"), by=cast.finance)


def test_what_is_realised_moves_from_granted_to_spent_and_leaves_the_room_as_it_was(cast, decision):
    ledger.book_grant(decision, [Movement(budget_line(), D(35000))], by=cast.finance)
    ledger.book_expense(decision, [Movement(budget_line(), D("12000.50"))], by=cast.finance, document=a_document())
    assert columns() == (D(250000), D("22999.50"), D("12000.50"))


def test_what_is_released_is_free_again(cast, decision):
    ledger.book_grant(decision, [Movement(budget_line(), D(250000))], by=cast.finance)
    ledger.book_release(decision, [Movement(budget_line(), D(50000))], by=cast.finance, document=a_document())
    ledger.book_grant(decision, [Movement(budget_line(), D(50000))], by=cast.finance)
    assert columns() == (D(250000), D(250000), D(0))


@pytest.mark.parametrize("book", [ledger.book_expense, ledger.book_release])
@pytest.mark.parametrize("amount", ["35000.01", "0.00", "-1.00"])
def test_no_more_than_the_grant_holds_and_nothing_below_a_cent_is_taken_from_it(cast, call, decision, book, amount):
    other = bare_decision(cast.finance, cast.organisation2, call)
    ledger.book_grant(decision, [Movement(budget_line(), D(35000))], by=cast.finance)
    ledger.book_grant(other, [Movement(budget_line(), D(35000))], by=cast.finance)
    with pytest.raises(MoreThanGranted):
        book(decision, [Movement(budget_line(), D(amount))], by=cast.finance, document=a_document())
    assert columns() == (D(250000), D(70000), D(0))


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE budget_ledgerentry SET amount = amount + 1",
        "UPDATE budget_ledgerentry SET hash = previous_hash",
        "DELETE FROM budget_ledgerentry",
        "UPDATE budget_councildecisionamount SET amount = amount + 1",
        "DELETE FROM budget_councildecision",
    ],
)
def test_what_is_booked_can_not_be_changed_by_any_statement(frame, attack):
    with (
        pytest.raises(IntegrityError, match=r"rows are only ever added|is confirmed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attack)


@pytest.mark.parametrize("table", ["budget_ledgerentry", "core_auditentry", "core_document"])
def test_what_only_grows_can_not_be_emptied(frame, table):
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        with pytest.raises(IntegrityError, match="rows are only ever added"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
