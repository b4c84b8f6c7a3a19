from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.access import proposal_to_edit
from applications.domain import de_minimis, openness, questions
from applications.forms.de_minimis import DeclarationTables
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration(request: AuthedRequest, pk: int) -> HttpResponse:
    """Specify the de-minimis aid of a draft: when, from whom, how much; and the companies that count as one."""
    proposal = proposal_to_edit(request.user, pk)
    if questions.DECLARATIONS not in openness.open_steps(proposal):
        messages.info(request, _("This proposal was submitted. What it says can't be changed any more."))
        return redirect(proposal)
    tables = DeclarationTables(proposal, request.POST if request.method == "POST" else None)
    if request.method == "POST" and tables.is_valid():
        try:
            de_minimis.declare(proposal_id=proposal.pk, by=request.user, aids=tables.rows(), linked=tables.companies())
        except DomainError as error:
            tables.refused.append(str(error))
        else:
            return redirect(_after_saving(request, pk))
    step_url = reverse("applications:step", args=[proposal.pk, questions.DECLARATIONS.slug])
    context = {
        "proposal": proposal,
        "tables": tables,
        "form": tables,
        "refused": [{"message": message, "anchor": "aids"} for message in tables.refused],
        "step_url": step_url,
    }
    return render(request, "applications/de_minimis/declaration.html", context, status=422 if tables.errors else 200)


def _after_saving(request: AuthedRequest, pk: int) -> str:
    """Return where the pressed button leads: empty rows more, or back to the step."""
    if request.POST.get("action") == "more":
        return reverse("applications:de_minimis_mine", args=[pk])
    messages.success(request, _("The de-minimis aid is saved; its sum stands in the form."))
    return reverse("applications:step", args=[pk, questions.DECLARATIONS.slug])
