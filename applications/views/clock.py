"""The team's pages of the Awb track: supplement, extension, not processing, and outages."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, requires, signed_in
from accounts.states import Role
from applications.access import can_decide_not_to_process, can_handle_intake, intake_of
from applications.domain import decision_clock, extensions, outages, processing, supplements, versions
from applications.domain.intake import POINTS
from applications.forms.clock import ExtensionForm, GoOnForm, NotProcessForm, OutageForm, SupplementRequestForm
from applications.models import Extension, MovedClosing, NotProcessed, Outage, Proposal
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def supplement_request(request: AuthedRequest, reference: str) -> HttpResponse:
    """Ask for a supplement, see how it stands, and compare what was received."""
    proposal = intake_of(request.user, reference, to_handle=request.method == "POST")
    form = SupplementRequestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            asked = supplements.ask(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The request is on its way to %(who)s.") % {"who": asked.proposal.contact})
            return redirect("applications:supplement_request", reference=reference)
    received = versions.versions_of(proposal)
    context = {
        "form": form,
        "proposal": proposal,
        "requests": _requests_of(proposal),
        "differences": versions.compare(received[-2].content, received[-1].content) if len(received) > 1 else [],
        "versions": received,
        "decision_clock": decision_clock.clock_of(proposal),
        "may_ask": can_handle_intake(request.user, proposal) and supplements.may_ask(proposal),
    }
    return render(request, "applications/clock/supplement_request.html", context, status=422 if form.errors else 200)


def _requests_of(proposal: Proposal) -> list[dict[str, Any]]:
    """Return the requests of a proposal for the page, newest first: each with its points in words."""
    found = proposal.supplement_requests.select_related("suspension", "supplement", "asked_by").defer("before")
    return [
        {
            "request": row,
            "points": [supplements.MISSING_LABELS[code] for code in row.points],
            "supplement": getattr(row, "supplement", None),
            "window": processing.window_of(row),
        }
        for row in found.order_by("-number")
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def extension(request: AuthedRequest, reference: str) -> HttpResponse:
    """Extend the period for the decision, once."""
    proposal = intake_of(request.user, reference, to_handle=request.method == "POST")
    form = ExtensionForm(proposal, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            extensions.extend(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The period is extended. The partner gets a letter about it."))
            return redirect("applications:extension", reference=reference)
    refusal = extensions.why_not(proposal)
    context = {
        "form": form,
        "proposal": proposal,
        "extension": Extension.objects.filter(proposal=proposal).select_related("extended_by").first(),
        "refusal": refusal,
        "decision_clock": decision_clock.clock_of(proposal),
        "may_handle": can_handle_intake(request.user, proposal) and not refusal,
    }
    return render(request, "applications/clock/extension.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def not_process(request: AuthedRequest, reference: str) -> HttpResponse:
    """Decide not to process a proposal that stayed incomplete, or go on with it as it is."""
    proposal = intake_of(request.user, reference, to_handle=request.method == "POST")
    may_decide = can_decide_not_to_process(request.user)
    action = request.POST.get("action")
    if action == "not_process" and not may_decide:
        raise PermissionDenied
    form = NotProcessForm(request.POST if action == "not_process" else None)
    go_on = GoOnForm(request.POST if request.method == "POST" and action != "not_process" else None, prefix="go")
    if form.is_valid() and _decide(request, proposal, form):
        return redirect("assessment:file", reference=reference)
    if go_on.is_valid() and _go_on(request, proposal, go_on):
        return redirect("assessment:file", reference=reference)
    latest = supplements.latest_requests([proposal]).get(proposal.pk)
    waits = latest is not None and supplements.is_over(proposal, latest)
    context = {
        "form": form,
        "go_on": go_on,
        "proposal": proposal,
        "latest": latest,
        "window": None if latest is None else processing.window_of(latest),
        "decision": NotProcessed.objects.filter(proposal=proposal).select_related("decided_by").first(),
        "waits": waits,
        "may_decide": may_decide,
        "may_handle": can_handle_intake(request.user, proposal),
    }
    wrong = form.errors or go_on.errors
    return render(request, "applications/clock/not_process.html", context, status=422 if wrong else 200)


def _decide(request: AuthedRequest, proposal: Proposal, form: NotProcessForm) -> bool:
    try:
        processing.not_process(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("%(proposal)s is not processed. The decision is on its way.") % {"proposal": proposal})
    return True


def _go_on(request: AuthedRequest, proposal: Proposal, form: GoOnForm) -> bool:
    points = {code: code in form.cleaned_data["points"] for code in POINTS}
    reason = form.cleaned_data["reason"]
    try:
        processing.go_on(proposal_id=proposal.pk, by=request.user, points=points, reason=reason)
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("%(proposal)s can be assessed as it is.") % {"proposal": proposal})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.PROGRAMME_MANAGER)
def outage_list(request: AuthedRequest) -> HttpResponse:
    """List the outages of the site with the calls that close later for them, and record one."""
    form = OutageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = {**form.moments(), **{name: form.cleaned_data[name] for name in ("what", "request_key")}}
        try:
            outage = outages.record(by=request.user, **values)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _moved(outage))
            return redirect("applications:outages")
    found = Outage.objects.select_related("recorded_by").prefetch_related("moved_closings__call")
    context = {"form": form, "outages": found}
    return render(request, "applications/clock/outages.html", context, status=422 if form.errors else 200)


def _moved(outage: Outage) -> str:
    calls = MovedClosing.objects.filter(outage=outage).values_list("call__title", flat=True)
    if not calls:
        return _("The outage is recorded. No call closes later for it.")
    return _("The outage is recorded. These calls close later: %(calls)s.") % {"calls": ", ".join(calls)}
