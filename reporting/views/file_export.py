"""Handing over the file of one proposal."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from assessment.access import file_for
from assessment.errors import DeclarationNeeded
from reporting.domain import file_export
from reporting.domain.file_export import Export
from reporting.forms.file_export import RedactionForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.PROGRAMME_MANAGER)
def hand_over(request: AuthedRequest, reference: str) -> HttpResponse:
    """Offer the file as a ZIP, and a version for another party: what goes, how it reads then, and the ZIP of it."""
    try:
        proposal, _assignment = file_for(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    if action == "whole":
        return _zip(file_export.whole(proposal, by=request.user))
    form = RedactionForm(request.POST if action else None)
    shown = None
    if form.is_valid():
        choice = form.choice()
        if action == "redacted":
            return _zip(file_export.redacted(proposal, by=request.user, choice=choice))
        shown = file_export.preview(proposal, reader=request.user, choice=choice)
    context = {"proposal": proposal, "form": form, "shown": shown}
    return render(request, "reporting/file/hand_over.html", context, status=422 if form.errors else 200)


def _zip(made: Export) -> HttpResponse:
    response = HttpResponse(made.content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
    response["Cache-Control"] = "private, no-store"
    return response
