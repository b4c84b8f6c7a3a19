"""Entering on behalf of a partner what came in on paper or by e-mail."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.errors import IbanNotUnderstood, KvkNumberNotUnderstood, OrganisationExists
from applications.access import handlers_only, paper_intake_for
from applications.domain import answers, paper_intake, readiness
from applications.domain.questions import STEPS
from applications.errors import ContentRefused, ProposalFrozen
from applications.forms.paper_intake import PaperIntakeForm
from applications.forms.start import SubmitForm
from applications.models import PaperIntake
from core.errors import DomainError, FileInfected, FileRefused, ScannerSilent
from core.views.documents import hand_over


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def intake_new(request: AuthedRequest) -> HttpResponse:
    """Begin a proposal on behalf of a partner: how it came in, from whom, and what came in."""
    handlers_only(request.user)
    is_sent = request.method == "POST"
    form = PaperIntakeForm(request.POST if is_sent else None, request.FILES if is_sent else None, user=request.user)
    if form.is_valid():
        try:
            intake = paper_intake.begin(by=request.user, **form.values())
        except DomainError as error:
            form.renew()
            form.add_error(_field_of(error), str(error))
        else:
            return redirect("applications:paper_intake", pk=intake.proposal_id)
    context = {"form": form, "being_entered": PaperIntake.objects.being_entered(request.user)}
    return render(request, "applications/paper/new.html", context, status=422 if form.errors else 200)


def _field_of(error: DomainError) -> str | None:
    """Return the field of the form that a refusal is about."""
    if isinstance(error, ContentRefused):
        return error.field
    if isinstance(error, KvkNumberNotUnderstood | OrganisationExists):
        return "kvk_number"
    if isinstance(error, IbanNotUnderstood):
        return "iban"
    return "original" if isinstance(error, FileRefused | FileInfected | ScannerSilent) else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def paper_intake_page(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show how far the entering is, and take the proposal in; it may be incomplete."""
    intake = paper_intake_for(request.user, pk)
    proposal = intake.proposal
    if not proposal.is_draft and request.method != "POST":
        return redirect("assessment:file", reference=proposal.reference)
    form = SubmitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            paper_intake.submit(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except ProposalFrozen as error:
            messages.info(request, str(error))
            return redirect("applications:paper_intake", pk=pk)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _taken_in(request, pk)
    return render(request, "applications/paper/intake.html", _context(intake, form), status=422 if form.errors else 200)


def _taken_in(request: AuthedRequest, pk: int) -> HttpResponse:
    proposal = paper_intake_for(request.user, pk).proposal
    messages.success(request, _("%(proposal)s is taken in.") % {"proposal": proposal})
    if proposal.contact.has_email:
        return redirect("assessment:file", reference=proposal.reference)
    return redirect("applications:letters", reference=proposal.reference or "")


def _context(intake: PaperIntake, form: SubmitForm) -> dict[str, Any]:
    proposal = intake.proposal
    missing = readiness.missing(proposal)
    unfinished = {slug for slug, _sentence in missing}
    steps = [
        {
            "title": step.title,
            "url": reverse("applications:step", args=[proposal.pk, step.slug]),
            "is_done": step.slug not in unfinished,
            "missing": [sentence for slug, sentence in missing if slug == step.slug],
        }
        for step in STEPS
    ]
    return {
        "form": form,
        "intake": intake,
        "proposal": proposal,
        "applicant": answers.applicant(proposal),
        "steps": steps,
        "is_complete": not missing,
    }


@require_safe
@signed_in
def paper_original(request: AuthedRequest, pk: int) -> HttpResponse:
    """Hand over what came in, as an attachment."""
    return hand_over(request, paper_intake_for(request.user, pk).original, as_attachment=True)
