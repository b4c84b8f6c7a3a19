"""What the college decided stays as it is and is what the books say, whoever goes around the rules."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from budget.domain import decision_items
from budget.errors import ListChanged
from budget.models import Decision, DecisionAmount, DecisionList, LedgerEntry
from budget.states import EntryKind, ListState
from core.domain import clock
from tests.budget.bare import a_document, budget_line
from tests.budget.road import decided_proposal, decision_of, listed_proposal


@pytest.fixture
def decided(cast, call):
    return decision_of(decided_proposal(cast, call, requested={2026: 1000}))


@pytest.fixture
def waiting(cast, call):
    return decision_of(listed_proposal(cast, call, title="Nog op een lijst", requested={2027: 1000}))


def add_entry(decision, kind, amount, **over):
    LedgerEntry.objects.create(
        decision=decision,
        kind=kind,
        amount=amount,
        **{"budget_line": budget_line(), "document": None, **over},
        sequence=0,
        booked_at=clock.now(),
        budgeted_after=0,
        granted_after=0,
        spent_after=0,
    )


@pytest.mark.django_db
def test_no_decision_or_amount_moves_onto_an_approved_list(decided, waiting):
    with pytest.raises(IntegrityError, match="the list is approved"), transaction.atomic():
        Decision.objects.filter(pk=waiting.pk).update(decision_list=decided.decision_list)
    with pytest.raises(IntegrityError, match="the list is approved"), transaction.atomic():
        DecisionAmount.objects.filter(decision=waiting).update(decision=decided)


@pytest.mark.django_db
def test_no_list_is_approved_without_its_grants_in_the_books(waiting, cast):
    lists = DecisionList.objects.filter(pk=waiting.decision_list_id)
    final = {
        "state": ListState.APPROVED,
        "approved_by": cast.college,
        "approved_at": clock.now(),
        "decided_on": clock.today(),
    }
    with pytest.raises(IntegrityError, match="not final"), transaction.atomic():
        lists.update(**final)
        connection.check_constraints()
    with pytest.raises(IntegrityError, match="differ from what the ledger holds"), transaction.atomic():
        Decision.objects.filter(pk=waiting.pk).update(reference="B-X", decided_on=clock.today())
        lists.update(**final)
        connection.check_constraints()


@pytest.mark.django_db
@pytest.mark.parametrize("line", [("leven", 2026), ("wonen", 2026)])
def test_no_grant_is_booked_beyond_what_was_decided(decided, line):
    with pytest.raises(IntegrityError, match="differ from what the ledger holds"), transaction.atomic():
        add_entry(decided, EntryKind.GRANT, 1, budget_line=budget_line(*line))
        connection.cursor().execute("SET CONSTRAINTS budget_list_is_booked IMMEDIATE")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [EntryKind.EXPENSE, EntryKind.RELEASE])
def test_no_more_is_realised_or_released_than_the_grant_holds_on_the_line(decided, kind, cast, call):
    decided_proposal(cast, call, title="Heeft nog wel ruimte", requested={2026: 5000})
    with pytest.raises(IntegrityError, match="does not hold"), transaction.atomic():
        add_entry(decided, kind, "1000.01", document=a_document())


@pytest.mark.django_db(transaction=True)
def test_taking_off_twice_at_once_takes_off_once_and_tells_the_other(cast, call):
    decision = decision_of(listed_proposal(cast, call))
    barrier = Barrier(2)

    def take_off(_turn: int) -> str:
        try:
            barrier.wait()
            decision_items.take_off(decision_id=decision.pk, by=cast.finance)
        except ListChanged as error:
            return str(error)
        else:
            return "off"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(take_off, range(2)))
    assert answers.count("off") == 1
    assert not Decision.objects.filter(pk=decision.pk).exists()
