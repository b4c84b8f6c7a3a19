"""The college reads a list and approves it, or gives it back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from budget.access.books import may_open_files
from budget.access.lists import college_list_for, may_approve
from budget.domain import decision_lists as verbs
from budget.domain import history
from budget.errors import ListChanged
from budget.forms.lists import ApproveForm, ReturnForm
from budget.models import DecisionList
from budget.states import ListState
from budget.views.pages import LIST_KINDS, list_context
from core.errors import DomainError

PAGE_SIZE = 25


@require_safe
@requires(Role.COLLEGE)
def college(request: AuthedRequest) -> HttpResponse:
    """Show what waits for the college, and what it approved before."""
    lists = DecisionList.objects.for_overview()
    approved = Paginator(lists.filter(state=ListState.APPROVED), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "waiting": list(lists.filter(state=ListState.PROPOSED).order_by("meeting_on", "pk")),
        "page_obj": approved,
        "kinds": LIST_KINDS,
    }
    return render(request, "budget/college.html", context)


@require_safe
@requires(Role.COLLEGE)
def college_list(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show a list with everything that the college needs to decide."""
    return _page(request, college_list_for(request.user, reference))


@require_POST
@requires(Role.COLLEGE)
def approve(request: AuthedRequest, reference: str) -> HttpResponse:
    """Approve a list as the page showed it."""
    found = college_list_for(request.user, reference)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _page(request, found, error=_("Something on this page was not complete. Look again and approve."))
    version = form.cleaned_data["version"]
    try:
        verbs.approve(list_id=found.pk, version=version, by=request.user, request_key=form.cleaned_data["request_key"])
    except ListChanged as error:
        now = college_list_for(request.user, reference)
        return _page(request, now, error=str(error), changes=history.since(now, version, reader=request.user))
    except DomainError as error:
        return _page(request, college_list_for(request.user, reference), error=str(error))
    messages.success(request, _("The list is approved. The letters are on their way."))
    return redirect("budget:college_list", reference)


@require_POST
@requires(Role.COLLEGE)
def give_back(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give a list back with a reason."""
    found = college_list_for(request.user, reference)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, found, return_form=form, status=422)
    try:
        verbs.give_back(list_id=found.pk, by=request.user, reason=form.cleaned_data["reason"])
    except DomainError as error:
        return _page(request, college_list_for(request.user, reference), return_form=form, error=str(error))
    messages.success(request, _("List %(list)s is back with the financial adviser.") % {"list": found})
    return redirect("budget:college")


def _page(
    request: AuthedRequest,
    found: DecisionList,
    *,
    return_form: ReturnForm | None = None,
    error: str = "",
    changes: list[history.Happening] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        **list_context(found, found.decisions.for_college().with_interest_of(request.user).order_by("position", "pk")),
        "may_open_files": may_open_files(request.user),
        "may_approve": may_approve(request.user, found),
        "approve_form": ApproveForm(initial={"version": found.version}),
        "form": return_form or ReturnForm(),
        "error": error,
        "changes": changes or [],
    }
    return render(request, "budget/college_list.html", context, status=409 if error else status)
