"""A second factor for everyone, where it is required."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages

pytestmark = pytest.mark.django_db


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.mark.parametrize("path", ["/start/", "/criteria/", "/mijn/organisatie/nieuw/", "/beheer/", "/bestaat-niet/"])
def test_without_one_every_page_leads_to_setting_one_up(required, cast, client_of, path):
    response = client_of(cast.admin).get(path)
    assert (response.status_code, response.url) == (302, "/account/2fa/")
    assert len(list(get_messages(response.wsgi_request))) == 1


def test_a_form_that_is_sent_without_one_does_nothing(required, cast, client_of):
    response = client_of(cast.talent).post("/mijn/organisatie/nieuw/", {})
    assert response.url == "/account/2fa/"


@pytest.mark.ignore_template_errors  # allauth's own page asks for what isn't set up yet
@pytest.mark.parametrize("path", ["/account/2fa/", "/account/logout/", "/gezond/", "/toegankelijkheid/", "/privacy/"])
def test_setting_one_up_leaving_and_public_pages_stay_open(required, cast, client_of, path):
    assert client_of(cast.partner).get(path).status_code == 200


def test_with_one_everything_opens(required, cast, client_of):
    Authenticator.objects.create(user=cast.partner, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client_of(cast.partner).get("/criteria/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(required, cast, client_of):
    Authenticator.objects.create(user=cast.partner, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    assert client_of(cast.partner).get("/criteria/").status_code == 302


def test_visitors_are_not_asked(required, frame, client):
    assert client.get("/criteria/").status_code == 200


def test_where_it_is_not_required_nobody_is_asked(settings, cast, client_of):
    settings.SECOND_FACTOR_REQUIRED = False
    assert client_of(cast.partner).get("/criteria/").status_code == 200


def test_the_administration_has_no_sign_in_page_of_its_own(client, cast):
    response = client.get("/beheer/login/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/account/login/")
