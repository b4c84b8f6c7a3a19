from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.access import can_edit, fills_in_for_partner, proposal_for_partner, proposal_to_edit
from applications.domain import decision_clock, openness, questions, supplements
from applications.errors import ProposalIncomplete
from applications.forms.clock import HandInForm
from applications.models import Proposal, SupplementRequest
from core.domain import clock
from core.errors import DomainError


@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def supplement(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show what the team asked to complete, and hand it in."""
    for_partner = fills_in_for_partner(request.user, pk)
    door = proposal_to_edit if for_partner or request.method == "POST" else proposal_for_partner
    proposal = door(request.user, pk)
    asked = proposal.supplement_requests.select_related("supplement", "suspension").order_by("-number").first()
    if asked is None:
        raise Http404
    form = HandInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            supplements.hand_in(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except ProposalIncomplete as error:
            form.add_error(None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if for_partner:
                messages.success(request, _("The supplement is taken in."))
                return redirect("applications:completeness", reference=proposal.reference)
            messages.success(request, _("We received your supplement. You get a confirmation by e-mail."))
            return redirect("applications:supplement", pk=proposal.pk)
    context = {**_context(proposal, asked), "form": form, "may_edit": for_partner or can_edit(request.user, proposal)}
    return render(request, "applications/clock/supplement.html", context, status=422 if form.errors else 200)


def _step_url(proposal: Proposal, slug: str) -> str:
    return reverse("applications:step", args=[proposal.pk, slug])


def _context(proposal: Proposal, asked: SupplementRequest) -> dict[str, Any]:
    is_open = asked.is_open and openness.is_in_time(asked, clock.now())
    missing = supplements.missing_in(proposal, asked) if is_open else []
    unfinished = {slug for slug, _sentence in missing}
    steps = [
        {"step": step, "url": _step_url(proposal, step.slug), "is_done": step.slug not in unfinished}
        for step in questions.STEPS
        if step.slug in asked.steps
    ]
    return {
        "proposal": proposal,
        "asked": asked,
        "lines": asked.text.splitlines(),
        "received": getattr(asked, "supplement", None),
        "is_open": is_open,
        "days_left": (asked.due_on - clock.today()).days,
        "steps": steps,
        "missing": [
            {"message": sentence, "url": _step_url(proposal, slug), "step": questions.step_of(slug)}
            for slug, sentence in missing
        ],
        "decision_clock": decision_clock.clock_of(proposal),
    }
