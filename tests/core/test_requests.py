"""Requests that are carried out once: a repeat gets the answer of the first."""

import threading
import uuid

import pytest
from django.db import connection, transaction

from core.domain import requests
from core.errors import RequestKeyReused
from core.models import HandledRequest

BODY = {"amount": "25.00", "line": 3}


def take(key, actor, *, purpose="test", body=None):
    return requests.take(key=key, actor=actor, purpose=purpose, body=body or BODY)


@pytest.fixture
def person(django_user_model, db):
    return django_user_model.objects.create_user("een@test.example", None, full_name="Een")


def test_a_repeat_gets_the_answer_that_was_given(person):
    key = uuid.uuid4()
    request, is_new = take(key, person)
    assert is_new
    requests.answer(request, reference="TF-2026-0001")
    again, is_new = take(key, person, body=dict(reversed(BODY.items())))
    assert not is_new
    assert again.answer == {"reference": "TF-2026-0001"}
    assert HandledRequest.objects.count() == 1


@pytest.mark.parametrize("over", [{"body": {"amount": "26.00"}}, {"purpose": "other"}])
def test_the_same_key_for_something_else_is_refused(person, over):
    key = uuid.uuid4()
    requests.answer(take(key, person)[0], done=True)
    with pytest.raises(RequestKeyReused):
        take(key, person, **over)


def test_the_key_of_somebody_else_is_refused(person, django_user_model):
    key = uuid.uuid4()
    requests.answer(take(key, person)[0], reference="secret")
    other = django_user_model.objects.create_user("twee@test.example", None, full_name="Twee")
    with pytest.raises(RequestKeyReused):
        take(key, other)


def test_what_is_rolled_back_may_be_tried_again(person):
    key = uuid.uuid4()
    with transaction.atomic():
        take(key, person)
        transaction.set_rollback(True)
    assert take(key, person)[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_commits", [True, False])
def test_the_second_waits_for_the_first(person, first_commits):
    """After a commit the second finds the answer; after a rollback it is the first."""
    key, second_may_start, outcome = uuid.uuid4(), threading.Event(), []

    def second():
        second_may_start.wait(10)
        try:
            with transaction.atomic():
                request, is_new = take(key, person)
                outcome.append((is_new, request.answer))
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        request, _is_new = take(key, person)
        second_may_start.set()
        thread.join(0.5)
        assert outcome == [], "the second may not go on while the first is busy"
        requests.answer(request, number=1)
        transaction.set_rollback(not first_commits)
    thread.join(10)
    assert outcome == [(False, {"number": 1}) if first_commits else (True, None)]


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_one_carries_it_out(person):
    key, carried_out, start = uuid.uuid4(), [], threading.Barrier(16)

    def click():
        start.wait(10)
        try:
            with transaction.atomic():
                request, is_new = take(key, person)
                if is_new:
                    carried_out.append(1)
                    requests.answer(request, number=1)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert carried_out == [1]
