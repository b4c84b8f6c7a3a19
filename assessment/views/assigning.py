from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.models import User
from accounts.states import Role
from applications.models import Proposal
from assessment.access import assigners_only, file_to_run, team_only
from assessment.domain import assigning, assignments, workload
from assessment.domain.assigning import Wish
from assessment.errors import DeclarationNeeded, PlanStale
from assessment.forms.assignments import CapacityForm, CarryOutForm, DivideForm, TakeBackForm
from assessment.models import AssessorCapacity, Assignment
from core.domain import clock
from core.errors import DomainError

PER_PAGE = 50


@require_safe
@signed_in
def page(request: AuthedRequest) -> HttpResponse:
    """Show which proposals miss assessors, how far the others are, and how much work everybody has."""
    assigners_only(request.user)
    found = Paginator(assigning.overview(request.user), PER_PAGE)
    return render(request, "assessment/assigning/page.html", _page_context(request, found=found))


def _page_context(request: AuthedRequest, *, found: Paginator[Proposal]) -> dict[str, Any]:
    loads = workload.loads(reader=request.user)
    missing = assigning.unfilled(request.user).count()
    return {
        "page_obj": found.get_page(request.GET.get("page")),
        "count": found.count,
        "missing": missing,
        "loads": loads,
        "today": clock.today(),
        "may_set": request.user.holds(Role.PROGRAMME_MANAGER),
        "form": DivideForm(by=request.user, loads=loads) if missing and loads else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def plan(request: AuthedRequest) -> HttpResponse:
    """Show who would get what, and carry it out when somebody says so."""
    assigners_only(request.user)
    if not request.GET:
        return redirect("assessment:assigning")
    form = DivideForm(request.GET, by=request.user, loads=workload.loads(reader=request.user))
    if not form.is_valid():
        return render(request, "assessment/assigning/wish.html", {"form": form}, status=422)
    error = ""
    if request.method == "POST":
        sent = CarryOutForm(request.POST)
        try:
            made = _carry_out(sent, form.wish, request.user)
        except DomainError as refused:
            error = str(refused)
        else:
            messages.success(request, _said(len(made)))
            return redirect("assessment:assigning")
    found = assigning.plan(form.wish, by=request.user)
    context = {
        "plan": found,
        "line_name": form.line_name,
        "key": CarryOutForm(initial={"fingerprint": found.fingerprint}),
        "error": error,
    }
    return render(request, "assessment/assigning/plan.html", context, status=422 if error else 200)


def _carry_out(sent: CarryOutForm, wish: Wish, by: User) -> list[Assignment]:
    if not sent.is_valid():
        raise PlanStale(_("Something on this page was not complete. Look again and send it once more."))
    return assigning.carry_out(wish=wish, by=by, **sent.cleaned_data)


def _said(number: int) -> str:
    text = ngettext(
        "%(count)d assignment was made. The assessor gets a message.",
        "%(count)d assignments were made. Every assessor gets one message.",
        number,
    )
    return text % {"count": number}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def capacity(request: AuthedRequest, pk: int) -> HttpResponse:
    """Say how many open files an assessor can bear, and when the person is away."""
    team_only(request.user)
    person = get_object_or_404(workload.assessors(), pk=pk)
    if not workload.may_set(by=request.user, person=person):
        raise PermissionDenied
    load = next(load for load in workload.loads(reader=request.user) if load.person == person)
    known = {"open_files": load.capacity, "away_from": load.away_from, "away_until": load.away_until}
    form = CapacityForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            workload.set_capacity(person=person, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved: what %(person)s can bear.") % {"person": person.full_name})
            return redirect(_after_capacity(request.user))
    context = {
        "form": form,
        "load": load,
        "is_own": person == request.user,
        "set_last": AssessorCapacity.objects.filter(assessor=person).select_related("set_by").first(),
        "back": _after_capacity(request.user),
    }
    return render(request, "assessment/assigning/capacity.html", context, status=422 if form.errors else 200)


def _after_capacity(user: User) -> str:
    return "assessment:assigning" if user.holds(Role.PROGRAMME_MANAGER) else "assessment:work"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def take_back(request: AuthedRequest, reference: str, pk: int) -> HttpResponse:
    """Take an assignment back that was not handed in, with a reason."""
    try:
        proposal = file_to_run(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    assignment = get_object_or_404(Assignment.objects.select_related("assessor"), pk=pk, proposal=proposal)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            assignments.take_back(assignment_id=pk, by=request.user, reason=form.cleaned_data["reason"])
        except Assignment.DoesNotExist as gone:
            raise Http404 from gone
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Taken back from %(person)s.") % {"person": assignment.assessor.full_name})
            return redirect("assessment:assign", reference=reference)
    context = {
        "form": form,
        "proposal": proposal,
        "assignment": assignment,
        "may_take_back": assignments.may_be_taken_back(assignment),
    }
    return render(request, "assessment/assigning/take_back.html", context, status=422 if form.errors else 200)
