from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.states import UNDER_REVIEW
from assessment.access import known_proposal, own_assignment, reads_as_staff
from assessment.domain import declarations
from assessment.forms.declarations import DeclarationForm, LaterForm
from assessment.models import Assignment
from assessment.views.files import is_handed_in
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declare(request: AuthedRequest, reference: str) -> HttpResponse:
    """Declare an interest, or that there is none, before the file opens; later only that there is one (Awb 2:4)."""
    proposal = known_proposal(request.user, reference)
    assignment = own_assignment(request.user, proposal)
    if assignment is None and not reads_as_staff(request.user, proposal):
        raise PermissionDenied
    before = declarations.first_of(proposal, request.user)
    if before is not None and proposal.state not in UNDER_REVIEW:
        messages.info(request, _("Interests are declared before the decision. Tell the programme manager."))
        return redirect("assessment:file", reference=reference)
    data = request.POST if request.method == "POST" else None
    form = DeclarationForm(data) if before is None else LaterForm(data)
    if form.is_valid():
        try:
            declarations.declare(proposal_id=proposal.pk, person=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("explanation", str(error))
        else:
            if form.cleaned_data["has_interest"]:
                messages.success(request, _("Thank you. This file is shut for you; somebody else will take it."))
                return redirect("assessment:work")
            return redirect(_after_declaring(assignment), reference=reference)
    context = {
        "form": form,
        "proposal": proposal,
        "before": before,
        "has_handed_in": assignment is not None and is_handed_in(assignment),
        "goes_back": before is not None or assignment is None,
    }
    return render(request, "assessment/declare.html", context, status=422 if form.errors else 200)


def _after_declaring(assignment: Assignment | None) -> str:
    return "assessment:file" if assignment is None or is_handed_in(assignment) else "assessment:score"
