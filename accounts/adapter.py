"""How allauth behaves here: everybody has a name, mail goes through the outbox."""

import uuid
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils import translation

from accounts.domain import mail, people
from accounts.forms import SignupForm
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Registering and mail the way of this application."""

    def save_user(self, request: HttpRequest, user: User, form: SignupForm, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """Save a person who registers, with the name given and the language of the page."""
        user.full_name = form.cleaned_data["full_name"]
        user.language = _supported(translation.get_language())
        super().save_user(request, user, form, commit=False)
        return people.register(user=user, by=None) if commit else user

    def clean_email(self, email: str) -> str:
        """Refuse an address that we can't keep whole: allauth would cut it off."""
        MaxLengthValidator(User._meta.get_field("email").max_length)(email)
        return str(super().clean_email(email))

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Queue a message: a mail server that is down holds up nobody, and no message is lost."""
        person = context.get("user")
        language = translation.override(person.language) if isinstance(person, User) else nullcontext()
        with language:
            full_context = {"request": self.request, "email": email, "site_url": settings.SITE_URL, **context}
            message: EmailMessage = self.render_mail(template_prefix, email, full_context)
        mail.queue(key=str(uuid.uuid4()), to=email, subject=str(message.subject), body=str(message.body))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Signing in with an identity provider the way of this application."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Mapping[str, Any]) -> User:
        """Give a new person the name and the language that belong with the account."""
        user: User = super().populate_user(request, sociallogin, data)
        user.full_name = _name_from(data)[: User._meta.get_field("full_name").max_length]
        user.language = _supported(translation.get_language())
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """Fill in the name, for when the person has to add something before the account is made."""
        initial: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        return {**initial, "full_name": sociallogin.user.full_name}


def _name_from(claims: Mapping[str, Any]) -> str:
    """Return what a provider calls somebody; without a name it is the part of the e-mail address before the @."""
    parts = (claims.get("first_name"), claims.get("last_name"))
    address = str(claims.get("email") or "")
    found = (claims.get("name"), " ".join(filter(None, parts)), address.partition("@")[0])
    return next(filter(None, (" ".join(str(name or "").split()) for name in found)), "")


def _supported(language: str | None) -> str:
    """Return a language that the site speaks, for the active one."""
    code = (language or "").partition("-")[0]
    return code if code in dict(settings.LANGUAGES) else "nl"
