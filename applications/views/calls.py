"""What everybody reads before signing in: the calls, their questions, and whether an idea fits."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from applications.access import call_for
from applications.domain import call_questions, idea_check, questions, room_shown
from applications.domain.question_papers import paper_of
from applications.forms.idea import IdeaForm
from applications.models import Call
from applications.states import CallPhase
from core.domain import clock
from core.views.documents import hand_over
from programme.models import CriteriaVersion, Criterion, Line


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """List the calls that are public: open, announced and closed."""
    found = list(Call.objects.for_public())
    context = {
        "open_calls": [call for call in found if call.phase == CallPhase.OPEN],
        "announced": [call for call in found if call.phase == CallPhase.ANNOUNCED],
        "closed": [call for call in found if call.phase == CallPhase.CLOSED],
        "step_count": questions.STEP_COUNT,
    }
    return render(request, "applications/calls/list.html", context)


@require_safe
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one call with its rules, what is still free, and its criteria."""
    found = call_for(request.user, pk)
    rooms = room_shown.rooms_of(found)
    context = {
        "call": found,
        "lines": found.lines.prefetch_related("desired_results"),
        "rooms": room_shown.by_line(found, rooms, from_year=clock.today().year),
        "ceilings": room_shown.ceilings_left(found, rooms),
        "criteria": found.criteria_version.criteria.all(),
        "moment": clock.now(),
        "step_count": questions.STEP_COUNT,
    }
    return render(request, "applications/calls/call.html", context)


@require_safe
def all_questions(request: HttpRequest) -> HttpResponse:
    """Show every question of the form: of the call that is open, or else as the form has them."""
    calls = list(Call.objects.open_at(clock.now()).prefetch_related("lines"))
    return _questions_page(request, calls[0] if calls else None, calls)


@require_safe
def call_questions_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every question of a call, from the same list that its form is made of."""
    found = call_for(request.user, pk)
    return _questions_page(request, found, list(Call.objects.open_at(clock.now())))


def _questions_page(request: HttpRequest, shown: Call | None, calls: list[Call]) -> HttpResponse:
    if shown is None:
        version = CriteriaVersion.objects.in_force()
        criteria = version.criteria.all() if version else Criterion.objects.none()
    else:
        criteria = shown.criteria_version.criteria.all()
    context = {
        "call": shown,
        "others": [other for other in calls if other != shown],
        "steps": call_questions.steps_of(shown) if shown else questions.STEPS,
        "lines": (shown.lines if shown else Line.objects).prefetch_related("desired_results"),
        "criteria": criteria,
    }
    return render(request, "applications/questions.html", context)


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over all questions of a published call as a PDF, in the reader's language."""
    found = call_for(request.user, pk)
    if found.is_draft:
        raise Http404
    document = paper_of(found, language=translation.get_language() or "nl")
    return hand_over(request, document, as_attachment=True)


@require_http_methods(["GET", "HEAD", "POST"])
def idea(request: HttpRequest) -> HttpResponse:
    """Ask five questions and say whether an idea fits. Nothing of it is kept."""
    form = IdeaForm(request.POST if request.method == "POST" else None)
    outcome = idea_check.judge(form.cleaned_data) if form.is_valid() else None
    calls = list(Call.objects.open_at(clock.now())) if outcome else []
    context = {"form": form, "outcome": outcome, "calls": calls}
    return render(request, "applications/calls/idea.html", context, status=422 if form.errors else 200)
