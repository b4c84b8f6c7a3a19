"""What the bank carried out, read in: booked as a whole, or refused with every line that is wrong."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from budget.domain import ledger, payment_batches, payment_imports, payments
from budget.domain.ledger import Movement
from budget.errors import HasInterest, ImportRefused, StepNotYours
from budget.models import ImportMapping, LedgerEntry, Payment, PaymentBatch, PaymentImport
from budget.states import BatchState, EntryKind, PaymentState
from core.domain import clock, documents
from tests.budget.bare import a_document, budget_line
from tests.budget.paying import HEADING, book, euros, file_of, give_interest, grant, line_of, order, package, read_in

pytestmark = pytest.mark.django_db

AUTUMN = datetime(2026, 9, 18, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def autumn():
    with clock.set_to(AUTUMN):
        yield


@pytest.fixture
def ordered(cast, call) -> list[Payment]:
    """Two payments on one order: EUR 9,600 and EUR 4,000 of leven 2026."""
    found = [grant(cast, call).payments.get(), grant(cast, call, requested={2026: 4_000}).payments.get()]
    order(cast.finance, found)
    return found


def problems_of(cast, content, *, mapping=None):
    """Return the numbers of the lines for which a file is refused; nothing may be booked."""
    with pytest.raises(ImportRefused) as refusal:
        read_in(cast.finance, content, mapping=mapping)
    assert not LedgerEntry.objects.filter(kind=EntryKind.ADVANCE).exists()
    assert not PaymentImport.objects.exists()
    assert all(problem.reason for problem in refusal.value.problems)
    return [problem.number for problem in refusal.value.problems]


def test_a_bank_may_write_our_references_in_small_letters(cast, ordered):
    lines = [line_of(payment, reference=payment.reference.lower()) for payment in ordered]
    assert read_in(cast.finance, file_of(*lines)).count == len(ordered)


def test_every_payment_of_the_file_is_booked_with_the_file_as_its_document(cast, ordered):
    content = file_of(*map(line_of, ordered))

    found = read_in(cast.finance, content)

    assert (found.count, found.total, documents.read(found.document)) == (2, euros(13_600), content)
    for payment in ordered:
        payment.refresh_from_db()
        assert (payment.state, payment.booked_on) == (PaymentState.BOOKED, date(2026, 9, 18))
        assert (payment.entry.kind, payment.entry.amount) == (EntryKind.ADVANCE, payment.amount)
        assert (payment.entry.document, payment.entry.remark) == (found.document, payment.reference)
        assert ledger.holding(payment.decision, budget_line()).paid == payment.amount
    assert ordered[0].batch.state == BatchState.DONE


def test_an_order_stays_open_while_a_payment_on_it_is_on_its_way(cast, ordered):
    first, second = ordered
    batch = PaymentBatch.objects.get()
    payment_batches.mark_sent(batch_id=batch.pk, by=cast.finance, request_key=uuid.uuid4())

    book(cast.finance, first)

    batch.refresh_from_db()
    assert batch.state == BatchState.SENT
    book(cast.finance, second)
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE


def test_the_rest_after_a_settlement_is_booked_as_a_final_payment(cast, call):
    decision = grant(cast, call)
    order(cast.finance, decision.payments.all())
    book(cast.finance, decision.payments.get())
    ledger.book_expense(decision, [Movement(budget_line(), euros(12_000))], by=cast.finance, document=a_document())
    payments.plan_final(decision, {budget_line(): euros(2_400)}, by=cast.finance)
    final = decision.payments.get(kind="final")
    order(cast.finance, [final])

    book(cast.finance, final)

    final.refresh_from_db()
    assert final.entry.kind == EntryKind.FINAL_PAYMENT
    assert ledger.holding(decision, budget_line()).paid == euros(12_000)


def test_every_broken_line_is_listed_and_nothing_is_booked(cast, call, ordered):
    good, other = ordered
    cancelled, planned = (grant(cast, call).payments.get() for _number in range(2))
    payments.cancel_open(cancelled.decision, by=cast.finance, reason="Ingetrokken")
    lines = [
        line_of(good),
        line_of(other, amount="4000,01"),
        line_of(other, reference="P-2026-9999"),
        line_of(other, amount="4.000.00"),
        line_of(other, amount="0,00"),
        line_of(other, on="19-09-2026"),
        line_of(other, on="31-02-2026"),
        line_of(other, on="17-09-2026"),
        line_of(other) + ";nog een kolom",
        "losse tekst",
        line_of(other, reference=""),
        line_of(planned),
        line_of(cancelled),
        line_of(good),
    ]

    # the file is refused for what can't be read first, and for what does not fit its payment next
    assert problems_of(cast, file_of(*lines)) == [5, 6, 7, 8, 10, 11, 12]
    readable = [line for number, line in enumerate(lines, start=2) if number not in {5, 6, 7, 8, 10, 11, 12}]
    assert problems_of(cast, file_of(*readable)) == [3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    "over", [{"line": "wonen"}, {"line": "onbekend"}, {"year": "2025"}, {"year": "26"}, {"amount": "-9600,00"}]
)
def test_a_line_that_says_something_else_than_the_payment_is_broken(cast, ordered, over):
    assert problems_of(cast, file_of(line_of(ordered[0], **over))) == [2]


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        (b"", []),
        (b"\r\n\r\n", []),
        (HEADING.encode(), []),
        (b"Kenmerk;Bedrag\r\nP-1;2\r\n", [1]),
        (f"{HEADING};Bedrag\r\n".encode(), [1]),
        (f"{HEADING}\r\nP-1;1,00;01-01-2026;leven;2026;caf\xe9\r\n".encode("cp1252"), [2]),
        (f"{HEADING}\r\nP-1;1,00;01-01-2026;le\0ven;2026;x\r\n".encode(), [2]),
        (f'{HEADING}\r\nP-1;1,00;01-01-2026;leven;2026;"open\r\n'.encode(), [2]),
        (b"\xff\xfe" + HEADING.encode("utf-16-le"), [1]),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(cast, content, numbers):
    assert problems_of(cast, content) == numbers


def test_a_file_that_is_too_large_is_refused_unread(cast):
    assert problems_of(cast, b"x" * (5 * 1024 * 1024 + 1)) == []
    assert problems_of(cast, file_of(*["x"] * 20_001)) == []


def test_the_same_file_does_not_come_in_twice(cast, ordered):
    content = file_of(*map(line_of, ordered))
    found = read_in(cast.finance, content)

    with pytest.raises(ImportRefused, match="18-09-2026"):
        read_in(cast.finance, content)
    with pytest.raises(IntegrityError, match="budget_payment_import_once"), transaction.atomic():
        PaymentImport.objects.create(
            document=a_document(),
            sha256=found.sha256,
            mapping=found.mapping,
            count=1,
            total=1,
            imported_by=cast.finance,
            imported_at=clock.now(),
        )
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        PaymentImport.objects.update(count=3)


def test_a_payment_that_is_booked_does_not_come_in_with_another_file_either(cast, ordered):
    book(cast.finance, ordered[0])

    with pytest.raises(ImportRefused) as refusal:
        read_in(cast.finance, file_of(*map(line_of, ordered)))

    assert [problem.number for problem in refusal.value.problems] == [2]
    assert LedgerEntry.objects.filter(kind=EntryKind.ADVANCE).count() == 1


def test_the_same_form_twice_books_once(cast, ordered):
    said = {
        "content": file_of(*map(line_of, ordered)),
        "file_name": "C:/map/bank.csv",
        "mapping": package(),
        "by": cast.finance,
        "request_key": uuid.uuid4(),
    }

    assert payment_imports.import_bank(**said) == payment_imports.import_bank(**said)
    assert LedgerEntry.objects.filter(kind=EntryKind.ADVANCE).count() == 2


def test_a_grant_that_shrank_since_the_order_refuses_the_file(cast, ordered):
    payment = ordered[0]
    ledger.book_release(
        payment.decision, [Movement(budget_line(), euros(6_000))], by=cast.finance, document=a_document()
    )

    assert problems_of(cast, file_of(*map(line_of, ordered))) == [2]


def test_a_booked_payment_stands_in_the_ledger_as_it_is(cast, ordered):
    first, second = ordered
    book(cast.finance, first)
    first.refresh_from_db()

    with pytest.raises(IntegrityError, match="something else"), transaction.atomic():
        Payment.objects.filter(pk=second.pk).update(state="booked", entry=first.entry, booked_on=clock.today())
    with pytest.raises(IntegrityError, match="budget_payment_booked_has_entry"), transaction.atomic():
        Payment.objects.filter(pk=second.pk).update(booked_on=clock.today())
    with pytest.raises(IntegrityError, match="is booked"), transaction.atomic():
        Payment.objects.filter(pk=first.pk).update(booked_on=date(2026, 1, 1))


def test_only_the_financial_adviser_without_an_interest_reads_in(cast, ordered):
    content = file_of(*map(line_of, ordered))
    with pytest.raises(StepNotYours):
        read_in(cast.manager, content)
    give_interest(cast.finance, ordered[0].decision)
    with pytest.raises(HasInterest):
        read_in(cast.finance, content)


def test_another_bank_writes_its_own_way(cast, ordered):
    mapping = ImportMapping.objects.create(
        name="Andere bank",
        delimiter="\t",
        encoding="cp1252",
        decimal_sign=".",
        date_format="%Y%m%d",
        paid_is_negative=True,
        reference_column="Réf",
        amount_column="Amount",
        date_column="Date",
    )
    first, second = ordered
    rows = ["Date\tAmount\tNaam\tRéf", f"20260918\t-9,600.00\tX\t{first}", f"20260918\t-4000\tX\t{second}"]

    found = read_in(cast.finance, "\n".join(rows).encode("cp1252"), mapping=mapping)

    assert found.total == euros(13_600)


def test_a_mapping_whose_signs_are_the_same_is_refused(cast):
    with pytest.raises(IntegrityError, match="budget_mapping_signs_differ"), transaction.atomic():
        ImportMapping.objects.filter(pk=package().pk).update(delimiter=",", decimal_sign=",")
