"""The college reads a list and approves it, or gives it back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import AuthedRequest, requires, signed_in
from accounts.models import User
from accounts.states import Role
from budget.access.books import may_open_files
from budget.access.lists import college_list_for, college_proposal_for, may_approve, prepared_it, was_given_back_by
from budget.domain import abstentions, conditions, history
from budget.domain import decision_lists as verbs
from budget.errors import ListChanged
from budget.forms.lists import AbstainForm, ApproveForm, ReturnForm
from budget.models import DecisionList
from budget.states import ListState
from budget.views.pages import LIST_KINDS, list_context
from core.errors import DomainError
from core.views.documents import hand_over

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
        "conditions": len(conditions.waiting(reader=request.user)),
    }
    return render(request, "budget/college.html", context)


@require_safe
@requires(Role.COLLEGE)
def college_list(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show a list with everything that the college needs to decide."""
    return _page(request, college_list_for(request.user, reference))


@require_safe
@signed_in
def college_proposal(request: AuthedRequest, reference: str, proposal: str) -> HttpResponse:
    """Give the paper on which the college decides on a proposal that stands on a list."""
    made = college_proposal_for(request.user, reference, proposal)
    return hand_over(request, made.document, as_attachment=False)


@require_POST
@requires(Role.COLLEGE)
def approve(request: AuthedRequest, reference: str) -> HttpResponse:
    """Approve a list as the page showed it."""
    found = college_list_for(request.user, reference)
    form = ApproveForm(request.POST, decision_list=found)
    if not form.is_valid():
        if form.lacks_page:
            return _page(request, found, error=_("Something on this page was not complete. Look again and approve."))
        return _page(request, found, approve_form=form, status=422)
    version = form.cleaned_data["version"]
    try:
        verbs.approve(list_id=found.pk, by=request.user, **form.cleaned_data)
    except ListChanged as error:
        return _stale(request, reference, version, str(error))
    except DomainError as error:
        return _page(request, college_list_for(request.user, reference), error=str(error))
    messages.success(request, _("The list is approved. The letters are on their way."))
    return redirect("budget:college_list", reference)


@require_POST
@requires(Role.COLLEGE)
def give_back(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give a list back with a reason. Sending the form twice gives it back once."""
    done = _("List %(list)s is back with the financial adviser.") % {"list": reference}
    if was_given_back_by(request.user, reference):
        messages.info(request, done)
        return redirect("budget:college")
    found = college_list_for(request.user, reference)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, found, return_form=form, status=422)
    version = form.cleaned_data["version"]
    try:
        verbs.give_back(list_id=found.pk, by=request.user, **form.cleaned_data)
    except ListChanged as error:
        return _stale(request, reference, version, str(error), return_form=_again(form, reference))
    except DomainError as error:
        return _page(request, college_list_for(request.user, reference), return_form=form, error=str(error))
    messages.success(request, done)
    return redirect("budget:college")


@require_POST
@requires(Role.COLLEGE)
def abstain(request: AuthedRequest, reference: str) -> HttpResponse:
    """Write down that a member takes no part in a proposal on the list."""
    found = college_list_for(request.user, reference)
    form = _abstain_form(request, found, request.POST)
    if not form.is_valid():
        return _page(request, found, abstain_form=form, status=422)
    try:
        abstentions.record(list_id=found.pk, by=request.user, **form.said)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, college_list_for(request.user, reference), abstain_form=form, status=409)
    messages.success(request, _("The abstention is written down."))
    return redirect("budget:college_list", reference)


def _again(form: ReturnForm, reference: str) -> ReturnForm:
    """Keep what was typed, with the version of the list as it is now."""
    version = DecisionList.objects.get(reference=reference).version
    return ReturnForm(initial={"reason": form.cleaned_data["reason"], "version": version})


def _abstain_form(request: AuthedRequest, found: DecisionList, data: QueryDict | None = None) -> AbstainForm:
    decisions = list(found.decisions.select_related("proposal").with_interest_of(request.user).order_by("position"))
    return AbstainForm(
        data,
        decisions=[one for one in decisions if not one.has_interest],
        hides_some=any(one.has_interest for one in decisions),
        members=User.objects.filter(role_holdings__role=Role.COLLEGE, is_active=True).distinct(),
        initial={"member": request.user.pk},
        prefix="abstain",
    )


def _stale(
    request: AuthedRequest, reference: str, version: int, error: str, *, return_form: ReturnForm | None = None
) -> HttpResponse:
    now = college_list_for(request.user, reference)
    changes = history.since(now, version, reader=request.user)
    return _page(request, now, error=error, changes=changes, return_form=return_form)


def _page(
    request: AuthedRequest,
    found: DecisionList,
    *,
    approve_form: ApproveForm | None = None,
    return_form: ReturnForm | None = None,
    abstain_form: AbstainForm | None = None,
    error: str = "",
    changes: list[history.Happening] | None = None,
    status: int = 200,
) -> HttpResponse:
    is_proposed = found.state == ListState.PROPOSED
    new = ApproveForm(initial=ApproveForm.initial_of(found), decision_list=found)
    context: dict[str, Any] = {
        **list_context(found, found.decisions.for_college().with_interest_of(request.user).order_by("position", "pk")),
        "may_open_files": may_open_files(request.user),
        "may_approve": may_approve(request.user, found),
        "prepared_it": prepared_it(request.user, found),
        "approve_form": approve_form or new,
        "return_form": return_form or ReturnForm(initial={"version": found.version}),
        "abstain_form": abstain_form or (_abstain_form(request, found) if is_proposed else None),
        # Base marks the title of a page whose form was refused.
        "form": next((form for form in (approve_form, return_form, abstain_form) if form is not None), None),
        "error": error,
        "changes": changes or [],
    }
    return render(request, "budget/college_list.html", context, status=409 if error else status)
