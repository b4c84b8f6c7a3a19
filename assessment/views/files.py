from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.models import User
from applications.domain import afterwards, answers, attachments, decision_clock, versions
from applications.models import CompletenessCheck, Proposal
from applications.states import DECIDED, UNDER_REVIEW, ProposalState
from assessment.access import (
    file_for,
    file_to_run,
    is_manager,
    reads_as_staff,
    reads_decision_lists,
    runs_assessment,
)
from assessment.domain import assignments, declarations, dossier, panel
from assessment.domain.work import next_step
from assessment.errors import DeclarationNeeded
from assessment.forms.assignments import AssignForm
from assessment.models import Advice, Assignment, Consensus
from core.domain import clock
from core.errors import DomainError


@require_safe
@signed_in
def file(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show the whole file of a proposal to whoever may read it."""
    try:
        proposal, assignment = file_for(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    dossier.note_opening(proposal, by=request.user)
    return render(request, "assessment/file.html", _file_context(request.user, proposal, assignment))


def _file_context(user: User, proposal: Proposal, assignment: Assignment | None) -> dict[str, Any]:
    consensus = Consensus.objects.filter(proposal=proposal).select_related("recorded_by").first()
    progress = dossier.progress_of(proposal)
    context = {
        "proposal": proposal,
        "applicant": answers.applicant(proposal),
        "sections": versions.read_by_team(proposal),
        "attachments": attachments.read_by_team(proposal, to_staff=reads_as_staff(user, proposal)),
        "decision_clock": decision_clock.clock_of(proposal),
        "supplement_asked": proposal.supplement_requests.select_related("suspension").last(),
        "check": CompletenessCheck.objects.filter(proposal=proposal).select_related("checked_by").first(),
        "tag": proposal.line_tags.select_related("line", "tagged_by").last(),
        "progress": progress,
        "comparison": dossier.compare(proposal, reader=user, consensus=consensus),
        "consensus": consensus,
        "present": list(consensus.present.order_by("full_name")) if consensus else [],
        **given_advices(proposal),
        "voice": panel.voice_of(proposal, reader=user),
        "history": dossier.history_of(proposal),
        "may_score": assignment is not None and not is_handed_in(assignment) and _is_open(proposal),
        "may_declare": proposal.state in UNDER_REVIEW,
        "may_hand_over": bool(is_manager(user)),
        "asks_interest": proposal.state in UNDER_REVIEW and declarations.first_of(proposal, user) is None,
        "declared": declarations.made_about(proposal, reader=user),
        "is_decided": proposal.state in DECIDED,
        "may_open_list": proposal.state in (ProposalState.LISTED, *DECIDED) and reads_decision_lists(user),
        "from_partner": afterwards.for_team(proposal, user),
        "runs": False,
        "panel_progress": None,
        "may_ask_panel": False,
        "step": "",
        "may_add": False,
    }
    if runs_assessment(user, proposal):
        step = next_step(
            state=proposal.state,
            needed=progress.needed,
            counting=progress.counting,
            done=progress.done,
            has_consensus=consensus is not None,
        )
        may_add = _is_open(proposal) and consensus is None
        context |= {"runs": True, "step": step, "may_add": may_add}
        context |= {"panel_progress": panel.progress_with(proposal), "may_ask_panel": may_add}
        context["may_take_back"] = proposal.state == ProposalState.ADVISED and context["advice"] is not None
    return context


def given_advices(proposal: Proposal) -> dict[str, Any]:
    """Return the advice that stands, if there is one, and those that were taken back, the last first."""
    advices = list(Advice.objects.for_file().filter(about=proposal).order_by("-pk"))
    standing = next((one for one in advices if not one.is_taken_back), None)
    return {"advice": standing, "taken_back": [one for one in advices if one.is_taken_back], "may_take_back": False}


def is_handed_in(assignment: Assignment) -> bool:
    """Tell whether an assignment's assessment was handed in."""
    assessment = getattr(assignment, "assessment", None)
    return assessment is not None and assessment.handed_in_at is not None


def _is_open(proposal: Proposal) -> bool:
    return proposal.state == ProposalState.IN_ASSESSMENT


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def assign(request: AuthedRequest, reference: str) -> HttpResponse:
    """Ask people to assess a proposal."""
    try:
        proposal = file_to_run(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    form = AssignForm(proposal, request.POST if request.method == "POST" else None, reader=request.user)
    if form.is_valid():
        chosen = form.cleaned_data["assessors"]
        try:
            due_on = form.cleaned_data["due_on"]
            assignments.assign_all(proposal_id=proposal.pk, assessors=chosen, by=request.user, due_on=due_on)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            names = ", ".join(person.full_name for person in chosen)
            messages.success(request, _("Asked to assess: %(names)s.") % {"names": names})
            return redirect("assessment:file", reference=reference)
    context = {
        "form": form,
        "proposal": proposal,
        "progress": dossier.progress_of(proposal),
        "is_open": _is_open(proposal) and not Consensus.objects.filter(proposal=proposal).exists(),
        "asked": Assignment.objects.for_overview().filter(proposal=proposal),
        "withdrawn": proposal.withdrawn_assignments.select_related("assessor", "withdrawn_by"),
        "today": clock.today(),
    }
    return render(request, "assessment/assign.html", context, status=422 if form.errors else 200)
