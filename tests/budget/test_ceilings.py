"""What a call published as its ceiling is the most that it divides (Awb 4:25)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from applications.models import Call, Ceiling
from applications.states import CallState, DivisionRule
from budget.domain import ceilings, decision_items, decision_lists
from budget.errors import AboveCeiling, ListNotReady
from budget.models import Decision, DecisionList
from budget.states import ListState, RefusalGround, Ruling
from programme.models import CriteriaVersion, Line
from tests.budget.road import approve, decided_proposal, decision_of, empty_list, listed_proposal, propose
from tests.budget.test_replacements import objected, replacement

D = Decimal


def call_with(*ceilings_, title="Ronde"):
    """Publish a call for all lines with ceilings, each (code of the line or None, year or None, euros)."""
    made = Call.objects.create(
        title=title,
        state=CallState.DRAFT,
        introduction="Voor plannen van jonge mensen.",
        opens_at=datetime(2025, 1, 1, tzinfo=UTC),
        first_year=2025,
        last_year=2027,
        criteria_version=CriteriaVersion.objects.get(),
        division_rule=DivisionRule.COMPLETENESS,
    )
    made.lines.set(Line.objects.all())
    for code, year, euros in ceilings_:
        Ceiling.objects.create(
            call=made,
            line=Line.objects.get(code=code) if code else None,
            year=year,
            amount=D(euros),
            published_on=date(2024, 12, 1),
            publication="Gemeenteblad 2024, 1",
        )
    Call.objects.filter(pk=made.pk).update(state=CallState.PUBLISHED, published_at=datetime(2024, 12, 2, tzinfo=UTC))
    return Call.objects.get(pk=made.pk)


def test_exactly_the_ceiling_can_be_granted(cast, frame):
    call = call_with((None, None, 30000))
    proposal = listed_proposal(cast, call, requested={2026: D("29999.99"), 2027: D("0.01")})
    decided = approve(cast, propose(cast, decision_of(proposal).decision_list))
    assert decided.state == ListState.APPROVED


CEILINGS = {
    "the whole call": (None, None),
    "a line": ("leven", None),
    "a year": (None, 2026),
    "a line in a year": ("leven", 2026),
}


@pytest.mark.parametrize("about", CEILINGS)
def test_one_cent_above_any_kind_of_ceiling_is_refused_with_the_figures(cast, frame, about):
    call = call_with((*CEILINGS[about], 30000))
    proposal = listed_proposal(cast, call, requested={2026: D("30000.01")})
    with pytest.raises(AboveCeiling, match=r"30\.000 .*30\.000,01"):
        propose(cast, decision_of(proposal).decision_list)


def test_a_ceiling_of_another_line_or_year_is_no_matter(cast, frame):
    call = call_with(("imago", None, 1), (None, 2027, 1), ("leven", 2025, 1))
    proposal = listed_proposal(cast, call, requested={2026: D(30000)})
    assert propose(cast, decision_of(proposal).decision_list).state == ListState.PROPOSED


def test_what_the_call_granted_before_counts_and_what_another_call_granted_does_not(cast, frame):
    call = call_with(("leven", None, 30000))
    decided_proposal(cast, call_with((None, None, 99999), title="Andere ronde"), requested={2026: D(20000)})
    decided_proposal(cast, call, requested={2026: D(20000)})
    proposal = listed_proposal(cast, call, requested={2026: D(10001)})
    with pytest.raises(AboveCeiling, match=r"10\.000 .*10\.001"):
        propose(cast, decision_of(proposal).decision_list)


def test_the_proposals_of_one_list_count_together(cast, frame):
    call = call_with((None, None, 30000))
    decision_list = empty_list(cast)
    for line in ("leven", "imago"):
        listed_proposal(cast, call, requested={2026: D(15001)}, line=line, decision_list=decision_list)
    with pytest.raises(AboveCeiling, match=r"30\.000 .*30\.002"):
        propose(cast, decision_list)


def test_the_college_is_held_to_it_too(cast, frame):
    call = call_with((None, None, 30000))
    waiting = propose(cast, decision_of(listed_proposal(cast, call, requested={2026: D(20000)})).decision_list)
    decided_proposal(cast, call, requested={2026: D(20000)})
    with pytest.raises(AboveCeiling, match=r"10\.000 .*20\.000"):
        approve(cast, waiting)
    assert DecisionList.objects.get(pk=waiting.pk).state == ListState.PROPOSED
    assert Decision.objects.filter(decided_on__isnull=False).count() == 1


def refused_for_want_of_room(cast, proposal):
    decision = decision_of(proposal)
    return decision_items.revise(
        decision_id=decision.pk,
        by=cast.finance,
        ruling=Ruling.REFUSE,
        refusal_ground=RefusalGround.NO_ROOM,
        reason="Het plafond is bereikt.",
        conditions="",
        amounts={},
        version=DecisionList.objects.get(pk=decision.decision_list_id).version,
    )


def test_a_ceiling_that_is_reached_is_a_ground_to_refuse_and_the_decision_says_what_was_left(cast, frame):
    call = call_with(("leven", None, 30000))
    decided_proposal(cast, call, requested={2026: D(25000)})
    decision = refused_for_want_of_room(cast, listed_proposal(cast, call, requested={2026: D(5001)}))
    approve(cast, propose(cast, decision.decision_list))
    (met,) = Decision.objects.get(pk=decision.pk).room
    assert (met["asked"], D(met["free"])) == ("5001.00", 5000)


def test_below_the_ceiling_and_within_the_budget_there_is_no_such_ground(cast, frame):
    call = call_with(("leven", None, 30000))
    decided_proposal(cast, call, requested={2026: D(25000)})
    decision = refused_for_want_of_room(cast, listed_proposal(cast, call, requested={2026: D(5000)}))
    with pytest.raises(ListNotReady, match=r"5\.000"):
        propose(cast, decision.decision_list)


def test_after_a_founded_objection_the_ceiling_does_not_stop_the_new_decision(cast, frame):
    call = call_with((None, None, 30000))
    first = decision_of(decided_proposal(cast, call, requested={2026: D(20000)}))
    decided_proposal(cast, call, requested={2026: D(10000)})
    new = replacement(cast, objected(cast, first))
    assert new.objection is not None
    assert approve(cast, propose(cast, new.decision_list)).state == ListState.APPROVED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_lists_at_once_one_is_refused_and_without_the_lock_neither(cast, frame, guarded, monkeypatch):
    call = call_with((None, None, 30000))
    lists = [
        propose(cast, decision_of(listed_proposal(cast, call, requested={2026: D(20000)}, line=line)).decision_list)
        for line in ("leven", "imago")
    ]
    together = Barrier(2)
    if not guarded:
        checked = ceilings.check

        def check_beside_the_other(decisions):
            checked(decisions)
            together.wait(timeout=20)

        monkeypatch.setattr(ceilings, "lock_call", lambda pk: Call.objects.get(pk=pk))
        monkeypatch.setattr(ceilings, "check", check_beside_the_other)

    def approved(decision_list):
        if guarded:
            together.wait(timeout=20)
        try:
            decision_lists.approve(
                list_id=decision_list.pk, version=decision_list.version, by=cast.college, request_key=uuid4()
            )
        except AboveCeiling:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        passed = sum(pool.map(approved, [DecisionList.objects.get(pk=one.pk) for one in lists]))
    assert passed == (1 if guarded else 2)
