"""Middleware of accounts."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# What opens without a second factor: setting one up, leaving, changing language, and what is public by law.
OPEN_PATHS = ("/account/", settings.STATIC_URL, "/gezond/", "/taal/", "/toegankelijkheid/", "/privacy/", "/register/")
# Recovery codes are for when one of these is lost, and no second factor by themselves.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorMiddleware:
    """Send a person without a second factor to the page where one is set up (BIO2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _must_set_up(request):
            messages.warning(
                request, _("Set up a second step for signing in first, with an app or a passkey. Then you can go on.")
            )
            return redirect("mfa_index")
        return self.get_response(request)


def _must_set_up(request: HttpRequest) -> bool:
    return (
        settings.SECOND_FACTOR_REQUIRED
        and not request.path.startswith(OPEN_PATHS)
        and request.user.is_authenticated
        and not is_mfa_enabled(request.user, types=SECOND_FACTORS)
    )
