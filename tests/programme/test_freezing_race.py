"""Freezing the criteria while somebody else writes in them: the hash is of what is kept."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from programme.domain import criteria, frame
from programme.models import CriteriaVersion, Criterion

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10


@pytest.fixture
def version():
    frame.load(frame.read())
    return CriteriaVersion.objects.get()


def in_a_thread(act):
    """Start `act` in a thread with a connection of its own; return the thread and where its error will stand."""
    errors = []

    def run():
        try:
            act()
        except DatabaseError as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, errors


def wait_until_somebody_waits():
    for _turn in range(PATIENCE * 100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return True
        threading.Event().wait(0.01)
    return False


def test_freezing_waits_for_a_change_and_covers_it(version):
    with transaction.atomic():
        Criterion.objects.filter(code="lokaal").update(meaning="Op het laatste moment")
        thread, errors = in_a_thread(lambda: criteria.freeze(CriteriaVersion.objects.get(), by=None))
        assert wait_until_somebody_waits(), errors
    thread.join(PATIENCE)
    assert errors == []
    version.refresh_from_db()
    assert version.content_sha256 == criteria.content_sha256(version)


def test_a_change_waits_for_freezing_and_is_refused(version):
    with transaction.atomic():
        criteria.freeze(version, by=None)
        thread, errors = in_a_thread(lambda: Criterion.objects.filter(code="lokaal").update(meaning="Te laat"))
        assert wait_until_somebody_waits(), errors
    thread.join(PATIENCE)
    assert isinstance(errors[0], DatabaseError)
    assert version.content_sha256 == criteria.content_sha256(version)


def test_without_the_lock_the_hash_would_miss_a_change(version):
    """The control: with the trigger as it was first, a change slips in beside the freezing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('programme_criteria_are_frozen'::regproc)")
        guarded = cursor.fetchone()[0]
        cursor.execute(guarded.replace("FOR NO KEY UPDATE", ""))
    try:
        with transaction.atomic():
            criteria.freeze(version, by=None)
            thread, errors = in_a_thread(lambda: Criterion.objects.filter(code="lokaal").update(meaning="Te laat"))
            thread.join(PATIENCE)
        assert errors == []
        assert version.content_sha256 != criteria.content_sha256(version)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(guarded)
