"""Pages of the site itself: accessibility, privacy, health."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/toegankelijkheid/", "/privacy/"])
def test_everybody_reads_the_page_and_finds_an_address(client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert "@hengelo.example" in page.content.decode()
    assert page.content.decode().count("<h1") == 1


def test_the_footer_leads_to_both(client):
    page = client.get("/privacy/").content.decode()
    assert 'href="/toegankelijkheid/"' in page
    assert 'href="/privacy/"' in page


def test_accessibility_claims_no_examination_that_nobody_did(client):
    client.cookies["django_language"] = "en"
    page = client.get("/toegankelijkheid/").content.decode()
    assert "We judged the site ourselves" in page
    assert "What we have not tested yet" in page


def test_health_answers_without_a_sign_in_and_is_not_kept(client):
    response = client.get("/gezond/")
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/toegankelijkheid/", "/privacy/", "/gezond/", "/criteria/"])
def test_reading_pages_take_no_posts(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/mijn/", "/team/", "/college/", "/raad/", "/"])
def test_nobody_keeps_a_page_of_a_person_who_signed_in(cast, client_of, path):
    for person in (cast.partner, cast.manager, cast.college):
        assert "no-store" in client_of(person).get(path)["Cache-Control"]


def test_what_everybody_may_read_may_be_kept(client, frame):
    assert not client.get("/criteria/").has_header("Cache-Control")
