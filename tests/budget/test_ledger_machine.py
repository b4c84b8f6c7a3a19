"""Hypothesis drives the ledger through random movements beside a model of plain Python numbers."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from budget.errors import AboveReserve, BelowCommitted, MoreThanGranted, NoRoom
from budget.models import Balance
from tests.budget.bare import a_document, bare_decision, budget_line, council_decides

LINES = [("leven", 2026), ("leven", 2027), ("imago", 2026)]
amounts = st.decimals(min_value="0.01", max_value="120000.00", places=2)
lines = st.sampled_from(LINES)
decisions = st.integers(0, 3)


class LedgerMachine(RuleBasedStateMachine):
    """The model holds budget per line, and per decision and line what is left of the grant and what was spent."""

    finance: User
    council: User
    organisation: object
    call: object

    @initialize()
    def begin(self):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.decisions = {
            line: [bare_decision(self.finance, self.organisation, self.call, line) for _ in range(4)]
            for line in ("leven", "imago")
        }
        self.document = a_document()
        self.budget = {(code, year): Decimal(200000 if year == 2027 else 250000) for code, year in LINES}
        self.left = {}
        self.spent = {}
        self.number = 0

    def committed(self, line):
        return sum((v for (_d, where), v in [*self.left.items(), *self.spent.items()] if where == line), Decimal(0))

    @rule(line=lines, which=decisions, amount=amounts)
    def grant(self, line, which, amount):
        decision = self.decisions[line[0]][which]
        fits = self.committed(line) + amount <= self.budget[line]
        try:
            ledger.book_grant(decision, [Movement(budget_line(*line), amount)], by=self.finance)
        except NoRoom as refusal:
            assert not fits
            assert refusal.shortages[0].missing == self.committed(line) + amount - self.budget[line]
        else:
            assert fits
            self.left[which, line] = self.left.get((which, line), Decimal(0)) + amount

    @rule(line=lines, which=decisions, amount=amounts)
    def spend(self, line, which, amount):
        if self._take(ledger.book_expense, line, which, amount):
            self.spent[which, line] = self.spent.get((which, line), Decimal(0)) + amount

    @rule(line=lines, which=decisions, amount=amounts)
    def release(self, line, which, amount):
        self._take(ledger.book_release, line, which, amount)

    def _take(self, book, line, which, amount):
        decision = self.decisions[line[0]][which]
        holds = self.left.get((which, line), Decimal(0)) >= amount
        try:
            book(decision, [Movement(budget_line(*line), amount)], by=self.finance, document=self.document)
        except MoreThanGranted:
            assert not holds
        else:
            assert holds
            self.left[which, line] -= amount
        return holds

    @rule(source=lines, receiver=lines, amount=amounts)
    def amend(self, source, receiver, amount):
        if source == receiver:
            return
        self.number += 1
        allowed = self.budget[source] - amount >= self.committed(source)
        try:
            council_decides(self.finance, self.council, {source: -amount, receiver: amount}, number=f"W{self.number}")
        except BelowCommitted:
            assert not allowed
        else:
            assert allowed
            self.budget[source] -= amount
            self.budget[receiver] += amount

    @rule(line=lines, amount=amounts)
    def raise_above_the_reserve(self, line, amount):
        with pytest.raises(AboveReserve):
            council_decides(self.finance, self.council, {line: amount})

    @invariant()
    def the_balances_are_the_model(self):
        if not hasattr(self, "budget"):
            return
        for line in LINES:
            balance = Balance.objects.get(budget_line__line__code=line[0], budget_line__year=line[1])
            assert balance.budgeted == self.budget[line]
            assert balance.granted == sum((v for (_d, w), v in self.left.items() if w == line), Decimal(0))
            assert balance.spent == sum((v for (_d, w), v in self.spent.items() if w == line), Decimal(0))

    def teardown(self):
        if not hasattr(self, "savepoint"):
            return
        try:
            connection.check_constraints()
            assert list(proof.check()) == []
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)


def test_the_ledger_does_what_plain_numbers_do(cast, call):
    LedgerMachine.finance, LedgerMachine.council = cast.finance, cast.council
    LedgerMachine.organisation, LedgerMachine.call = cast.organisation, call
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
