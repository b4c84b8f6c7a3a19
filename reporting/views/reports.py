"""Asking for a report, following it while it is made, and reading it."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, requires
from budget.models import BudgetLine
from core.domain import clock
from core.errors import DomainError
from core.views.documents import hand_over
from reporting.access import MAKERS, READERS, report_for
from reporting.domain import layout, reports
from reporting.forms import ReportForm
from reporting.models import Report
from reporting.states import AT_WORK, ReportState, ReportStep


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*MAKERS)
def request_report(request: AuthedRequest) -> HttpResponse:
    """Ask for a report."""
    years = list(BudgetLine.objects.order_by("year").values_list("year", flat=True).distinct())
    today = clock.today()
    initial = {"cut_off_on": today, "year": today.year}
    form = ReportForm(request.POST if request.method == "POST" else None, years=years, initial=initial)
    if form.is_valid():
        try:
            made = reports.request(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(made)
    return render(request, "reporting/request.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*READERS)
def report(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show a report: how far it is, or what it says. A POST makes one that failed again."""
    found = report_for(request.user, reference)
    if request.method == "POST":
        if not request.user.holds(*MAKERS):
            raise PermissionDenied
        try:
            reports.retry(report_id=found.pk, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(found)
    return render(request, "reporting/report.html", _context(request, found))


@require_safe
@requires(*READERS)
def progress(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the part of the page that tells how far a report is, for a page that asks for it each second."""
    found = report_for(request.user, reference)
    if "HX-Request" not in request.headers:
        return redirect(found)
    return render(request, "reporting/progress.html", _context(request, found, is_fragment=True))


@require_safe
@requires(*READERS)
def pdf(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the stored PDF to a reader, and write down who read it."""
    found = report_for(request.user, reference)
    if found.document is None:
        raise Http404
    response = hand_over(request, found.document, as_attachment=False)
    if response.status_code == HTTPStatus.OK:
        reports.note_opened(found, found.document, by=request.user)
    response["Cache-Control"] = "private, no-cache"
    return response


def _context(request: AuthedRequest, found: Report, *, is_fragment: bool = False) -> dict[str, object]:
    ready = found.state == ReportState.READY
    return {
        "report": found,
        "is_fragment": is_fragment,
        "at_work": found.state in AT_WORK,
        "is_ready": ready,
        "has_failed": found.state == ReportState.FAILED,
        "step": ReportStep(found.step).label if found.step else "",
        "may_retry": request.user.holds(*MAKERS),
        "provisional": layout.is_provisional(found),
        "shown": _shown(found) if ready and not is_fragment else None,
    }


def _shown(found: Report) -> dict[str, object]:
    return layout.context(
        found, figures=found.figures, ledger_head=found.ledger_head, moment=found.requested_at, purpose="final"
    )
