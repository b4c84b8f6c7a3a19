from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.models import User
from applications.domain.search import Readable, find, hits, tidy
from applications.models import Proposal
from assessment.access import files_open_to, proposals_known_to

PER_PAGE = 20


@require_safe
@signed_in
def search(request: AuthedRequest) -> HttpResponse:
    """Search the proposals that a person may read, as a partner and as a member of the team."""
    text = tidy(request.GET.get("q", ""))
    context: dict[str, Any] = {"text": text, "page_obj": None, "hits": [], "beginnings": False}
    if text:
        context |= _found(request.user, text, request.GET.get("page"))
    return render(request, "assessment/search.html", context)


def _found(user: User, text: str, number: str | None) -> dict[str, Any]:
    """Return the page of results; when no proposal has the words, those with words that begin like them."""
    readable = Readable(Proposal.objects.of_partner(user), files_open_to(user), proposals_known_to(user))
    page: Page[Proposal] = Paginator(find(text, readable), PER_PAGE).get_page(number)
    beginnings = not page.paginator.count
    if beginnings:
        page = Paginator(find(text, readable, beginnings=True), PER_PAGE).get_page(number)
    found = hits(list(page), text, readable, beginnings=beginnings)
    return {"page_obj": page, "hits": found, "beginnings": beginnings}
