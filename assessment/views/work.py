from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.states import Role
from applications.domain import deadlines
from assessment.access import team_only
from assessment.domain.work import piles_for


@require_safe
@signed_in
def work(request: AuthedRequest) -> HttpResponse:
    """Show what waits for the person at the screen."""
    team_only(request.user)
    piles = piles_for(request.user)
    to_do = [pile for pile in piles if pile.code != "wait"]
    context = {
        "piles": [pile for pile in piles if pile.count],
        "to_do_count": sum(pile.count for pile in to_do),
        "deadlines": deadlines.warnings_for_team(request.user),
        "may_record_outage": request.user.holds(Role.PROGRAMME_MANAGER),
    }
    return render(request, "assessment/work.html", context)
