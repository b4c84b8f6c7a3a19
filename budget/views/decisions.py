"""One proposal on a decision list, and the letter that follows."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS
from budget.access.lists import decision_to_prepare, letter_for
from budget.domain import decision_items as items
from budget.domain import history, room
from budget.errors import ListChanged
from budget.forms.items import BaseDutyFormSet, DecisionForm, DutyFormSet, duties_of
from budget.models import Decision
from budget.states import ListState, Ruling
from budget.states.events import BudgetEvent
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
        return _page(request, found, _first_form(request, found), _duties(found))
    form, duties = DecisionForm(request.POST, decision=found), _duties(found, request.POST)
    if not form.is_valid() or not duties.is_valid():
        return _page(request, found, form, duties)
    try:
        _revise(request, found, form, duties)
    except ListChanged as error:
        now = decision_to_prepare(request.user, reference, proposal)
        return _stale_page(request, now, form.cleaned_data["version"], str(error))
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, found, form, duties)
    messages.success(request, _("%(proposal)s is changed.") % {"proposal": proposal})
    return redirect(found.decision_list)


@require_safe
@requires(*READERS)
def letter(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the letter of a decision as it was sent."""
    found = letter_for(request.user, reference)
    audit.record(event=BudgetEvent.LETTER_OPENED, actor=request.user, about=found.decision)
    return hand_over(request, found.document, as_attachment=True)


def _first_form(request: AuthedRequest, found: Decision) -> DecisionForm:
    prefill = request.GET.get("voorzet", "")
    shortages = room.shortages_of(found) if prefill else []
    return DecisionForm(decision=found, initial=DecisionForm.prefilled(found, prefill, shortages))


def _duties(found: Decision, data: QueryDict | None = None) -> BaseDutyFormSet:
    return cast("BaseDutyFormSet", DutyFormSet(data, initial=duties_of(found), prefix="duty"))


def _revise(request: AuthedRequest, found: Decision, form: DecisionForm, duties: BaseDutyFormSet) -> None:
    items.revise(
        decision_id=found.pk,
        by=request.user,
        ruling=Ruling(form.cleaned_data["ruling"]),
        refusal_ground=form.cleaned_data["refusal_ground"],
        amounts=form.amounts,
        reason=form.cleaned_data["reason"],
        conditions=form.cleaned_data["conditions"],
        duties=duties.duties,
        version=form.cleaned_data["version"],
    )


def _stale_page(request: AuthedRequest, found: Decision, version: int, error: str) -> HttpResponse:
    """Show what changed since; what was typed stays, and may be sent again on the list as it is now."""
    typed = request.POST.copy()
    typed["version"] = str(found.decision_list.version)
    form = DecisionForm(typed, decision=found)
    form.add_error(None, error)
    changes = history.since(found.decision_list, version, reader=request.user)
    return _page(request, found, form, _duties(found, typed), changes=changes)


def _page(
    request: AuthedRequest,
    found: Decision,
    form: DecisionForm,
    duties: BaseDutyFormSet,
    *,
    changes: list[history.Happening] | None = None,
) -> HttpResponse:
    context = {"decision": found, "form": form, "duties": duties, "changes": changes or []}
    wrong = form.errors or duties.total_error_count()
    return render(request, "budget/decision.html", context, status=422 if wrong else 200)
