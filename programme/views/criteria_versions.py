"""Versions of the criteria for the team: read, started as a copy, compared, and thrown away."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from core.errors import DomainError
from core.views.documents import hand_over
from programme.access import version_for, version_to_write, versions_for, writes_criteria
from programme.domain import criteria as content
from programme.domain import criteria_comparison, criteria_history, criteria_versions
from programme.forms.criteria import RemoveForm, StartForm
from programme.models import CriteriaVersion


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def versions(request: AuthedRequest) -> HttpResponse:
    """Show the versions of the criteria; a writer starts a new one here."""
    found = versions_for(request.user).for_overview()
    writes = writes_criteria(request.user)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            draft = criteria_versions.start(
                by=request.user, copy_of=said["copy_of"].pk, request_key=said["request_key"]
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft is there. Only the programme manager sees it."))
            return redirect(draft)
    context = {"versions": found, "form": form, "writes": writes, "in_force": CriteriaVersion.objects.in_force()}
    return render(request, "programme/versions/list.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def version(request: AuthedRequest, number: int) -> HttpResponse:
    """Show one version: everything it says, who wrote and adopted it, and what happened."""
    return _page(request, version_for(request.user, number))


@require_safe
@signed_in
def compare(request: AuthedRequest, number: int) -> HttpResponse:
    """Show what a version changes, beside the version that it comes after."""
    found = version_for(request.user, number)
    before = CriteriaVersion.objects.before(found)
    parts = criteria_comparison.compare(before, found) if before else []
    context = {"version": found, "before": before, "parts": parts}
    return render(request, "programme/versions/compare.html", context)


@require_safe
@signed_in
def document(request: AuthedRequest, number: int) -> HttpResponse:
    """Give the document by which a version was adopted, as it was handed in."""
    found = version_for(request.user, number).document
    if found is None:
        raise Http404
    return hand_over(request, found, as_attachment=True)


@require_POST
@signed_in
def remove(request: AuthedRequest, number: int) -> HttpResponse:
    """Throw a draft away, as the page showed it."""
    found = version_to_write(request.user, number)
    form = RemoveForm(request.POST)
    try:
        if not form.is_valid():
            return _page(request, found, error=_("Open this page again."))
        criteria_versions.remove(version_id=found.pk, by=request.user, seen=form.cleaned_data["seen"])
    except DomainError as error:
        return _page(request, version_for(request.user, number), error=str(error))
    messages.success(request, _("The draft is removed. No call had it."))
    return redirect("programme:criteria_versions")


def _page(request: AuthedRequest, found: CriteriaVersion, *, error: str = "") -> HttpResponse:
    writes = writes_criteria(request.user)
    context: dict[str, Any] = {
        "version": found,
        "criteria": found.criteria.prefetch_related("anchors"),
        "scale": found.scale.all(),
        "in_force": CriteriaVersion.objects.in_force(),
        "before": CriteriaVersion.objects.before(found),
        "may_write": writes and found.is_draft,
        "remove_form": RemoveForm(initial={"seen": content.content_sha256(found)}) if writes else None,
        "entries": criteria_history.of(found),
        "error": error,
    }
    return render(request, "programme/versions/version.html", context, status=409 if error else 200)
