"""The hearing before a lower settlement, the letters, and small grants that are settled at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from applications.models import Letter
from applications.states import ProposalState
from budget.domain import ledger, proof, settlement_letters, settlements, settling
from budget.domain.ledger import Movement
from budget.errors import SettlementNotReady
from budget.models import Account, Recovery, Settlement, SettlementLetter
from budget.states import SettlementGround, SettlementKind, SettlementState
from core.domain import clock
from tests.budget.bare import a_document, budget_line
from tests.budget.road import decision_of, granted_proposal, refused_proposal
from tests.budget.road_settlement import approve, checked_account, fresh, prepared, settled_grant
from tests.budget.test_letters import text_of


def step(verb, settlement, by, **said):
    return verb(settlement_id=settlement.pk, version=settlement.version, by=by, **said)


def heard(cast, call):
    """Return a lower settlement on which the partner is asked for a view."""
    settlement = prepared(cast, checked_account(cast, call).decision, {2026: 40000})
    return step(settlements.ask_view, settlement, cast.manager)


def test_a_lower_settlement_needs_a_view_or_a_reason_why_not(cast, call):
    settlement = prepared(cast, checked_account(cast, call).decision, {2026: 40000})
    with pytest.raises(SettlementNotReady):
        step(settlements.propose, settlement, cast.manager)
    with pytest.raises(DatabaseError, match="budget_settlement_lower_is_heard"), transaction.atomic():
        Settlement.objects.update(state=SettlementState.PROPOSED)
    proposed = step(settlements.propose, settlement, cast.manager, hearing_skipped="Eigen opgave (Awb 4:8).")
    assert proposed.state == SettlementState.PROPOSED


def test_as_granted_asks_no_view(cast, call):
    settlement = prepared(cast, checked_account(cast, call).decision)
    with pytest.raises(SettlementNotReady):
        step(settlements.ask_view, settlement, cast.manager)
    assert step(settlements.propose, settlement, cast.manager).state == SettlementState.PROPOSED


def test_the_partner_has_two_weeks_and_the_settlement_waits_for_them(cast, call):
    settlement = heard(cast, call)
    # Two weeks after Tuesday 10 March 2026, when the test runs on that day; never on a weekend or holiday.
    assert settlement.hearing_due_on >= clock.today() + timedelta(weeks=2)
    with pytest.raises(SettlementNotReady):
        step(settlements.propose, settlement, cast.manager)
    with clock.set_to(clock.now() + timedelta(days=30)):
        assert step(settlements.propose, settlement, cast.manager).state == SettlementState.PROPOSED


def test_a_view_that_came_in_ends_the_waiting(cast, call):
    settlement = heard(cast, call)
    for day, view in (
        (clock.today() + timedelta(days=1), "Te laat"),
        (date(2020, 1, 1), "Te vroeg"),
        (clock.today(), " "),
    ):
        with pytest.raises(SettlementNotReady):
            step(settlements.record_view, settlement, cast.manager, view=view, view_on=day)
    before = settlement.version
    settlement = step(settlements.record_view, settlement, cast.manager, view="Het regende.", view_on=clock.today())
    assert settlement.version == before + 1
    assert step(settlements.propose, settlement, cast.manager).state == SettlementState.PROPOSED


def test_less_than_the_partner_was_asked_about_needs_a_new_view_and_more_does_not(cast, call):
    settlement = heard(cast, call)
    higher = prepared(cast, settlement.decision, {2026: 45000})
    assert higher.hearing_asked_on is not None
    lower = prepared(cast, settlement.decision, {2026: 44000})
    assert (lower.hearing_asked_on, lower.state) == (None, SettlementState.DRAFT)


def test_the_question_goes_out_once_by_letter_and_mail(cast, call, deliver):
    settlement = heard(cast, call)
    mail.outbox.clear()
    deliver()
    settlement_letters.send_hearing(settlement_id=settlement.pk, version=settlement.version)
    letter = Letter.objects.get(kind__startswith="hearing-")
    text = text_of(letter.document)
    for expected in (settlement.reference, "€ 60.000", "€ 40.000", "4:46", "Er is minder gedaan"):
        assert expected in text, expected
    assert sum("zienswijze" in one.subject or "view" in one.subject for one in mail.outbox) == 1


def test_a_question_that_was_withdrawn_is_not_sent(cast, call, deliver):
    settlement = heard(cast, call)
    prepared(cast, settlement.decision, {2026: 30000})
    deliver()
    assert not Letter.objects.filter(kind__startswith="hearing-").exists()


def test_given_back_it_says_why_and_can_be_changed(cast, call):
    settlement = prepared(cast, checked_account(cast, call).decision)
    proposed = step(settlements.propose, settlement, cast.manager)
    with pytest.raises(SettlementNotReady):
        step(settlements.give_back, proposed, cast.finance, reason=" ")
    with pytest.raises(SettlementNotReady):
        prepared(cast, settlement.decision, {2026: 1})
    step(settlements.give_back, proposed, cast.finance, reason="De uren kloppen niet.")
    assert prepared(cast, settlement.decision, {2026: 1}).state == SettlementState.DRAFT


def test_the_letter_of_a_claim_says_how_much_until_when_and_how_to_object(cast, call):
    settlement = settled_grant(cast, call, {2026: 40000}, paid={2026: 48000})
    letter = settlement_letters.send(settlement_id=settlement.pk)
    text, claim = text_of(letter.document), Recovery.objects.get()
    for expected in (
        settlement.reference,
        claim.reference,
        "€ 8.000",
        "€ 40.000",
        "€ 60.000",
        "4:57",
        "4:87",
        "Postbus 18",
    ):
        assert expected in text, expected
    assert letter.document.facts["to_claim"] == "8000.00"
    assert claim.due_on >= letter.sent_on + timedelta(weeks=6)
    assert claim.limit_on == settlement_letters.limit_on(letter.sent_on)


def test_the_letter_says_what_is_still_paid(cast, call):
    settlement = settled_grant(cast, call, paid={2026: 48000})
    letter = settlement_letters.send(settlement_id=settlement.pk)
    assert "€ 12.000" in text_of(letter.document)
    assert letter.document.facts["to_pay"] == "12000.00"


def test_the_letter_leaves_once(cast, call, deliver):
    settlement = settled_grant(cast, call)
    deliver()
    settlement_letters.send(settlement_id=settlement.pk)
    assert SettlementLetter.objects.count() == 1
    assert Letter.objects.filter(kind=f"settlement-{settlement.pk}").count() == 1
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        SettlementLetter.objects.update(sent_on=date(2020, 1, 1))


def test_what_is_not_final_has_no_letter(cast, call):
    settlement = prepared(cast, checked_account(cast, call).decision)
    with pytest.raises(SettlementNotReady):
        settlement_letters.send(settlement_id=settlement.pk)


def test_five_years_after_a_leap_day_is_the_28th():
    assert settlement_letters.limit_on(date(2028, 2, 29)) == date(2033, 2, 28)
    assert settlement_letters.limit_on(date(2026, 3, 10)) == date(2031, 3, 10)


def test_a_small_grant_is_settled_as_granted_with_its_own_letter(cast, call, deliver):
    proposal = granted_proposal(cast, call, requested={2026: 4000})
    deliver()
    settlement = Settlement.objects.get()
    assert (settlement.kind, settlement.state) == ("as_granted", "final")
    assert (settlement.prepared_by, settlement.approved_by) == (cast.finance, cast.college)
    assert settlement.document == decision_of(proposal).letter.document
    assert "4:42" in text_of(settlement.document)
    assert "4:46" not in text_of(settlement.document)
    assert fresh(proposal).state == ProposalState.SETTLED
    assert ledger.holding(settlement.decision, budget_line()).spent == Decimal(4000)
    assert not Account.objects.exists()
    assert settling.settle_at_once(decision_id=settlement.decision_id) == settlement
    assert list(proof.check()) == []


def test_a_small_conditional_grant_waits_until_it_is_firm(cast, call, deliver):
    proposal = granted_proposal(cast, call, requested={2026: 2000, 2027: 2000})
    deliver()
    assert not Settlement.objects.exists()
    decision = decision_of(proposal)
    movements = [Movement(budget_line(year=2027), Decimal(2000))]
    ledger.book_confirmation(decision, movements, by=cast.finance, document=a_document())
    assert [one.decision for one in settling.settle_firm_grants()] == [decision]
    assert settling.settle_firm_grants() == []
    assert fresh(proposal).state == ProposalState.SETTLED


def test_every_small_grant_that_became_firm_is_settled_and_no_refusal_is(cast, call, deliver):
    refused_proposal(cast, call, title="Afgewezen")
    decisions = [
        decision_of(granted_proposal(cast, call, requested={2027: 2000}, title=title)) for title in ("Een", "Twee")
    ]
    deliver()
    for decision in decisions:
        movements = [Movement(budget_line(year=2027), Decimal(2000))]
        ledger.book_confirmation(decision, movements, by=cast.finance, document=a_document())
    assert {one.decision for one in settling.settle_firm_grants()} == set(decisions)
    assert Settlement.objects.count() == 2


def test_grants_with_an_account_are_not_settled_by_night(cast, call):
    checked_account(cast, call)
    assert settling.settle_firm_grants() == []


def test_money_that_is_under_way_stops_the_approval(cast, call, monkeypatch):
    settlement = step(settlements.propose, prepared(cast, checked_account(cast, call).decision), cast.manager)
    payment = settlement.decision.payments.first()
    assert payment is not None
    monkeypatch.setattr("budget.models.payment.PaymentQuerySet.under_way", lambda self: self.filter(pk=payment.pk))
    with pytest.raises(SettlementNotReady, match="24.000|onderweg|on its way".replace(".", r"\.")):
        approve(cast, settlement)
    assert ledger.holding(settlement.decision, budget_line()).spent == 0


def test_on_the_last_day_of_the_term_the_settlement_still_waits_for_a_view(cast, call):
    settlement = heard(cast, call)
    last = settlement.hearing_due_on
    noon = datetime(last.year, last.month, last.day, 11, 0, tzinfo=UTC)
    with clock.set_to(noon), pytest.raises(SettlementNotReady):
        step(settlements.propose, settlement, cast.manager)
    with clock.set_to(noon + timedelta(days=1)):
        assert step(settlements.propose, settlement, cast.manager).state == SettlementState.PROPOSED


def test_a_view_may_come_in_on_the_day_it_was_asked_and_today_and_not_outside(cast, call):
    asked_at = clock.now()
    settlement = heard(cast, call)
    asked = settlement.hearing_asked_on
    with clock.set_to(asked_at + timedelta(days=5)):
        for day in (asked - timedelta(days=1), clock.today() + timedelta(days=1)):
            with pytest.raises(SettlementNotReady):
                step(settlements.record_view, settlement, cast.manager, view="Nee.", view_on=day)
        for day in (asked, clock.today()):
            settlement = step(settlements.record_view, settlement, cast.manager, view="Nee.", view_on=day)
            assert settlement.hearing_view_on == day


def test_another_ground_for_the_same_amount_needs_a_new_view(cast, call):
    settlement = step(settlements.record_view, heard(cast, call), cast.manager, view="Goed.", view_on=clock.today())
    again = settlements.prepare(
        decision_id=settlement.decision_id,
        by=cast.manager,
        kind=SettlementKind.LOWER,
        amounts={budget_line(): Decimal(40000)},
        reason="Er is minder gedaan dan beloofd.",
        ground=SettlementGround.OBLIGATIONS,
        version=settlement.version,
    )
    assert (again.state, again.hearing_view_on, again.hearing_asked_on) == (SettlementState.DRAFT, None, None)
