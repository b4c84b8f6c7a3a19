"""The end of a year: what is left on each line, and the carry-over for the council."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS
from budget.access.council import enters_council_decisions
from budget.domain import year_end as verbs
from budget.domain.year_end import YearEnd
from budget.errors import MoreThanFree
from budget.forms.year_end import CarryOverForm
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*READERS)
def year_end(request: AuthedRequest, year: int) -> HttpResponse:
    """Show how a year ends, and draft the carry-over for the council."""
    ends = verbs.of_year(year)
    if ends is None:
        raise Http404
    if request.method == "POST" and not enters_council_decisions(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, ends, CarryOverForm(ends=ends))
    form = CarryOverForm(request.POST, ends=ends)
    if not form.is_valid():
        return _page(request, ends, form)
    try:
        key = form.cleaned_data["request_key"]
        made = verbs.draft_carry_over(year=year, amounts=form.amounts, by=request.user, request_key=key)
    except MoreThanFree as error:
        form.refuse(error)
        return _page(request, ends, form)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, ends, form)
    messages.success(request, _("The carry-over is drafted. It is booked once the council decided on it."))
    return redirect(made)


def _page(request: AuthedRequest, ends: YearEnd, form: CarryOverForm) -> HttpResponse:
    context = {
        "ends": ends,
        "form": form,
        "years": verbs.years(),
        "may_draft": enters_council_decisions(request.user),
    }
    return render(request, "budget/year_end.html", context, status=422 if form.errors else 200)
