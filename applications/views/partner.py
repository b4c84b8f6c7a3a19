from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.domain import people
from accounts.models import Organisation
from applications.access import can_edit, letter_for, proposal_for_partner
from applications.domain import (
    afterwards,
    answers,
    attachments,
    copies,
    decision_clock,
    proposals,
    questions,
    readiness,
    timeline,
)
from applications.errors import ContentRefused
from applications.forms.start import StartForm
from applications.models import Call, Invitation, Proposal
from applications.states import DECIDED
from core.domain import clock
from core.errors import DomainError
from core.views.documents import hand_over

PER_PAGE = 25


@require_safe
@signed_in
def mine(request: AuthedRequest) -> HttpResponse:
    """List the proposals of the organisations that a person acts for."""
    found = Proposal.objects.of_partner(request.user).for_partner_list()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    organisations = Organisation.objects.of_member(request.user)
    invitations = Invitation.objects.for_person(people.confirmed_addresses(request.user), clock.now())
    context = {"page_obj": page, "organisations": organisations, "invitations": invitations}
    return render(request, "applications/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: AuthedRequest) -> HttpResponse:
    """Begin a proposal: choose the call, the organisation and a title."""
    if not Organisation.objects.of_member(request.user).exists():
        messages.info(request, _("First tell us for which organisation you propose."))
        return redirect("accounts:organisation_new")
    moment = clock.now()
    form = StartForm(request.POST if request.method == "POST" else None, user=request.user, moment=moment)
    if form.is_valid():
        try:
            draft = proposals.start(by=request.user, **form.cleaned_data)
        except ContentRefused as error:
            form.add_error(error.field, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if draft.copied_from:
                messages.success(request, _("We took over “%(title)s”.") % {"title": draft.copied_from.title})
            for sentence in copies.summary(draft):
                messages.warning(request, sentence)
            return redirect("applications:step", pk=draft.pk, step=questions.STEPS[0].slug)
    context = {"form": form, "calls": Call.objects.open_at(moment)}
    return render(request, "applications/start.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def proposal(request: AuthedRequest, pk: int) -> HttpResponse:
    """Go on with a draft where something is missing, or show what was submitted and how far it is."""
    found = proposal_for_partner(request.user, pk)
    if found.is_draft and can_edit(request.user, found):
        missing = readiness.missing(found)
        if missing:
            return redirect("applications:step", pk=found.pk, step=missing[0][0])
        return redirect("applications:check", pk=found.pk)
    context = {
        "proposal": found,
        "receipt": None if found.is_draft else found.receipt,
        "applicant": answers.applicant(found),
        "sections": answers.sections(found),
        "attachments": attachments.shown(found, to_staff=False),
        "may_attach": can_edit(request.user, found) and attachments.may_add(found),
        "letters": found.letters.select_related("document"),
        "timeline": None if found.is_draft else timeline.timeline_of(found),
        "afterwards": None if found.is_draft else afterwards.for_partner(found, request.user),
        "decided": found.state in DECIDED,
        "supplement_asked": found.supplement_requests.select_related("suspension").last(),
    }
    return render(request, "applications/proposal.html", context)


@require_safe
@signed_in
def receipt(request: AuthedRequest, pk: int) -> HttpResponse:
    """Confirm what was received, when, and what happens next."""
    found = proposal_for_partner(request.user, pk)
    if found.is_draft:
        raise Http404
    letter = found.letters.filter(kind="receipt").select_related("document").first()
    decide_by = decision_clock.clock_of(found).decide_by
    context = {"proposal": found, "receipt": found.receipt, "letter": letter, "decide_by": decide_by}
    return render(request, "applications/receipt.html", context)


@require_safe
@signed_in
def letter(request: AuthedRequest, pk: UUID) -> HttpResponse:
    """Hand over the PDF of a letter, as an attachment."""
    return hand_over(request, letter_for(request.user, pk).document, as_attachment=True)
