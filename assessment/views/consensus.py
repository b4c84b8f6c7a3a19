"""What the team agrees on: item by item in a meeting, or about one proposal outside a planned meeting."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from accounts.models import User
from applications.models import Proposal
from assessment.access import file_to_run, meeting_item_for, runs_assessment
from assessment.domain import agendas, consensus_drafts, dossier, panel
from assessment.domain import consensus as consensuses
from assessment.domain.dossier import Comparison
from assessment.errors import (
    ConsensusIncomplete,
    ConsensusRecorded,
    DeclarationNeeded,
    MeetingNotReady,
    NotAllHandedIn,
    SavedElsewhere,
)
from assessment.forms.consensus import ConsensusForm, answers_of
from assessment.forms.fields import NOT_APPLICABLE
from assessment.models import Consensus, ConsensusDraft, MeetingItem
from assessment.states import Presence
from core.errors import DomainError

RECORD, RECORD_AND_GO_ON = "record", "record_next"
# A reason of the team takes this many characters.
REASON_LIMIT, GATE_REASON_LIMIT = 2000, 1000


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def consensus(request: AuthedRequest, reference: str) -> HttpResponse:
    """Record what the team agreed on about one proposal, outside a planned meeting."""
    try:
        proposal = file_to_run(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    if (elsewhere := _elsewhere(request, proposal)) is not None:
        return elsewhere
    comparison = dossier.compare(proposal, reader=request.user)
    came = [assessment.assignment.assessor_id for assessment in comparison.assessments]
    form = _form(request, proposal, comparison, consensuses.may_be_present(proposal), {"present": came})
    if form.is_valid():
        try:
            _record(request, proposal, form)
        except ConsensusRecorded as error:
            messages.info(request, str(error))
            return redirect("assessment:file", reference=reference)
        except ConsensusIncomplete as error:
            form.tell_missing(error.missing)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The consensus is recorded. The advice can be given now."))
            return redirect("assessment:advice", reference=reference)
    return _page(request, proposal, comparison, form)


def _elsewhere(request: AuthedRequest, proposal: Proposal) -> HttpResponse | None:
    """Send on when there is nothing to agree on yet or any more, or when a meeting does."""
    if Consensus.objects.filter(proposal=proposal).exists():
        messages.info(request, _("The team has recorded its consensus on this proposal already."))
        return redirect("assessment:file", reference=proposal.reference)
    if (waiting := agendas.waiting_item_of(proposal)) is not None:
        return redirect("assessment:meeting_item", waiting.meeting_id, proposal.reference)
    try:
        consensuses.require_all_handed_in(proposal, proposal.call.criteria_version)
    except NotAllHandedIn as error:
        messages.info(request, str(error))
        return redirect("assessment:file", reference=proposal.reference)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def item(request: AuthedRequest, pk: int, reference: str) -> HttpResponse:
    """Show one item of a meeting; whoever runs it notes and records what the team agrees on, and goes on."""
    try:
        found, proposal = meeting_item_for(request.user, pk, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    runs = bool(runs_assessment(request.user, proposal))
    if request.method == "POST" and not runs:
        raise PermissionDenied
    comparison = dossier.compare(proposal, reader=request.user, consensus=found.consensus)
    problem = _problem_with(found, proposal)
    if problem or not runs:
        if request.method == "POST":
            return _refuse(request, found, reference, problem)
        return _page(request, proposal, comparison, None, item=found, problem=problem)
    draft: ConsensusDraft | None = getattr(found, "draft", None)
    start = answers_of(draft) if draft is not None else {"present": _expected_at(found)}
    form = _form(request, proposal, comparison, consensuses.may_attend(found), start)
    if request.method == "POST":
        return _answer(request, found, proposal, comparison, form)
    return _page(request, proposal, comparison, form, item=found)


def _problem_with(found: MeetingItem, proposal: Proposal) -> str:
    """Return why nothing can be noted for an item; empty when it can."""
    if not found.is_waiting:
        return _("This item is done: it was recorded or postponed.")
    try:
        consensuses.require_open(proposal)
        consensus_drafts.require_going_on(found)
        consensuses.require_all_handed_in(proposal, proposal.call.criteria_version)
    except (ConsensusRecorded, MeetingNotReady, NotAllHandedIn) as error:
        return str(error)
    return ""


def _refuse(request: AuthedRequest, found: MeetingItem, reference: str, problem: str) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"problem": problem}, status=409)
    messages.info(request, problem)
    return redirect("assessment:meeting_item", found.meeting_id, reference)


def _answer(
    request: AuthedRequest, found: MeetingItem, proposal: Proposal, comparison: Comparison, form: ConsensusForm
) -> HttpResponse:
    """Keep what was noted, or record it, and go on; or show the page again with everything typed and what is wrong."""
    theirs: ConsensusDraft | None = None
    action = request.POST.get("action", "")
    if form.is_valid():
        try:
            if action in (RECORD, RECORD_AND_GO_ON):
                _record(request, proposal, form, found)
                return _after_recording(request, found, proposal, go_on=action == RECORD_AND_GO_ON)
            return _keep(request, found, form)
        except ConsensusIncomplete as error:
            form.add_error(None, str(error))
            form.tell_missing(error.missing)
        except SavedElsewhere as error:
            form.add_error(None, str(error))
            theirs = ConsensusDraft.objects.filter(item=found).select_related("saved_by").first()
        except DomainError as error:
            form.add_error(None, str(error))
    if _by_script(request):
        said = [str(text) for texts in form.errors.values() for text in texts]
        return JsonResponse({"problem": " ".join(said)}, status=409 if theirs else 422)
    return _page(request, proposal, comparison, form, item=found, theirs=theirs)


def _keep(request: AuthedRequest, found: MeetingItem, form: ConsensusForm) -> HttpResponse:
    draft = consensus_drafts.save(
        item_id=found.pk,
        by=request.user,
        gate=form.gate(),
        scores=form.scores(),
        present=form.cleaned_data["present"],
        seen=form.seen(),
    )
    if _by_script(request):
        return JsonResponse({"version": draft.version})
    messages.success(request, _("Your notes are saved. Nothing is recorded yet."))
    return redirect("assessment:meeting_item", found.meeting_id, found.proposal.reference)


def _record(
    request: AuthedRequest, proposal: Proposal, form: ConsensusForm, found: MeetingItem | None = None
) -> Consensus:
    return consensuses.record(
        proposal_id=proposal.pk,
        by=request.user,
        gate=form.gate(),
        scores=form.scores(),
        present=form.cleaned_data["present"],
        item_id=None if found is None else found.pk,
        seen=None if found is None else form.seen(),
    )


def _after_recording(request: AuthedRequest, found: MeetingItem, proposal: Proposal, *, go_on: bool) -> HttpResponse:
    messages.success(request, _("%(proposal)s is recorded.") % {"proposal": proposal})
    if not go_on:
        return redirect("assessment:meeting_item", found.meeting_id, proposal.reference)
    following = agendas.next_waiting(request.user, found)
    if following is None:
        messages.info(request, _("That was the last item. Close the meeting to make its minutes."))
        return redirect("assessment:meeting", found.meeting_id)
    return redirect("assessment:meeting_item", found.meeting_id, following.proposal.reference)


def _by_script(request: AuthedRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _expected_at(found: MeetingItem) -> list[int]:
    """Return who is there, as a start: who came to the meeting."""
    came = found.meeting.attendance.filter(presence=Presence.PRESENT)
    return list(came.values_list("person", flat=True))


def _form(
    request: AuthedRequest, proposal: Proposal, comparison: Comparison, people: QuerySet[User], start: dict[str, Any]
) -> ConsensusForm:
    discuss = [row.criterion.code for row in comparison.rows if row.discuss]
    typed = request.POST if request.method == "POST" else None
    return ConsensusForm(proposal, discuss, people, typed, initial={**_shared(comparison), **start})


def _shared(comparison: Comparison) -> dict[str, Any]:
    """Return as a start what all assessors gave alike, with their reasons; where they differ the team chooses."""
    initial: dict[str, Any] = {}
    gates = {assessment.passes_gate for assessment in comparison.assessments}
    if len(gates) == 1:
        initial["gate"] = {True: "yes", False: "no", None: ""}[gates.pop()]
        initial["gate_reason"] = _together([one.gate_reason for one in comparison.assessments], GATE_REASON_LIMIT)
    for row in comparison.rows:
        scores = [score for score in row.scores if score is not None]
        given = {(score.points, score.not_applicable) for score in scores}
        if len(given) != 1:
            continue
        points, not_applicable = given.pop()
        initial[row.criterion.code] = NOT_APPLICABLE if not_applicable else str(points)
        initial[f"{row.criterion.code}_reason"] = _together([score.reason for score in scores], REASON_LIMIT)
    return initial


def _together(reasons: Sequence[str], limit: int) -> str:
    """Return the reasons under each other, or only the first when all of them are too long."""
    together = "\n".join(dict.fromkeys(reasons))
    return together if len(together) <= limit else reasons[0]


def _page(
    request: AuthedRequest,
    proposal: Proposal,
    comparison: Comparison,
    form: ConsensusForm | None,
    *,
    item: MeetingItem | None = None,
    problem: str = "",
    theirs: ConsensusDraft | None = None,
) -> HttpResponse:
    stored: list[dict[str, str]] = []
    if theirs is not None and form is not None:
        stored = form.differences_from(theirs)
        # A page that comes back has seen the last version: what is on it now may replace that.
        seen = request.POST.copy()
        seen["version_seen"] = str(theirs.version)
        form.data = seen
    context = {
        "form": form,
        "proposal": proposal,
        "comparison": comparison,
        "rows": [] if form is None else _rows(form, comparison),
        "voice": panel.voice_of(proposal, reader=request.user),
        "item": item,
        "problem": problem,
        "theirs": theirs,
        "stored": stored,
        "draft": getattr(item, "draft", None),
        "consensus": None if item is None else item.consensus,
        **_beside(request.user, item),
    }
    return render(
        request, "assessment/consensus.html", context, status=422 if form is not None and form.errors else 200
    )


def _beside(user: User, item: MeetingItem | None) -> dict[str, Any]:
    """Return the agenda beside an item, and the ones before and after it."""
    if item is None:
        return {"meeting": None, "agenda": [], "previous": None, "following": None, "present": []}
    known = agendas.items_for(user, item.meeting)
    open_ones = [one for one in known if one.may_open]
    earlier = [one for one in open_ones if one.position < item.position]
    later = [one for one in open_ones if one.position > item.position]
    return {
        "meeting": item.meeting,
        "agenda": known,
        "previous": earlier[-1] if earlier else None,
        "following": later[0] if later else None,
        "present": list(item.consensus.present.order_by("full_name")) if item.consensus else [],
    }


def _rows(form: ConsensusForm, comparison: Comparison) -> list[dict[str, Any]]:
    return [
        {**fields, "spread": row.spread, "discuss": row.discuss, "scores": row.scores}
        for fields, row in zip(form.rows(), comparison.rows, strict=True)
    ]
