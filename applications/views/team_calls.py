"""Calls for the programme team: prepare, publish, extend."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires, signed_in
from accounts.states import Role
from applications.access import call_to_manage
from applications.domain import call_content, call_history, call_questions, calls
from applications.errors import CallNotReady, CallRefused
from applications.forms.calls import CallForm, ExtendForm, QuestionsForm, SeenForm, ceiling_table
from applications.models import Call
from applications.states import CallPhase
from core.errors import DomainError

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
@requires(Role.PROGRAMME_MANAGER)
def team_calls(request: AuthedRequest) -> HttpResponse:
    """List every call: drafts first."""
    return render(request, "applications/calls/team_list.html", {"calls": Call.objects.for_team_list()})


@require_safe
@signed_in
def team_call(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show a call to whom manages it: what it says, what is missing, and what may be done with it."""
    return _overview(request, call_to_manage(request.user, pk))


def _overview(request: AuthedRequest, call: Call, *, status: int = 200) -> HttpResponse:
    context = {
        "call": call,
        "missing": calls.missing_of(call) if call.is_draft else [],
        "ceilings": call.ceilings.select_related("line"),
        "changed_questions": call_questions.differences(call),
        "versions": call.versions.select_related("made_by").order_by("-number"),
        "may_take_back": not call.is_draft and call.frozen_at is None,
        "may_extend": call.phase in (CallPhase.ANNOUNCED, CallPhase.OPEN),
        "may_remove": call.is_draft and not call.versions.exists() and not call.proposals.exists(),
        "proposal_count": call.proposals.exclude(submitted_at=None).count(),
        "entries": call_history.of(call),
    }
    return render(request, "applications/calls/team_call.html", context, status=status)


@require_http_methods(GET_AND_POST)
@requires(Role.PROGRAMME_MANAGER)
def call_new(request: AuthedRequest) -> HttpResponse:
    """Prepare a call."""
    form = CallForm(request.POST if request.method == "POST" else None, None)
    if form.is_valid():
        try:
            call = calls.make(by=request.user, terms=form.terms(), lines=list(form.cleaned_data["lines"]))
        except CallRefused as error:
            _refuse(form, error)
        else:
            messages.success(request, _("“%(call)s” is in preparation. Only the team sees it.") % {"call": call})
            return redirect("applications:team_call", pk=call.pk)
    context = {"form": form, "call": None}
    return render(request, "applications/calls/team_form.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_AND_POST)
@signed_in
def call_change(request: AuthedRequest, pk: int) -> HttpResponse:
    """Change what a call in preparation says."""
    call = call_to_manage(request.user, pk)
    form = CallForm(request.POST if request.method == "POST" else None, call)
    if form.is_valid():
        said = form.cleaned_data
        try:
            calls.change(
                call_id=call.pk, by=request.user, terms=form.terms(), lines=list(said["lines"]), seen=said["seen"]
            )
        except DomainError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("applications:team_call", pk=call.pk)
    context = {"form": form, "call": call}
    return render(request, "applications/calls/team_form.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_AND_POST)
@signed_in
def call_ceilings(request: AuthedRequest, pk: int) -> HttpResponse:
    """Set the ceilings of a call in preparation, and where they were published."""
    call = call_to_manage(request.user, pk)
    data = request.POST if request.method == "POST" else None
    table = ceiling_table(call, data)
    form = SeenForm(data, initial={"seen": call_content.sha256_of(call)})
    if data is not None and form.is_valid() and table.is_valid():
        ceilings = [said for row in table if (said := row.said()) is not None]
        seen = form.cleaned_data["seen"]
        try:
            calls.set_ceilings(call_id=call.pk, by=request.user, ceilings=ceilings, seen=seen)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            more = request.POST.get("action") == "more"
            return redirect("applications:call_ceilings" if more else "applications:team_call", pk=call.pk)
    wrong = bool(form.errors) or (data is not None and not table.is_valid())
    context = {"form": form, "table": table, "call": call}
    return render(request, "applications/calls/team_ceilings.html", context, status=422 if wrong else 200)


@require_http_methods(GET_AND_POST)
@signed_in
def call_questions_edit(request: AuthedRequest, pk: int) -> HttpResponse:
    """Set which questions a call in preparation asks, with what limits and help."""
    call = call_to_manage(request.user, pk)
    form = QuestionsForm(request.POST if request.method == "POST" else None, call)
    if form.is_valid():
        try:
            calls.set_questions(call_id=call.pk, by=request.user, rules=form.rules(), seen=form.cleaned_data["seen"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("applications:team_call", pk=call.pk)
    context = {"form": form, "call": call}
    return render(request, "applications/calls/team_questions.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_AND_POST)
@signed_in
def call_extend(request: AuthedRequest, pk: int) -> HttpResponse:
    """Correct the title of a published call, or let it close later."""
    call = call_to_manage(request.user, pk)
    form = ExtendForm(request.POST if request.method == "POST" else None, call)
    if form.is_valid():
        said = form.cleaned_data
        try:
            calls.extend(call_id=call.pk, by=request.user, title=said["title"], closes_on=said.get("closes_on"))
        except DomainError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("applications:team_call", pk=call.pk)
    context = {"form": form, "call": call}
    return render(request, "applications/calls/team_extend.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def call_publish(request: AuthedRequest, pk: int) -> HttpResponse:
    """Publish a call for everybody."""
    call = call_to_manage(request.user, pk)
    try:
        calls.publish(call_id=call.pk, by=request.user)
    except CallNotReady as error:
        messages.error(request, str(error))
        return _overview(request, call, status=422)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(call)s” is public now.") % {"call": call})
    return redirect("applications:team_call", pk=call.pk)


@require_POST
@signed_in
def call_take_back(request: AuthedRequest, pk: int) -> HttpResponse:
    """Take a published call back into preparation."""
    call = call_to_manage(request.user, pk)
    try:
        calls.take_back(call_id=call.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(call)s” is in preparation. Only the team sees it.") % {"call": call})
    return redirect("applications:team_call", pk=call.pk)


@require_POST
@signed_in
def call_remove(request: AuthedRequest, pk: int) -> HttpResponse:
    """Remove a call that was never public."""
    call = call_to_manage(request.user, pk)
    try:
        calls.remove(call_id=call.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("applications:team_call", pk=call.pk)
    messages.success(request, _("“%(call)s” is removed.") % {"call": call})
    return redirect("applications:team_calls")


def _refuse(form: CallForm | ExtendForm, error: DomainError) -> None:
    """Show a refusal at the field that it is about."""
    field = getattr(error, "field", "")
    form.add_error(field if field in form.fields else None, str(error))
