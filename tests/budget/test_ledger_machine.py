"""Hypothesis drives the ledger through every kind of movement beside a model of plain Python numbers.

`LEDGER_STEPS` says how many steps; script/prove takes 20,000.
"""

import os
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from budget.errors import AboveReserve, BelowCommitted, MoreThanGranted, NoRoom
from budget.models import Balance, Reserve
from budget.states import CouncilDecisionKind
from tests.budget.bare import a_document, approve_bare, bare_decision, budget_line, council_decides

STEPS = int(os.environ.get("LEDGER_STEPS", "300"))
STEPS_AT_ONCE = 30

LINES = [("leven", 2026), ("leven", 2027), ("imago", 2026)]
CENT = Decimal("0.01")
NOTHING = Decimal(0)
amounts = st.decimals(min_value="0.01", max_value="120000.00", places=2)
lines = st.sampled_from(LINES)
which = st.integers(0, 10_000)
# Where mistakes live: what is left to the cent, and one cent more.
how_much = st.sampled_from(["some", "all", "too much"])


class Grant:
    """What the model knows of one grant on one line."""

    def __init__(self, decision, line, granted, *, conditional):
        self.decision, self.line = decision, line
        self.granted, self.spent, self.paid = granted, NOTHING, NOTHING
        self.conditional = granted if conditional else NOTHING

    @property
    def firm(self):
        return self.granted - self.conditional


class LedgerMachine(RuleBasedStateMachine):
    """The model holds the budget of each line, the programme total, and each grant."""

    finance: User
    college: User
    council: User
    organisation: object
    call: object

    @initialize()
    def begin(self):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.document = a_document()
        self.grants = []
        self.budget = {line: Balance.objects.get(budget_line=budget_line(*line)).budgeted for line in LINES}
        reserve = Reserve.objects.get()
        self.drawn, self.total = reserve.drawn, reserve.programme_total

    def committed(self, line):
        return sum((grant.granted + grant.spent for grant in self.grants if grant.line == line), NOTHING)

    def free(self, line):
        return self.budget[line] - self.committed(line)

    @staticmethod
    def of(how, some, most):
        """Take some amount, all that there is, or a cent more."""
        return {"some": some, "all": most, "too much": most + CENT}[how]

    # What the college does.

    @rule(line=lines, how=how_much, some=amounts, conditional=st.booleans())
    def grant(self, line, how, some, conditional):
        amount = self.of(how, some, self.free(line))
        if amount == NOTHING:
            return
        decision = bare_decision(self.finance, self.organisation, self.call, line[0])
        fits = amount <= self.free(line)
        try:
            ledger.book_grant(
                decision, [Movement(budget_line(*line), amount)], by=self.finance, conditional=conditional
            )
        except NoRoom as refusal:
            assert not fits
            assert refusal.shortages[0].missing == amount - self.free(line)
        else:
            assert fits
            approve_bare(decision, self.college)
            connection.check_constraints()
            self.grants.append(Grant(decision, line, amount, conditional=conditional))

    # What happens to a grant. Each returns whether it was booked.

    def _book(self, book, number, how, some, most, *, sign=1, then=lambda grant, amount: None):
        grant = self.grants[number % len(self.grants)]
        most = most(grant)
        amount = self.of(how, some, most)
        allowed = NOTHING < amount <= most
        was = vars(grant).copy()
        then(grant, amount)
        holds = grant.paid <= grant.firm + grant.spent
        try:
            with transaction.atomic():
                movements = [Movement(budget_line(*grant.line), sign * amount)]
                book(grant.decision, movements, by=self.finance, document=self.document)
                connection.check_constraints()
        except MoreThanGranted:
            assert not allowed
            vars(grant).update(was)
        except IntegrityError as error:
            assert "budget_grant_holds" in str(error.__cause__.diag.constraint_name)
            assert allowed
            assert not holds
            vars(grant).update(was)
        else:
            assert allowed
            assert holds

    some_grant = precondition(lambda self: getattr(self, "grants", None))

    @some_grant
    @rule(number=which, how=how_much, some=amounts)
    def confirm_what_was_conditional(self, number, how, some):
        def then(grant, amount):
            grant.conditional -= amount

        self._book(ledger.book_confirmation, number, how, some, lambda grant: grant.conditional, then=then)

    @some_grant
    @rule(number=which, how=how_much, some=amounts)
    def let_what_was_conditional_lapse(self, number, how, some):
        def then(grant, amount):
            grant.conditional -= amount
            grant.granted -= amount

        self._book(ledger.book_lapse, number, how, some, lambda grant: grant.conditional, then=then)

    @some_grant
    @rule(number=which, how=how_much, some=amounts)
    def realise(self, number, how, some):
        def then(grant, amount):
            grant.granted -= amount
            grant.spent += amount

        self._book(ledger.book_expense, number, how, some, lambda grant: grant.firm, then=then)

    @some_grant
    @rule(number=which, how=how_much, some=amounts)
    def take_back_what_was_realised(self, number, how, some):
        def then(grant, amount):
            grant.granted += amount
            grant.spent -= amount

        self._book(ledger.book_expense, number, how, some, lambda grant: grant.spent, sign=-1, then=then)

    @some_grant
    @rule(number=which, how=how_much, some=amounts)
    def release(self, number, how, some):
        def then(grant, amount):
            grant.granted -= amount

        self._book(ledger.book_release, number, how, some, lambda grant: grant.firm, then=then)

    @some_grant
    @rule(number=which, how=how_much, some=amounts)
    def pay_in_advance(self, number, how, some):
        def then(grant, amount):
            grant.paid += amount

        self._book(
            ledger.book_advance, number, how, some, lambda grant: grant.firm + grant.spent - grant.paid, then=then
        )

    @some_grant
    @rule(number=which, how=how_much, some=amounts)
    def take_back_an_advance(self, number, how, some):
        def then(grant, amount):
            grant.paid -= amount

        self._book(ledger.book_advance, number, how, some, lambda grant: grant.paid, sign=-1, then=then)

    @some_grant
    @rule(number=which, how=how_much, some=amounts)
    def pay_after_settlement(self, number, how, some):
        def then(grant, amount):
            grant.paid += amount

        self._book(
            ledger.book_final_payment,
            number,
            how,
            some,
            lambda grant: max(grant.spent - grant.paid, NOTHING),
            then=then,
        )

    @some_grant
    @rule(number=which, how=how_much, some=amounts)
    def claim_back(self, number, how, some):
        def then(grant, amount):
            grant.paid -= amount

        self._book(ledger.book_recovery, number, how, some, lambda grant: grant.paid, then=then)

    # What the council does.

    def _decide(self, kind, changes, reserve_change=NOTHING):
        changes = {line: amount for line, amount in changes.items() if amount}
        drawn = self.drawn + sum(changes.values(), NOTHING)
        total = self.total + reserve_change
        below = any(self.budget[line] + amount < self.committed(line) for line, amount in changes.items())
        try:
            with transaction.atomic():
                council_decides(self.finance, self.council, changes, kind=kind, reserve_change=reserve_change)
                connection.check_constraints()
        except AboveReserve:
            assert drawn > total
        except BelowCommitted:
            assert below
        else:
            assert drawn <= total
            assert not below
            self.drawn, self.total = drawn, total
            for line, amount in changes.items():
                self.budget[line] += amount

    @rule(line=lines, how=how_much, some=amounts)
    def take_from_a_line(self, line, how, some):
        amount = self.of(how, some, self.free(line))
        if amount:
            self._decide(CouncilDecisionKind.AMENDMENT, {line: -amount})

    @rule(line=lines, how=how_much, some=amounts)
    def give_to_a_line(self, line, how, some):
        amount = self.of(how, some, self.total - self.drawn)
        if amount:
            self._decide(CouncilDecisionKind.AMENDMENT, {line: amount})

    @rule(how=how_much, some=amounts)
    def shift_between_lines(self, how, some):
        amount = self.of(how, some, self.free(("imago", 2026)))
        if amount:
            self._decide(CouncilDecisionKind.SHIFT, {("imago", 2026): -amount, ("leven", 2026): amount})

    @rule(how=how_much, some=amounts)
    def carry_over_to_the_next_year(self, how, some):
        amount = self.of(how, some, self.free(("leven", 2026)))
        if amount:
            self._decide(CouncilDecisionKind.CARRY_OVER, {("leven", 2026): -amount, ("leven", 2027): amount})

    @rule(some=amounts)
    def raise_the_programme_total(self, some):
        self._decide(CouncilDecisionKind.PROGRAMME_TOTAL, {}, some)

    @rule(how=how_much, some=amounts)
    def lower_the_programme_total(self, how, some):
        amount = self.of(how, some, self.total - self.drawn)
        if amount:
            self._decide(CouncilDecisionKind.PROGRAMME_TOTAL, {}, -amount)

    @invariant()
    def the_books_are_the_model(self):
        if not hasattr(self, "budget"):
            return
        for line in LINES:
            balance = Balance.objects.get(budget_line__line__code=line[0], budget_line__year=line[1])
            mine = [grant for grant in self.grants if grant.line == line]
            assert balance.budgeted == self.budget[line]
            assert balance.granted == sum((grant.granted for grant in mine), NOTHING)
            assert balance.spent == sum((grant.spent for grant in mine), NOTHING)
        reserve = Reserve.objects.get()
        assert (reserve.drawn, reserve.programme_total) == (self.drawn, self.total)

    def teardown(self):
        if not hasattr(self, "savepoint"):
            return
        try:
            for grant in self.grants:
                held = ledger.holding(grant.decision, budget_line(*grant.line))
                assert held == (grant.granted, grant.spent, grant.conditional, grant.paid)
            connection.check_constraints()
            assert proof.check() == []
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)


def test_the_ledger_does_what_plain_numbers_do(cast, call):
    LedgerMachine.finance, LedgerMachine.college, LedgerMachine.council = cast.finance, cast.college, cast.council
    LedgerMachine.organisation, LedgerMachine.call = cast.organisation, call
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=max(STEPS // STEPS_AT_ONCE, 1),
            stateful_step_count=STEPS_AT_ONCE,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
