"""The council's first page: the state of the programme on one screen."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, requires
from core.domain import clock
from reporting.access import MAKERS, READERS
from reporting.domain import overview
from reporting.models import Report

REPORTS_ON_A_PAGE = 20


@require_safe
@requires(*READERS)
def council(request: AuthedRequest) -> HttpResponse:
    """Show the reserve, the columns of every line and year, and the reports."""
    moment = clock.now()
    reports = Paginator(Report.objects.visible_to(request.user).for_list(), REPORTS_ON_A_PAGE)
    context = {
        "programme": overview.programme_at(moment),
        "page_obj": reports.get_page(request.GET.get("page")),
        "may_request": request.user.holds(*MAKERS),
        "moment": moment,
    }
    return render(request, "reporting/council.html", context)
