"""The desk: where who works with the money sees what waits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS
from budget.domain import desk as work


@require_safe
@requires(*READERS)
def desk(request: AuthedRequest) -> HttpResponse:
    """Show every kind of work about money, with how much of it waits."""
    return render(request, "budget/desk.html", {"stages": work.of(request.user)})
