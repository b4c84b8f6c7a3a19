"""Asking for a PDF of a report, following it while it is made, stopping it, trying again, and reading it."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import AuthedRequest, requires
from core.errors import DomainError
from core.models import Document
from core.views.documents import hand_over
from reporting.access.reports import MAKERS, READERS, rendering_for, report_for
from reporting.domain import renderings, reports
from reporting.models import Report
from reporting.states import Purpose
from reporting.views.report_context import progress_context


@require_safe
@requires(*READERS)
def progress(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the part of the page that tells how far a PDF is, for a page that asks for it each second."""
    found = report_for(request.user, reference)
    if "HX-Request" not in request.headers:
        return redirect(found)
    return render(request, "reporting/progress.html", progress_context(request, found, is_fragment=True))


@require_POST
@requires(*MAKERS)
def concept(request: AuthedRequest, reference: str) -> HttpResponse:
    """Have a concept made of a report as it is now."""
    found = report_for(request.user, reference)
    return _done(request, found, lambda: renderings.queue(found, purpose=Purpose.CONCEPT, by=request.user))


@require_POST
@requires(*MAKERS)
def cancel(request: AuthedRequest, reference: str, pk: int) -> HttpResponse:
    """Stop a PDF that waits or is being made."""
    found = rendering_for(request.user, reference, pk)
    return _done(request, found.report, lambda: renderings.cancel(rendering_id=found.pk, by=request.user))


@require_POST
@requires(*MAKERS)
def retry(request: AuthedRequest, reference: str, pk: int) -> HttpResponse:
    """Have a PDF made again that failed or was stopped."""
    found = rendering_for(request.user, reference, pk)
    return _done(request, found.report, lambda: renderings.retry(rendering_id=found.pk, by=request.user))


@require_safe
@requires(*READERS)
def pdf(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the final PDF to a reader, and write down who read it."""
    found = report_for(request.user, reference)
    return _hand_over(request, found, found.final_document)


@require_safe
@requires(*READERS)
def version(request: AuthedRequest, reference: str, pk: int) -> HttpResponse:
    """Give one PDF of a report to a reader, a concept to its makers alone, and write down who read it."""
    found = rendering_for(request.user, reference, pk)
    return _hand_over(request, found.report, found.document)


def _done(request: AuthedRequest, found: Report, verb: Callable[[], object]) -> HttpResponse:
    try:
        verb()
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(found)


def _hand_over(request: AuthedRequest, found: Report, document: Document | None) -> HttpResponse:
    if document is None:
        raise Http404
    response = hand_over(request, document, as_attachment=False)
    if response.status_code == HTTPStatus.OK:
        reports.note_opened(found, document, by=request.user)
    response["Cache-Control"] = "private, no-cache"
    return response
