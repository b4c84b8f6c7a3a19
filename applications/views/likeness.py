from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, signed_in
from applications.domain import duplicates
from applications.domain.duplicates import Likeness
from applications.domain.search import tidy


@require_safe
@signed_in
def likeness(request: AuthedRequest) -> HttpResponse:
    """Point out own proposals with nearly the title that is being typed. A fragment of the page to start on."""
    title, chosen = tidy(request.GET.get("title", "")), request.GET.get("organisation", "")
    found: list[Likeness] = []
    if title and chosen.isascii() and chosen.isdigit():
        found = duplicates.own(user=request.user, organisation_id=int(chosen[:18]), title=title)
    return render(request, "applications/duplicates/own_list.html", {"found": found})
