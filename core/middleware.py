"""Middleware of the core."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.domain import audit


class AuditOriginMiddleware:
    """Tell the audit trail which address a request came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.origin.set(request.META.get("REMOTE_ADDR", ""))
        try:
            return self.get_response(request)
        finally:
            audit.origin.reset(token)


class PrivatePagesMiddleware:
    """Let no browser or proxy keep what a signed-in person was shown: whoever sits down next must not find it.

    A view that says itself how its page may be kept, keeps its word.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # In this order: who asks is not looked up for what may be kept by everybody.
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response
