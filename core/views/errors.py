from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the session ran out before a form was sent, and how to go on."""
    return render(request, "csrf_failure.html", status=403)
