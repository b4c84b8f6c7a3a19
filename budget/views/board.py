"""The what-if board: proposals in and out, amounts, the best set, and a draft list made of it.

Every step works as a plain form. A page with script gets only the parts back that changed.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from applications.models import Proposal
from budget.access.books import READERS
from budget.access.scenarios import scenario_for, scenario_to_change
from budget.domain import best_scenario, scenario_history, scenarios
from budget.domain.history import Happening
from budget.errors import ScenarioChanged
from budget.forms.scenarios import AmountsForm, BestForm, MoveForm, RenameForm, ToListForm
from budget.models import Scenario
from budget.states import ScenarioGoal
from budget.views.board_pages import Card, board_context, said
from core.errors import DomainError

CHANGERS = (Role.FINANCIAL_ADVISER, Role.PROGRAMME_MANAGER)
INVALID, STALE = 422, 409


@require_safe
@requires(*READERS)
def scenario(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show a scenario: what is in, what is out, and what stays free."""
    return page(request, scenario_for(request.user, pk))


@require_POST
@requires(*READERS)
def scenario_move(request: AuthedRequest, pk: int) -> HttpResponse:
    """Put a proposal in or out."""
    found = scenario_to_change(request.user, pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return page(request, found, error=_("Open this page again."), status=INVALID)
    proposal = _proposal(request, form.cleaned_data["proposal"])
    verb = scenarios.put_in if form.cleaned_data["to"] == "in" else scenarios.put_out
    version = form.cleaned_data["version"]
    try:
        verb(scenario_id=pk, proposal_id=proposal.pk, by=request.user, version=version)
    except DomainError as error:
        return _refused(request, found, error, version=version)
    return _done(request, pk, proposal, "budget/board_moved.html")


@require_POST
@requires(*READERS)
def scenario_amounts(request: AuthedRequest, pk: int, reference: str) -> HttpResponse:
    """Change what a proposal would get."""
    found = scenario_to_change(request.user, pk)
    proposal = _proposal(request, reference)
    item = get_object_or_404(found.items.prefetch_related("amounts"), proposal=proposal)
    form = AmountsForm(request.POST, item=item)
    if not form.is_valid():
        return _not_these(request, found, proposal, form.complaint)
    version = form.cleaned_data["version"]
    try:
        scenarios.set_amounts(
            scenario_id=pk, proposal_id=proposal.pk, amounts=form.amounts, by=request.user, version=version
        )
    except ScenarioChanged as error:
        return _refused(request, found, error, version=version, typed=request.POST, card=proposal.pk)
    except DomainError as error:
        return _not_these(request, found, proposal, str(error))
    return _done(request, pk, proposal, "budget/board_amounts.html")


@require_POST
@requires(*READERS)
def scenario_best(request: AuthedRequest, pk: int) -> HttpResponse:
    """Seek the best set and show it as a scenario of its own."""
    found = scenario_to_change(request.user, pk)
    form = BestForm(request.POST)
    if not form.is_valid():
        return page(request, found, status=INVALID, best_form=form)
    goal = ScenarioGoal(form.cleaned_data["goal"])
    try:
        best = best_scenario.propose(scenario_id=pk, by=request.user, goal=goal, least=form.share)
    except DomainError as error:
        return _refused(request, found, error)
    messages.success(
        request, _("This is the best set, in a scenario of its own. “%(name)s” stays as it was.") % {"name": found.name}
    )
    return redirect(best)


@require_POST
@requires(Role.FINANCIAL_ADVISER)
def scenario_to_list(request: AuthedRequest, pk: int) -> HttpResponse:
    """Make a draft decision list of what is in."""
    found = scenario_to_change(request.user, pk)
    form = ToListForm(request.POST, prefix="list")
    if not form.is_valid():
        return page(request, found, status=INVALID, list_form=form)
    values = form.cleaned_data
    try:
        made = scenarios.to_list(scenario_id=pk, by=request.user, **values)
    except DomainError as error:
        return _refused(request, found, error, version=values["version"])
    messages.success(request, _("A draft list was made of the scenario. Nothing was decided: the college does that."))
    return redirect(made)


def page(
    request: AuthedRequest,
    found: Scenario,
    *,
    error: str = "",
    status: int = 200,
    changes: list[Happening] | None = None,
    typed: Mapping[str, str] | None = None,
    card: int | None = None,
    complaint: str = "",
    **forms: Any,
) -> HttpResponse:
    """Show the whole board as it is now, or the part with the cards to a page with script."""
    found = scenario_for(request.user, found.pk)
    context = {
        **board_context(found, request.user, typed=typed, card=card, complaint=complaint),
        "error": error,
        "changes": changes or [],
        "best_form": BestForm(),
        "rename_form": RenameForm(initial={"name": found.name, "version": found.version}, prefix="rename"),
        "list_form": ToListForm(initial={"version": found.version}, prefix="list"),
        **forms,
    }
    if request.headers.get("HX-Request"):
        response = render(request, "budget/parts/board.html", context, status=status)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#board", "outerHTML"
        return response
    return render(request, "budget/scenario.html", context, status=status)


def _done(request: AuthedRequest, pk: int, proposal: Proposal, template: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect(f"{scenario_for(request.user, pk).get_absolute_url()}#item-{proposal.pk}")
    context = board_context(scenario_for(request.user, pk), request.user)
    card, before = _place(context, proposal)
    context |= {"card": card, "before": before, "said": said(context, card)}
    return render(request, template, context)


def _place(context: Mapping[str, Any], proposal: Proposal) -> tuple[Card, Card | None]:
    """Return the card of a proposal, and the card that it comes before in its list."""
    for cards in (context["cards_in"], context["cards_out"]):
        for place, card in enumerate(cards):
            if card.proposal == proposal:
                return card, next(iter(cards[place + 1 :]), None)
    raise Http404


def _refused(
    request: AuthedRequest,
    found: Scenario,
    error: DomainError,
    *,
    version: int | None = None,
    typed: Mapping[str, str] | None = None,
    card: int | None = None,
) -> HttpResponse:
    """Show why nothing was done, and what changed since the page was shown; what was typed stays."""
    if not Scenario.objects.filter(pk=found.pk).exists():
        messages.error(request, str(error))
        return redirect("budget:scenarios")
    changes = []
    if isinstance(error, ScenarioChanged) and version is not None:
        changes = scenario_history.since(found, version, reader=request.user)
    return page(request, found, error=str(error), status=STALE, changes=changes, typed=typed, card=card)


def _not_these(request: AuthedRequest, found: Scenario, proposal: Proposal, complaint: str) -> HttpResponse:
    """Say at the card what is wrong with its amounts; what was typed stays."""
    if request.headers.get("HX-Request"):
        context = {"proposal": proposal, "complaint": complaint}
        return render(request, "budget/board_complaint.html", context, status=INVALID)
    return page(request, found, status=INVALID, typed=request.POST, card=proposal.pk, complaint=complaint)


def _proposal(request: AuthedRequest, reference: str) -> Proposal:
    """Return a proposal that the person may put in or out; for who has an interest it isn't there (404)."""
    if "\x00" in reference:
        raise Http404
    shut = Proposal.objects.of_interest_to(request.user)
    return get_object_or_404(Proposal.objects.exclude(pk__in=shut.values("pk")), reference=reference)
