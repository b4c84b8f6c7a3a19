from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from assessment.access import makes_meetings, meeting_for, meeting_to_run, runs_meeting, team_only
from assessment.domain import agenda_papers, agendas, meetings, minutes
from assessment.errors import MeetingNotReady
from assessment.forms.meetings import AttendanceForm, MeetingForm
from assessment.models import Meeting
from assessment.states import MeetingState, Presence
from core.errors import DomainError
from core.views.documents import hand_over

OVER = (MeetingState.CLOSED, MeetingState.CALLED_OFF)


@require_safe
@signed_in
def index(request: AuthedRequest) -> HttpResponse:
    """List the meetings of the team: what comes, and what was."""
    team_only(request.user)
    known = Meeting.objects.for_list(request.user)
    over = known.filter(state__in=OVER).order_by("-starts_at", "-pk")
    context = {
        "coming": list(known.exclude(state__in=OVER).order_by("starts_at", "pk")),
        "page_obj": Paginator(over, 20).get_page(request.GET.get("page")),
        "may_plan": makes_meetings(request.user),
    }
    return render(request, "assessment/meetings/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: AuthedRequest) -> HttpResponse:
    """Plan a meeting."""
    team_only(request.user)
    if not makes_meetings(request.user):
        raise PermissionDenied
    form = MeetingForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_valid():
        try:
            planned = meetings.plan(by=request.user, request_key=form.cleaned_data["request_key"], **form.content())
        except DomainError as error:
            _tell(form, error)
        else:
            messages.success(request, _("The meeting is planned. Put proposals on its agenda, and invite the team."))
            return redirect("assessment:meeting", planned.pk)
    context = {"form": form, "meeting": None}
    return render(request, "assessment/meetings/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: AuthedRequest, pk: int) -> HttpResponse:
    """Change a planned meeting."""
    meeting = meeting_to_run(request.user, pk)
    if not meeting.is_planned:
        messages.info(request, _("This meeting has begun or is over, so this can't be changed any more."))
        return redirect("assessment:meeting", pk)
    form = MeetingForm(request.POST if request.method == "POST" else None, by=request.user, meeting=meeting)
    if form.is_valid():
        try:
            meetings.change(meeting_id=pk, by=request.user, **form.content())
        except DomainError as error:
            _tell(form, error)
        else:
            messages.success(request, _("The meeting is changed. Invite the team again, so that everybody knows."))
            return redirect("assessment:meeting", pk)
    context = {"form": form, "meeting": meeting}
    return render(request, "assessment/meetings/form.html", context, status=422 if form.errors else 200)


def _tell(form: MeetingForm, error: DomainError) -> None:
    field = getattr(error, "field", "")
    form.add_error(field if field in form.fields else None, str(error))


@require_safe
@signed_in
def meeting(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show a meeting: its agenda with how far each item is, and who is asked or came."""
    found = meeting_for(request.user, pk)
    items = agendas.items_for(request.user, found)
    runs = runs_meeting(request.user, found)
    attendance = list(found.attendance.select_related("person"))
    going = not found.is_closed and found.state != MeetingState.CALLED_OFF
    candidates = agendas.candidates_for(request.user) if runs and going else []
    context = {
        "meeting": found,
        "agenda": items,
        "waiting": [item for item in items if item.is_waiting],
        "first": next((item for item in items if item.is_waiting and item.may_open), None),
        "runs": runs,
        "asked": [row.person for row in attendance if row.presence == Presence.INVITED],
        "present": [row.person for row in attendance if row.presence == Presence.PRESENT],
        "absent": [row.person for row in attendance if row.presence == Presence.ABSENT],
        "ready": [one for one in candidates if one.is_ready],
        "expected": [one for one in candidates if not one.is_ready],
        "has_minutes": found.is_closed and bool(minutes.readable_items(request.user, found)),
    }
    return render(request, "assessment/meetings/meeting.html", context)


@require_POST
@signed_in
def invite(request: AuthedRequest, pk: int) -> HttpResponse:
    """Invite everybody on the list by e-mail."""

    def step() -> str:
        number = meetings.invite(meeting_id=pk, by=request.user)
        return ngettext("%(number)d person is invited.", "%(number)d people are invited.", number) % {"number": number}

    return _take(request, meeting_to_run(request.user, pk), step)


@require_POST
@signed_in
def call_off(request: AuthedRequest, pk: int) -> HttpResponse:
    """Call off a planned meeting."""

    def step() -> str:
        meetings.call_off(meeting_id=pk, by=request.user)
        return _("The meeting is called off. Its proposals can be put on another agenda.")

    return _take(request, meeting_to_run(request.user, pk), step)


@require_POST
@signed_in
def close(request: AuthedRequest, pk: int) -> HttpResponse:
    """Close a meeting, so that its minutes are made."""

    def step() -> str:
        meetings.close(meeting_id=pk, by=request.user)
        return _("The meeting is closed. The minutes are ready in a moment.")

    return _take(request, meeting_to_run(request.user, pk), step)


def _take(request: AuthedRequest, found: Meeting, step: Callable[[], str]) -> HttpResponse:
    """Take a step, and come back to the meeting with what was done or why not."""
    try:
        messages.success(request, step())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("assessment:meeting", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def attendance(request: AuthedRequest, pk: int) -> HttpResponse:
    """Note who is there and who is not; the first time this opens the meeting."""
    found = meeting_to_run(request.user, pk)
    if found.state in OVER:
        messages.info(request, _("This meeting is over; nothing changes in it any more."))
        return redirect("assessment:meeting", pk)
    form = AttendanceForm(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        present, absent = form.came(Presence.PRESENT), form.came(Presence.ABSENT)
        try:
            meetings.note_attendance(meeting_id=pk, by=request.user, present=present, absent=absent)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is noted who is there."))
            items = agendas.items_for(request.user, found)
            first = next((item for item in items if item.is_waiting and item.may_open), None)
            if first is None or found.is_open:
                return redirect("assessment:meeting", pk)
            return redirect("assessment:meeting_item", pk, first.proposal.reference)
    context = {"form": form, "meeting": found}
    return render(request, "assessment/meetings/attendance.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def agenda(request: AuthedRequest, pk: int) -> HttpResponse:
    """Give the agenda as PDF, with the items that the person may know of."""
    found = meeting_for(request.user, pk)
    content = agenda_papers.agenda(found, reader=request.user)
    name = _("agenda-%(day)s.pdf") % {"day": f"{found.starts_at:%Y-%m-%d}"}
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@require_safe
@signed_in
def appointment(request: AuthedRequest, pk: int) -> HttpResponse:
    """Give the meeting as an appointment for the person's own calendar."""
    content = agenda_papers.appointment(meeting_for(request.user, pk), reader=request.user)
    headers = {"Content-Disposition": 'attachment; filename="teamoverleg.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


@require_safe
@signed_in
def minutes_file(request: AuthedRequest, pk: int) -> HttpResponse:
    """Give the minutes with the items that the person may read."""
    found = meeting_for(request.user, pk)
    try:
        document = minutes.minutes_for(request.user, found)
    except MeetingNotReady as error:
        messages.info(request, str(error))
        return redirect("assessment:meeting", pk)
    if document is None:
        raise PermissionDenied
    return hand_over(request, document, as_attachment=False)
