"""The proof of the books finds every kind of tampering, also by somebody who can switch triggers off."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from tests.budget.bare import bare_decision, budget_line


@pytest.fixture
def booked(cast, call):
    decision = bare_decision(cast.finance, cast.organisation, call)
    for amount in (1000, 2000, 3000):
        ledger.book_grant(decision, [Movement(budget_line(), Decimal(amount))], by=cast.finance)
    connection.check_constraints()


def test_books_that_agree_are_proven(booked, capsys):
    call_command("check_ledger")
    assert "18 entries: balances and hashes agree" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("UPDATE budget_ledgerentry SET amount = amount + 0.01 WHERE id = {last}", "hash differs from the content"),
        ("UPDATE budget_ledgerentry SET remark = 'x' WHERE id = {last}", "hash differs from the content"),
        (
            "UPDATE budget_ledgerentry SET granted_after = granted_after + 1 WHERE id = {last}",
            "balance after this entry",
        ),
        ("DELETE FROM budget_ledgerentry WHERE id = {last} - 1", "an entry is missing"),
        ("DELETE FROM budget_ledgerentry WHERE id = {last}", "balance differs from the sum"),
        ("UPDATE budget_balance SET granted = granted - 1 WHERE granted > 0", "balance differs from the sum"),
        ("UPDATE budget_reserve SET drawn = drawn - 1", "differ from what the reserve gave"),
    ],
)
def test_tampering_is_found(booked, tampering, finding):
    last = budget_line().entries.order_by("-sequence").values_list("pk", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # what only the owner of the database can do
        cursor.execute(tampering.format(last=last))
        cursor.execute("SET session_replication_role = origin")
    assert any(finding in found.what for found in proof.check())
    with pytest.raises(CommandError):
        call_command("check_ledger")
