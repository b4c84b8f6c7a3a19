"""The pages on which work is divided."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from applications.domain import shut_files
from assessment.models import AssessorCapacity, Assignment
from core.domain import clock
from tests.applications.road import complete_proposal
from tests.assessment import road

PAGE = reverse("assessment:assigning")
PLAN = reverse("assessment:assigning_plan")


def asked(cast, **over):
    people = [cast.assessor1.pk, cast.assessor2.pk, cast.assessor3.pk]
    due_on = f"{clock.today() + timedelta(days=20):%d-%m-%Y}"
    return {"line": "alle", "assessors": people, "way": "evenly", "due_on": due_on, **over}


def hidden(page):
    """Return the hidden fields of the form that carries a plan out."""
    names = ("fingerprint", "request_key")
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in names}


def test_the_page_shows_what_misses_assessors_and_how_much_work_everybody_has(cast, call, client_of):
    fresh = complete_proposal(cast, call, title="Nog niemand")
    road.assigned_proposal(cast, call, title="Al gevraagd")
    page = client_of(cast.manager).get(PAGE).content.decode()
    assert page.index("Nog niemand") < page.index("Al gevraagd")
    assert reverse("assessment:assign", args=[fresh.reference]) in page
    assert "Assessor3" in page
    assert reverse("assessment:capacity", args=[cast.assessor1.pk]) in page
    assert (
        reverse("assessment:capacity", args=[cast.assessor1.pk]) not in client_of(cast.lead).get(PAGE).content.decode()
    )


def test_a_plan_is_shown_first_and_then_carried_out_once(cast, call, client_of):
    proposals = [complete_proposal(cast, call, title=f"Plan {number}") for number in range(2)]
    client = client_of(cast.manager)
    answer = client.get(PLAN, asked(cast))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not Assignment.objects.exists()
    assert all(proposal.title in page for proposal in proposals)
    url = f"{PLAN}?{answer.request['QUERY_STRING']}"
    for _press in range(2):
        assert client.post(url, hidden(page)).status_code == 302
    assert Assignment.objects.count() == 4


def test_a_plan_that_is_out_of_date_comes_back_as_it_is_now(cast, call, client_of):
    proposal = complete_proposal(cast, call)
    client = client_of(cast.manager)
    answer = client.get(PLAN, asked(cast))
    url = f"{PLAN}?{answer.request['QUERY_STRING']}"
    shut_files.shut(proposal=proposal, person=cast.assessor1)
    again = client.post(url, hidden(answer.content.decode()))
    assert again.status_code == 422
    assert not Assignment.objects.exists()
    assert client.post(url, hidden(again.content.decode())).status_code == 302
    assert set(proposal.assignments.values_list("assessor", flat=True)) == {cast.assessor2.pk, cast.assessor3.pk}


@pytest.mark.parametrize(
    "wrong",
    [
        {"assessors": []},
        {"way": "eerlijk"},
        {"due_on": "01-01-2020"},
        {"due_on": ""},
        {"line": "nergens"},
        {"line": ""},
        {"assessors": ["x"]},
    ],
)
def test_what_can_not_be_divided_is_asked_again(cast, call, client_of, wrong):
    complete_proposal(cast, call)
    assert client_of(cast.manager).get(PLAN, asked(cast, **wrong)).status_code == 422


def test_a_press_without_the_plan_assigns_nothing(cast, call, client_of):
    complete_proposal(cast, call)
    client = client_of(cast.manager)
    url = f"{PLAN}?{client.get(PLAN, asked(cast)).request['QUERY_STRING']}"
    assert client.post(url, {}).status_code == 422
    assert not Assignment.objects.exists()


def test_an_assessor_says_what_is_bearable(cast, client_of):
    url = reverse("assessment:capacity", args=[cast.assessor1.pk])
    client = client_of(cast.assessor1)
    assert client.get(url).status_code == 200
    typed = {"open_files": "4", "away_from": "24-12-2099", "away_until": "01-01-2100"}
    assert client.post(url, typed).url == reverse("assessment:work")
    kept = AssessorCapacity.objects.get()
    assert (kept.assessor, kept.open_files, kept.set_by) == (cast.assessor1, 4, cast.assessor1)
    for wrong in ({"open_files": ""}, {"open_files": "100"}, {**typed, "away_until": ""}, {"open_files": "veel"}):
        assert client.post(url, wrong).status_code == 422


def test_the_number_of_queries_does_not_grow_with_the_list(cast, call, client_of, django_assert_max_num_queries):
    client = client_of(cast.manager)
    counted = []
    for _turn in range(2):
        with django_assert_max_num_queries(30) as captured:
            assert client.get(PAGE).status_code == 200
        counted.append(len(captured))
        for _number in range(4):
            road.assigned_proposal(cast, call)
        complete_proposal(cast, call)
    with django_assert_max_num_queries(30) as captured:
        client.get(PAGE)
    # The first page had nothing to show; from one row on the number stays the same.
    assert len(captured) == counted[1]


def test_the_plan_asks_a_fixed_number_of_queries(cast, call, client_of, django_assert_max_num_queries):
    client = client_of(cast.manager)
    counted = []
    for _turn in range(2):
        for _number in range(3):
            complete_proposal(cast, call)
        with django_assert_max_num_queries(30) as captured:
            client.get(PLAN, asked(cast))
        counted.append(len(captured))
    assert counted[0] == counted[1]
