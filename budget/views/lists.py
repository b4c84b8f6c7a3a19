"""Decision lists, for who prepares them."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from assessment.access import known_proposal
from budget.access.books import READERS, may_open_files
from budget.access.lists import (
    decision_list_for,
    decision_to_prepare,
    list_of_proposal,
    list_to_prepare,
    may_change_list,
    prepares_lists,
    waiting_for,
)
from budget.access.objections import objection_for, objections_for_a_list
from budget.domain import decision_items as items
from budget.domain import decision_lists as verbs
from budget.domain import history, ranks
from budget.errors import ListChanged
from budget.forms.items import Prefill
from budget.forms.lists import ListForm, VersionForm
from budget.models import DecisionList
from budget.states import ListState
from budget.views.pages import LIST_KINDS, list_context
from core.errors import DomainError

PAGE_SIZE = 25


@require_safe
@requires(*READERS)
def decision_lists(request: AuthedRequest) -> HttpResponse:
    """Show the lists that the person may read, the last meeting first."""
    lists = DecisionList.objects.visible_to(request.user).for_overview()
    page = Paginator(lists, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "kinds": LIST_KINDS, "may_prepare": prepares_lists(request.user)}
    return render(request, "budget/decision_lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.FINANCIAL_ADVISER)
def list_new(request: AuthedRequest) -> HttpResponse:
    """Start a list for a meeting of the college."""
    form = ListForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        started = verbs.start(by=request.user, **form.cleaned_data)
        return redirect("budget:decision_list", started.reference)
    return render(request, "budget/list_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@requires(*READERS)
def decision_list(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show a list: the room, what stands on it, and what waits."""
    return _page(request, decision_list_for(request.user, reference))


@require_safe
@requires(*READERS)
def proposal(request: AuthedRequest, reference: str) -> HttpResponse:
    """Send on to the list that a proposal stands on: the file of a proposal does not know its list."""
    return redirect(list_of_proposal(request.user, reference))


@require_POST
@requires(*READERS)
def put_on(request: AuthedRequest, reference: str) -> HttpResponse:
    """Put a proposal that waits on the list."""
    found = list_to_prepare(request.user, reference)
    waiting = known_proposal(request.user, request.POST.get("proposal", ""))
    step = partial(items.put_on, list_id=found.pk, proposal_id=waiting.pk, by=request.user)
    return _take(request, found, step, _("%(proposal)s stands on the list.") % {"proposal": waiting})


@require_POST
@requires(*READERS)
def replace(request: AuthedRequest, reference: str) -> HttpResponse:
    """Put the decision on the list that follows from an objection."""
    found = list_to_prepare(request.user, reference)
    objection = objection_for(request.user, request.POST.get("objection", ""))
    step = partial(items.put_on_replacement, list_id=found.pk, objection_id=objection.pk, by=request.user)
    return _take(request, found, step, _("The new decision stands on the list. Now say what it grants."))


@require_POST
@requires(*READERS)
def take_off(request: AuthedRequest, reference: str, proposal: str) -> HttpResponse:
    """Take a proposal off a list in preparation."""
    found = list_to_prepare(request.user, reference)
    if not found.decisions.filter(proposal__reference=proposal).exists():
        # The same form twice, or somebody else was first.
        return _page(request, found, error=_("%(proposal)s is not on this list any more.") % {"proposal": proposal})
    decision = decision_to_prepare(request.user, reference, proposal)
    step = partial(items.take_off, decision_id=decision.pk, by=request.user)
    return _take(
        request, found, step, _("%(proposal)s is off the list. It waits for another one.") % {"proposal": proposal}
    )


@require_POST
@requires(*READERS)
def propose(request: AuthedRequest, reference: str) -> HttpResponse:
    """Send the list to the college."""
    found = list_to_prepare(request.user, reference)
    step = partial(verbs.propose, list_id=found.pk, by=request.user)
    return _take(request, found, step, _("The list is with the college now."))


def _take(request: AuthedRequest, found: DecisionList, step: Callable[..., object], done: str) -> HttpResponse:
    """Take a step on the list as the page showed it; from a stale page: show what changed, and change nothing."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, error=_("Something on this page was not complete. Look again."))
    version = form.cleaned_data["version"]
    try:
        step(version=version)
    except ListChanged as error:
        now = list_to_prepare(request.user, found.reference)
        return _page(request, now, error=str(error), changes=history.since(now, version, reader=request.user))
    except DomainError as error:
        return _page(request, list_to_prepare(request.user, found.reference), error=str(error))
    messages.success(request, done)
    return redirect(found)


def _page(
    request: AuthedRequest,
    found: DecisionList,
    *,
    error: str = "",
    changes: list[history.Happening] | None = None,
) -> HttpResponse:
    may_prepare = may_change_list(request.user, found)
    happened = history.of(found, reader=request.user)
    decisions = found.decisions.for_list_page().with_interest_of(request.user).order_by("position", "pk")
    context = {
        **list_context(found, decisions),
        "may_prepare": may_prepare,
        "may_open_files": may_open_files(request.user),
        "waiting": ranks.in_turn(waiting_for(request.user)) if may_prepare else [],
        "objections": list(objections_for_a_list(request.user)) if may_prepare else [],
        "changes": changes or [],
        "prefills": Prefill,
        "happened": happened,
        "given_back": _given_back(found, happened),
        "error": error,
    }
    return render(request, "budget/decision_list.html", context, status=409 if error else 200)


def _given_back(found: DecisionList, happened: list[history.Happening]) -> history.Happening | None:
    """Return how the college gave the list back last, as long as it was not sent again."""
    if found.state != ListState.DRAFT:
        return None
    return next((one for one in reversed(happened) if one.is_return), None)
