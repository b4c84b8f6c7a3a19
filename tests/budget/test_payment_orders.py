"""Payment orders: what is due goes to the bank once, within what the grant firmly holds."""

import csv
import io
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from django.db import IntegrityError, connection, transaction
from lxml import etree

from accounts.models import Organisation
from budget.domain import ledger, payment_batches, payment_files, payments
from budget.domain.ledger import Movement
from budget.errors import HasInterest, PaymentNotReady, SepaNotConfigured, StepNotYours
from budget.models import Payment, PaymentBatch
from budget.states import BatchState, PaymentState
from budget.states.events import BudgetEvent
from core.domain import clock, documents
from core.errors import RequestKeyReused
from core.models import AuditEntry
from tests.budget.bare import a_document, budget_line
from tests.budget.paying import book, euros, give_interest, grant, order

pytestmark = pytest.mark.django_db

AUTUMN = datetime(2026, 9, 18, 22, 30, tzinfo=UTC)  # Saturday, half past midnight in Hengelo
SCHEMA = Path(sepaxml.__file__).parent / "schemas" / f"{payment_files.SCHEMA}.xsd"
SPACES = {"p": f"urn:iso:std:iso:20022:tech:xsd:{payment_files.SCHEMA}"}


@pytest.fixture(autouse=True)
def autumn():
    with clock.set_to(AUTUMN):
        yield


def sepa_of(batch: PaymentBatch):
    content = documents.read(batch.sepa)
    xmlschema.XMLSchema(str(SCHEMA)).validate(content.decode())
    return etree.fromstring(content)


def texts(tree, path):
    return [element.text for element in tree.iterfind(f".//p:{path}", SPACES)]


def test_an_order_is_a_valid_message_to_the_bank_with_every_payment_on_it(cast, call):
    decisions = [grant(cast, call), grant(cast, call, requested={2026: 4_000, 2025: 999})]
    due = [one.payment for one in payments.due(cast.finance)]

    batch = order(cast.finance, due)

    tree = sepa_of(batch)
    assert texts(tree, "GrpHdr/p:MsgId") == [batch.reference]
    assert texts(tree, "GrpHdr/p:CreDtTm") == ["2026-09-19T00:30:00"]
    assert texts(tree, "GrpHdr/p:NbOfTxs") == ["3"]
    assert texts(tree, "GrpHdr/p:CtrlSum") == ["14599.00"]
    assert texts(tree, "DbtrAcct/p:Id/p:IBAN") == ["NL02ABNA0123456789"]
    assert texts(tree, "ReqdExctnDt/p:Dt") == ["2026-09-21"]  # Monday
    assert sorted(texts(tree, "PmtId/p:EndToEndId")) == sorted(one.reference for one in due)
    assert sorted(map(euros, texts(tree, "InstdAmt"))) == [euros(999), euros(4_000), euros(9_600)]
    assert set(texts(tree, "CdtrAcct/p:Id/p:IBAN")) == {cast.organisation.iban}
    first = decisions[0].payments.get()
    assert f"{decisions[0]} {decisions[0].proposal} {first}" in texts(tree, "RmtInf/p:Ustrd")
    assert (batch.count, batch.total, batch.state) == (3, euros(14_599), BatchState.MADE)
    stated = {"total": "14599.00", "payments": {one.reference: str(one.amount) for one in due}}
    assert batch.sepa.facts == batch.csv.facts == stated


def test_the_finance_package_gets_the_same_payments(cast, call):
    decision = grant(cast, call)

    batch = order(cast.finance, decision.payments.all())

    rows = list(csv.reader(io.StringIO(documents.read(batch.csv).decode("utf-8-sig")), delimiter=";"))
    payment = decision.payments.get()
    assert rows[0] == list(payment_files.CSV_HEADER)
    assert rows[1][:6] == [
        payment.reference,
        decision.reference,
        decision.proposal.reference,
        "Stichting Makersloods",
        "NL91ABNA0417164300",
        "9600,00",
    ]


def test_a_name_can_neither_become_a_formula_nor_break_the_message(cast, call):
    Organisation.objects.filter(pk=cast.organisation.pk).update(name='=HYPERLINK("x") & <Ølé> één "Łódź"; Наука')
    batch = order(cast.finance, grant(cast, call).payments.all())

    assert b"\"'=HYPERLINK" in documents.read(batch.csv)
    (name,) = texts(sepa_of(batch), "Cdtr/p:Nm")
    assert name == "HYPERLINK( x ) Ole een Lodz Nauka"


def test_the_account_is_kept_as_it_was_when_it_was_ordered(cast, call):
    payment = grant(cast, call).payments.get()
    order(cast.finance, [payment])
    Organisation.objects.filter(pk=cast.organisation.pk).update(iban="NL20INGB0001234567", name="Anders")

    payment.refresh_from_db()
    assert (payment.beneficiary_name, payment.beneficiary_iban) == ("Stichting Makersloods", "NL91ABNA0417164300")
    with pytest.raises(IntegrityError, match="account are fixed"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(beneficiary_iban="NL20INGB0001234567")


def test_a_payment_is_never_on_two_orders(cast, call):
    payment = grant(cast, call).payments.get()
    batch = order(cast.finance, [payment])

    with pytest.raises(PaymentNotReady, match=payment.reference):
        order(cast.finance, [payment])
    with pytest.raises(IntegrityError, match="order and its account are fixed"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(batch=None)
    with pytest.raises(IntegrityError, match="does not go from"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(state="planned", batch=None)
    assert list(batch.payments.all()) == [payment]


def test_the_same_form_twice_makes_one_order(cast, call):
    payment, key = grant(cast, call).payments.get(), uuid.uuid4()

    first = payment_batches.order(payment_ids=[payment.pk], by=cast.finance, request_key=key)
    again = payment_batches.order(payment_ids=[payment.pk, payment.pk], by=cast.finance, request_key=key)

    assert first == again
    assert PaymentBatch.objects.count() == 1
    with pytest.raises(RequestKeyReused):
        payment_batches.order(payment_ids=[], by=cast.finance, request_key=key)


def test_what_is_not_due_or_not_there_is_refused_as_a_whole(cast, call):
    good = grant(cast, call).payments.get()
    unsent = grant(cast, call, send_letter=False).payments.get()
    reports = grant(cast, call, requested={2026: 60_000}).payments.get(position=3)
    later = grant(cast, call, requested={2027: 12_000}).payments.get()

    for chosen in ([good, unsent], [good, reports], [good, later], []):
        with pytest.raises(PaymentNotReady):
            order(cast.finance, chosen)
    with pytest.raises(PaymentNotReady):
        payment_batches.order(payment_ids=[good.pk, 0], by=cast.finance, request_key=uuid.uuid4())
    good.refresh_from_db()
    assert good.state == PaymentState.PLANNED


def test_a_conditional_grant_is_planned_and_not_paid(cast, call):
    payment = grant(cast, call, requested={2027: 12_000}).payments.get()

    with clock.set_to(datetime(2027, 2, 1, tzinfo=UTC)), pytest.raises(PaymentNotReady, match="4:34"):
        order(cast.finance, [payment])


def test_no_more_is_ordered_than_the_grant_firmly_holds_less_what_is_on_its_way(cast, call):
    decision = grant(cast, call, requested={2026: 60_000})
    first, second, last = decision.payments.all()
    payments.release_instalment(payment_id=last.pk, by=cast.manager, remark="Tussenrapport")
    order(cast.finance, [first])
    ledger.book_release(decision, [Movement(budget_line(), euros(30_000))], by=cast.finance, document=a_document())

    # 60,000 - 30,000 released - 24,000 on its way leaves 6,000
    with clock.set_to(datetime(2026, 12, 31, tzinfo=UTC)), pytest.raises(PaymentNotReady, match=second.reference):
        order(cast.finance, [second])
    with pytest.raises(PaymentNotReady, match=last.reference):
        order(cast.finance, [last])


def test_a_wrong_account_or_no_name_is_refused(cast, call):
    payment = grant(cast, call).payments.get()

    for wrong in ({"iban": "NL00ABNA0417164300"}, {"iban": ""}, {"name": " "}):
        before = Organisation.objects.filter(pk=cast.organisation.pk)
        kept = before.values("iban", "name").get()
        before.update(**wrong)
        with pytest.raises(PaymentNotReady, match=payment.reference):
            order(cast.finance, [payment])
        before.update(**kept)


@pytest.mark.parametrize(
    "wrong", [{"NAME": ""}, {"IBAN": ""}, {"IBAN": "NL00ABNA0123456789"}, {"BIC": ""}, {"BIC": "GEEN"}]
)
def test_without_the_municipality_s_own_account_no_order_is_made(cast, call, settings, wrong):
    payment = grant(cast, call).payments.get()
    for name, value in wrong.items():
        setattr(settings, f"SEPA_DEBTOR_{name}", value)

    with pytest.raises(SepaNotConfigured):
        order(cast.finance, [payment])
    payment.refresh_from_db()
    assert payment.state == PaymentState.PLANNED


def test_an_order_is_marked_as_sent_once(cast, call):
    batch, key = order(cast.finance, grant(cast, call).payments.all()), uuid.uuid4()

    sent = payment_batches.mark_sent(batch_id=batch.pk, by=cast.finance, request_key=key)
    payment_batches.mark_sent(batch_id=batch.pk, by=cast.finance, request_key=key)

    assert (sent.state, sent.sent_by, sent.payments.get().state) == (BatchState.SENT, cast.finance, PaymentState.SENT)
    assert AuditEntry.objects.about(batch).filter(event=BudgetEvent.PAYMENT_ORDER_SENT).count() == 1
    with pytest.raises(PaymentNotReady):
        payment_batches.mark_sent(batch_id=batch.pk, by=cast.finance, request_key=uuid.uuid4())


def test_what_the_bank_did_not_carry_out_is_planned_again_under_another_reference(cast, call):
    decision = grant(cast, call, requested={2026: 60_000})
    last = payments.release_instalment(payment_id=decision.payments.get(position=3).pk, by=cast.manager, remark="Goed")
    batch = order(cast.finance, [last])

    again = payments.reject(payment_id=last.pk, by=cast.finance, reason="Rekening opgeheven")

    last.refresh_from_db()
    batch.refresh_from_db()
    assert (last.state, last.batch, batch.state) == (PaymentState.CANCELLED, batch, BatchState.DONE)
    assert (again.amount, again.due_on, again.state, again.position) == (last.amount, last.due_on, "planned", 4)
    assert order(cast.finance, [again]) != batch
    with pytest.raises(PaymentNotReady):
        payments.reject(payment_id=last.pk, by=cast.finance, reason="Nog eens")


def test_only_what_is_on_its_way_can_come_back_and_with_a_reason(cast, call):
    payment = grant(cast, call).payments.get()
    with pytest.raises(PaymentNotReady):
        payments.reject(payment_id=payment.pk, by=cast.finance, reason="Zomaar")
    order(cast.finance, [payment])
    with pytest.raises(PaymentNotReady):
        payments.reject(payment_id=payment.pk, by=cast.finance, reason=" ")
    book(cast.finance, payment)
    with pytest.raises(PaymentNotReady):
        payments.reject(payment_id=payment.pk, by=cast.finance, reason="Te laat")


def test_only_the_financial_adviser_without_an_interest_pays(cast, call):
    decision = grant(cast, call)
    payment = decision.payments.get()
    with pytest.raises(StepNotYours):
        order(cast.manager, [payment])
    batch = order(cast.finance, [payment])
    with pytest.raises(StepNotYours):
        payment_batches.mark_sent(batch_id=batch.pk, by=cast.college, request_key=uuid.uuid4())
    with pytest.raises(StepNotYours):
        payments.reject(payment_id=payment.pk, by=cast.manager, reason="Nee")
    give_interest(cast.finance, decision)
    with pytest.raises(HasInterest):
        payment_batches.mark_sent(batch_id=batch.pk, by=cast.finance, request_key=uuid.uuid4())
    with pytest.raises(HasInterest):
        payments.reject(payment_id=payment.pk, by=cast.finance, reason="Nee")
    with pytest.raises(HasInterest):
        order(cast.finance, grant(cast, call).payments.all() | decision.payments.all())


def test_an_order_is_what_its_payments_come_to_and_never_changes(cast, call):
    first, second = grant(cast, call).payments.get(), grant(cast, call).payments.get()
    batch = order(cast.finance, [first])

    with pytest.raises(IntegrityError, match="its payments come to"), transaction.atomic():
        name = {"beneficiary_name": "X", "beneficiary_iban": "NL91ABNA0417164300"}
        Payment.objects.filter(pk=second.pk).update(state="ordered", batch=batch, **name)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for change in ({"total": euros(1)}, {"count": 9}, {"csv": batch.sepa}, {"reference": "BO-1"}):
        with pytest.raises(IntegrityError, match="exported is fixed"), transaction.atomic():
            PaymentBatch.objects.filter(pk=batch.pk).update(**change)


def test_an_ordered_payment_has_an_order_and_an_account(cast, call):
    payment = grant(cast, call).payments.get()
    with pytest.raises(IntegrityError, match="budget_payment_exported_is_whole"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(state="ordered")
