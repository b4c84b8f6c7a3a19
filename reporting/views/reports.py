"""Asking for a report, and its page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, requires
from budget.models import BudgetLine
from core.domain import clock
from core.errors import DomainError
from reporting.access.reports import MAKERS, READERS, report_for
from reporting.domain import reports
from reporting.forms import ReportForm
from reporting.views.report_context import page_context


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


@require_safe
@requires(*READERS)
def report(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show a report: what it says, and its PDF or how far that is."""
    found = report_for(request.user, reference)
    return render(request, "reporting/report.html", page_context(request, found))
