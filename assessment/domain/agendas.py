"""The agenda of a meeting: which proposals the team discusses, in which order, and what is left for another time."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from applications.states import ProposalState
from assessment.access import (
    files_open_to,
    is_manager,
    lock_file,
    lock_item,
    lock_meeting,
    proposals_known_to,
    require_runner,
)
from assessment.domain import meetings
from assessment.errors import MeetingNotReady, NotForAgenda
from assessment.models import Assignment, Consensus, ConsensusDraft, Meeting, MeetingItem
from assessment.states import AssessmentEvent, ItemState, MeetingState
from core.domain import audit, clock


@dataclass(frozen=True)
class Candidate:
    """A proposal that can be put on an agenda: how many assessors have handed in, of how many that must."""

    proposal: Proposal
    done: int
    needed: int

    @property
    def is_ready(self) -> bool:
        """Everybody has handed in."""
        return self.done >= self.needed


def candidates_for(user: User) -> list[Candidate]:
    """Return what a person can put on an agenda, what is ready first, then by the date of receipt.

    In assessment, no consensus yet, on no agenda; only what the person runs (Awb 2:4).
    """
    known = proposals_known_to(user).filter(state=ProposalState.IN_ASSESSMENT)
    if not is_manager(user):
        known = known.filter(line__leads__user=user)
    counting = Assignment.objects.that_count().filter(proposal=OuterRef("pk"))
    waiting = MeetingItem.objects.filter(proposal=OuterRef("pk"), state=ItemState.WAITING)
    found = (
        known.filter(~Exists(Consensus.objects.filter(proposal=OuterRef("pk"))), ~Exists(waiting))
        .select_related("organisation", "line")
        .annotate(
            wanted=F("call__criteria_version__assessor_count"),
            counting=counting.number_by_proposal(),
            done=counting.handed_in().number_by_proposal(),
        )
        .order_by("submitted_at", "pk")
    )
    candidates = [
        _candidate(one, **{name: vars(one)[name] for name in ("wanted", "counting", "done")}) for one in found
    ]
    return sorted(candidates, key=lambda candidate: not candidate.is_ready)


def _candidate(proposal: Proposal, *, wanted: int, counting: int, done: int) -> Candidate:
    return Candidate(proposal, done, max(wanted, counting))


def items_for(user: User, meeting: Meeting) -> list[MeetingItem]:
    """Return the items of a meeting that a person may know of, in their order.

    `may_open` tells whether the person may open the file; `done` and `needed` how many assessors have handed in.
    """
    counting = Assignment.objects.that_count().filter(proposal=OuterRef("proposal"))
    items = MeetingItem.objects.known_to(user).filter(meeting=meeting).for_agenda()
    return list(
        items.annotate(  # type: ignore[no-redef]
            may_open=Exists(files_open_to(user).filter(pk=OuterRef("proposal"))),
            counting=counting.number_by_proposal(),
            done=counting.handed_in().number_by_proposal(),
        )
    )


def next_waiting(user: User, item: MeetingItem) -> MeetingItem | None:
    """Return the item that the team takes up after this one: the next that waits, or the first that was skipped."""
    waiting = [one for one in items_for(user, item.meeting) if one.is_waiting and one.may_open and one.pk != item.pk]
    later = [one for one in waiting if one.position > item.position]
    return next(iter([*later, *waiting]), None)


def coming_meetings(*, besides: Meeting | None = None) -> QuerySet[Meeting]:
    """Return the meetings that are still to come, the first one first."""
    coming = Meeting.objects.filter(state=MeetingState.PLANNED).order_by("starts_at", "pk")
    return coming if besides is None else coming.exclude(pk=besides.pk)


def waiting_item_of(proposal: Proposal) -> MeetingItem | None:
    """Return the item by which a proposal waits on an agenda, if it does."""
    return MeetingItem.objects.filter(proposal=proposal, state=ItemState.WAITING).select_related("meeting").first()


def put_on(*, meeting_id: int, proposal_id: int, by: User) -> MeetingItem:
    """Put a proposal at the end of the agenda of a meeting that is not over. Twice is once.

    Raises NotForAgenda, MeetingNotReady or StepNotYours.
    """
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        require_runner(by, proposal)
        meeting = lock_meeting(meeting_id, by=by)
        return _add(meeting, proposal, by)


def _add(meeting: Meeting, proposal: Proposal, by: User) -> MeetingItem:
    if meeting.state not in (MeetingState.PLANNED, MeetingState.OPEN):
        raise MeetingNotReady(_("This meeting is over; nothing changes in it any more."))
    waiting = waiting_item_of(proposal)
    if waiting is not None:
        if waiting.meeting_id == meeting.pk:
            return waiting
        raise NotForAgenda(
            _("%(proposal)s is on the agenda of another meeting already: %(meeting)s.")
            % {"proposal": proposal, "meeting": waiting.meeting}
        )
    if proposal.state != ProposalState.IN_ASSESSMENT or Consensus.objects.filter(proposal=proposal).exists():
        raise NotForAgenda(_("%(proposal)s has nothing to agree on.") % {"proposal": proposal})
    if meeting.items.filter(proposal=proposal).exists():
        raise NotForAgenda(_("%(proposal)s was postponed by this meeting.") % {"proposal": proposal})
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = MeetingItem.objects.create(
        meeting=meeting, proposal=proposal, position=last + 1, put_by=by, put_at=clock.now()
    )
    changes = {"meeting": [None, meeting.pk], "position": [None, item.position]}
    audit.record(event=AssessmentEvent.PUT_ON_AGENDA, actor=by, about=proposal, changes=changes)
    return item


def take_off(*, item_id: int, by: User) -> Meeting:
    """Take an item off the agenda of a planned meeting. Raises MeetingNotReady, StepNotYours or DoesNotExist."""
    with transaction.atomic():
        item, proposal = lock_item(item_id)
        require_runner(by, proposal)
        meeting = lock_meeting(item.meeting_id, by=by)
        meetings.require_planned(meeting)
        item.delete()
        changes = {"meeting": [meeting.pk, None]}
        audit.record(event=AssessmentEvent.TAKEN_OFF_AGENDA, actor=by, about=proposal, changes=changes)
    return meeting


def move(*, item_id: int, by: User, up: bool) -> Meeting:
    """Move an item that waits one place up or down, past the nearest that waits and that the person knows of.

    At the end of the list nothing happens. Raises MeetingNotReady, StepNotYours or DoesNotExist.
    """
    with transaction.atomic():
        item, proposal = lock_item(item_id)
        require_runner(by, proposal)
        meeting = lock_meeting(item.meeting_id, by=by)
        if not item.is_waiting:
            raise MeetingNotReady(_("This item is done; it keeps its place."))
        waiting = MeetingItem.objects.known_to(by).filter(meeting=meeting, state=ItemState.WAITING)
        if up:
            other = waiting.filter(position__lt=item.position).order_by("-position").first()
        else:
            other = waiting.filter(position__gt=item.position).order_by("position").first()
        if other is None:
            return meeting
        before = item.position
        item.position, other.position = other.position, item.position
        for one in (item, other):
            one.save(update_fields=["position"])
        changes = {"meeting": meeting.pk, "position": [before, item.position]}
        audit.record(event=AssessmentEvent.MOVED_ON_AGENDA, actor=by, about=proposal, changes=changes)
    return meeting


def postpone(*, item_id: int, by: User, reason: str, to: Meeting | None = None) -> MeetingItem:
    """Leave an item of an open meeting for another time, with the reason; `to` puts it on that meeting's agenda.

    What was noted so far goes. Raises MeetingNotReady, StepNotYours or DoesNotExist.
    """
    said = reason.strip()
    with transaction.atomic():
        item, proposal = lock_item(item_id)
        require_runner(by, proposal)
        if not item.meeting.is_open or not item.is_waiting:
            raise MeetingNotReady(_("Only an item that waits in a meeting that has begun can be postponed."))
        if not said:
            raise MeetingNotReady(_("Say why it is left for another time."), "reason")
        ConsensusDraft.objects.filter(item=item).delete()
        item.state, item.postponed_reason, item.postponed_to = ItemState.POSTPONED, said, to
        item.settled_by, item.settled_at = by, clock.now()
        item.save(update_fields=["state", "postponed_reason", "postponed_to", "settled_by", "settled_at"])
        changes = {"meeting": item.meeting_id, "reason": said, "to": None if to is None else to.pk}
        audit.record(event=AssessmentEvent.POSTPONED, actor=by, about=proposal, changes=changes)
        if to is not None:
            _add(Meeting.objects.select_for_update().get(pk=to.pk), proposal, by)
    return item
