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
