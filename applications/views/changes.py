"""Change notices after a grant: the partner tells, the team answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, signed_in
from applications.access import (
    can_edit,
    can_handle_intake,
    change_notice_for_team,
    intake_of,
    sent_proposal_for_partner,
)
from applications.domain import changes
from applications.errors import ContentRefused
from applications.forms.afterwards import ChangeAnswerForm, ChangeForm
from applications.models import ChangeNotice
from applications.states import CHANGE_KINDS, MAY_CHANGE_AFTERWARDS
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_partner(request: AuthedRequest, pk: int) -> HttpResponse:
    """Tell of a change in what was granted, and see what the team made of earlier ones."""
    proposal = sent_proposal_for_partner(request.user, pk)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            changes.report(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except ContentRefused as error:
            form.add_error(error.field, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("We received your change notice. You get an answer as a letter."))
            return redirect("applications:changes", pk=pk)
    context = {
        "proposal": proposal,
        "form": form,
        "notices": ChangeNotice.objects.filter(proposal=proposal).for_page(),
        "kinds": CHANGE_KINDS,
        "may_report": proposal.state in MAY_CHANGE_AFTERWARDS and can_edit(request.user, proposal),
        "is_granted": proposal.state in MAY_CHANGE_AFTERWARDS,
    }
    return render(request, "applications/changes/partner.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def of_team(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show the changes that a partner told of, and how each was answered."""
    proposal = intake_of(request.user, reference, to_handle=False)
    context = {
        "proposal": proposal,
        "notices": ChangeNotice.objects.filter(proposal=proposal).for_page(),
        "kinds": CHANGE_KINDS,
        "may_answer": can_handle_intake(request.user, proposal),
    }
    return render(request, "applications/changes/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def answer(request: AuthedRequest, reference: str, pk: int) -> HttpResponse:
    """Answer a change notice: accept it, refuse it, or say that it needs a new decision."""
    notice = change_notice_for_team(request.user, reference, pk)
    form = ChangeAnswerForm(notice, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            changes.answer(notice_id=notice.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            notice.refresh_from_db()
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The partner gets your answer as a letter."))
            return redirect("applications:team_changes", reference=reference)
    context = {"proposal": notice.proposal, "notice": notice, "form": form, "kinds": CHANGE_KINDS}
    return render(request, "applications/changes/answer.html", context, status=422 if form.errors else 200)
