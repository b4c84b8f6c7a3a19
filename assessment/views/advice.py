from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, signed_in
from applications.domain.amounts import requested_by_year
from applications.models import Proposal
from applications.states import ProposalState
from assessment.access import file_for, file_to_run
from assessment.domain import advice as advices
from assessment.domain import advice_drafts, college_proposals, declarations, dossier, panel
from assessment.domain.outcomes import Result
from assessment.domain.readability import LONG_SENTENCE
from assessment.errors import AdviceGiven, AdviceNotAllowed, DeclarationNeeded, DraftChanged
from assessment.forms.advice import AdviceForm, TakeBackForm
from assessment.models import Advice, AdviceDraft, CollegeProposal, Consensus
from assessment.states import OUTCOME_KINDS
from core.domain import money
from core.errors import DomainError
from core.views.documents import hand_over


class Desk:
    """What the pages of an advice in the making share: the proposal, its consensus, the request and the draft."""

    def __init__(self, request: AuthedRequest, proposal: Proposal, consensus: Consensus) -> None:
        self.request, self.proposal, self.consensus = request, proposal, consensus
        self.draft: AdviceDraft | None = getattr(consensus.proposal, "advice_draft", None)
        self.taken_back: Advice | None = getattr(consensus.proposal, "advice", None)
        consensus.proposal = proposal
        self.result: Result = advices.outcome_of(consensus)
        self.requested: Mapping[int, Decimal] = requested_by_year(proposal)
        self.may_deviate = advices.may_deviate(request.user, proposal, self.result)

    def form(self, data: Mapping[str, Any] | None = None, *, is_draft: bool = False) -> AdviceForm:
        """Return the form with the draft in it, or bound to what was typed."""
        version = str(self.draft.version if self.draft else 0)
        typed = {**(self.draft.typed if self.draft else {}), "version": version}
        return AdviceForm(
            self.result, self.requested, may_deviate=self.may_deviate, typed=typed, data=data, is_draft=is_draft
        )

    def page(
        self, form: AdviceForm, *, status: int = 200, differences: list[dict[str, str]] | None = None
    ) -> HttpResponse:
        """Show the form with the outcome by the rule, the scores, and what the draft is."""
        comparison = dossier.compare(self.proposal, reader=self.request.user, consensus=self.consensus)
        drafted = self.draft.typed.get("outcome", "") if self.draft else ""
        context = {
            "form": form,
            "proposal": self.proposal,
            "consensus": self.consensus,
            "result": self.result,
            "outcome_kind": OUTCOME_KINDS[self.result.outcome],
            "comparison": comparison,
            "requested_total": money.total(amount for amount in self.requested.values() if amount > money.ZERO),
            "version": self.proposal.call.criteria_version,
            "draft": self.draft,
            "voice": panel.voice_of(self.proposal, reader=self.request.user),
            "declared": declarations.made_about(self.proposal, reader=self.request.user),
            "may_deviate": self.may_deviate,
            "drafted_otherwise": bool(drafted) and drafted != self.result.outcome and not self.may_deviate,
            "differences": differences or [],
            "long_sentence": LONG_SENTENCE,
            "taken_back": self.taken_back,
        }
        return render(self.request, "assessment/advice.html", context, status=status)


def _desk_for(request: AuthedRequest, reference: str) -> Desk | HttpResponse:
    """Open the door for whoever runs the assessment, while there is an advice to write; else tell where to go on."""
    try:
        proposal = file_to_run(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    related = ("proposal__advice__taken_back_by", "proposal__advice_draft__saved_by")
    consensus = Consensus.objects.select_related(*related).filter(proposal=proposal).first()
    if consensus is not None and proposal.state == ProposalState.IN_ASSESSMENT:
        return Desk(request, proposal, consensus)
    if consensus is None:
        messages.info(request, _("The advice follows from the consensus, which the team has not recorded yet."))
    else:
        messages.info(request, _("The advice on this proposal has been given already."))
    return redirect("assessment:file", reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def advice(request: AuthedRequest, reference: str) -> HttpResponse:
    """Write the advice, keep it as a draft, look how it reads for the college, and give it."""
    desk = _desk_for(request, reference)
    if isinstance(desk, HttpResponse):
        return desk
    if request.method != "POST":
        return desk.page(desk.form())
    action = request.POST.get("action", "give")
    form = desk.form(request.POST.dict(), is_draft=action == "save")
    if form.is_valid():
        answer = _carry_out(desk, form, action)
        if answer is not None:
            return answer
    return desk.page(form, status=422)


def _carry_out(desk: Desk, form: AdviceForm, action: str) -> HttpResponse | None:
    """Save, save and look, or give. None when that was refused: the form then says why."""
    try:
        return {"save": _save, "preview": _preview}.get(action, _give)(desk, form)
    except AdviceNotAllowed as error:
        form.add_error(form.place_of(error.field), str(error))
    except DraftChanged as error:
        return _somebody_saved(desk, form.data, str(error))
    except AdviceGiven as error:
        messages.info(desk.request, str(error))
        return redirect("assessment:file", reference=desk.proposal.reference)
    except DomainError as error:
        form.add_error(None, str(error))
    return None


def _save(desk: Desk, form: AdviceForm) -> HttpResponse:
    _keep(desk, form)
    messages.success(desk.request, _("The advice is saved as a draft. It is not given yet."))
    return redirect("assessment:advice", reference=desk.proposal.reference)


def _preview(desk: Desk, form: AdviceForm) -> HttpResponse:
    _keep(desk, form)
    # Whatever stands in the way of giving it, is told here and not by the PDF.
    advices.write(desk.proposal, by=desk.request.user, content=form.content())
    return redirect("assessment:advice_preview", reference=desk.proposal.reference)


def _keep(desk: Desk, form: AdviceForm) -> None:
    desk.draft = advice_drafts.save(
        proposal_id=desk.proposal.pk,
        by=desk.request.user,
        typed=form.as_typed(),
        seen_version=form.cleaned_data["version"],
    )
    # The page may come back with what is wrong: it must then know the version that it saved.
    form.data = {**form.data, "version": str(desk.draft.version)}


def _give(desk: Desk, form: AdviceForm) -> HttpResponse:
    advices.give(
        proposal_id=desk.proposal.pk,
        by=desk.request.user,
        content=form.content(),
        seen_version=form.cleaned_data["version"],
    )
    messages.success(desk.request, _("The advice on %(proposal)s is given.") % {"proposal": desk.proposal})
    return redirect("assessment:file", reference=desk.proposal.reference)


def _somebody_saved(desk: Desk, typed: Mapping[str, Any], error: str) -> HttpResponse:
    """Keep what was typed, and show beside it what somebody else saved meanwhile."""
    desk.draft = advice_drafts.draft_of(desk.proposal)
    saved = desk.draft.typed if desk.draft else {}
    form = desk.form({**typed, "version": str(desk.draft.version if desk.draft else 0)}, is_draft=True)
    differences = [
        {"label": str(form.fields[name].label), "saved": saved[name]}
        for name in form.fields
        if name in saved and saved[name].split() != str(typed.get(name, "")).split()
    ]
    form.add_error(None, error)
    return desk.page(form, status=409, differences=differences)


@require_safe
@signed_in
def preview(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show the college proposal as the saved draft would make it. Nothing of it is kept."""
    desk = _desk_for(request, reference)
    if isinstance(desk, HttpResponse):
        return desk
    form = desk.form(desk.form().typed)
    if not form.is_valid():
        messages.info(request, _("The draft is not complete yet, so there is nothing to look at."))
        return redirect("assessment:advice", reference=reference)
    try:
        written = advices.write(desk.proposal, by=request.user, content=form.content())
    except AdviceNotAllowed as error:
        messages.info(request, str(error))
        return redirect("assessment:advice", reference=reference)
    content = college_proposals.preview(written)
    name = f'inline; filename="{reference}-collegevoorstel-concept.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def take_back(request: AuthedRequest, reference: str) -> HttpResponse:
    """Take an advice back that turned out to be wrong, with the reason."""
    try:
        proposal = file_to_run(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    given = Advice.objects.standing().filter(proposal=proposal).select_related("given_by").first()
    if given is None or proposal.state != ProposalState.ADVISED:
        messages.info(request, _("There is no advice that can be taken back."))
        return redirect("assessment:file", reference=reference)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            advices.take_back(proposal_id=proposal.pk, by=request.user, reason=form.cleaned_data["reason"])
        except AdviceNotAllowed as error:
            form.add_error("reason", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The advice is taken back. Its text stands in a new draft."))
            return redirect("assessment:advice", reference=reference)
    context = {"form": form, "proposal": proposal, "given": given}
    return render(request, "assessment/advice_take_back.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def college_proposal(request: AuthedRequest, reference: str, advice: int) -> HttpResponse:
    """Give the college proposal of an advice to whoever may read the file."""
    try:
        proposal, _assignment = file_for(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    made = CollegeProposal.objects.filter(advice__about=proposal).select_related("document")
    return hand_over(request, get_object_or_404(made, advice=advice).document, as_attachment=False)
