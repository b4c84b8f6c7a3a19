"""Claims: what comes in on them, never above the claim, and their limit of five years."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications.models import ShutFile
from budget.domain import recoveries
from budget.errors import HasInterest, MoreThanClaimed, SettlementNotReady, StepNotYours
from budget.models import Recovery, RecoveryReceipt
from budget.states.events import BudgetEvent
from core.domain import clock
from core.models import AuditEntry
from tests.budget.bare import a_document
from tests.budget.reading import hidden, words
from tests.budget.road_settlement import settled_grant


@pytest.fixture
def claim(cast, call) -> Recovery:
    """A claim of EUR 8,000 whose letter was sent."""
    settlement = settled_grant(cast, call, {2026: 40000}, paid={2026: 48000}, send=True)
    return Recovery.objects.get(settlement=settlement)


def receive(cast, claim, amount, *, by=None, on=None, key=None, document=None):
    return recoveries.receive(
        recovery_id=claim.pk,
        by=by or cast.finance,
        amount=Decimal(amount),
        received_on=on or clock.today(),
        document=document or a_document(),
        request_key=key or uuid.uuid4(),
    )


def test_what_comes_in_lowers_what_is_open(cast, claim):
    receive(cast, claim, 3000)
    assert recoveries.outstanding(claim) == Decimal(5000)
    receive(cast, claim, 5000)
    assert recoveries.outstanding(claim) == 0
    assert not Recovery.objects.waiting().exists()


def test_no_more_comes_in_than_was_claimed(cast, claim):
    receive(cast, claim, 3000)
    with pytest.raises(MoreThanClaimed, match=r"5\.000"):
        receive(cast, claim, "5000.01")
    with pytest.raises(DatabaseError, match="more would come in"), transaction.atomic():
        RecoveryReceipt.objects.create(
            recovery=claim,
            amount=Decimal("5000.01"),
            received_on=clock.today(),
            document=a_document(),
            booked_by=cast.finance,
            booked_at=clock.now(),
        )


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_come_in_never(cast, claim, amount):
    with pytest.raises(SettlementNotReady):
        receive(cast, claim, amount)


def test_money_does_not_come_in_before_the_claim_nor_tomorrow(cast, claim):
    for day in (claim.established_on - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(SettlementNotReady):
            receive(cast, claim, 1, on=day)


def test_a_double_click_books_once(cast, claim):
    key, document = uuid.uuid4(), a_document()
    for _time in range(2):
        receive(cast, claim, 3000, key=key, document=document)
    assert RecoveryReceipt.objects.count() == 1


def test_only_the_financial_adviser_without_an_interest_books(cast, claim):
    with pytest.raises(StepNotYours):
        receive(cast, claim, 1, by=cast.manager)
    proposal = claim.settlement.decision.proposal
    ShutFile.objects.create(proposal=proposal, user=cast.finance, since=clock.now())
    with pytest.raises(HasInterest):
        receive(cast, claim, 1)


def test_a_claim_and_its_receipts_stay_as_they_are(cast, claim):
    receive(cast, claim, 1000)
    for change in (
        lambda: Recovery.objects.update(amount=1),
        lambda: Recovery.objects.update(limit_on=clock.today()),
        lambda: RecoveryReceipt.objects.update(amount=1),
        lambda: RecoveryReceipt.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            change()


def test_ninety_days_before_the_limit_the_page_warns(cast, claim, client_of):
    url = reverse("budget:recoveries")
    near = datetime.combine(claim.limit_on - timedelta(days=90), datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)
    with clock.set_to(near - timedelta(days=1)):
        assert not Recovery.objects.near_limit(clock.today()).exists()
    with clock.set_to(near):
        assert list(Recovery.objects.near_limit(clock.today())) == [claim]
        page = client_of(cast.college).get(url)
    assert "tf-row--problem" in page.content.decode()


def send(client, claim, **over):
    page = client.get(reverse("budget:recovery", args=[claim.reference]))
    values = {
        "amount": "3.000",
        "received_on": f"{clock.today():%d-%m-%Y}",
        "request_key": hidden(page, "request_key"),
        "statement": SimpleUploadedFile("afschrift.pdf", b"%PDF-1.7 afschrift"),
    }
    return client.post(reverse("budget:recovery_receive", args=[claim.reference]), values | over)


def test_a_receipt_is_booked_with_its_bank_statement(cast, claim, client_of):
    client = client_of(cast.finance)
    assert send(client, claim).status_code == 302
    receipt = RecoveryReceipt.objects.get()
    statement = client.get(reverse("budget:recovery_statement", args=[claim.reference, receipt.pk]))
    assert statement.content == b"%PDF-1.7 afschrift"
    assert "€ 5.000" in words(client.get(reverse("budget:recovery", args=[claim.reference])))


def test_bad_input_is_told_and_books_nothing(cast, claim, client_of):
    client = client_of(cast.finance)
    for over in (
        {"amount": "-1"},
        {"amount": ""},
        {"received_on": "31-12-2999"},
        {"statement": SimpleUploadedFile("afschrift.pdf", b"MZ een programma")},
        {"statement": ""},
    ):
        assert send(client, claim, **over).status_code == 422
    assert send(client, claim, amount="8.001").status_code == 409
    assert not RecoveryReceipt.objects.exists()


def test_who_has_an_interest_sees_no_claim(cast, claim, client_of):
    proposal = claim.settlement.decision.proposal
    ShutFile.objects.create(proposal=proposal, user=cast.manager, since=clock.now())
    client = client_of(cast.manager)
    assert client.get(reverse("budget:recovery", args=[claim.reference])).status_code == 404
    assert claim.reference not in words(client.get(reverse("budget:recoveries")))


def test_the_list_costs_the_same_queries_for_many(cast, call, claim, client_of, django_assert_max_num_queries):
    client, url = client_of(cast.manager), reverse("budget:recoveries")
    client.get(url)
    with django_assert_max_num_queries(12) as one:
        client.get(url)
    for _number in range(2):
        settled_grant(cast, call, {2026: 40000}, paid={2026: 48000})
    with django_assert_max_num_queries(len(one)):
        client.get(url)


def test_money_may_come_in_on_the_day_of_the_claim_and_today_to_the_last_cent(cast, claim):
    later = clock.now() + timedelta(days=9)
    with clock.set_to(later):
        receive(cast, claim, "0.01", on=claim.established_on)
        receive(cast, claim, "7999.99", on=clock.today())
        assert recoveries.outstanding(claim) == 0
        with pytest.raises(MoreThanClaimed):
            receive(cast, claim, "0.01")


def test_the_trail_tells_what_was_claimed_and_what_came_in(cast, claim):
    receive(cast, claim, "3000.00")

    claimed, received = AuditEntry.objects.about(claim).order_by("pk")

    assert (claimed.event, claimed.changes) == (BudgetEvent.RECOVERY_CLAIMED, {"amount": "8000.00"})
    receipt = claim.receipts.get()
    assert (received.event, received.actor) == (BudgetEvent.RECOVERY_RECEIVED, cast.finance)
    assert received.changes == {
        "receipt": receipt.pk,
        "amount": "3000.00",
        "received_on": receipt.received_on.isoformat(),
    }
    assert (receipt.booked_by, receipt.received_on) == (cast.finance, clock.today())


def test_what_came_in_on_another_claim_leaves_this_one_open(cast, call, claim):
    other = Recovery.objects.get(settlement=settled_grant(cast, call, {2026: 40000}, paid={2026: 48000}))
    receive(cast, other, 3000)
    assert (recoveries.outstanding(other), recoveries.outstanding(claim)) == (5000, 8000)
