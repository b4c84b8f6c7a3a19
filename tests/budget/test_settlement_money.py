"""No euro is lost in a settlement, whatever was realised, paid and settled; and two approvals never both book."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.states import Role
from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from budget.errors import SettlementNotReady
from budget.models import Balance, LedgerEntry, Recovery, Settlement
from budget.states import EntryKind, PaymentKind
from core.domain.money import total
from tests.budget.bare import a_document, budget_line
from tests.budget.road_settlement import approve, checked_account, pay, proposed
from tests.conftest import make_person

GRANTED = {2025: Decimal(30000), 2026: Decimal(30000)}
CENTS = st.integers(0, 3000000).map(lambda cents: Decimal(cents) / 100)
BY_YEAR = st.fixed_dictionaries(dict.fromkeys(GRANTED, st.one_of(st.just(Decimal(0)), st.just(Decimal(30000)), CENTS)))


@pytest.fixture
def decision(cast, call):
    """A grant of two years whose account is in order."""
    return checked_account(cast, call, requested=GRANTED).decision


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spent=BY_YEAR, paid=BY_YEAR, settled=BY_YEAR)
def test_granted_is_settled_and_released_and_paid_comes_to_what_is_settled(cast, decision, spent, paid, settled):
    with transaction.atomic():
        lines = {year: budget_line(year=year) for year in GRANTED}
        free = {year: free_on(line) for year, line in lines.items()}
        expense = [Movement(lines[year], amount) for year, amount in spent.items() if amount]
        ledger.book_expense(decision, expense, by=cast.finance, document=a_document())
        pay(cast, decision, paid)

        settlement = approve(cast, proposed(cast, decision, settled))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

        held = ledger.holdings(decision)
        for year, line in lines.items():
            assert (held[line.pk].granted, held[line.pk].spent) == (0, settled[year])
            assert free_on(line) == free[year] + GRANTED[year] - settled[year]
            assert held[line.pk].paid <= settled[year]
        to_come = total(decision.payments.planned().values_list("amount", flat=True))
        claimed = total(Recovery.objects.filter(settlement=settlement).values_list("amount", flat=True))
        assert total(paid.values()) - claimed + to_come == total(settled.values())
        assert not (claimed and to_come)
        released = LedgerEntry.objects.filter(decision=decision, kind=EntryKind.RELEASE)
        assert total(released.values_list("amount", flat=True)) + total(settled.values()) == total(GRANTED.values())
        transaction.set_rollback(True)


def free_on(line) -> Decimal:
    balance = Balance.objects.get(budget_line=line)
    return balance.budgeted - balance.granted - balance.spent


def test_open_advances_are_cancelled_and_the_rest_planned_as_final(cast, decision):
    assert decision.payments.planned().exists()
    approve(cast, proposed(cast, decision))
    planned = decision.payments.planned()
    assert set(planned.values_list("kind", flat=True)) == {PaymentKind.FINAL}
    assert total(planned.values_list("amount", flat=True)) == Decimal(60000)
    assert not decision.payments.under_way().exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_the_same_moment_one_books(cast, call):
    other = make_person("finance2", [Role.FINANCIAL_ADVISER])
    settlement = proposed(cast, checked_account(cast, call).decision, {2026: 40000})
    barrier = Barrier(2)

    def sign(person) -> bool:
        barrier.wait()
        try:
            cast_of_one = type("Signer", (), {"finance": person})()
            approve(cast_of_one, settlement)
        except SettlementNotReady:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sign, [cast.finance, other])) == [False, True]
    kinds = LedgerEntry.objects.filter(decision=settlement.decision, kind=EntryKind.RELEASE)
    assert list(kinds.values_list("amount", flat=True)) == [Decimal(20000)]
    assert Settlement.objects.get().approved_by in {cast.finance, other}
    assert list(proof.check()) == []
