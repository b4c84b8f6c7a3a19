"""Registering: from the form, by way of the mail, to an organisation of one's own."""

import re

import pytest
from django.core import mail
from django.test import Client

import accounts.tasks  # noqa: F401  (registers what empties the outbox)
from accounts.models import Organisation, User
from core.domain import outbox
from core.models import AuditEntry, OutboxMessage

pytestmark = pytest.mark.django_db
PASSWORD = "een-lange-zin-van-drie-woorden"


def sign_up(client, **over):
    form = {"full_name": "Noor  de Vries ", "email": "Noor@partner.example", "password1": PASSWORD, **over}
    return client.post("/account/signup/", form)


def confirmation_path():
    outbox.deliver_due()
    return re.search(r"https?://[^/]+(/account/confirm-email/\S+)", mail.outbox[-1].body).group(1)


def test_a_partner_registers_confirms_and_makes_an_organisation(client):
    response = sign_up(client)
    assert response.status_code == 302
    assert response.url == "/account/confirm-email/"
    user = User.objects.get(email="noor@partner.example")
    assert (user.email, user.full_name) == ("noor@partner.example", "Noor de Vries")
    assert AuditEntry.objects.get(event="person.registered").actor == user
    assert client.get("/start/").status_code == 302, "not signed in before the address is confirmed"

    path = confirmation_path()
    assert mail.outbox[-1].to == ["noor@partner.example"]
    assert client.get(path).status_code == 200, "opening the link alone confirms nothing: mail scanners open links"
    assert client.post(path).url == "/start/"
    assert client.get("/start/").url == "/mijn/organisatie/nieuw/"

    page = client.get("/mijn/organisatie/nieuw/")
    assert page.status_code == 200
    response = client.post(
        "/mijn/organisatie/nieuw/",
        {"name": "Maakhuis", "kind": "onderneming", "kvk_number": "2345.67 81", "iban": "NL91ABNA0417164300"},
    )
    assert response.url == "/start/"
    assert Organisation.objects.latest("pk").kvk_number == "23456781"


def test_without_confirming_nobody_signs_in(client):
    sign_up(client)
    other = Client()
    response = other.post("/account/login/", {"login": "noor@partner.example", "password": PASSWORD})
    assert response.url == "/account/confirm-email/"
    assert "_auth_user_id" not in other.session


def test_the_mail_waits_in_the_outbox_and_is_wiped_once_sent(client):
    sign_up(client)
    assert mail.outbox == []
    message = OutboxMessage.objects.get(topic="accounts.mail")
    assert "confirm-email" in message.payload["body"]
    outbox.deliver_due()
    message.refresh_from_db()
    assert message.done_at is not None
    assert "body" not in message.payload, "a link that opens an account isn't kept"
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_down_neither_stops_the_page_nor_loses_the_mail(client, settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_signup.DownBackend"
    assert sign_up(client).status_code == 302
    assert outbox.deliver_due() == 0
    message = OutboxMessage.objects.get(topic="accounts.mail")
    assert message.done_at is None
    assert "ConnectionRefusedError" in message.last_error


class DownBackend:
    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_an_account_mail_that_was_sent_before_is_not_sent_again(client):
    sign_up(client)
    outbox.deliver_due()
    OutboxMessage.objects.update(done_at=None, claimed_at=None)
    assert outbox.deliver_due() == 1
    assert len(mail.outbox) == 1


def test_an_address_that_is_known_gets_another_mail_and_the_page_tells_nobody(client, cast):
    first = sign_up(client)
    second = sign_up(Client(), email=cast.partner.email.upper())
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert User.objects.filter(email=cast.partner.email).count() == 1
    outbox.deliver_due()
    assert [message.to for message in mail.outbox] == [["noor@partner.example"], [cast.partner.email]]
    assert "/account/password/reset/" in mail.outbox[1].body


@pytest.mark.parametrize("typed", ["", "   ", "\u200b" * 200, "x" * 121])
def test_a_person_needs_a_name(client, typed):
    response = sign_up(client, full_name=typed)
    assert response.status_code == 200
    assert response.context["form"].errors["full_name"]
    assert not User.objects.filter(email="noor@partner.example").exists()


@pytest.mark.parametrize("password", ["kort", "111111111111", "noor@partner.example"])
def test_a_weak_password_is_refused(client, password):
    response = sign_up(client, password1=password)
    assert response.status_code == 200
    assert response.context["form"].errors["password1"]
    assert not User.objects.filter(email="noor@partner.example").exists()


def test_mail_is_in_the_language_of_the_page(client):
    client.cookies["django_language"] = "en"
    sign_up(client)
    assert User.objects.get(email="noor@partner.example").language == "en"
    outbox.deliver_due()
    assert mail.outbox[0].subject == "Confirm your e-mail address"
    assert "Kind regards," in mail.outbox[0].body


def test_a_forgotten_password_is_replaced_by_a_link(client, cast):
    client.post("/account/password/reset/", {"email": cast.partner.email})
    outbox.deliver_due()
    path = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", mail.outbox[0].body).group(1)
    page = client.get(path, follow=True)
    form = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(page.request["PATH_INFO"], form).status_code == 302
    cast.partner.refresh_from_db()
    assert cast.partner.check_password(PASSWORD)


def test_the_form_can_be_used_only_so_often_from_one_address(client):
    statuses = [sign_up(client, email=f"n{number}@partner.example", full_name="").status_code for number in range(25)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_an_address_that_is_too_long_is_refused_instead_of_cut_off(client):
    response = sign_up(client, email="x" * 250 + "@b.nl")
    assert response.status_code == 200
    assert "email" in response.context["form"].errors
    assert not User.objects.exclude(email__endswith="@test.example").exists()
