from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.domain import amounts
from applications.domain.fields import Seen
from applications.forms.fields import seen_in
from applications.models import Proposal
from assessment.access import assignment_for
from assessment.domain import dossier, scores
from assessment.errors import AlreadyHandedIn, DeclarationNeeded
from assessment.forms.score_answers import STAY, conflicts_of, versions_of, with_choice
from assessment.forms.scores import ScoreForm
from assessment.models import Assessment, Assignment
from assessment.views.files import is_handed_in
from core.errors import DomainError

HAND_IN = "hand_in"


# Not kept by others, but the browser's own back button finds what was typed.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def score(request: AuthedRequest, reference: str) -> HttpResponse:
    """Score a proposal on the criteria: keep a draft, and go on to the check before handing in."""
    try:
        proposal, assignment = assignment_for(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    if is_handed_in(assignment):
        messages.info(request, _("You have handed in this assessment; it can't be changed any more."))
        return redirect("assessment:file", reference=reference)
    if request.method == "POST":
        return _save(request, proposal, assignment)
    dossier.note_opening(proposal, by=request.user)
    return _page(request, assignment, form_of(proposal, assignment))


def draft_of(assignment: Assignment) -> Assessment | None:
    """Return the draft of an assignment, if there is one."""
    draft: Assessment | None = getattr(assignment, "assessment", None)
    return draft


def form_of(proposal: Proposal, assignment: Assignment, data: Any = None) -> ScoreForm:
    """Return the form of a draft, with what was typed in it."""
    return ScoreForm(proposal, draft_of(assignment), data)


def _save(request: AuthedRequest, proposal: Proposal, assignment: Assignment) -> HttpResponse:
    """Keep what was sent, or show the page again with everything typed and what is wrong."""
    form = form_of(proposal, assignment, request.POST)
    data = with_choice(request.POST, form)
    if data is not request.POST:
        form = form_of(proposal, assignment, data)
    seen = seen_in(data, form.names)
    if not form.is_valid():
        return _page(request, assignment, form, seen=seen)
    try:
        saved = scores.save_answers(assignment_id=assignment.pk, by=request.user, values=form.values(), seen=seen)
    except AlreadyHandedIn as error:
        messages.info(request, str(error))
        return redirect("assessment:file", reference=proposal.reference)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, assignment, form, seen=seen)
    if saved.conflicts:
        conflicts = conflicts_of(form, saved)
        for conflict in conflicts:
            form.add_error(conflict["name"], _("There are two versions. Choose below which one stays."))
        return _page(request, assignment, form, seen=saved.seen, conflicts=conflicts)
    action = data.get("action")
    if action == HAND_IN:
        return redirect("assessment:hand_in", reference=proposal.reference)
    if action != STAY:
        messages.success(request, _("Saved as a draft. Nobody else can see it until you hand it in."))
    return redirect("assessment:score", reference=proposal.reference)


def _page(
    request: AuthedRequest,
    assignment: Assignment,
    form: ScoreForm,
    *,
    seen: Mapping[str, Seen] | None = None,
    conflicts: Sequence[Mapping[str, Any]] = (),
) -> HttpResponse:
    proposal = form.proposal
    context = {
        "form": form,
        "proposal": proposal,
        "assignment": assignment,
        "saved": draft_of(assignment),
        "versions": versions_of(form, dict(seen or {})),
        "conflicts": {conflict["name"]: conflict for conflict in conflicts},
        "rows": rows_of(form),
        "total": total_of(form),
        "results": list(proposal.promised_results.all()),
        "desired": list(proposal.desired_results.all()),
        "totals": amounts.totals_of(proposal),
    }
    return render(request, "assessment/score.html", context, status=422 if form.errors else 200)


def rows_of(form: ScoreForm) -> list[dict[str, Any]]:
    """Return the criteria with their fields and tiles, and what the partner says about each."""
    said = dict(form.proposal.criterion_answers.values_list("criterion_id", "text"))
    return [{**row, "said": said.get(row["criterion"].pk, "")} for row in form.rows()]


def total_of(form: ScoreForm) -> dict[str, int]:
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
