"""The front page: what the fund is for, and what is free."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.models import Call
from core.domain import clock
from programme.models import CriteriaVersion
from reporting.domain import overview


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show what one can get a contribution for, how much is free this year, and how it goes."""
    moment = clock.now()
    calls = list(Call.objects.open_at(moment).prefetch_related("lines"))
    version = CriteriaVersion.objects.prefetch_related("criteria").in_force()
    context = {
        "state": overview.state_at(moment),
        "calls": calls,
        "weeks": calls[0].decision_weeks if calls else Call._meta.get_field("decision_weeks").default,
        "criteria": list(version.criteria.all()) if version else [],
        "moment": moment,
    }
    return render(request, "reporting/front.html", context)
