"""The outbox: what follows a change is delivered, once, whatever fails."""

import threading
from datetime import timedelta

import pytest
from celery import current_app
from django.core import mail
from django.db import connection, transaction

from core.domain import clock, documents, outbox
from core.domain import mail as core_mail
from core.models import OutboxMessage
from core.models.outbox import CLAIM_LASTS

TOPIC = "test.topic"


@pytest.fixture
def handled():
    """Register a handler that keeps what it was given, and take it away again."""
    got = []
    outbox.handles(TOPIC)(got.append)
    yield got
    outbox._handlers.pop(TOPIC)


def put(key="one", **payload):
    outbox.put(topic=TOPIC, key=key, payload=payload)


@pytest.mark.django_db
def test_a_message_is_delivered_once(handled):
    put(number=1)
    assert outbox.deliver_due() == 1
    assert outbox.deliver_due() == 0
    assert handled == [{"number": 1}]


@pytest.mark.django_db
def test_the_same_key_twice_is_one_message_with_the_first_content(handled):
    put(number=1)
    put(number=2)
    outbox.deliver_due()
    put(number=3)
    outbox.deliver_due()
    assert handled == [{"number": 1}]


@pytest.mark.django_db
def test_what_is_rolled_back_is_never_delivered(handled):
    with transaction.atomic():
        put()
        transaction.set_rollback(True)
    assert outbox.deliver_due() == 0
    assert handled == []


@pytest.mark.django_db
def test_a_handler_that_fails_is_tried_again_later_and_holds_up_nobody(handled):
    failures = [ConnectionError("down"), ConnectionError("still down")]
    delivered = []

    def unsteady(payload):
        if payload.get("steady") is None and failures:
            raise failures.pop(0)
        delivered.append(payload)

    outbox.handles(TOPIC)(unsteady)
    put("unsteady")
    put("steady", steady=True)
    assert outbox.deliver_due() == 1
    message = OutboxMessage.objects.get(key="unsteady")
    assert message.last_error == "ConnectionError: down"
    assert message.attempts == 1
    assert outbox.deliver_due() == 0, "not at once"
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        assert outbox.deliver_due() == 0
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        assert outbox.deliver_due() == 1
    assert delivered == [{"steady": True}, {}]


@pytest.mark.django_db
def test_the_wait_grows_and_ends_at_an_hour(handled):
    outbox.handles(TOPIC)(lambda payload: 1 / 0)
    put()
    waits = []
    moment = clock.now()
    for _turn in range(12):
        with clock.set_to(moment):
            outbox.deliver_due()
        message = OutboxMessage.objects.get()
        waits.append(message.available_at - moment)
        moment = message.available_at
    assert waits == sorted(waits)
    assert waits[0] < timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=1)


@pytest.mark.django_db
def test_a_topic_that_nobody_handles_stays_and_says_so():
    outbox.put(topic="test.unknown", key="one", payload={})
    assert outbox.deliver_due() == 0
    assert "KeyError" in OutboxMessage.objects.get().last_error


@pytest.mark.django_db
def test_what_a_dead_worker_claimed_comes_back(handled):
    put()
    assert outbox._claim_next() is not None  # and then the worker dies
    assert outbox.deliver_due() == 0
    with clock.set_to(clock.now() + CLAIM_LASTS + timedelta(seconds=1)):
        assert outbox.deliver_due() == 1
    assert len(handled) == 1


@pytest.mark.django_db
def test_no_more_than_the_limit_in_one_turn(handled):
    for number in range(5):
        put(str(number))
    assert outbox.deliver_due(limit=3) == 3
    assert OutboxMessage.objects.filter(done_at=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_stops_nothing(handled, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(current_app, "send_task", refuse)
    with transaction.atomic():
        put()
    assert outbox.deliver_due() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_after_the_commit_and_not_before(handled, monkeypatch):
    woken = []
    monkeypatch.setattr(current_app, "send_task", lambda *args, **kwargs: woken.append(args))
    with transaction.atomic():
        put()
        assert woken == []
    assert woken == [("core.tasks.empty_outbox",)]


@pytest.mark.django_db(transaction=True)
def test_eight_workers_deliver_each_message_once(handled, monkeypatch):
    monkeypatch.setattr(current_app, "send_task", lambda *args, **kwargs: None)
    for number in range(40):
        put(str(number), number=number)

    def work():
        try:
            outbox.deliver_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(payload["number"] for payload in handled) == list(range(40))


@pytest.mark.django_db
def test_mail_goes_out_with_its_documents_and_no_header_can_be_smuggled_in():
    document = documents.store(kind="test", title="Brief", file_name="brief.pdf", content=b"%PDF-1.7", facts={})
    outbox.put(
        topic=core_mail.TOPIC,
        key="one",
        payload={"to": "a@test.example", "subject": "Dag", "body": "Tekst", "documents": [str(document.pk)]},
    )
    outbox.handles(core_mail.TOPIC)(core_mail.send)
    assert outbox.deliver_due() == 1
    assert mail.outbox[0].to == ["a@test.example"]
    assert mail.outbox[0].attachments[0].filename == "brief.pdf"
