"""Grants on condition that the council makes enough money available, and the four weeks after it adopted a budget."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from budget.access.books import READERS
from budget.access.conditions import invokes_conditions
from budget.domain import conditions as verbs
from budget.domain.conditions import Condition
from budget.forms.conditions import InvokeForm
from core.errors import DomainError


@require_safe
@requires(*READERS)
def conditions(request: AuthedRequest) -> HttpResponse:
    """Show every conditional grant by year: until when the condition can be invoked, and what became of it."""
    context = {
        "years": verbs.of_years(reader=request.user),
        "may_invoke": invokes_conditions(request.user),
        "invoke_weeks": verbs.INVOKE_WEEKS,
    }
    return render(request, "budget/conditions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.COLLEGE)
def condition_invoke(request: AuthedRequest, reference: str, year: int) -> HttpResponse:
    """Invoke the condition of a grant for a year, with the reason that the partner reads."""
    found = _condition_for(request, reference, year)
    if request.method != "POST":
        return _page(request, found, InvokeForm())
    form = InvokeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        verbs.invoke(
            decision_id=found.decision.pk,
            year=year,
            by=request.user,
            reason=form.cleaned_data["reason"],
            request_key=form.cleaned_data["request_key"],
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, _condition_for(request, reference, year), form)
    messages.success(request, _("The condition is invoked. The letter to the partner is on its way."))
    return redirect("budget:conditions")


def _condition_for(request: AuthedRequest, reference: str, year: int) -> Condition:
    """Return a conditional grant that the person may see; of a proposal of one's own interest: 404."""
    known = [one for group in verbs.of_years(reader=request.user) if group.year == year for one in group.conditions]
    found = next((one for one in known if one.decision.reference == reference), None)
    if found is None:
        raise Http404
    return found


def _page(request: AuthedRequest, found: Condition, form: InvokeForm) -> HttpResponse:
    context = {"condition": found, "form": form}
    return render(request, "budget/condition_invoke.html", context, status=422 if form.errors else 200)
