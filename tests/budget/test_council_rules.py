"""What a decision of the council may say, who signs it, and what the database refuses by itself."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import RoleHolding
from accounts.states import Role
from budget.domain import council, ledger, proof
from budget.domain.council_content import LARGEST, Content, check
from budget.domain.ledger import Movement
from budget.errors import (
    AboveReserve,
    BelowCommitted,
    CouncilDecisionChanged,
    CouncilDecisionNotReady,
    SamePerson,
    StepNotYours,
)
from budget.models import Balance, CouncilDecision, LedgerEntry, Reserve
from budget.states import CouncilDecisionKind as Kind
from budget.states import CouncilDecisionState as State
from core.domain import clock
from core.models import AuditEntry
from tests.budget.bare import a_document, approve_bare, bare_decision, budget_line, council_decides

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


def test_a_decision_makes_budget_only_once_it_is_confirmed(cast):
    decision = entered(cast)
    assert Balance.objects.get(budget_line=budget_line()).budgeted == 250_000
    confirm(cast, decision)
    assert Balance.objects.get(budget_line=budget_line()).budgeted == 270_000
    decision.refresh_from_db()
    assert (decision.state, decision.entered_by, decision.confirmed_by) == (State.CONFIRMED, cast.finance, cast.council)
    assert set(decision.entries.values_list("kind", "amount")) == {("amendment", D(-20000)), ("amendment", D(20000))}


YEARS = {"backwards": (2026, 2025), "within the year": (2026, 2026)}
REFUSED = {
    "net differs": ({("leven", 2026): D(5)}, Kind.AMENDMENT, {"net": D(6)}, r"5;.*6"),
    "nothing at all": ({}, Kind.AMENDMENT, {}, "minste|least"),
    "only zero": ({("leven", 2026): D(0)}, Kind.AMENDMENT, {}, "minste|least"),
    "primitive takes away": ({("leven", 2026): D(-5)}, Kind.PRIMITIVE, {"net": D(-5)}, "haalt niets weg"),
    "shift within one line": ({("leven", 2026): D(-5), ("leven", 2027): D(5)}, Kind.SHIFT, {}, "twee of meer lijnen"),
    "shift to another year": (
        {("leven", 2026): D(-5), ("imago", 2027): D(5)},
        Kind.SHIFT,
        {},
        "binnen het jaar: 202[67] komt uit op .*5",
    ),
    "shift that adds": (
        {("leven", 2026): D(5), ("imago", 2026): D(-4)},
        Kind.SHIFT,
        {"net": D(1)},
        "bij de andere weghaalt",
    ),
    "back in time": ({("leven", 2026): D(-5), ("leven", 2025): D(5)}, Kind.CARRY_OVER, {}, "later jaar"),
    "to another line": ({("leven", 2026): D(-5), ("imago", 2027): D(5)}, Kind.CARRY_OVER, {}, "eigen programmalijn"),
    "both ways": (
        {("leven", 2025): D(-5), ("leven", 2026): D(10), ("leven", 2027): D(-5)},
        Kind.CARRY_OVER,
        {},
        "later jaar",
    ),
    "one of two lines backwards": (
        {("imago", 2025): D(-5), ("imago", 2027): D(5), ("leven", 2026): D(-5), ("leven", 2025): D(5)},
        Kind.CARRY_OVER,
        {},
        "later jaar",
    ),
    "back and forth between years": (
        {("leven", 2025): D(5), ("leven", 2026): D(-10), ("leven", 2027): D(5)},
        Kind.CARRY_OVER,
        {},
        "later jaar",
    ),
    "total without an amount": ({}, Kind.PROGRAMME_TOTAL, {}, "omhoog of omlaag"),
    "adoption without a year": ({}, Kind.ADOPTION, {}, "Kies het jaar"),
    "adoption with money": (SHIFT, Kind.ADOPTION, {"year": 2027}, "verplaatst zelf geen geld"),
    "slip of the keys": ({("leven", 2026): LARGEST + 1}, Kind.AMENDMENT, {"net": LARGEST + 1}, r"999\.999\.999"),
    "slip in the total": ({}, Kind.PROGRAMME_TOTAL, {"reserve_change": -LARGEST - 1}, r"999\.999\.999"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_is_refused_with_the_reason(cast, name):
    amounts, kind, over, words = REFUSED[name]
    with pytest.raises(CouncilDecisionNotReady, match=words):
        drafted(cast, amounts=amounts, kind=kind, **over)
    assert not CouncilDecision.objects.filter(number="RB-1").exists()


def test_a_day_that_is_still_to_come_is_refused_and_today_is_not(cast):
    with pytest.raises(CouncilDecisionNotReady):
        drafted(cast, decided_on=clock.today() + timedelta(days=1))
    assert drafted(cast).decided_on == clock.today()


def test_each_of_two_lines_may_carry_over_to_its_own_later_years(cast):
    check(
        content(
            {
                ("imago", 2025): D(-7),
                ("imago", 2026): D(7),
                ("leven", 2025): D(-9),
                ("leven", 2026): D(4),
                ("leven", 2027): D(5),
            },
            kind=Kind.CARRY_OVER,
        )
    )


def test_a_shift_may_move_money_in_two_years_at_once(cast):
    check(
        content(
            {
                ("imago", 2026): D(-7),
                ("leven", 2026): D(7),
                ("imago", 2027): D(3),
                ("leven", 2027): D(-3),
            }
        )
    )


def test_the_largest_amount_is_not_too_large(cast):
    check(content({("leven", 2026): LARGEST}, kind=Kind.AMENDMENT, net=LARGEST))


def test_a_number_that_is_taken_is_refused_with_the_number(cast):
    drafted(cast)
    with pytest.raises(CouncilDecisionNotReady, match="RB-1"):
        drafted(cast)
    with pytest.raises(CouncilDecisionNotReady, match="RB-1"):
        council.change(decision_id=drafted(cast, number="RB-2").pk, by=cast.finance, content=content(), version=1)
    assert CouncilDecision.objects.filter(number="RB-1").count() == 1


def test_two_drafts_may_have_no_number_yet(cast):
    assert drafted(cast, number="").number is None
    assert drafted(cast, number="").number is None


def adoption(cast, year, number):
    return drafted(cast, amounts={}, kind=Kind.ADOPTION, year=year, number=number)


def test_a_year_is_adopted_once(cast):
    with pytest.raises(CouncilDecisionNotReady, match="2026"):
        adoption(cast, 2026, "RB-1")
    adoption(cast, 2027, "RB-2")
    with pytest.raises(CouncilDecisionNotReady, match="2027"):
        adoption(cast, 2027, "RB-3")


def test_the_database_refuses_a_year_that_is_adopted_twice(cast):
    decision = adoption(cast, 2027, "RB-2")
    with pytest.raises(IntegrityError, match="budget_council_year_adopted_once"), transaction.atomic():
        CouncilDecision.objects.filter(pk=decision.pk).update(year=2026)


def test_an_adoption_moves_no_money_and_opens_its_year(cast):
    entries = LedgerEntry.objects.count()
    council_decides(cast.finance, cast.council, {}, kind=Kind.ADOPTION, year=2027)
    assert CouncilDecision.objects.adopted_years() == {2025, 2026, 2027}
    assert LedgerEntry.objects.count() == entries


def test_a_line_never_goes_below_what_is_granted_and_realised(cast, call):
    decision = bare_decision(cast.finance, cast.organisation, call)
    ledger.book_grant(decision, [Movement(budget_line(), D(200000))], by=cast.finance)
    approve_bare(decision, cast.college)
    ledger.book_expense(decision, [Movement(budget_line(), D(50000))], by=cast.finance, document=a_document())
    amounts = {("leven", 2026): D(-50001), ("imago", 2026): D(50001)}
    with pytest.raises(BelowCommitted, match=r"Leven 2026.*50\.001.*200\.000"):
        council_decides(cast.finance, cast.council, amounts, kind=Kind.SHIFT)
    assert Balance.objects.get(budget_line=budget_line("imago")).budgeted == 250_000


def test_a_carry_over_takes_no_more_than_is_free(cast, call):
    decision = bare_decision(cast.finance, cast.organisation, call)
    ledger.book_grant(decision, [Movement(budget_line(), D(240000))], by=cast.finance)
    approve_bare(decision, cast.college)
    with pytest.raises(BelowCommitted, match=r"240\.000"):
        council_decides(
            cast.finance,
            cast.council,
            {("leven", 2026): D(-10001), ("leven", 2027): D(10001)},
            kind=Kind.CARRY_OVER,
        )


def test_a_carry_over_to_a_year_without_budget_makes_its_line(cast):
    amounts = {("leven", 2027): D(-5000), ("leven", 2028): D(5000)}
    decision = council_decides(cast.finance, cast.council, amounts, kind=Kind.CARRY_OVER)
    assert Balance.objects.get(budget_line=budget_line("leven", 2028)).budgeted == 5000
    assert set(decision.entries.values_list("kind", "amount")) == {("carry_out", D(5000)), ("carry_in", D(5000))}
    assert list(proof.check()) == []


def test_the_programme_total_goes_up_with_lines_or_without(cast):
    council_decides(cast.finance, cast.council, {}, kind=Kind.PROGRAMME_TOTAL, reserve_change=D(100000))
    council_decides(
        cast.finance,
        cast.council,
        {("leven", 2027): D(50000)},
        kind=Kind.PROGRAMME_TOTAL,
        reserve_change=D(20000),
    )
    reserve = Reserve.objects.get()
    assert (reserve.programme_total, reserve.drawn) == (3_120_000, 3_050_000)


def test_the_programme_total_stays_above_what_the_lines_draw(cast):
    with pytest.raises(AboveReserve, match=r"2\.999\.999.*3\.000\.000"):
        council_decides(cast.finance, cast.council, {}, kind=Kind.PROGRAMME_TOTAL, reserve_change=D(-1))
    council_decides(
        cast.finance,
        cast.council,
        {("leven", 2027): D(-10000)},
        kind=Kind.PROGRAMME_TOTAL,
        reserve_change=D(-10000),
    )
    assert Reserve.objects.get().programme_total == 2_990_000


def test_nobody_confirms_what_one_prepared_oneself(cast):
    RoleHolding.objects.create(user=cast.finance, role=Role.COUNCIL)
    both = type(cast.finance).objects.get(pk=cast.finance.pk)
    decision = entered(cast)
    with pytest.raises(SamePerson):
        confirm(cast, decision, by=both)
    assert CouncilDecision.objects.get(pk=decision.pk).state == State.ENTERED


def test_who_changed_it_before_somebody_else_entered_it_had_a_hand_in_it_too(cast):
    RoleHolding.objects.create(user=cast.council, role=Role.FINANCIAL_ADVISER)
    both = type(cast.council).objects.get(pk=cast.council.pk)
    started = drafted(cast)
    changed = council.change(decision_id=started.pk, by=both, content=content(), version=1)
    decision = council.enter(decision_id=changed.pk, by=cast.finance)
    with pytest.raises(SamePerson):
        confirm(cast, decision, by=both)


def test_every_step_is_for_its_own_role(cast):
    decision = drafted(cast)
    with pytest.raises(StepNotYours):
        council.draft(by=cast.manager, content=content(number="RB-9"))
    with pytest.raises(StepNotYours):
        council.change(decision_id=decision.pk, by=cast.council, content=content(), version=1)
    with pytest.raises(StepNotYours):
        council.remove(decision_id=decision.pk, by=cast.college)
    with pytest.raises(StepNotYours):
        council.enter(decision_id=decision.pk, by=cast.manager)
    decision = council.enter(decision_id=decision.pk, by=cast.finance)
    with pytest.raises(StepNotYours):
        council.give_back(decision_id=decision.pk, by=cast.finance, reason="Nee")
    with pytest.raises(StepNotYours):
        confirm(cast, decision, by=cast.finance)


@pytest.mark.parametrize("missing", ["number", "decided_on", "document"])
def test_entering_needs_number_date_and_document(cast, missing):
    decision = drafted(cast, **{missing: "" if missing == "number" else None})
    with pytest.raises(CouncilDecisionNotReady):
        council.enter(decision_id=decision.pk, by=cast.finance)
    assert CouncilDecision.objects.get(pk=decision.pk).state == State.DRAFT


def test_a_step_on_an_older_version_is_refused(cast):
    decision = drafted(cast)
    council.change(decision_id=decision.pk, by=cast.finance, content=content(title="Anders"), version=1)
    with pytest.raises(CouncilDecisionChanged):
        council.change(decision_id=decision.pk, by=cast.finance, content=content(), version=1)
    with pytest.raises(CouncilDecisionChanged):
        council.enter(decision_id=decision.pk, by=cast.finance, version=1)
    with pytest.raises(CouncilDecisionChanged):
        council.remove(decision_id=decision.pk, by=cast.finance, version=1)
    now = council.enter(decision_id=decision.pk, by=cast.finance, version=2)
    with pytest.raises(CouncilDecisionChanged):
        confirm(cast, now, version=2)
    assert CouncilDecision.objects.get(pk=decision.pk).title == "Anders"


def test_what_was_given_back_carries_the_reason_and_can_be_entered_again(cast):
    decision = entered(cast)
    with pytest.raises(CouncilDecisionNotReady):
        council.give_back(decision_id=decision.pk, by=cast.council, reason="  ")
    returned = council.give_back(decision_id=decision.pk, by=cast.council, reason="Verkeerd bedrag")
    assert returned.state == State.DRAFT
    assert AuditEntry.objects.about(returned).last().changes["reason"] == "Verkeerd bedrag"
    confirm(cast, council.enter(decision_id=decision.pk, by=cast.finance))


def test_what_is_confirmed_is_past_every_step(cast):
    decision = confirm(cast, entered(cast))
    for step in (
        lambda: council.change(decision_id=decision.pk, by=cast.finance, content=content(), version=decision.version),
        lambda: council.remove(decision_id=decision.pk, by=cast.finance),
        lambda: council.enter(decision_id=decision.pk, by=cast.finance),
        lambda: council.give_back(decision_id=decision.pk, by=cast.council, reason="Toch niet"),
        lambda: confirm(cast, decision),
    ):
        with pytest.raises(CouncilDecisionNotReady):
            step()


def test_a_step_on_what_was_removed_says_so(cast):
    decision = drafted(cast)
    council.remove(decision_id=decision.pk, by=cast.finance)
    with pytest.raises(CouncilDecisionNotReady):
        council.enter(decision_id=decision.pk, by=cast.finance)


def test_the_same_form_twice_makes_one_draft_and_one_booking(cast):
    key = uuid.uuid4()
    said = content()
    first, again = (council.draft(by=cast.finance, content=said, request_key=key) for _turn in range(2))
    assert first == again
    decision, once = council.enter(decision_id=first.pk, by=cast.finance), uuid.uuid4()
    confirm(cast, decision, request_key=once)
    entries = LedgerEntry.objects.count()
    confirm(cast, decision, request_key=once)
    assert LedgerEntry.objects.count() == entries
    council_gone = council.draft(by=cast.finance, content=content(number="RB-7"), request_key=(gone := uuid.uuid4()))
    council.remove(decision_id=council_gone.pk, by=cast.finance)
    with pytest.raises(CouncilDecisionNotReady):
        council.draft(by=cast.finance, content=content(number="RB-7"), request_key=gone)
