from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from assessment.access import file_to_run
from assessment.domain import consensus as consensuses
from assessment.domain import dossier
from assessment.domain.dossier import Comparison
from assessment.errors import ConsensusIncomplete, ConsensusRecorded, DeclarationNeeded, NotAllHandedIn
from assessment.forms.consensus import ConsensusForm
from assessment.forms.fields import NOT_APPLICABLE
from assessment.models import Consensus
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def consensus(request: AuthedRequest, reference: str) -> HttpResponse:
    """Record what the team agreed on, with the assessors' scores side by side."""
    try:
        proposal = file_to_run(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    if Consensus.objects.filter(proposal=proposal).exists():
        messages.info(request, _("The team has recorded its consensus on this proposal already."))
        return redirect("assessment:file", reference=reference)
    try:
        consensuses.require_all_handed_in(proposal, proposal.call.criteria_version)
    except NotAllHandedIn as error:
        messages.info(request, str(error))
        return redirect("assessment:file", reference=reference)
    comparison = dossier.compare(proposal, reader=request.user)
    discuss = [row.criterion.code for row in comparison.rows if row.discuss]
    typed = request.POST if request.method == "POST" else None
    form = ConsensusForm(proposal, discuss, typed, initial=_shared(comparison))
    if form.is_valid():
        try:
            consensuses.record(
                proposal_id=proposal.pk,
                by=request.user,
                gate=form.gate(),
                scores=form.scores(),
                present=form.cleaned_data["present"],
            )
        except ConsensusIncomplete as error:
            form.tell_missing(error.missing)
        except ConsensusRecorded as error:
            messages.info(request, str(error))
            return redirect("assessment:file", reference=reference)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The consensus is recorded. The advice can be given now."))
            return redirect("assessment:advice", reference=reference)
    context = {"form": form, "proposal": proposal, "comparison": comparison, "rows": _rows(form, comparison)}
    return render(request, "assessment/consensus.html", context, status=422 if form.errors else 200)


def _shared(comparison: Comparison) -> dict[str, Any]:
    """Return as a start what all assessors gave alike; where they differ the team chooses."""
    initial: dict[str, Any] = {"present": [assessment.assignment.assessor_id for assessment in comparison.assessments]}
    gates = {assessment.passes_gate for assessment in comparison.assessments}
    if len(gates) == 1:
        initial["gate"] = {True: "yes", False: "no", None: ""}[gates.pop()]
    for row in comparison.rows:
        given = {(score.points, score.not_applicable) for score in row.scores if score is not None}
        if len(given) == 1:
            points, not_applicable = given.pop()
            initial[row.criterion.code] = NOT_APPLICABLE if not_applicable else str(points)
    return initial


def _rows(form: ConsensusForm, comparison: Comparison) -> list[dict[str, Any]]:
    return [
        {**fields, "spread": row.spread, "discuss": row.discuss, "scores": row.scores}
        for fields, row in zip(form.rows(), comparison.rows, strict=True)
    ]
