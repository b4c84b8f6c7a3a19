"""Filters of the list under a name: a question that can be shared, never an answer."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assessment.domain import declarations, saved_filters
from assessment.errors import FilterNotSaved
from assessment.models import SavedFilter
from core.domain import clock
from core.models import AuditEntry
from tests.applications.road import submitted_proposal
from tests.assessment import road

KNOWN = ("q", "state", "line", "o")


def save(user, name="Leven", query="line=leven", **over):
    values = {"is_shared": False, "is_default": False, **over}
    return saved_filters.save(by=user, name=name, query=query, known=KNOWN, **values)


def test_a_filter_is_kept_with_what_was_understood_and_nothing_else(cast, call, client_of):
    client = client_of(cast.manager)
    address = "/team/voorstellen/filters/bewaren/?line=leven&state=bogus&evil=1&page=3&columns=title,x,advised"
    answer = client.post(address, {"name": "  Mijn   lijn ", "is_shared": "on"})
    kept = SavedFilter.objects.get()
    assert (kept.owner, kept.name, kept.query) == (cast.manager, "Mijn lijn", "line=leven&columns=title,advised")
    assert (kept.is_shared, kept.is_default) == (True, False)
    assert answer.url == f"/team/voorstellen/?{kept.query}"
    assert AuditEntry.objects.get(event="assessment.filter_saved").actor == cast.manager


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [(" ", "line=leven", "name"), ("Leven", "line=leven", "name"), ("x", "", None), ("x", "evil=1", None),
     ("x", f"q={'x' * 1000}", None)],
)  # fmt: skip
def test_what_is_no_filter_is_not_kept(name, query, field, cast):
    save(cast.manager)
    with pytest.raises(FilterNotSaved) as refused:
        save(cast.manager, name, query)
    assert refused.value.field == field
    assert SavedFilter.objects.count() == 1


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(cast, call, client_of):
    save(cast.manager, "Dubbel")
    answer = client_of(cast.manager).post("/team/voorstellen/filters/bewaren/?q=x", {"name": "Dubbel"})
    assert answer.status_code == 422
    assert 'value="Dubbel"' in answer.content.decode()


def test_there_is_an_end_to_how_many_one_person_keeps(cast):
    for number in range(saved_filters.MOST):
        save(cast.manager, str(number))
    with pytest.raises(FilterNotSaved):
        save(cast.manager, "one more")
    save(cast.finance, "somebody else's")


def test_one_filter_opens_the_list_and_the_latest_choice_counts(cast, call, client_of):
    first = save(cast.manager, "First", "q=first", is_default=True)
    second = save(cast.manager, "Second", "q=second", is_default=True)
    save(cast.finance, "Of finance", "q=finance", is_default=True, is_shared=True)
    assert list(SavedFilter.objects.filter(owner=cast.manager, is_default=True)) == [second]
    client = client_of(cast.manager)
    assert client.get("/team/voorstellen/").url == "/team/voorstellen/?q=second"
    assert client.get("/team/voorstellen/?q=").status_code == 200  # “clear filters” shows everything
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.filter(pk=first.pk).update(is_default=True)


def test_a_filter_without_a_name_or_a_question_can_not_be_in_the_database(cast):
    for wrong in ({"name": ""}, {"query": ""}):
        values = {"name": "x", "query": "q=x", "owner": cast.manager, "saved_at": clock.now(), **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedFilter.objects.create(**values)


def test_a_shared_filter_shows_each_what_that_person_may_know(cast, call, client_of):
    proposal = road.assigned_proposal(cast, call, title="Kanarieplein")
    submitted_proposal(cast, call, title="Kanariewijk", line="wonen")
    save(cast.manager, "Kanaries", "q=kanarie", is_shared=True)
    save(cast.manager, "Alleen van mij", "q=x")
    declarations.declare(proposal_id=proposal.pk, person=cast.finance, has_interest=True, explanation="Bestuurslid")
    counts = {}
    for person in (cast.manager, cast.finance, cast.lead, cast.assessor1):
        answer = client_of(person).get("/team/voorstellen/filters/")
        counts[person.full_name] = {row["filter"].name: row["count"] for row in answer.context["rows"]}
        shown = client_of(person).get("/team/voorstellen/?q=kanarie")
        assert shown.context["count"] == counts[person.full_name]["Kanaries"]
    assert counts == {
        "Manager": {"Kanaries": 2, "Alleen van mij": 0},
        "Finance": {"Kanaries": 1},
        "Lead": {"Kanaries": 1},
        "Assessor1": {"Kanaries": 2},
    }


def test_only_the_owner_changes_or_removes(cast, client_of):
    kept = save(cast.manager, is_shared=True)
    for person in (cast.finance, cast.lead):
        client = client_of(person)
        assert client.get(f"/team/voorstellen/filters/{kept.pk}/").status_code == 404
        assert client.post(f"/team/voorstellen/filters/{kept.pk}/", {"name": "Mine"}).status_code == 404
        assert client.post(f"/team/voorstellen/filters/{kept.pk}/verwijderen/").status_code == 404
    assert client_of(cast.partner).get(f"/team/voorstellen/filters/{kept.pk}/").status_code == 403
    client = client_of(cast.manager)
    assert client.post(f"/team/voorstellen/filters/{kept.pk}/", {"name": "Anders"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.name, kept.is_shared, kept.query) == ("Anders", False, "line=leven")
    client.post(f"/team/voorstellen/filters/{kept.pk}/verwijderen/")
    assert not SavedFilter.objects.exists()
    assert AuditEntry.objects.filter(event="assessment.filter_removed").count() == 1


def test_a_filter_whose_call_is_gone_still_opens(cast, call, client_of):
    saved_filters.save(by=cast.manager, name="Oud", query="call=999", known=("call",), is_shared=False, is_default=True)
    client = client_of(cast.manager)
    assert client.get("/team/voorstellen/", follow=True).status_code == 200
    assert client.get("/team/voorstellen/filters/").status_code == 200


def test_counting_many_filters_is_one_query(cast, call, client_of):
    submitted_proposal(cast, call)
    numbers = []
    for round_ in range(2):
        for number in range(1 + 5 * round_):
            save(cast.manager, f"{round_}-{number}", "line=leven")
        client = client_of(cast.manager)
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/team/voorstellen/filters/").status_code == 200
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 12
