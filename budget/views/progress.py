"""Progress reports: the partner tells how far an activity is, the team judges."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, requires, signed_in
from applications.access import can_edit, proposal_for_partner
from budget.access.books import READERS
from budget.access.obligations import checks_obligations, obligation_for
from budget.domain import progress
from budget.forms.progress import ProgressCheckForm, ProgressForm
from budget.models import Obligation, ProgressReport
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mine(request: AuthedRequest, pk: int, duty: int) -> HttpResponse:
    """Report on an obligation of a grant, and see what the team found of earlier reports."""
    proposal = proposal_for_partner(request.user, pk)
    asked = Obligation.objects.asking_progress().filter(decision__letter__isnull=False)
    obligation = get_object_or_404(asked.select_related("met"), pk=duty, decision__proposal=proposal)
    may_write = can_edit(request.user, proposal)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form = ProgressForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            progress.submit(obligation_id=obligation.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("We received your progress report. You hear from us."))
            return redirect("budget:progress_mine", pk=pk, duty=duty)
    last = progress.last_report(obligation)
    context = {
        "proposal": proposal,
        "obligation": obligation,
        "reports": _reports_of(obligation),
        "form": form,
        "may_write": may_write,
        "is_asked": obligation.check_or_none is None and (last is None or last.check_or_none is not None),
    }
    return render(request, "budget/progress_mine.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*READERS)
def of_team(request: AuthedRequest, pk: int) -> HttpResponse:
    """Read the progress reports on an obligation, and judge the last one."""
    obligation = obligation_for(request.user, pk)
    if request.method == "POST" and not checks_obligations(request.user):
        raise PermissionDenied
    last = progress.last_report(obligation)
    form = ProgressCheckForm(request.POST if request.method == "POST" else None)
    if last is not None and form.is_valid():
        try:
            progress.judge(report_id=last.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is written down what you found of this progress report."))
            return redirect("budget:obligations")
    context = {
        "obligation": obligation,
        "proposal": obligation.decision.proposal,
        "reports": _reports_of(obligation),
        "form": form,
        "may_judge": last is not None and last.check_or_none is None and checks_obligations(request.user),
    }
    return render(request, "budget/progress.html", context, status=422 if form.errors else 200)


def _reports_of(obligation: Obligation) -> list[ProgressReport]:
    return list(obligation.progress_reports.select_related("check_made", "by").order_by("-number"))
