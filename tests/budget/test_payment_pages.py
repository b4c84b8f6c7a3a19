"""The pages of payments: what is due, one form to the bank, and a file that comes back."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from budget.domain import payments
from budget.models import LedgerEntry, Payment, PaymentBatch
from budget.states import EntryKind
from budget.states.events import BudgetEvent
from core.domain import clock, documents
from core.models import AuditEntry
from tests.budget.paying import file_of, give_interest, grant, line_of, order, package

pytestmark = pytest.mark.django_db

AUTUMN = datetime(2026, 9, 18, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def autumn():
    with clock.set_to(AUTUMN):
        yield


def copies(payment: Payment, number: int) -> None:
    """Plan more of the same, for lists: small enough to fit the room of the grant together."""
    Payment.objects.bulk_create(
        Payment(
            reference=f"P-TEST-{position}",
            decision=payment.decision,
            budget_line=payment.budget_line,
            kind=payment.kind,
            position=position,
            amount=Decimal("1.00"),
            trigger=payment.trigger,
            due_on=payment.due_on,
        )
        for position in range(2, 2 + number)
    )


def upload(content: bytes, **more: object) -> dict[str, object]:
    return {
        "file": SimpleUploadedFile("bank.csv", content),
        "mapping": package().pk,
        "request_key": str(uuid.uuid4()),
        **more,
    }


def test_what_is_due_goes_to_the_bank_with_one_form(cast, call, client_of):
    payment = grant(cast, call).payments.get()
    client = client_of(cast.finance)
    page = client.get("/budget/betalingen/")
    assert payment.reference in page.content.decode()

    answer = client.post(
        "/budget/betalingen/opdracht/", {"payments": [payment.pk], "request_key": str(uuid.uuid4())}, follow=True
    )

    batch = PaymentBatch.objects.get()
    assert answer.redirect_chain[-1][0] == f"/budget/betaalopdrachten/{batch.reference}/"
    assert payment.reference in answer.content.decode()


def test_the_same_form_sent_twice_leads_to_the_same_order(cast, call, client_of):
    payment = grant(cast, call).payments.get()
    form = {"payments": [payment.pk], "request_key": str(uuid.uuid4())}
    client = client_of(cast.finance)

    first, again = (client.post("/budget/betalingen/opdracht/", form) for _time in range(2))

    assert first["Location"] == again["Location"]
    assert PaymentBatch.objects.count() == 1


def test_a_refused_order_says_why_and_keeps_the_ticks(cast, call, client_of):
    first, second = grant(cast, call).payments.get(), grant(cast, call, send_letter=False).payments.get()
    client = client_of(cast.finance)

    form = {"payments": [first.pk, second.pk], "request_key": str(uuid.uuid4())}
    answer = client.post("/budget/betalingen/opdracht/", form)

    assert answer.status_code == 422
    assert f"{second.reference}: " in answer.content.decode()
    assert f'id="pay-{first.pk}" checked' in answer.content.decode()
    assert client.post("/budget/betalingen/opdracht/", {"payments": ["x"]}).status_code == 422
    assert not PaymentBatch.objects.exists()


def test_a_payment_of_an_own_matter_is_not_there(cast, call, client_of):
    decision = grant(cast, call)
    payment = decision.payments.get()
    batch = order(cast.finance, [payment])
    give_interest(cast.finance, decision)
    client = client_of(cast.finance)

    assert client.get(f"/budget/betalingen/{payment}/").status_code == 404
    assert client.get(f"/budget/besluiten/{decision.reference}/betalingen/").status_code == 404
    assert client.get(f"/budget/betaalopdrachten/{batch}/bestand.xml").status_code == 404
    page = client.get(f"/budget/betaalopdrachten/{batch}/").content.decode()
    assert payment.reference not in page
    assert "Awb 2:4" in page
    form = {"payments": [payment.pk], "request_key": str(uuid.uuid4())}
    assert client.post("/budget/betalingen/opdracht/", form).status_code == 422


@pytest.mark.parametrize("suffix", ["csv", "xml"])
def test_a_file_of_an_order_is_the_same_every_time_and_reading_it_is_logged(cast, call, client_of, suffix):
    batch = order(cast.finance, grant(cast, call).payments.all())
    client = client_of(cast.finance)

    first, again = (client.get(f"/budget/betaalopdrachten/{batch}/bestand.{suffix}") for _time in range(2))

    assert first.content == again.content == documents.read(batch.csv if suffix == "csv" else batch.sepa)
    assert f"{batch}.{suffix}" in first["Content-Disposition"]
    assert first["Content-Type"].split(";")[0] == {"csv": "text/csv", "xml": "application/xml"}[suffix]
    assert AuditEntry.objects.about(batch).filter(event=BudgetEvent.PAYMENT_FILE_OPENED).count() == 2


def test_an_order_is_marked_as_sent_on_its_page(cast, call, client_of):
    batch = order(cast.finance, grant(cast, call).payments.all())
    client = client_of(cast.finance)
    address = f"/budget/betaalopdrachten/{batch}/verzonden/"

    assert client.post(address, {"request_key": str(uuid.uuid4())}).status_code == 302
    assert client.post(address, {"request_key": str(uuid.uuid4())}).status_code == 422
    batch.refresh_from_db()
    assert batch.sent_by == cast.finance


def test_a_file_of_the_bank_is_booked_or_refused_with_its_lines(cast, call, client_of):
    payment = grant(cast, call).payments.get()
    order(cast.finance, [payment])
    client = client_of(cast.finance)

    wrong = client.post("/budget/betalingen/inlezen/", upload(file_of(line_of(payment, amount="1,00"))))
    assert wrong.status_code == 422
    assert 'id="bad-lines"' in wrong.content.decode()
    assert not LedgerEntry.objects.filter(kind=EntryKind.ADVANCE).exists()
    assert client.post("/budget/betalingen/inlezen/", {}).status_code == 422
    right = client.post("/budget/betalingen/inlezen/", upload(file_of(line_of(payment))), follow=True)
    assert "bank.csv" in right.content.decode()
    assert LedgerEntry.objects.filter(kind=EntryKind.ADVANCE).count() == 1


def test_a_file_above_five_megabytes_is_refused_by_the_form(cast, client_of):
    answer = client_of(cast.finance).post("/budget/betalingen/inlezen/", upload(b"x" * (5 * 1024 * 1024 + 1)))

    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors


def test_the_manager_approves_a_report_on_the_page_of_the_payment(cast, call, client_of):
    payment = grant(cast, call, requested={2026: 60_000}).payments.get(position=3)
    client = client_of(cast.manager)
    address = f"/budget/betalingen/{payment}/vrijgeven/"
    assert address in client.get(f"/budget/betalingen/{payment}/").content.decode()

    assert client.post(address, {"remark": ""}).status_code == 422
    assert client.post(address, {"remark": "Tussenrapport"}).status_code == 302
    assert client.post(address, {"remark": "Tussenrapport"}).status_code == 422
    payment.refresh_from_db()
    assert payment.released_by == cast.manager


def test_a_payment_that_came_back_is_planned_again(cast, call, client_of):
    payment = grant(cast, call).payments.get()
    order(cast.finance, [payment])
    client = client_of(cast.finance)
    address = f"/budget/betalingen/{payment}/mislukt/"
    assert address in client.get(f"/budget/betalingen/{payment}/").content.decode()

    assert client.post(address, {"reason": ""}).status_code == 422
    answer = client.post(address, {"reason": "Rekening opgeheven"})
    again = Payment.objects.latest("pk")
    assert answer["Location"] == f"/budget/betalingen/{again}/"
    assert client.post(address, {"reason": "Nog eens"}).status_code == 422


@pytest.mark.parametrize("show", ["due", "planned", "ordered", "booked", "cancelled", "onzin"])
def test_the_list_can_be_narrowed(cast, call, client_of, show):
    due, way, gone = (grant(cast, call).payments.get() for _number in range(3))
    order(cast.finance, [way])
    payments.cancel_open(gone.decision, by=cast.finance, reason="Ingetrokken")

    page = client_of(cast.college).get("/budget/betalingen/", {"show": show}).content.decode()

    expected = {"ordered": {way}, "cancelled": {gone}, "booked": set()}.get(show, {due})
    assert {one for one in (due, way, gone) if f"/budget/betalingen/{one}/" in page} == expected


def test_a_payment_is_found_by_number_or_organisation(cast, call, client_of):
    payment = grant(cast, call).payments.get()
    client = client_of(cast.finance)

    for text, found in ((payment.reference, 1), (payment.decision.reference, 1), ("makers", 1), ("elders", 0)):
        assert client.get("/budget/betalingen/", {"q": text}).context["count"] == found


def test_the_plan_of_a_grant_tells_what_it_holds(cast, call, client_of):
    decision = grant(cast, call, requested={2026: 12_000, 2027: 12_000})

    context = client_of(cast.manager).get(f"/budget/besluiten/{decision.reference}/betalingen/").context

    assert (context["granted"], context["conditional"], context["planned_total"]) == (24_000, 12_000, 19_200)
    assert [bool(row.waits) for row in context["rows"]] == [False, True]


@pytest.mark.parametrize(
    "address",
    [
        "/budget/betalingen/",
        "/budget/betalingen/?show=ordered",
        "/budget/besluiten/{decision}/betalingen/",
        "/budget/betaalopdrachten/{batch}/",
    ],
)
def test_a_page_of_payments_asks_the_database_as_often_for_many_as_for_one(
    cast, call, client_of, django_assert_num_queries, django_assert_max_num_queries, address
):
    payment, ordered = grant(cast, call).payments.get(), grant(cast, call).payments.get()
    batch = order(cast.finance, [ordered])
    where = address.format(decision=payment.decision.reference, batch=batch)
    client = client_of(cast.finance)
    client.get(where)
    with django_assert_max_num_queries(30) as few:
        client.get(where)
    copies(payment, 45)
    if "opdracht" in address or "ordered" in address:
        batch = order(cast.finance, Payment.objects.filter(reference__startswith="P-TEST-"))
        where = address.format(decision=payment.decision.reference, batch=batch)

    with django_assert_num_queries(len(few)):
        client.get(where)
