from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, signed_in
from applications.access import proposal_for_partner
from applications.domain import contributions

PER_PAGE = 50


@require_safe
@signed_in
def who_changed(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show who changed what in a proposal, the latest first."""
    proposal = proposal_for_partner(request.user, pk)
    page = Paginator(contributions.of_proposal(proposal), PER_PAGE).get_page(request.GET.get("page"))
    context = {"proposal": proposal, "page_obj": page, "contributions": contributions.read(page.object_list)}
    return render(request, "applications/together/who_changed.html", context)
