"""What the database itself refuses of a decision of the council, whatever a rule would say."""

import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from budget.domain import council
from budget.domain.council_content import Content
from budget.models import BudgetLine, CouncilDecision
from budget.states import CouncilDecisionKind as Kind
from budget.states import CouncilDecisionState as State
from core.domain import clock
from tests.budget.bare import a_document, budget_line

D = Decimal
SHIFT = {("imago", 2026): D(-20000), ("leven", 2026): D(20000)}


def content(amounts=None, *, kind=Kind.SHIFT, number="RB-1", **over):
    said = {
        "title": "Verschuiving",
        "amounts": SHIFT if amounts is None else amounts,
        "number": number,
        "decided_on": clock.today(),
        "document": a_document(),
        **over,
    }
    return Content(kind=kind, **said)


def drafted(cast, **over):
    return council.draft(by=cast.finance, content=content(**over))


def entered(cast, **over):
    return council.enter(decision_id=drafted(cast, **over).pk, by=cast.finance)


def confirm(cast, decision, **over):
    given = {"version": decision.version, "by": cast.council, "request_key": uuid.uuid4(), **over}
    return council.confirm(decision_id=decision.pk, **given)


BROKEN = {
    "budget_council_decision_kind": {"kind": "wens"},
    "budget_council_decision_state": {"state": "misschien"},
    "budget_council_confirmed_is_whole": {"confirmed_at": clock.now()},
    "budget_council_entered_is_whole": {"number": None},
    "budget_council_year_of_adoption": {"year": 2027},
    "budget_council_moves_are_neutral": {"net": D(1)},
    "budget_council_total_has_own_kind": {"reserve_change": D(1)},
}


@pytest.mark.parametrize("constraint", BROKEN)
def test_the_database_refuses_what_no_rule_would_write(cast, constraint):
    decision = entered(cast)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CouncilDecision.objects.filter(pk=decision.pk).update(**BROKEN[constraint])


def test_the_database_refuses_one_person_as_both_signatures(cast):
    decision = entered(cast)
    with pytest.raises(IntegrityError, match="budget_council_two_signatures"), transaction.atomic():
        CouncilDecision.objects.filter(pk=decision.pk).update(
            state=State.CONFIRMED, confirmed_by=cast.finance, confirmed_at=clock.now()
        )


def test_the_database_refuses_two_amounts_on_a_line_and_an_amount_of_nothing(cast):
    decision = drafted(cast)
    with pytest.raises(IntegrityError, match="budget_council_amount_once"), transaction.atomic():
        decision.amounts.create(budget_line=budget_line(), amount=D(1))
    with pytest.raises(IntegrityError, match="budget_council_amount_not_zero"), transaction.atomic():
        decision.amounts.create(budget_line=BudgetLine.objects.get(line__code="wonen", year=2027), amount=D(0))


def test_the_database_refuses_a_change_of_what_is_confirmed(cast):
    decision = confirm(cast, entered(cast))
    with pytest.raises(IntegrityError, match="confirmed"), transaction.atomic():
        CouncilDecision.objects.filter(pk=decision.pk).update(title="Anders")
    with pytest.raises(IntegrityError, match="confirmed"), transaction.atomic():
        decision.amounts.all().delete()
