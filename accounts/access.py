"""Who comes in: signed-in people, and the roles that a page is for."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.states import Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class AuthedRequest(HttpRequest):
    """A request of a person who has signed in."""

    user: User


AuthedView = Callable[Concatenate[AuthedRequest, P], HttpResponse]


def signed_in(view: AuthedView[P]) -> View[P]:
    """Let only signed-in people in; others go to the sign-in page and come back."""
    return cast("View[P]", login_required(cast("View[P]", view)))


def requires(*roles: Role) -> Callable[[AuthedView[P]], View[P]]:
    """Let only people in who hold one of the roles; signed-in others get 403."""

    def decorate(view: AuthedView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: AuthedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.holds(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return decorate
