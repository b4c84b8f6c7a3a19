"""Meetings of the team: planned, with who is asked to come, who came, and closed for good."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import RoleHolding, User
from accounts.states import Role
from assessment import letters
from assessment.access import TEAM_ROLES, lock_meeting, makes_meetings, require_meeting_maker
from assessment.errors import MeetingNotReady
from assessment.models import Attendance, Meeting, MeetingItem
from assessment.states import AssessmentEvent, ItemState, MeetingState, Presence
from core.domain import audit, clock, outbox, requests
from programme.models import LineLead

MINUTES_TOPIC = "assessment.minutes"


def team() -> QuerySet[User]:
    """Return who can be asked to a meeting: everybody who works on proposals, by name."""
    role = RoleHolding.objects.filter(user=OuterRef("pk"), role__in=TEAM_ROLES)
    lead = LineLead.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Q(Exists(role)) | Q(Exists(lead)), is_active=True).order_by("full_name", "pk")


def chairs() -> QuerySet[User]:
    """Return who can preside: the programme manager and the leads of lines, by name."""
    manager = RoleHolding.objects.filter(user=OuterRef("pk"), role=Role.PROGRAMME_MANAGER)
    lead = LineLead.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Q(Exists(manager)) | Q(Exists(lead)), is_active=True).order_by("full_name", "pk")


def plan(
    *, by: User, starts_at: datetime, place: str, chair: User, invited: Iterable[User], request_key: UUID
) -> Meeting:
    """Plan a meeting at an aware moment. Nobody is told before `invite`.

    The same `request_key` twice gives the same meeting. Raises StepNotYours or MeetingNotReady.
    """
    people = list(invited)
    with transaction.atomic():
        require_meeting_maker(by)
        body = {"starts_at": starts_at, "place": place, "chair": chair.pk, "invited": [one.pk for one in people]}
        request, is_new = requests.take(key=request_key, actor=by, purpose="assessment.plan_meeting", body=body)
        if not is_new:
            return Meeting.objects.get(pk=(request.answer or {})["meeting"])
        _check(starts_at, chair, people)
        meeting = Meeting.objects.create(
            starts_at=starts_at, place=place.strip(), chair=chair, made_by=by, made_at=clock.now()
        )
        Attendance.objects.bulk_create([Attendance(meeting=meeting, person=person) for person in people])
        audit.record(
            event=AssessmentEvent.MEETING_PLANNED,
            actor=by,
            about=meeting,
            changes={"starts_at": starts_at.isoformat(), "place": meeting.place, "chair": chair.full_name},
        )
        requests.answer(request, meeting=meeting.pk)
    return meeting


def change(
    *, meeting_id: int, by: User, starts_at: datetime, place: str, chair: User, invited: Iterable[User]
) -> Meeting:
    """Change when and where a planned meeting is, who presides and who is asked.

    Raises MeetingNotReady or StepNotYours.
    """
    people = list(invited)
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by=by)
        require_planned(meeting)
        _check(starts_at, chair, people)
        new = {"starts_at": starts_at, "place": place.strip(), "chair": chair}
        changes = {
            name: [str(getattr(meeting, name)), str(value)]
            for name, value in new.items()
            if getattr(meeting, name) != value
        }
        for name, value in new.items():
            setattr(meeting, name, value)
        meeting.save(update_fields=list(new))
        asked = set(meeting.attendance.values_list("person", flat=True))
        meeting.attendance.exclude(person__in=people).delete()
        added = [person for person in people if person.pk not in asked]
        Attendance.objects.bulk_create([Attendance(meeting=meeting, person=person) for person in added])
        audit.record(event=AssessmentEvent.MEETING_CHANGED, actor=by, about=meeting, changes=changes)
    return meeting


def invite(*, meeting_id: int, by: User) -> int:
    """Ask everybody on the list to come, by e-mail: when, where, and the address of the agenda behind the login.

    Returns how many. Again after a change is an invitation again; twice within the same moment is one. Raises
    MeetingNotReady or StepNotYours.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by=by)
        require_planned(meeting)
        people = list(User.objects.filter(pk__in=meeting.attendance.values("person"), is_active=True).order_by("pk"))
        meeting.invited_at = clock.now()
        meeting.save(update_fields=["invited_at"])
        for person in people:
            letters.mail_meeting(meeting, to=person)
        audit.record(event=AssessmentEvent.MEETING_INVITED, actor=by, about=meeting, changes={"number": len(people)})
    return len(people)


def call_off(*, meeting_id: int, by: User) -> Meeting:
    """Call off a planned meeting: its items come free, and who was invited is told. Raises what `change` raises."""
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by=by)
        require_planned(meeting)
        meeting.items.all().delete()
        people = list(User.objects.filter(pk__in=meeting.attendance.values("person"), is_active=True).order_by("pk"))
        _end(meeting, MeetingState.CALLED_OFF, by)
        if meeting.invited_at:
            for person in people:
                letters.mail_called_off(meeting, to=person)
        audit.record(event=AssessmentEvent.MEETING_CALLED_OFF, actor=by, about=meeting)
    return meeting


def note_attendance(*, meeting_id: int, by: User, present: Iterable[User], absent: Iterable[User]) -> Meeting:
    """Note who is there and who is not. The first time this opens the meeting; it can be put right until it closes.

    Everybody who was asked must be one or the other; somebody of the team who was not asked may have come too. Raises
    MeetingNotReady or StepNotYours.
    """
    there, away = list(present), list(absent)
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by=by)
        if meeting.is_closed or meeting.state == MeetingState.CALLED_OFF:
            raise MeetingNotReady(_("This meeting is over; nothing changes in it any more."))
        _check_attendance(meeting, there, away)
        if not meeting.is_open:
            meeting.state, meeting.opened_at = MeetingState.OPEN, clock.now()
            meeting.save(update_fields=["state", "opened_at"])
        rows = [Attendance(meeting=meeting, person=person, presence=Presence.PRESENT) for person in there]
        rows += [Attendance(meeting=meeting, person=person, presence=Presence.ABSENT) for person in away]
        Attendance.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["meeting", "person"], update_fields=["presence"]
        )
        audit.record(
            event=AssessmentEvent.MEETING_ATTENDED,
            actor=by,
            about=meeting,
            changes={
                "present": sorted(person.full_name for person in there),
                "absent": sorted(person.full_name for person in away),
            },
        )
    return meeting


def close(*, meeting_id: int, by: User) -> Meeting:
    """Close a meeting for good, once every item is recorded or postponed; its minutes follow.

    Raises MeetingNotReady or StepNotYours.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by=by)
        if not meeting.is_open:
            raise MeetingNotReady(_("Only a meeting that has begun can be closed."))
        left = meeting.items.filter(state=ItemState.WAITING)
        if left.exists():
            raise MeetingNotReady(_still_waiting(left, by))
        _end(meeting, MeetingState.CLOSED, by)
        audit.record(event=AssessmentEvent.MEETING_CLOSED, actor=by, about=meeting)
        outbox.put(topic=MINUTES_TOPIC, key=str(meeting.pk), payload={"meeting": meeting.pk})
    return meeting


def hold_single(*, by: User, present: Iterable[User], absent: Iterable[User]) -> Meeting:
    """Open a meeting about one proposal that nobody planned. Runs inside the transaction that records its consensus."""
    moment = clock.now()
    meeting = Meeting.objects.create(
        starts_at=moment,
        chair=by,
        state=MeetingState.OPEN,
        is_single=True,
        made_by=by,
        made_at=moment,
        opened_at=moment,
    )
    rows = [Attendance(meeting=meeting, person=person, presence=Presence.PRESENT) for person in present]
    rows += [Attendance(meeting=meeting, person=person, presence=Presence.ABSENT) for person in absent]
    Attendance.objects.bulk_create(rows)
    return meeting


def close_single(meeting: Meeting, *, by: User) -> None:
    """Close a meeting about one proposal after it was recorded. Its minutes are made when somebody asks for them."""
    _end(meeting, MeetingState.CLOSED, by)


def require_planned(meeting: Meeting) -> None:
    """Raise MeetingNotReady unless a meeting is still to come."""
    if not meeting.is_planned:
        raise MeetingNotReady(_("This meeting has begun or is over, so this can't be changed any more."))


def _end(meeting: Meeting, state: MeetingState, by: User) -> None:
    meeting.state, meeting.closed_by, meeting.closed_at = state, by, clock.now()
    meeting.save(update_fields=["state", "closed_by", "closed_at"])


def _check(starts_at: datetime, chair: User, people: list[User]) -> None:
    if starts_at < clock.now():
        raise MeetingNotReady(_("Choose a moment that is still to come."), "day")
    if not makes_meetings(chair):
        raise MeetingNotReady(_("The programme manager or the lead of a programme line presides."), "chair")
    if not people:
        raise MeetingNotReady(_("Choose who is asked to come."), "invited")
    if team().filter(pk__in=[person.pk for person in people]).count() < len(set(people)):
        raise MeetingNotReady(_("Only people of the team can be asked to come."), "invited")


def _check_attendance(meeting: Meeting, there: list[User], away: list[User]) -> None:
    both = set(there) & set(away)
    if both:
        names = ", ".join(sorted(person.full_name for person in both))
        raise MeetingNotReady(_("Somebody is either present or absent: %(names)s.") % {"names": names})
    known = {row.person_id: row.person for row in meeting.attendance.select_related("person")}
    told = {person.pk for person in [*there, *away]}
    silent = sorted(person.full_name for pk, person in known.items() if pk not in told)
    if silent:
        raise MeetingNotReady(
            _("Say of everybody: present or absent. Still to do: %(names)s.") % {"names": ", ".join(silent)}
        )
    if not there:
        raise MeetingNotReady(_("Nobody is there, so the meeting can't begin."))
    strangers = told - known.keys()
    if team().filter(pk__in=strangers).count() < len(strangers):
        raise MeetingNotReady(_("Only people of the team can be asked to come."))


def _still_waiting(left: QuerySet[MeetingItem], by: User) -> str:
    """Say which items are not done; of a proposal that the person may not know of, only that there is one."""
    known = list(MeetingItem.objects.known_to(by).filter(pk__in=left.values("pk")).for_agenda())
    if not known:
        return _("An item that somebody else handles is neither recorded nor postponed yet.")
    names = ", ".join(item.proposal.reference or "" for item in known)
    return _("Record or postpone these first: %(names)s.") % {"names": names}
