"""Adopting and freezing criteria while somebody else writes in them: the hash is of what is kept."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from core.errors import DomainError
from programme.domain import criteria, criteria_versions
from programme.domain.criteria_rules import CriterionSaid
from programme.errors import CriteriaChanged
from programme.models import CriteriaVersion, CriterionAnchor
from tests.programme.versions import a_decision, a_draft, adopt

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10


@pytest.fixture
def draft(cast):
    return a_draft(cast.manager, threshold_percentage=65)


def in_a_thread(act):
    """Start `act` in a thread with a connection of its own; return the thread and where its error will stand."""
    errors = []

    def run():
        try:
            act()
        except (DatabaseError, DomainError) as error:
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


def anchor_of(draft):
    return CriterionAnchor.objects.filter(criterion__version=draft, criterion__code="lokaal", points=3)


TOUCHED = {
    "a criterion": lambda draft, text: draft.criteria.filter(code="lokaal").update(meaning=text),
    "an anchor": lambda draft, text: anchor_of(draft).update(text=text),
}


@pytest.mark.parametrize("touched", TOUCHED)
def test_adopting_waits_for_a_change_and_then_refuses_what_nobody_looked_at(cast, draft, touched):
    decision, seen = a_decision(), criteria.content_sha256(draft)
    with transaction.atomic():
        TOUCHED[touched](draft, "Op het laatste moment")
        thread, errors = in_a_thread(lambda: adopt(draft, cast.manager, document=decision, seen=seen))
        assert wait_until_somebody_waits(), errors
    thread.join(PATIENCE)
    assert isinstance(errors[0], CriteriaChanged)
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize("touched", TOUCHED)
def test_a_change_waits_for_adopting_and_is_refused(cast, draft, touched):
    with transaction.atomic():
        adopt(draft, cast.manager)
        thread, errors = in_a_thread(lambda: TOUCHED[touched](draft, "Te laat"))
        assert wait_until_somebody_waits(), errors
    thread.join(PATIENCE)
    assert isinstance(errors[0], DatabaseError)
    draft.refresh_from_db()
    assert draft.content_sha256 == criteria.content_sha256(draft)


def test_an_anchor_that_is_added_while_somebody_gives_the_first_score_is_refused(cast, draft):
    """A version without anchors, so that there is room for one."""
    CriterionAnchor.objects.filter(criterion__version=draft).delete()
    adopted = adopt(draft, cast.manager)
    lokaal = adopted.criteria.get(code="lokaal")
    with transaction.atomic():
        criteria.freeze(adopted, by=None)
        thread, errors = in_a_thread(lambda: CriterionAnchor.objects.create(criterion=lokaal, points=3, text="Te laat"))
        assert wait_until_somebody_waits(), errors
    thread.join(PATIENCE)
    assert isinstance(errors[0], DatabaseError)
    assert "in use" in str(errors[0])
    assert adopted.content_sha256 == criteria.content_sha256(adopted)


def test_without_the_lock_the_hash_would_miss_a_change(cast, draft):
    """The control: without the lock of the trigger a change slips in beside the adoption."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('programme_criteria_are_frozen'::regproc)")
        guarded = cursor.fetchone()[0]
        cursor.execute(guarded.replace("FOR NO KEY UPDATE", ""))
    try:
        with transaction.atomic():
            adopt(draft, cast.manager)
            thread, errors = in_a_thread(lambda: TOUCHED["an anchor"](draft, "Te laat"))
            thread.join(PATIENCE)
        assert errors == []
        draft.refresh_from_db()
        assert draft.content_sha256 != criteria.content_sha256(draft)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(guarded)


def write(draft, by, seen, meaning):
    lokaal = draft.criteria.get(code="lokaal")
    content = criteria.criterion_of(lokaal)
    anchors = {anchor["points"]: anchor["text"] for anchor in content["anchors"]}
    names = [name for name in CriterionSaid.__dataclass_fields__ if name != "anchors"]
    said = CriterionSaid(**{**{name: content[name] for name in names}, "meaning": meaning}, anchors=anchors)
    criteria_versions.write_criterion(criterion_id=lokaal.pk, by=by, said=said, seen=seen)


def test_of_two_tabs_that_save_at_once_one_is_told(cast, draft):
    seen = criteria.sha256_of(criteria.criterion_of(draft.criteria.get(code="lokaal")))
    with transaction.atomic():
        write(draft, cast.manager, seen, "De eerste")
        thread, errors = in_a_thread(lambda: write(draft, cast.manager, seen, "De tweede"))
        assert wait_until_somebody_waits(), errors
    thread.join(PATIENCE)
    assert [type(error) for error in errors] == [CriteriaChanged]
    assert draft.criteria.get(code="lokaal").meaning == "De eerste"


def test_without_the_lock_the_second_tab_would_overwrite_in_silence(cast, draft, monkeypatch):
    """The control: with a verb that only looks, both tabs believe that they are the first."""
    monkeypatch.setattr(criteria_versions, "lock_version", lambda pk: CriteriaVersion.objects.get(pk=pk))
    seen = criteria.sha256_of(criteria.criterion_of(draft.criteria.get(code="lokaal")))
    with transaction.atomic():
        write(draft, cast.manager, seen, "De eerste")
        thread, errors = in_a_thread(lambda: write(draft, cast.manager, seen, "De tweede"))
        assert wait_until_somebody_waits(), errors
    thread.join(PATIENCE)
    assert errors == []
    assert draft.criteria.get(code="lokaal").meaning == "De tweede"
