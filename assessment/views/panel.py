"""The pages of the talent panel."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from applications.states import UNDER_REVIEW
from assessment.access import panel_invitation_for
from assessment.domain import declarations, dossier, panel, panel_answers, panel_members, panel_reading
from assessment.errors import PanelAnswerChanged, PanelAnswerIncomplete, PanelClosed
from assessment.forms.declarations import DeclarationForm, LaterForm
from assessment.forms.panel import JoinForm, OpinionForm
from assessment.models import PanelAnswer, PanelInvitation, PanelMember
from core.errors import DomainError


@require_safe
@requires(Role.TALENT)
def talent(request: AuthedRequest) -> HttpResponse:
    """Show what waits for a member, what the member gave, and what became of it."""
    asked = panel.asked_of(request.user)
    given = [one for one in asked if answer_of(one) is not None]
    is_member = panel_members.is_member(request.user)
    context = {
        "is_member": is_member,
        "may_join": not is_member and panel_members.may_join(request.user),
        "waiting": panel.waiting_for(request.user) if is_member else [],
        "given": panel.given_in(given),
    }
    return render(request, "assessment/panel/talent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.TALENT)
def join(request: AuthedRequest) -> HttpResponse:
    """Join the panel with a year of birth; who joined reads here what is kept, and can leave."""
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            panel_members.join(by=request.user, birth_year=int(form.cleaned_data["birth_year"]))
        except DomainError as error:
            form.add_error("birth_year", str(error))
        else:
            messages.success(request, _("Welcome to the talent panel! You get an e-mail when we want your opinion."))
            return redirect("assessment:talent")
    member = PanelMember.objects.filter(person=request.user).first()
    context = {"form": form, "member": member, "may_join": panel_members.may_join(request.user)}
    return render(request, "assessment/panel/join.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Role.TALENT)
def leave(request: AuthedRequest) -> HttpResponse:
    """Leave the panel: the year of birth goes."""
    panel_members.leave(by=request.user)
    messages.success(request, _("You left the talent panel. We removed your year of birth."))
    return redirect("assessment:talent")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.TALENT)
def declare(request: AuthedRequest, reference: str) -> HttpResponse:
    """Declare an interest, or that there is none, before a member reads the proposal; later only one (Awb 2:4)."""
    invitation = panel_invitation_for(request.user, reference)
    proposal = invitation.question.proposal
    if proposal.state not in UNDER_REVIEW:
        return redirect("assessment:talent")
    data = request.POST if request.method == "POST" else None
    form = LaterForm(data) if invitation.is_declared else DeclarationForm(data)
    if form.is_valid():
        try:
            declarations.declare(proposal_id=proposal.pk, person=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("explanation", str(error))
        else:
            if form.cleaned_data["has_interest"]:
                messages.success(request, _("Thank you for telling us. This proposal is gone from your list."))
                return redirect("assessment:talent")
            return redirect("assessment:opinion", reference=reference)
    context = {"form": form, "proposal": proposal, "question": invitation.question}
    return render(request, "assessment/panel/declare.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.TALENT)
def opinion(request: AuthedRequest, reference: str) -> HttpResponse:
    """Read a proposal in plain form and give an opinion on it; later read back what one gave."""
    invitation = panel_invitation_for(request.user, reference)
    if not invitation.is_declared:
        return redirect("assessment:declare_as_talent", reference=reference)
    if not panel.is_open(invitation.question):
        return _look_back(request, invitation)
    if not panel_members.is_member(request.user):
        return redirect("assessment:join_panel")
    form = OpinionForm(
        invitation.question.proposal, answer_of(invitation), request.POST if request.method == "POST" else None
    )
    return _give(request, invitation, form) if form.is_valid() else _page(request, invitation, form)


def _give(request: AuthedRequest, invitation: PanelInvitation, form: OpinionForm) -> HttpResponse:
    """Save an opinion, or show the page again with everything typed and what is wrong."""
    proposal = invitation.question.proposal
    stored = None
    try:
        panel_answers.give(
            proposal_id=proposal.pk,
            by=request.user,
            marks=form.marks(),
            sentence=form.cleaned_data["sentence"],
            seen=form.cleaned_data["seen"],
        )
    except PanelClosed as error:
        messages.info(request, str(error))
        return redirect("assessment:opinion", reference=proposal.reference)
    except PanelAnswerIncomplete as error:
        for name, sentence in error.missing.items():
            form.add_error(name, sentence)
    except PanelAnswerChanged as error:
        form.add_error(None, str(error))
        stored = PanelAnswer.objects.get(invitation=invitation)
    except DomainError as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, _("Thank you! Your opinion on “%(title)s” is saved.") % {"title": proposal.title})
        return redirect("assessment:talent")
    return _page(request, invitation, form, stored=stored)


def answer_of(invitation: PanelInvitation) -> PanelAnswer | None:
    """Return what a member gave, if anything."""
    answer: PanelAnswer | None = getattr(invitation, "answer", None)
    return answer


def _page(
    request: AuthedRequest, invitation: PanelInvitation, form: OpinionForm, *, stored: PanelAnswer | None = None
) -> HttpResponse:
    """Show the proposal and the form; `stored` is what another window saved meanwhile, which a next save replaces."""
    proposal = invitation.question.proposal
    if request.method != "POST":
        dossier.note_opening(proposal, by=request.user)
    current = stored or answer_of(invitation)
    context: dict[str, Any] = {
        "form": form,
        "proposal": proposal,
        "question": invitation.question,
        "plain": panel_reading.read(proposal),
        "answer": current,
        "seen": current.changed_at.isoformat() if stored and current else form["seen"].value() or "",
        "stored": list(stored.marks.select_related("criterion")) if stored else [],
        "rows": form.rows(),
    }
    return render(request, "assessment/panel/opinion.html", context, status=422 if form.errors else 200)


def _look_back(request: AuthedRequest, invitation: PanelInvitation) -> HttpResponse:
    """Show what a member gave, what became of the proposal, and what the whole panel said."""
    proposal = invitation.question.proposal
    answer = answer_of(invitation)
    if request.method == "POST":
        messages.info(request, _("The team goes on with this proposal now: the panel’s opinion stands as it is."))
        return redirect("assessment:opinion", reference=proposal.reference)
    dossier.note_opening(proposal, by=request.user)
    context = {
        "proposal": proposal,
        "question": invitation.question,
        "plain": panel_reading.read(proposal),
        "answer": answer,
        "marks": panel.marks_in(answer) if answer else [],
        "became": panel.became_of(proposal),
        "voice": panel.voice_for_member(invitation),
    }
    return render(request, "assessment/panel/look_back.html", context)
