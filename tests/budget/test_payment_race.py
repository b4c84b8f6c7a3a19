"""Two people order the same payment at once: it goes to the bank once. The control shows that the lock does it."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from django.db import connection, transaction

from budget.domain import payment_batches, payment_imports
from budget.errors import ImportRefused, PaymentNotReady
from budget.models import LedgerEntry, Payment, PaymentBatch
from budget.states import EntryKind
from tests.budget.paying import file_of, grant, line_of, order, package

pytestmark = pytest.mark.django_db(transaction=True)


def twice_at_once(work):
    """Run `work()` in two threads that start together; return what each said, True or False."""
    barrier = Barrier(2)

    def thread(_number):
        barrier.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(thread, range(2)))


def test_a_payment_that_two_people_order_at_once_goes_to_the_bank_once(cast, call):
    payment = grant(cast, call).payments.get()

    def order_it():
        try:
            order(cast.finance, [payment])
        except PaymentNotReady:
            return False
        return True

    assert twice_at_once(order_it) == [False, True]
    assert PaymentBatch.objects.count() == 1


def test_control_without_the_lock_both_find_it_planned(cast, call):
    payment = grant(cast, call).payments.get()

    def look_then_act():
        with transaction.atomic():
            is_planned = Payment.objects.get(pk=payment.pk).state == "planned"
            sleep(0.1)  # between look and act the other looks too: what the lock makes impossible
            return is_planned

    assert twice_at_once(look_then_act) == [True, True]


def test_the_same_request_from_two_windows_makes_one_order(cast, call):
    payment, key = grant(cast, call).payments.get(), uuid.uuid4()

    def send():
        return payment_batches.order(payment_ids=[payment.pk], by=cast.finance, request_key=key).reference

    first, second = twice_at_once(send)

    assert first == second


def test_a_file_that_two_people_read_in_at_once_is_booked_once(cast, call):
    payment = grant(cast, call).payments.get()
    order(cast.finance, [payment])
    content = file_of(line_of(payment))

    def read():
        try:
            payment_imports.import_bank(
                content=content, file_name="b.csv", mapping=package(), by=cast.finance, request_key=uuid.uuid4()
            )
        except ImportRefused:
            return False
        return True

    assert twice_at_once(read) == [False, True]
    assert LedgerEntry.objects.filter(kind=EntryKind.ADVANCE).count() == 1
