"""Objections: entered and prepared by the team, decided by the college."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS
from budget.access.lists import sits_in_college
from budget.access.objections import decision_to_object_to, handles_objections, objection_for, objections_known_to
from budget.domain import objections as verbs
from budget.domain import replacements
from budget.forms.lists import VersionForm
from budget.forms.objections import ObjectionForm, OutcomeForm, WithdrawForm
from budget.models import Decision, Objection
from budget.states import ObjectionOutcome, ObjectionState
from core.domain import clock, documents
from core.errors import DomainError
from core.models import Document
from core.views.documents import hand_over

PAGE_SIZE = 25
KINDS = {ObjectionState.OPEN: "info", ObjectionState.DECIDED: "ok", ObjectionState.WITHDRAWN: "neutral"}


@require_safe
@requires(*READERS)
def objections(request: AuthedRequest) -> HttpResponse:
    """Show the objections: what waits first, by the day on which the college has to decide."""
    page = Paginator(objections_known_to(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "kinds": KINDS, "may_handle": handles_objections(request.user)}
    return render(request, "budget/objections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*READERS)
def objection_new(request: AuthedRequest) -> HttpResponse:
    """Enter an objection to the decision that the address names."""
    _require_handler(request)
    reference = request.GET.get("besluit", "").strip()
    if not reference:
        return render(request, "budget/objection_new.html", {"decision": None, "form": None, "unknown": ""})
    try:
        decision = decision_to_object_to(request.user, reference)
    except Http404:
        message = _("There is no decision %(decision)s with a letter.") % {"decision": reference}
        return render(
            request, "budget/objection_new.html", {"decision": None, "form": None, "unknown": message}, status=404
        )
    form = ObjectionForm(request.POST or None, request.FILES or None, decision=decision)
    if request.method == "POST" and form.is_valid():
        try:
            received = verbs.receive(decision_id=decision.pk, by=request.user, **_content(form, decision))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Objection %(objection)s is entered.") % {"objection": received})
            return redirect(received)
    context = {"decision": decision, "form": form}
    return render(request, "budget/objection_new.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*READERS)
def objection(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show an objection, and what can be done about it."""
    return _page(request, objection_for(request.user, reference))


@require_safe
@requires(*READERS)
def document(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the partner's letter."""
    found = objection_for(request.user, reference)
    if found.document is None:
        raise Http404
    return hand_over(request, found.document, as_attachment=True)


@require_POST
@requires(*READERS)
def prepare(request: AuthedRequest, reference: str) -> HttpResponse:
    """Propose an outcome to the college."""
    _require_handler(request)
    found = objection_for(request.user, reference)
    form = OutcomeForm(request.POST)
    if form.is_valid():
        try:
            verbs.prepare(
                objection_id=found.pk,
                by=request.user,
                outcome=ObjectionOutcome(form.cleaned_data["outcome"]),
                explanation=form.cleaned_data["explanation"],
                version=form.cleaned_data["version"],
            )
        except DomainError as error:
            form = OutcomeForm(_renewed(request, reference))
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The proposed outcome is saved."))
            return redirect(found)
    return _page(request, objection_for(request.user, reference), outcome_form=form)


@require_POST
@requires(*READERS)
def decide(request: AuthedRequest, reference: str) -> HttpResponse:
    """Decide as the team proposes that the decision stays as it is."""
    if not sits_in_college(request.user):
        raise PermissionDenied
    found = objection_for(request.user, reference)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, error=_("Something on this page was not complete. Look again."))
    try:
        verbs.decide(objection_id=found.pk, by=request.user, version=form.cleaned_data["version"])
    except DomainError as error:
        return _page(request, objection_for(request.user, reference), error=str(error))
    messages.success(request, _("The objection is decided."))
    return redirect(found)


@require_POST
@requires(*READERS)
def withdraw(request: AuthedRequest, reference: str) -> HttpResponse:
    """Write down that the partner took the objection back."""
    _require_handler(request)
    found = objection_for(request.user, reference)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            verbs.withdraw(objection_id=found.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form = WithdrawForm(_renewed(request, reference))
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The objection is withdrawn."))
            return redirect(found)
    return _page(request, objection_for(request.user, reference), withdraw_form=form)


def _require_handler(request: AuthedRequest) -> None:
    if not handles_objections(request.user):
        raise PermissionDenied


def _content(form: ObjectionForm, decision: Decision) -> dict[str, Any]:
    """Return what was filled in, with the partner's letter stored."""
    values = dict(form.cleaned_data)
    content: bytes | None = values.pop("document")
    return {**values, "document": None if content is None else _store(content, decision)}


def _store(content: bytes, decision: Decision) -> Document:
    return documents.store(
        kind="objection_letter",
        title=_("Objection to %(decision)s") % {"decision": decision},
        file_name=f"bezwaar-{decision}.pdf",
        content=content,
        facts={"decision": str(decision)},
    )


def _renewed(request: AuthedRequest, reference: str) -> QueryDict:
    """Keep what was typed, with the version of the objection as it is now: the page below shows what it says."""
    typed = request.POST.copy()
    typed["version"] = str(objection_for(request.user, reference).version)
    return typed


def _page(
    request: AuthedRequest,
    found: Objection,
    *,
    outcome_form: Form | None = None,
    withdraw_form: Form | None = None,
    error: str = "",
) -> HttpResponse:
    replacement = Decision.objects.filter(objection=found).select_related("decision_list").first()
    is_open = found.state == ObjectionState.OPEN
    now = {"outcome": found.outcome, "explanation": found.explanation, "version": found.version}
    refused = next((form for form in (outcome_form, withdraw_form) if form is not None), None)
    context = {
        "objection": found,
        "kind": KINDS[ObjectionState(found.state)],
        "replacement": replacement,
        "is_open": is_open,
        "may_handle": is_open and replacement is None and handles_objections(request.user),
        "may_decide": is_open and sits_in_college(request.user) and bool(found.outcome) and not found.asks_replacement,
        "is_preparer": found.prepared_by_id == request.user.pk,
        "outcome_form": outcome_form or OutcomeForm(initial=now),
        "withdraw_form": withdraw_form
        or WithdrawForm(initial={"version": found.version, "withdrawn_on": clock.today()}),
        "least": replacements.least_by_line(found.decision) if is_open else [],
        "form": refused,
        "error": error,
    }
    status = 409 if error else 422 if refused is not None else 200
    return render(request, "budget/objection.html", context, status=status)
