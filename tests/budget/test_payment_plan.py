"""The plan of a grant: advances by tier, in instalments, each with what it waits for."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from budget.domain import ledger, payment_room, payments, tiers
from budget.domain.ledger import Movement
from budget.errors import HasInterest, PaymentNotReady, StepNotYours
from budget.models import Instalment, Payment, Tier
from budget.states import PaymentKind, PaymentState
from budget.states.events import BudgetEvent
from core.domain import clock
from core.models import AuditEntry
from tests.budget.bare import a_document, bare_decision, budget_line
from tests.budget.paying import book, euros, give_interest, grant, order
from tests.budget.road import decision_of, granted_proposal

pytestmark = pytest.mark.django_db

AUTUMN = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def autumn():
    with clock.set_to(AUTUMN):
        yield


def plan_of(decision):
    return [(one.budget_line.year, one.amount, one.trigger, one.due_on) for one in decision.payments.all()]


def waits(decision):
    return [one.waits for one in payment_room.standings(decision.payments.for_page())]


@pytest.mark.parametrize(
    ("requested", "advances"), [(4_000, ["4000"]), (12_000, ["9600"]), (60_000, ["24000", "12000", "12000"])]
)
def test_the_tier_of_the_whole_grant_says_how_much_is_paid_in_advance(cast, call, requested, advances):
    decision = grant(cast, call, requested={2026: requested})

    assert [one.amount for one in decision.payments.all()] == [euros(amount) for amount in advances]
    assert {one.kind for one in decision.payments.all()} == {PaymentKind.ADVANCE}


def test_every_year_is_paid_on_its_own_and_not_before_it_begins(cast, call):
    decision = grant(cast, call, requested={2026: 40_000, 2027: 20_000})

    assert decision.proposal.starts_on is not None
    months_of_2026 = max(decision.proposal.starts_on, date(2026, 1, 1))
    assert plan_of(decision) == [
        (2026, euros(16_000), "grant", date(2026, 1, 1)),
        (2026, euros(8_000), "date", payments._months_after(months_of_2026, 6)),
        (2026, euros(8_000), "report", None),
        (2027, euros(8_000), "grant", date(2027, 1, 1)),
        (2027, euros(4_000), "date", date(2027, 7, 1)),
        (2027, euros(4_000), "report", None),
    ]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months, then):
    assert payments._months_after(day, months) == then


def test_what_was_paid_before_comes_off_the_first_instalments(cast):
    instalments = list(tiers.tier_of(euros(60_000)).instalments.all())

    parts = payments.instalment_amounts(euros(48_000), instalments, paid=euros(30_000))

    assert parts == [euros(0), euros(6_000), euros(12_000)]
    assert payments.instalment_amounts(euros(48_000), instalments, paid=euros(50_000)) == [euros(0)] * 3


def test_a_plan_leaves_out_what_the_grant_was_paid_already(cast, call):
    decision = grant(cast, call)
    ledger.book_advance(decision, [Movement(budget_line(), euros(9_000))], by=cast.finance, document=a_document())

    payments.plan_for(decision, by=cast.finance)

    assert [one.amount for one in decision.payments.all()] == [euros(9_600), euros(600)]


def test_nothing_is_due_before_the_letter_is_sent(cast, call):
    decision = grant(cast, call, send_letter=False)

    assert waits(decision) == [_("Waits for the letter of the decision.")]
    assert payments.due(cast.finance) == []


def test_what_is_due_is_found_once_the_letter_is_sent(cast, call):
    decision = grant(cast, call)

    assert waits(decision) == [""]
    assert [one.payment for one in payments.due(cast.finance)] == list(decision.payments.all())


def test_a_later_year_waits_for_its_day_and_its_condition(cast, call):
    decision = grant(cast, call, requested={2027: 12_000})
    assert "2027" in waits(decision)[0]

    with clock.set_to(datetime(2027, 1, 4, tzinfo=UTC)):
        assert "4:34" in waits(decision)[0]
        movement = Movement(budget_line(year=2027), euros(12_000))
        ledger.book_confirmation(decision, [movement], by=None, document=a_document())
        assert waits(decision) == [""]


def test_two_payments_don_t_take_the_same_room(cast, call):
    decision = grant(cast, call)
    payments.plan_final(decision, {budget_line(): euros(100)}, by=cast.finance)

    first, second = waits(decision)

    assert first == ""
    assert second != ""  # nothing was realised, so nothing is left to pay


def test_an_instalment_waits_until_the_manager_approves_the_report(cast, call):
    decision = grant(cast, call, requested={2026: 60_000})
    last = decision.payments.get(position=3)
    assert waits(decision)[-1] != ""

    payments.release_instalment(payment_id=last.pk, by=cast.manager, remark="Tussenrapport van september")

    last.refresh_from_db()
    assert (last.due_on, last.released_by) == (date(2026, 9, 15), cast.manager)
    assert last in [one.payment for one in payments.due(cast.finance)]
    entry = AuditEntry.objects.about(last).get(event=BudgetEvent.PAYMENT_RELEASED)
    assert entry.changes == {"remark": "Tussenrapport van september"}
    with pytest.raises(PaymentNotReady):
        payments.release_instalment(payment_id=last.pk, by=cast.manager, remark="Nog eens")


def test_only_the_manager_without_an_interest_approves_a_report_and_says_which(cast, call):
    decision = grant(cast, call, requested={2026: 60_000})
    first, last = decision.payments.get(position=1), decision.payments.get(position=3)

    with pytest.raises(StepNotYours):
        payments.release_instalment(payment_id=last.pk, by=cast.finance, remark="Rapport")
    with pytest.raises(PaymentNotReady):
        payments.release_instalment(payment_id=last.pk, by=cast.manager, remark="  ")
    with pytest.raises(PaymentNotReady):
        payments.release_instalment(payment_id=first.pk, by=cast.manager, remark="Rapport")
    give_interest(cast.manager, decision)
    with pytest.raises(HasInterest):
        payments.release_instalment(payment_id=last.pk, by=cast.manager, remark="Rapport")


def test_what_is_open_can_be_cancelled_once_nothing_is_on_its_way(cast, call):
    decision = grant(cast, call, requested={2026: 60_000})
    first, *rest = decision.payments.all()
    order(cast.finance, [first])

    with pytest.raises(PaymentNotReady, match=first.reference):
        payments.cancel_open(decision, by=cast.finance, reason="Lager vastgesteld")
    assert [one.state for one in decision.payments.all()] == ["ordered", "planned", "planned"]
    book(cast.finance, first)
    payments.cancel_open(decision, by=cast.finance, reason="Lager vastgesteld")

    assert [one.state for one in decision.payments.all()] == ["booked", "cancelled", "cancelled"]
    entry = AuditEntry.objects.about(rest[0]).get(event=BudgetEvent.PAYMENT_CANCELLED)
    assert entry.changes == {"reason": "Lager vastgesteld"}


def test_the_plan_of_one_line_alone_can_be_cancelled(cast, call):
    decision = grant(cast, call, requested={2026: 12_000, 2027: 12_000})

    payments.cancel_open(decision, by=cast.finance, reason="Vervallen", budget_line=budget_line(year=2027))

    assert [one.state for one in decision.payments.all()] == ["planned", "cancelled"]


def test_after_the_settlement_the_rest_is_planned_and_due_at_once(cast, call):
    decision = grant(cast, call)
    book(cast.finance, *order(cast.finance, decision.payments.all()).payments.all())
    ledger.book_expense(decision, [Movement(budget_line(), euros(11_000))], by=cast.finance, document=a_document())

    payments.plan_final(decision, {budget_line(): euros(1_400), budget_line(year=2027): euros(0)}, by=cast.finance)

    final = decision.payments.get(kind=PaymentKind.FINAL)
    assert (final.amount, final.due_on, final.state) == (euros(1_400), date(2026, 9, 15), PaymentState.PLANNED)
    assert [one.payment for one in payments.due(cast.finance)] == [final]


def test_what_a_person_has_an_interest_in_is_not_shown_as_due(cast, call):
    decision = grant(cast, call)
    give_interest(cast.finance, decision)

    assert payments.due(cast.finance) == []


def test_a_payment_never_changes_and_never_goes_away(cast, call):
    payment = decision_of(granted_proposal(cast, call, requested={2026: 12_000})).payments.get()
    other = bare_decision(cast.finance, cast.organisation, call)

    for change in ({"amount": euros(1)}, {"decision": other}, {"budget_line": budget_line("wonen")}):
        with pytest.raises(IntegrityError, match="is fixed"), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**change)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk)._raw_delete("default")
    with pytest.raises(IntegrityError, match="budget_payment_once"), transaction.atomic():
        Payment.objects.create(
            reference=f"P-{uuid.uuid4().hex[:8]}",
            decision=payment.decision,
            budget_line=payment.budget_line,
            kind="advance",
            position=payment.position,
            amount=1,
            trigger="grant",
        )


@pytest.mark.parametrize(
    ("amount", "name"),
    [("0", "Klein"), ("4999.99", "Klein"), ("5000", "Midden"), ("49999.99", "Midden"), ("50000", "Groot")],
)
def test_a_tier_begins_at_its_own_amount(frame, amount, name):
    assert tiers.tier_of(Decimal(amount)).name == name


def test_below_the_first_tier_there_is_none(frame):
    with pytest.raises(Tier.DoesNotExist):
        tiers.tier_of(Decimal("-0.01"))


def test_loading_the_tiers_again_keeps_what_was_edited(frame):
    Tier.objects.filter(name="Klein").update(report_weeks=3)
    before = list(Instalment.objects.values_list("pk", flat=True))

    tiers.load()

    assert Tier.objects.get(name="Klein").report_weeks == 3
    assert list(Instalment.objects.values_list("pk", flat=True)) == before


def test_a_payment_may_be_ordered_from_the_first_minute_of_its_day_in_amsterdam(cast, call):
    decision = grant(cast, call, requested={2027: 12_000})
    ledger.book_confirmation(
        decision, [Movement(budget_line(year=2027), euros(12_000))], by=None, document=a_document()
    )

    with clock.set_to(datetime(2026, 12, 31, 22, 59, tzinfo=UTC)):
        assert waits(decision) != [""]
    with clock.set_to(datetime(2026, 12, 31, 23, 0, tzinfo=UTC)):
        assert waits(decision) == [""]
