"""The council's first page, the state of the programme on one screen, and the page of each programme line."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, requires
from budget.domain import pictures
from budget.domain.pictures import LineYears
from core.domain import clock
from programme.domain import indicators
from programme.models import Line
from reporting.access.council import activities_for
from reporting.access.reports import MAKERS, READERS
from reporting.domain import council_state, indicator_chart, walk
from reporting.models import Report

REPORTS_ON_A_PAGE = 10
ACTIVITIES_OF_A_LINE = 10


@require_safe
@requires(*READERS)
def council(request: AuthedRequest) -> HttpResponse:
    """Show the reserve, every line and year, the activities in numbers, and the reports."""
    moment = clock.now()
    reports = Paginator(Report.objects.visible_to(request.user).for_list(), REPORTS_ON_A_PAGE)
    context = {
        "programme": council_state.now(moment),
        "tiles": council_state.tiles(indicators.at(moment)),
        "page_obj": reports.get_page(request.GET.get("page")),
        "may_request": request.user.holds(*MAKERS),
        "moment": moment,
    }
    return render(request, "reporting/council.html", context)


@require_safe
@requires(*READERS)
def line(request: AuthedRequest, code: str) -> HttpResponse:
    """Show one programme line: what the council wants of it, what stands in each year, and its activities."""
    found = get_object_or_404(Line.objects.prefetch_related("desired_results"), code=code)
    moment, state = clock.now(), council_state.line_now(found)
    activities = list(walk.for_list(activities_for(request.user).filter(line=found))[:ACTIVITIES_OF_A_LINE])
    context = {
        "state": state,
        "line": found,
        "moment": moment,
        "rows": walk.rows(activities, moment),
        "figures": indicator_chart.figures(one for one in indicators.at(moment) if one.line == code),
        "pictures": pictures.of_lines([LineYears(found.name, found.code, state.years)], chart_id="line"),
    }
    return render(request, "reporting/council/line.html", context)


@require_safe
@requires(*READERS)
def council_indicators(request: AuthedRequest) -> HttpResponse:
    """Show every indicator with its chart and its table."""
    moment = clock.now()
    context = {"figures": indicator_chart.figures(indicators.at(moment)), "moment": moment}
    return render(request, "reporting/council/indicators.html", context)
