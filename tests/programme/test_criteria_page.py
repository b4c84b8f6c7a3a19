"""The public page of the criteria."""

import pytest

from programme.models import CriteriaVersion, Criterion

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


def text(client):
    response = client.get("/criteria/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_everybody_reads_criteria_scale_rule_and_results(frame, english):
    page = text(english)
    for letter in "TALENT":
        assert f'aria-hidden="true">{letter}</div>' in page
    assert "Verbindt talent met de samenleving" in page
    assert "Draagt sterk bij" in page
    assert "at least 70% of the points and more than 1" in page
    assert "2 assessors" in page
    assert "Passend, duurzaam en nabij vervoer" in page
    assert page.count("tf-card--line") == 5


def test_what_is_not_settled_is_said_to_be_unconfirmed(frame, english):
    assert text(english).count("Elaboration and conditions: to be confirmed by Hengelo.") == 6
    Criterion.objects.update(elaboration="Zo bedoelen we het", conditions="")
    CriteriaVersion.objects.update(confirmed=True)
    page = text(english)
    assert page.count("Zo bedoelen we het") == 6
    assert page.count("Conditions: to be confirmed by Hengelo.") == 6
    assert "has not settled the scale" not in page


def test_the_rule_comes_from_the_data(frame, english):
    CriteriaVersion.objects.update(threshold_percentage=55, minimum_points=2, assessor_count=1, discuss_from_spread=1)
    page = text(english)
    assert "at least 55% of the points and more than 2" in page
    assert "1 assessor gives" in page
    assert "1 point or more apart" in page


def test_without_criteria_the_page_says_so(blank, english):
    assert "has not published the criteria yet" in text(english)


def test_the_page_costs_few_queries(frame, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get("/criteria/")


def test_text_from_the_administration_is_shown_as_text(frame, client):
    Criterion.objects.update(elaboration="<script>alert(1)</script>")
    assert "<script>alert" not in text(client)
