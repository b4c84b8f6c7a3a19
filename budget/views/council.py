"""Decisions of the council: read, prepared by the financial adviser, confirmed by the council's own role."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from budget.access.books import READERS
from budget.access.council import (
    COUNCIL_READERS,
    council_decision_for,
    council_decision_to_confirm,
    council_decision_to_prepare,
    enters_council_decisions,
    had_a_hand_in,
    may_answer_council_decision,
    may_change_council_decision,
)
from budget.domain import council as verbs
from budget.domain import council_effects, council_history
from budget.domain.history import Happening
from budget.errors import CouncilDecisionChanged
from budget.forms.council import ConfirmForm, CouncilForm, EnterForm, GiveBackForm
from budget.models import CouncilDecision
from budget.states import CouncilDecisionKind, CouncilDecisionState
from core.domain import clock
from core.errors import DomainError
from core.views.documents import hand_over

PAGE_SIZE = 25
STATE_KINDS = {
    CouncilDecisionState.DRAFT: "neutral",
    CouncilDecisionState.ENTERED: "info",
    CouncilDecisionState.CONFIRMED: "ok",
}


@require_safe
@requires(*COUNCIL_READERS)
def council_decisions(request: AuthedRequest) -> HttpResponse:
    """Show the decisions of the council that the person may read, what is in preparation on top."""
    decisions = CouncilDecision.objects.visible_to(request.user).for_overview()
    context = {
        "page_obj": Paginator(decisions, PAGE_SIZE).get_page(request.GET.get("page")),
        "state_kinds": STATE_KINDS,
        "kinds": CouncilDecisionKind.choices if enters_council_decisions(request.user) else [],
        "reads_books": request.user.holds(*READERS),
        "year": clock.today().year,
    }
    return render(request, "budget/council_decisions.html", context)


@require_safe
@requires(*COUNCIL_READERS)
def council_decision(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show a decision of the council: what it says, what it does, who signed it and what happened."""
    return _page(request, council_decision_for(request.user, pk))


@require_safe
@requires(*COUNCIL_READERS)
def council_document(request: AuthedRequest, pk: int) -> HttpResponse:
    """Give the document of a decision as it was handed in."""
    document = council_decision_for(request.user, pk).document
    if document is None:
        raise Http404
    return hand_over(request, document, as_attachment=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.FINANCIAL_ADVISER)
def council_new(request: AuthedRequest, kind: str) -> HttpResponse:
    """Prepare a decision of the council of one kind."""
    if kind not in CouncilDecisionKind.values:
        raise Http404
    chosen = CouncilDecisionKind(kind)
    if request.method != "POST":
        return _form_page(request, CouncilForm(kind=chosen))
    form = CouncilForm(request.POST, request.FILES, kind=chosen)
    valid, document = form.is_valid(), form.keep_upload()
    if not valid:
        return _form_page(request, form)
    try:
        key = form.cleaned_data["request_key"]
        made = verbs.draft(by=request.user, content=form.content(document), request_key=key)
    except DomainError as error:
        form.add_error(None, str(error))
        return _form_page(request, form)
    messages.success(request, _("The decision is prepared. Check it, and enter it once it is complete."))
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*COUNCIL_READERS)
def council_change(request: AuthedRequest, pk: int) -> HttpResponse:
    """Change a decision in preparation."""
    found = council_decision_to_prepare(request.user, pk)
    kind = CouncilDecisionKind(found.kind)
    if request.method != "POST":
        if not may_change_council_decision(request.user, found):
            messages.warning(request, _("This decision is no longer in preparation, so it can't be changed."))
            return redirect(found)
        return _form_page(request, CouncilForm(kind=kind, decision=found, initial=CouncilForm.initial_of(found)))
    form = CouncilForm(request.POST, request.FILES, kind=kind, decision=found)
    valid, document = form.is_valid(), form.keep_upload()
    if not valid:
        return _form_page(request, form)
    version = form.cleaned_data["version"]
    try:
        verbs.change(decision_id=found.pk, by=request.user, content=form.content(document), version=version)
    except CouncilDecisionChanged as error:
        return _stale_form(request, found, form, str(error))
    except DomainError as error:
        form.add_error(None, str(error))
        return _form_page(request, form)
    messages.success(request, _("The decision is changed."))
    return redirect(found)


@require_POST
@requires(*COUNCIL_READERS)
def council_enter(request: AuthedRequest, pk: int) -> HttpResponse:
    """Sign that the council decided this; somebody of the council confirms it."""
    found = council_decision_to_prepare(request.user, pk)
    form = EnterForm(request.POST)
    if not form.is_valid():
        return _page(request, found, error=_incomplete())
    try:
        verbs.enter(decision_id=found.pk, by=request.user, version=form.cleaned_data["version"])
    except DomainError as error:
        return _refused(request, pk, error, form.cleaned_data["version"])
    messages.success(request, _("The decision is entered. It makes budget once the council confirms it."))
    return redirect(found)


@require_POST
@requires(*COUNCIL_READERS)
def council_remove(request: AuthedRequest, pk: int) -> HttpResponse:
    """Throw a decision in preparation away."""
    found = council_decision_to_prepare(request.user, pk)
    form = EnterForm(request.POST)
    if not form.is_valid():
        return _page(request, found, error=_incomplete())
    try:
        verbs.remove(decision_id=found.pk, by=request.user, version=form.cleaned_data["version"])
    except DomainError as error:
        return _refused(request, pk, error, form.cleaned_data["version"])
    messages.success(request, _("The prepared decision is removed. Nothing was booked."))
    return redirect("budget:council_decisions")


@require_POST
@requires(*COUNCIL_READERS)
def council_give_back(request: AuthedRequest, pk: int) -> HttpResponse:
    """Send a decision back to who prepared it, with what is not right."""
    found = council_decision_to_confirm(request.user, pk)
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        verbs.give_back(decision_id=found.pk, by=request.user, reason=form.cleaned_data["reason"])
    except DomainError as error:
        return _page(request, council_decision_to_confirm(request.user, pk), form=form, error=str(error))
    messages.success(request, _("The decision is back with the financial adviser. Nothing is booked."))
    return redirect("budget:council_decisions")


@require_POST
@requires(*COUNCIL_READERS)
def council_confirm(request: AuthedRequest, pk: int) -> HttpResponse:
    """Confirm that the council decided this, as the page showed it: here it becomes budget."""
    found = council_decision_to_confirm(request.user, pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, found, error=_incomplete())
    version, key = form.cleaned_data["version"], form.cleaned_data["request_key"]
    try:
        verbs.confirm(decision_id=found.pk, version=version, by=request.user, request_key=key)
    except DomainError as error:
        return _refused(request, pk, error, version)
    messages.success(request, _("The decision is confirmed and booked."))
    return redirect(found)


def _incomplete() -> str:
    return _("Something on this page was not complete. Look again and send it once more.")


def _refused(request: AuthedRequest, pk: int, error: DomainError, version: int) -> HttpResponse:
    """Show the decision as it is now, why the step was refused, and what changed since the page was shown."""
    now = council_decision_for(request.user, pk)
    return _page(request, now, error=str(error), changes=council_history.since(now, version))


def _stale_form(request: AuthedRequest, found: CouncilDecision, form: CouncilForm, error: str) -> HttpResponse:
    """Show what changed since; what was typed stays, and may be sent again on the decision as it is now."""
    now = council_decision_to_prepare(request.user, found.pk)
    changes = council_history.since(now, form.cleaned_data["version"])
    form.retype("version", str(now.version))
    form.add_error(None, error)
    return _form_page(request, form, changes=changes)


def _form_page(request: AuthedRequest, form: CouncilForm, *, changes: list[Happening] | None = None) -> HttpResponse:
    context = {"form": form, "kind": form.kind.label, "decision": form.decision, "changes": changes or []}
    return render(request, "budget/council_form.html", context, status=422 if form.errors else 200)


def _page(
    request: AuthedRequest,
    found: CouncilDecision,
    *,
    form: GiveBackForm | None = None,
    error: str = "",
    changes: list[Happening] | None = None,
    status: int = 200,
) -> HttpResponse:
    happened = council_history.of(found)
    context: dict[str, Any] = {
        "decision": found,
        "state_kind": STATE_KINDS[CouncilDecisionState(found.state)],
        "effects": council_effects.of(found),
        "may_change": may_change_council_decision(request.user, found),
        "may_answer": may_answer_council_decision(request.user, found),
        "prepared_it": had_a_hand_in(request.user, found),
        "reads_books": request.user.holds(*READERS),
        "confirm_form": ConfirmForm(initial={"version": found.version}),
        "form": form or GiveBackForm(),
        "happened": happened,
        "given_back": _given_back(found, happened),
        "changes": changes or [],
        "error": error,
    }
    return render(request, "budget/council_decision.html", context, status=409 if error else status)


def _given_back(found: CouncilDecision, happened: list[Happening]) -> Happening | None:
    """Return how the council gave the decision back last, as long as it was not entered again."""
    if found.state != CouncilDecisionState.DRAFT:
        return None
    return next((one for one in reversed(happened) if one.is_return), None)
