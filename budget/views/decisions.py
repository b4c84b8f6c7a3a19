"""One proposal on a decision list, and the letter that follows."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS
from budget.access.lists import decision_to_prepare, letter_for
from budget.domain import decision_items as items
from budget.domain import history
from budget.errors import ListChanged
from budget.forms.lists import DecisionForm
from budget.models import Decision
from budget.states import BudgetEvent, ListState, Ruling
from core.domain import audit
from core.errors import DomainError
from core.views.documents import hand_over


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*READERS)
def decision(request: AuthedRequest, reference: str, proposal: str) -> HttpResponse:
    """Change what a list in preparation says about one proposal."""
    found = decision_to_prepare(request.user, reference, proposal)
    if request.method != "POST":
        if found.decision_list.state != ListState.DRAFT:
            messages.warning(request, _("This list is no longer in preparation, so it can't be changed."))
            return redirect(found.decision_list)
        return _page(request, found, DecisionForm(decision=found, initial=DecisionForm.initial_of(found)))
    form = DecisionForm(request.POST, decision=found)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        _revise(request, found, form)
    except ListChanged as error:
        now = decision_to_prepare(request.user, reference, proposal)
        return _stale_page(request, now, form.cleaned_data["version"], str(error))
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, found, form)
    messages.success(request, _("%(proposal)s is changed.") % {"proposal": proposal})
    return redirect(found.decision_list)


@require_POST
@requires(*READERS)
def take_off(request: AuthedRequest, reference: str, proposal: str) -> HttpResponse:
    """Take a proposal off a list in preparation."""
    found = decision_to_prepare(request.user, reference, proposal)
    try:
        items.take_off(decision_id=found.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(proposal)s is off the list. It waits for another one.") % {"proposal": proposal})
    return redirect(found.decision_list)


@require_safe
@requires(*READERS)
def letter(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the letter of a decision as it was sent."""
    found = letter_for(request.user, reference)
    audit.record(event=BudgetEvent.LETTER_OPENED, actor=request.user, about=found.decision)
    return hand_over(request, found.document, as_attachment=True)


def _revise(request: AuthedRequest, found: Decision, form: DecisionForm) -> None:
    items.revise(
        decision_id=found.pk,
        by=request.user,
        ruling=Ruling(form.cleaned_data["ruling"]),
        amounts=form.amounts,
        reason=form.cleaned_data["reason"],
        conditions=form.cleaned_data["conditions"],
        version=form.cleaned_data["version"],
    )


def _stale_page(request: AuthedRequest, found: Decision, version: int, error: str) -> HttpResponse:
    """Show what changed since; what was typed stays, and may be sent again on the list as it is now."""
    typed = request.POST.copy()
    typed["version"] = str(found.decision_list.version)
    form = DecisionForm(typed, decision=found)
    form.add_error(None, error)
    return _page(request, found, form, changes=_since(request, found, version))


def _since(request: AuthedRequest, found: Decision, version: int) -> list[history.Happening]:
    return history.since(found.decision_list, version, reader=request.user)


def _page(
    request: AuthedRequest, found: Decision, form: DecisionForm, *, changes: list[history.Happening] | None = None
) -> HttpResponse:
    context = {"decision": found, "form": form, "changes": changes or []}
    return render(request, "budget/decision.html", context, status=422 if form.errors else 200)
