from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, signed_in
from applications.models import Proposal
from assessment.access import listed_for, team_only
from assessment.filters import ProposalFilter
from core.domain import money
from programme.models import Line

PER_PAGE = 50


@require_safe
@signed_in
def proposals(request: AuthedRequest) -> HttpResponse:
    """List the proposals that the person may know of, filtered and sorted, with count and sum for each line."""
    team_only(request.user)
    filtered = ProposalFilter(request.GET, queryset=listed_for(request.user).order_by("-submitted_at", "-pk"))
    by_line = totals_by_line(filtered.qs)
    page = Paginator(filtered.qs, PER_PAGE)
    page.count = sum(row["number"] for row in by_line)
    context = {
        "filter_form": filtered.form,
        "page_obj": page.get_page(request.GET.get("page")),
        "by_line": by_line,
        "count": page.count,
        "requested_total": money.total(row["requested"] for row in by_line),
        "is_filtered": any(value for key, value in request.GET.items() if key not in {"o", "page"}),
    }
    return render(request, "assessment/proposals.html", context)


def totals_by_line(found: QuerySet[Proposal]) -> list[dict[str, Any]]:
    """Return for each line how many proposals were found and what they ask together, in euros: one query."""
    rows = (
        found.order_by()
        .values("line__code", "line__name", "line__position")
        .annotate(number=Count("pk"), requested=Sum("requested_total"))
        .order_by("line__position")
    )
    return [
        {
            "line": Line(code=row["line__code"], name=row["line__name"]),
            "number": row["number"],
            "requested": row["requested"] or money.ZERO,
        }
        for row in rows
    ]
