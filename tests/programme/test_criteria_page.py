"""The public page of the criteria."""

import pytest

from programme.models import CriteriaVersion
from tests.programme.versions import a_draft, an_adopted

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


def text(client):
    response = client.get("/criteria/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def every_criterion(**said):
    codes = CriteriaVersion.objects.in_force().criteria.values_list("code", flat=True)
    return dict.fromkeys(codes, said)


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


def test_everybody_reads_what_each_number_of_points_means(frame, english):
    page = text(english)
    assert page.count("What the points mean for") == 6
    assert "Het is niet duidelijk wat er gebeurt, wanneer en door wie." in page


def test_what_is_not_settled_is_said_to_be_unconfirmed(cast, english):
    page = text(english)
    assert page.count("Elaboration and conditions: to be confirmed by Hengelo.") == 6
    assert page.count("Not yet confirmed by Hengelo") == 6
    assert "Not everything is confirmed by Hengelo yet" in page
    an_adopted(cast.manager, confirmed=True, criteria=every_criterion(elaboration="Zo bedoelen we het", confirmed=True))
    page = text(english)
    assert page.count("Zo bedoelen we het") == 6
    assert page.count("Conditions: to be confirmed by Hengelo.") == 6
    assert "has not settled the scale" not in page
    assert "Not yet confirmed by Hengelo" not in page
    assert "Not everything is confirmed by Hengelo yet" not in page


def test_the_rule_comes_from_the_data(cast, english):
    an_adopted(cast.manager, threshold_percentage=55, minimum_points=2, assessor_count=3, discuss_from_spread=1)
    page = text(english)
    assert "at least 55% of the points and more than 2" in page
    assert "3 assessors each give" in page
    assert "1 point or more apart" in page


def test_a_draft_is_not_shown(cast, english):
    a_draft(cast.manager, threshold_percentage=55)
    assert "at least 70% of the points" in text(english)


def test_without_criteria_the_page_says_so(blank, english):
    assert "has not published the criteria yet" in text(english)


def test_the_page_costs_few_queries(frame, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get("/criteria/")


def test_text_of_a_version_is_shown_as_text(cast, client):
    an_adopted(cast.manager, criteria=every_criterion(elaboration="<script>alert(1)</script>"))
    assert "<script>alert" not in text(client)
