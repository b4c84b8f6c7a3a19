"""Many at once on one nearly empty line: never a cent too much. The control shows that the guard does it."""

import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from time import sleep

import pytest
from django.db import connection, transaction
from django.db.models import F

from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from budget.errors import NoRoom
from budget.models import Balance, Decision, LedgerEntry
from budget.states import EntryKind
from tests.budget.bare import approve_bare, bare_decision, budget_line

THREADS = 12
ROUNDS = int(os.environ.get("RACE_ROUNDS", "4"))
AMOUNT = Decimal("1000.00")
FREE = Decimal("10500.00")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nearly_empty_line(cast, call) -> list[Decision]:
    """Grant all but EUR 10,500 of leven 2026, and prepare a decision for each thread and round."""
    first = bare_decision(cast.finance, cast.organisation, call)
    with transaction.atomic():
        ledger.book_grant(first, [Movement(budget_line(), Decimal(250000) - FREE)], by=cast.finance)
        approve_bare(first, cast.college)
    return [bare_decision(cast.finance, cast.organisation, call) for _number in range(THREADS * ROUNDS)]


def run_at_once(work, decisions):
    """Run `work(decision)` for all decisions in threads that start together; return how many succeeded."""
    barrier = Barrier(THREADS)

    def thread(mine):
        done = 0
        barrier.wait()
        try:
            for decision in mine:
                done += work(decision)
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(thread, [decisions[number::THREADS] for number in range(THREADS)]))


def test_many_grants_at_once_take_exactly_what_fits(cast, nearly_empty_line):

    def grant(decision):
        try:
            with transaction.atomic():
                ledger.book_grant(decision, [Movement(budget_line(), AMOUNT)], by=cast.finance)
                approve_bare(decision, cast.college)
        except NoRoom:
            return False
        return True

    succeeded = run_at_once(grant, nearly_empty_line)

    assert succeeded == 10  # of 10,500 euros ten times 1,000 fits: no grant too many, and none refused unjustly
    balance = Balance.objects.get(budget_line=budget_line())
    assert balance.budgeted - balance.granted - balance.spent == Decimal("500.00")
    assert LedgerEntry.objects.filter(budget_line=budget_line(), kind=EntryKind.GRANT).count() == 1 + 10
    assert list(proof.check()) == []


def test_control_without_the_guards_the_same_race_overspends(nearly_empty_line):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE budget_balance DROP CONSTRAINT budget_never_overspent")

    def read_then_write(decision):
        with transaction.atomic():
            balance = Balance.objects.get(budget_line=budget_line())
            if balance.budgeted - balance.granted - balance.spent < AMOUNT:
                return False
            sleep(0.005)  # between look and act the others commit: what the conditional UPDATE makes harmless
            Balance.objects.filter(budget_line=budget_line()).update(granted=F("granted") + AMOUNT)
            return True

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE budget_balance DISABLE TRIGGER budget_balance_agrees")
    try:
        run_at_once(read_then_write, nearly_empty_line)
        balance = Balance.objects.get(budget_line=budget_line())
        assert balance.granted + balance.spent > balance.budgeted
    finally:
        Balance.objects.filter(budget_line=budget_line()).update(granted=0)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE budget_balance ENABLE TRIGGER budget_balance_agrees")
            cursor.execute(
                "ALTER TABLE budget_balance ADD CONSTRAINT budget_never_overspent CHECK (budgeted >= granted + spent)"
            )
