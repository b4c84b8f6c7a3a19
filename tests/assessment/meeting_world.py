"""Meetings of the team for tests: planned, begun and closed, by the real verbs."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from accounts.models import User
from applications.models import Call, Proposal
from assessment.domain import agendas, consensus, meetings
from assessment.models import Meeting, MeetingItem
from core.domain import clock
from tests.assessment import road
from tests.conftest import Cast


def people_of(cast: Cast) -> list[User]:
    return [cast.manager, cast.lead, cast.assessor1, cast.assessor2]


def planned(cast: Cast, *proposals: Proposal, by: User | None = None, **over: object) -> Meeting:
    """A meeting in three days, with these proposals on its agenda."""
    by = by or cast.manager
    said = {"place": "Kamer 2", "chair": by, "invited": people_of(cast), "request_key": uuid4(), **over}
    meeting = meetings.plan(by=by, starts_at=clock.now() + timedelta(days=3), **said)  # type: ignore[arg-type]
    for proposal in proposals:
        agendas.put_on(meeting_id=meeting.pk, proposal_id=proposal.pk, by=by)
    return meeting


def begun(cast: Cast, *proposals: Proposal, absent: Sequence[User] = ()) -> Meeting:
    """A meeting that is going on; who is not absent is there."""
    meeting = planned(cast, *proposals)
    there = [person for person in people_of(cast) if person not in absent]
    return meetings.note_attendance(meeting_id=meeting.pk, by=cast.manager, present=there, absent=absent)


def item_of(meeting: Meeting, proposal: Proposal) -> MeetingItem:
    return MeetingItem.objects.get(meeting=meeting, proposal=proposal)


def record(cast: Cast, meeting: Meeting, proposal: Proposal, **over: object) -> None:
    """Record what the team agrees on about an item."""
    said = {
        "proposal_id": proposal.pk,
        "by": cast.manager,
        "gate": road.OPEN_GATE,
        "scores": road.agreed(road.POINTS["positive"]),
        "present": [cast.manager, cast.assessor1],
        "item_id": item_of(meeting, proposal).pk,
        **over,
    }
    consensus.record(**said)  # type: ignore[arg-type]


def closed(cast: Cast, call: Call, *proposals: Proposal) -> Meeting:
    """A meeting in which everything was recorded."""
    meeting = begun(cast, *proposals)
    for proposal in proposals:
        record(cast, meeting, proposal)
    return meetings.close(meeting_id=meeting.pk, by=cast.manager)


def meeting_world(cast: Cast, call: Call) -> dict[str, dict[str, object]]:
    """For the doors: a planned meeting, one that is going on with an item, and one that is closed."""
    coming = planned(cast)
    talked_about = road.handed_in_proposal(cast, call, title="In het overleg")
    going = begun(cast, talked_about)
    done = closed(cast, call, road.handed_in_proposal(cast, call, title="Besproken in het overleg"))
    return {
        "coming": {"pk": coming.pk},
        "going": {"pk": going.pk},
        "going/item": {"pk": going.pk, "reference": talked_about.reference},
        "done": {"pk": done.pk},
    }
