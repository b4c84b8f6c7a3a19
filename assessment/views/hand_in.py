from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.models import Proposal
from assessment.access import assignment_for
from assessment.domain import scores
from assessment.errors import AlreadyHandedIn, AssessmentIncomplete, DeclarationNeeded, SavedElsewhere
from assessment.forms.scores import ScoreForm
from assessment.models import Assignment
from assessment.views.files import is_handed_in
from assessment.views.score import draft_of, form_of, rows_of, total_of
from core.errors import DomainError
from core.templatetags.nlds import anchor

NEVER = datetime(1, 1, 1, tzinfo=UTC)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hand_in(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show an assessment once more with what is missing, and hand it in for good."""
    try:
        proposal, assignment = assignment_for(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    if is_handed_in(assignment):
        messages.info(request, _("You have handed in this assessment; it can't be changed any more."))
        return redirect("assessment:file", reference=reference)
    if request.method != "POST":
        return _page(request, proposal, assignment)
    try:
        scores.hand_in(assignment_id=assignment.pk, by=request.user, seen=_moment(request.POST.get("seen", "")))
    except AssessmentIncomplete:
        return _page(request, proposal, assignment, status=422)
    except SavedElsewhere as error:
        return _page(request, proposal, assignment, problem=str(error), status=422)
    except AlreadyHandedIn as error:
        messages.info(request, str(error))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Handed in. You can now read what your colleagues handed in."))
    return redirect("assessment:file", reference=reference)


def _moment(typed: str) -> datetime:
    """Read when the draft was saved that the page showed; what can't be read is no draft of ours."""
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return NEVER


def _page(
    request: AuthedRequest, proposal: Proposal, assignment: Assignment, *, problem: str = "", status: int = 200
) -> HttpResponse:
    form = form_of(proposal, assignment)
    draft = draft_of(assignment)
    context = {
        "proposal": proposal,
        "draft": draft,
        "missing": _missing(form, scores.missing_of(form.version, draft), proposal),
        "problem": problem,
        "gate_label": _("First of all"),
        "gate": form.said("gate", form.held["gate"].value),
        "gate_reason": form.held["gate_reason"].value,
        "rows": [_shown(form, row) for row in rows_of(form)],
        "total": total_of(form),
    }
    return render(request, "assessment/hand_in.html", context, status=status)


def _missing(form: ScoreForm, missing: dict[str, str], proposal: Proposal) -> list[dict[str, str]]:
    """Return what is missing as links to where it is filled in."""
    page = reverse("assessment:score", args=[proposal.reference])
    return [
        {"message": f"{_called(form, name)}: {sentence}", "url": f"{page}#{anchor(form[name])}"}
        for name, sentence in missing.items()
    ]


def _called(form: ScoreForm, name: str) -> str:
    """Return the criterion that an answer belongs to, in a few words."""
    return _("First of all") if name.startswith("gate") else form.summary_labels.get(name) or form.label_of(name)


def _shown(form: ScoreForm, row: dict[str, Any]) -> dict[str, Any]:
    code = row["criterion"].code
    return {
        "criterion": row["criterion"],
        "points": form.said(code, form.held[code].value),
        "reason": form.held[f"{code}_reason"].value,
        "anchor": anchor(row["points"]),
    }
