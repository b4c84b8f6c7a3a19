"""The controller's pages: every line and year, and every movement on it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS, may_open_files
from budget.domain import books, reserve
from budget.models import BudgetLine
from core.domain import clock

PAGE_SIZE = 50


@require_safe
@requires(*READERS)
def overview(request: AuthedRequest) -> HttpResponse:
    """Show what is budgeted, reserved, granted, realised and free, by line and year."""
    moment = books.moment_of(clock.today())
    rows = books.line_years(moment)
    whole = books.sum_of(rows)
    context = {
        "by_line": books.by_line(rows),
        "by_year": books.by_year(rows),
        "whole": whole,
        "stand": reserve.stand_at(moment, whole),
        "moment": moment,
    }
    return render(request, "budget/overview.html", context)


@require_safe
@requires(*READERS)
def line(request: AuthedRequest, line: str, year: int) -> HttpResponse:
    """Show every movement on one line and year, from the council's decision to the partner."""
    budget_line = get_object_or_404(BudgetLine.objects.select_related("line"), line__code=line, year=year)
    entries = budget_line.entries.with_origin().select_related("actor", "document").order_by("-sequence")
    context = {
        "budget_line": budget_line,
        "columns": books.line_year(budget_line).columns,
        "page_obj": Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_open_files": may_open_files(request.user),
    }
    return render(request, "budget/line.html", context)
