from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.access import can_handle_intake, intake_of
from applications.domain import amounts, intake
from applications.errors import ContentRefused, PointsOpen, ReasonNeeded
from applications.forms.intake import CompletenessForm, LineTagForm
from applications.models import CompletenessCheck, Proposal
from applications.states import LINE_MAY_CHANGE, ProposalState
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def completeness(request: AuthedRequest, reference: str) -> HttpResponse:
    """Check point by point whether a proposal is complete (Awb 4:5)."""
    proposal = intake_of(request.user, reference, to_handle=request.method == "POST")
    form = CompletenessForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        points = dict.fromkeys(form.cleaned_data["points"], True)
        remark = form.cleaned_data["remark"]
        try:
            intake.find_complete(proposal_id=proposal.pk, by=request.user, points=points, remark=remark)
        except PointsOpen as error:
            form.add_error("points", [str(error), *(str(intake.POINTS[code]) for code in error.points)])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(proposal)s is complete and can be assessed.") % {"proposal": proposal})
            return redirect("assessment:file", reference=reference)
    found = CompletenessCheck.objects.filter(proposal=proposal).select_related("checked_by").first()
    still_open = [label for code, label in intake.POINTS.items() if found is not None and not found.points.get(code)]
    context = {
        "form": form,
        "proposal": proposal,
        "check": found,
        "points": [label for label in intake.POINTS.values() if label not in still_open],
        "open_points": still_open,
        "totals": amounts.totals_of(proposal),
        "may_handle": can_handle_intake(request.user, proposal) and proposal.state == ProposalState.SUBMITTED,
    }
    return render(request, "applications/intake/completeness.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def line_tag(request: AuthedRequest, reference: str) -> HttpResponse:
    """Tag the programme line of a proposal; another one than now needs a reason."""
    proposal = intake_of(request.user, reference, to_handle=request.method == "POST")
    form = LineTagForm(proposal, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            intake.tag_line(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except ReasonNeeded as error:
            form.add_error("reason", str(error))
        except ContentRefused as error:
            form.add_error(error.field, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            line = form.cleaned_data["line"]
            messages.success(request, _("%(proposal)s is on the line %(line)s.") % {"proposal": proposal, "line": line})
            return _to_the_file(request, reference)
    context = {
        "form": form,
        "proposal": proposal,
        "tags": proposal.line_tags.select_related("line", "tagged_by"),
        "may_handle": can_handle_intake(request.user, proposal) and proposal.state in LINE_MAY_CHANGE,
    }
    return render(request, "applications/intake/line_tag.html", context, status=422 if form.errors else 200)


def _to_the_file(request: AuthedRequest, reference: str) -> HttpResponse:
    """Go back to the file, or to the list when the file went to the lead of another line."""
    if Proposal.objects.visible_to_team(request.user).filter(reference=reference).exists():
        return redirect("assessment:file", reference=reference)
    return redirect("assessment:proposals")
