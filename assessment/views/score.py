from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.domain import amounts
from applications.models import Proposal
from applications.states import ProposalState
from assessment.access import assignment_for
from assessment.domain import dossier, scores
from assessment.errors import AlreadyHandedIn, AssessmentIncomplete, DeclarationNeeded, SavedElsewhere
from assessment.forms.scores import ScoreForm, answers_of
from assessment.models import Assessment, Assignment
from assessment.views.files import is_handed_in
from core.errors import DomainError

HAND_IN = "hand_in"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def score(request: AuthedRequest, reference: str) -> HttpResponse:
    """Score a proposal on the criteria: keep a draft, or hand in for good."""
    try:
        proposal, assignment = assignment_for(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    if is_handed_in(assignment):
        messages.info(request, _("You have handed in this assessment; it can't be changed any more."))
        return redirect("assessment:file", reference=reference)
    if request.method != "POST":
        dossier.note_opening(proposal, by=request.user)
        form = ScoreForm(proposal, getattr(assignment, "assessment", None))
        return _page(request, proposal, assignment, form)
    return _answer(request, proposal, assignment, ScoreForm(proposal, None, request.POST))


def _answer(request: AuthedRequest, proposal: Proposal, assignment: Assignment, form: ScoreForm) -> HttpResponse:
    """Keep what was sent, or show the page again with everything typed and what is wrong."""
    if form.is_valid():
        try:
            return _keep(request, proposal, assignment, form)
        except AssessmentIncomplete as error:
            form.add_error(None, str(error))
            form.tell_missing(error.missing)
        except AlreadyHandedIn as error:
            messages.info(request, str(error))
            return redirect("assessment:file", reference=proposal.reference)
        except SavedElsewhere as error:
            form.add_error(None, str(error))
            return _page(request, proposal, assignment, form, stale=True)
        except DomainError as error:
            form.add_error(None, str(error))
    return _page(request, proposal, assignment, form)


def _keep(request: AuthedRequest, proposal: Proposal, assignment: Assignment, form: ScoreForm) -> HttpResponse:
    """Save what was typed, hand it in if asked, and go on."""
    try:
        saved = scores.save(
            assignment_id=assignment.pk,
            by=request.user,
            gate=form.gate(),
            scores=form.scores(),
            seen=form.cleaned_data["saved_at"],
        )
    except SavedElsewhere:
        # The same text sent twice is no conflict.
        stored = Assessment.objects.filter(assignment=assignment).first()
        if stored is None or form.differences_from(answers_of(stored)):
            raise
        saved = stored
    if request.POST.get("action") == HAND_IN:
        _show_version(form, saved)
        scores.hand_in(assignment_id=assignment.pk, by=request.user)
        messages.success(request, _("Handed in. You can now read what your colleagues handed in."))
        return redirect("assessment:file", reference=proposal.reference)
    messages.success(request, _("Saved as a draft. Nobody else can see it until you hand it in."))
    return redirect("assessment:score", reference=proposal.reference)


def _show_version(form: ScoreForm, saved: Assessment) -> None:
    """Let a page that comes back carry the version that was just saved or is now known."""
    form.data = {**form.data.dict(), "saved_at": saved.saved_at.isoformat()}  # type: ignore[attr-defined]


def _page(
    request: AuthedRequest, proposal: Proposal, assignment: Assignment, form: ScoreForm, *, stale: bool = False
) -> HttpResponse:
    stored: dict[str, str] = {}
    saved = Assessment.objects.filter(assignment=assignment).first() if form.is_bound else assignment_draft(assignment)
    if stale and saved is not None:
        stored = form.differences_from(answers_of(saved))
        _show_version(form, saved)
    context = {
        "form": form,
        "proposal": proposal,
        "saved": saved,
        "stored": stored,
        "is_stale": stale,
        "rows": _rows(proposal, form, stored),
        "total": _total(form),
        "results": list(proposal.promised_results.all()),
        "desired": list(proposal.desired_results.all()),
        "totals": amounts.totals_of(proposal),
        "is_open": proposal.state == ProposalState.IN_ASSESSMENT,
    }
    return render(request, "assessment/score.html", context, status=422 if form.errors else 200)


def assignment_draft(assignment: Assignment) -> Assessment | None:
    """Return the draft of an assignment, if there is one."""
    draft: Assessment | None = getattr(assignment, "assessment", None)
    return draft


def _rows(proposal: Proposal, form: ScoreForm, stored: dict[str, str]) -> list[dict[str, Any]]:
    """Return the criteria with what the partner says about each, and what another window stored."""
    said = dict(proposal.criterion_answers.values_list("criterion_id", "text"))
    return [
        {
            **row,
            "said": said.get(row["criterion"].pk, ""),
            "stored_points": stored.get(row["criterion"].code, ""),
            "stored_reason": stored.get(f"{row['criterion'].code}_reason", ""),
        }
        for row in form.rows()
    ]


def _total(form: ScoreForm) -> dict[str, int]:
    """Return the points so far of what is possible for what was scored, and how many criteria are scored."""
    highest = max(int(value) for value, _label in form.levels)
    points = possible = scored = 0
    for criterion in form.criteria:
        value = str(form[criterion.code].value() or "")
        scored += bool(value)
        if value.isdigit():
            points += int(value) * criterion.weight
            possible += highest * criterion.weight
    return {"points": points, "possible": possible, "scored": scored, "criteria": len(form.criteria)}
