"""Who comes in: signed-in people, the roles that a page is for, and the door to an organisation."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.models import Organisation, User
from accounts.states import Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class AuthedRequest(HttpRequest):
    """A request of a person who has signed in."""

    user: User


AuthedView = Callable[Concatenate[AuthedRequest, P], HttpResponseBase]


def signed_in(view: AuthedView[P]) -> View[P]:
    """Let only signed-in people in; others go to the sign-in page and come back."""
    return login_required(cast("View[P]", view))


def requires(*roles: Role) -> Callable[[AuthedView[P]], View[P]]:
    """Let only people in who hold one of the roles; signed-in others get 403."""

    def decorate(view: AuthedView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: AuthedRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.holds(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return signed_in(cast("AuthedView[P]", guarded))

    return decorate


def organisation_for(user: User, pk: int) -> Organisation:
    """Return an organisation that the person acts for; for everybody else it does not exist (404)."""
    return get_object_or_404(Organisation.objects.of_member(user), pk=pk)
