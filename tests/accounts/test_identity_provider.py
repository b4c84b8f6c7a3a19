"""Signing in with an identity provider."""

import pytest
from allauth.socialaccount.models import SocialAccount, SocialLogin

from accounts.adapter import SocialAccountAdapter
from accounts.models import User


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": " Noor  de Vries ", "first_name": "N.", "email": "noor@partner.example"}, "Noor de Vries"),
        ({"first_name": "Noor", "last_name": "de Vries", "email": "noor@partner.example"}, "Noor de Vries"),
        ({"name": " ", "first_name": None, "last_name": "de Vries"}, "de Vries"),
        ({"name": None, "email": "noor.devries@partner.example"}, "noor.devries"),
        ({"name": "N" * 130}, "N" * 120),
    ],
)
def test_a_new_person_gets_a_name_from_what_the_provider_tells(rf, claims, name):
    login = SocialLogin(user=User(), account=SocialAccount(provider="municipality", uid="1"))
    adapter = SocialAccountAdapter()
    user = adapter.populate_user(rf.get("/"), login, claims)
    assert user.full_name == name
    assert user.email == claims.get("email", "")
    assert adapter.get_signup_form_initial_data(login)["full_name"] == name


@pytest.mark.django_db
def test_a_person_from_a_provider_can_be_kept(rf):
    login = SocialLogin(user=User(), account=SocialAccount(provider="municipality", uid="1"))
    claims = {"email": "noor@partner.example"}
    user = SocialAccountAdapter().populate_user(rf.get("/"), login, claims)
    user.set_unusable_password()
    user.save()
    assert User.objects.get(email="noor@partner.example").full_name == "noor"
