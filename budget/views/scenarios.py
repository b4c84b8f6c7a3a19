"""The list of scenarios, what is done with one as a whole, and two side by side."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS, may_open_files
from budget.access.scenarios import changes_scenarios, scenario_to_change
from budget.domain import board
from budget.domain import scenarios as verbs
from budget.domain.board import Board
from budget.domain.room import Room
from budget.errors import ScenarioChanged
from budget.forms.scenarios import CompareForm, NameForm, RenameForm
from budget.models import Scenario
from budget.views.board import CHANGERS, INVALID, STALE, page
from core.errors import DomainError

PAGE_SIZE = 25


@require_safe
@requires(*READERS)
def scenarios(request: AuthedRequest) -> HttpResponse:
    """Show the scenarios, the last changed first."""
    found = Paginator(Scenario.objects.for_overview(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": found,
        "may_change": changes_scenarios(request.user),
        "compare_form": CompareForm() if found.paginator.count > 1 else None,
    }
    return render(request, "budget/scenarios.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CHANGERS)
def scenario_new(request: AuthedRequest) -> HttpResponse:
    """Make a scenario."""
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect(verbs.make(by=request.user, name=form.cleaned_data["name"]))
    return render(request, "budget/scenario_new.html", {"form": form}, status=INVALID if form.errors else 200)


@require_POST
@requires(*READERS)
def scenario_rename(request: AuthedRequest, pk: int) -> HttpResponse:
    """Give a scenario another name."""
    found = scenario_to_change(request.user, pk)
    form = RenameForm(request.POST, prefix="rename")
    if not form.is_valid():
        return page(request, found, status=INVALID, rename_form=form)
    try:
        verbs.rename(scenario_id=pk, by=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        form.data = {**request.POST.dict(), "rename-version": str(scenario_to_change(request.user, pk).version)}
        return page(request, found, status=STALE, rename_form=form)
    return redirect(found)


@require_POST
@requires(*READERS)
def scenario_copy(request: AuthedRequest, pk: int) -> HttpResponse:
    """Copy a scenario."""
    found = scenario_to_change(request.user, pk)
    name = _("Copy of %(name)s") % {"name": found.name}
    twin = verbs.copy(scenario_id=pk, by=request.user, name=name[: verbs.LONGEST_NAME])
    messages.success(request, _("This is the copy. Give it a name of its own."))
    return redirect(twin)


@require_POST
@requires(*READERS)
def scenario_remove(request: AuthedRequest, pk: int) -> HttpResponse:
    """Throw a scenario away."""
    found = scenario_to_change(request.user, pk)
    typed = request.POST.get("version", "")
    try:
        verbs.remove(scenario_id=pk, by=request.user, version=int(typed) if typed.isdecimal() else 0)
    except ScenarioChanged as error:
        return page(request, found, error=str(error), status=STALE)
    messages.success(request, _("“%(name)s” is thrown away.") % {"name": found.name})
    return redirect("budget:scenarios")


@require_safe
@requires(*READERS)
def scenarios_compare(request: AuthedRequest) -> HttpResponse:
    """Show two scenarios side by side."""
    form = CompareForm(request.GET or None)
    context: dict[str, Any] = {"form": form, "boards": []}
    if form.is_valid():
        first, second = (board.of(form.cleaned_data[name], reader=request.user) for name in ("a", "b"))
        context |= {
            "boards": [first, second],
            "differences": board.compare(first, second),
            "rooms": _side_by_side(first, second),
            "hidden_count": len(
                {item.proposal_id for one in (first, second) for item in one.items if item.has_interest}
            ),
            "may_open_files": may_open_files(request.user),
        }
    return render(request, "budget/scenarios_compare.html", context, status=INVALID if form.errors else 200)


def _side_by_side(first: Board, second: Board) -> list[tuple[Room, Room]]:
    """Return the room of each line and year after both, without lines that neither asks anything of."""
    both = zip(first.rooms, second.rooms, strict=True)
    return [(one, other) for one, other in both if one.on_list or other.on_list]
