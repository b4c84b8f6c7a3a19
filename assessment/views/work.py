from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.states import Role
from assessment.access import team_only
from assessment.domain.work import desk_for


@require_safe
@signed_in
def work(request: AuthedRequest) -> HttpResponse:
    """Show what waits for the person at the screen, and what of it is late."""
    team_only(request.user)
    desk = desk_for(request.user)
    context = {
        "desk": desk,
        "due": [pile for pile in (desk.late, desk.soon) if pile.count],
        "may_record_outage": request.user.holds(Role.PROGRAMME_MANAGER),
    }
    return render(request, "assessment/work.html", context)
