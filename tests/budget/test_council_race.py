"""Two confirmations at once: the money moves once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from budget.domain import council, proof
from budget.domain.council_content import Content
from budget.errors import AboveReserve, CouncilDecisionNotReady
from budget.models import Balance, LedgerEntry
from budget.states import CouncilDecisionKind as Kind
from core.domain import clock
from tests.budget.bare import a_document, budget_line, council_decides

D = Decimal

pytestmark = pytest.mark.django_db(transaction=True)


def entered(cast, number, amounts, kind=Kind.AMENDMENT):
    content = Content(
        kind=kind,
        title="Wijziging",
        amounts=amounts,
        net=sum(amounts.values(), D(0)),
        number=number,
        decided_on=clock.today(),
        document=a_document(),
    )
    return council.enter(decision_id=council.draft(by=cast.finance, content=content).pk, by=cast.finance)


def at_once(works):
    """Run every function in a thread of its own, together; return what came out of each."""
    barrier = Barrier(len(works))

    def run(work):
        barrier.wait()
        try:
            work()
        except (AboveReserve, CouncilDecisionNotReady) as error:
            return type(error)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def confirming(cast, decision, key):
    return lambda: council.confirm(decision_id=decision.pk, version=decision.version, by=cast.council, request_key=key)


def test_two_who_confirm_the_same_decision_book_it_once(cast):
    decision = entered(cast, "RB-1", {("imago", 2026): D(-20000), ("leven", 2026): D(20000)}, Kind.SHIFT)
    came = at_once([confirming(cast, decision, uuid.uuid4()) for _thread in range(4)])
    assert came.count(None) == 1
    assert came.count(CouncilDecisionNotReady) == 3
    assert Balance.objects.get(budget_line=budget_line()).budgeted == 270_000
    assert LedgerEntry.objects.filter(council_decision=decision).count() == 2
    assert list(proof.check()) == []


def test_one_request_sent_many_times_at_once_is_answered_each_time(cast):
    decision = entered(cast, "RB-1", {("imago", 2026): D(-20000), ("leven", 2026): D(20000)}, Kind.SHIFT)
    key = uuid.uuid4()
    assert at_once([confirming(cast, decision, key) for _thread in range(4)]) == [None] * 4
    assert LedgerEntry.objects.filter(council_decision=decision).count() == 2


def test_two_decisions_at_once_draw_no_more_than_the_reserve_holds(cast):
    council_decides(cast.finance, cast.council, {}, kind=Kind.PROGRAMME_TOTAL, reserve_change=D(10000))
    decisions = [entered(cast, f"RB-{code}", {(code, 2026): D(10000)}) for code in ("leven", "wonen", "imago")]
    came = at_once([confirming(cast, decision, uuid.uuid4()) for decision in decisions])
    assert sorted(map(str, came)) == sorted(map(str, [None, AboveReserve, AboveReserve]))
    assert list(proof.check()) == []
