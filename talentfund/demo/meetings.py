"""The team's meetings in the demo: one that was held, with minutes, and one that comes, with an agenda."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from uuid import uuid4

from assessment.domain import agendas, meetings
from assessment.models import Meeting
from talentfund.demo.people import Cast
from talentfund.demo.proposals import moment

# Which proposals the team agrees on in its meeting, in this order; the others it agrees on one by one.
HELD, HELD_ON = ("techniek-op-het-plein", "toekomstmentoren"), moment("2026-11-05T10:00")
COMING, COMING_ON = (
    ("weekend-thuis", "laatste-trein-eerste-fiets", "eerste-baan-tweede-thuis"),
    moment("2026-11-26T10:00"),
)
PLACE = "Stadhuis, kamer 2.14"
ABSENT = ("assessor3", "finance")


def steps(cast: Cast, pk: Callable[[str], int]) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Return what happens around the meetings; `pk` gives the proposal of a story by its key."""
    yield moment("2026-10-30T14:00"), partial(_plan, cast, HELD_ON, HELD, pk)
    yield moment("2026-11-05T09:58"), partial(_begin, cast)
    yield moment("2026-11-05T12:05"), partial(_close, cast)
    yield moment("2026-11-18T09:15"), partial(_plan, cast, COMING_ON, COMING, pk)


def _plan(cast: Cast, starts_at: datetime, keys: tuple[str, ...], pk: Callable[[str], int]) -> None:
    manager = cast["manager"]
    meeting = meetings.plan(
        by=manager,
        starts_at=starts_at,
        place=PLACE,
        chair=manager,
        invited=meetings.team(),
        request_key=uuid4(),
    )
    for key in keys:
        agendas.put_on(meeting_id=meeting.pk, proposal_id=pk(key), by=manager)
    meetings.invite(meeting_id=meeting.pk, by=manager)


def _held() -> Meeting:
    return Meeting.objects.get(starts_at=HELD_ON, is_single=False)


def _begin(cast: Cast) -> None:
    absent = [cast[account] for account in ABSENT]
    present = [person for person in meetings.team() if person not in absent]
    meetings.note_attendance(meeting_id=_held().pk, by=cast["manager"], present=present, absent=absent)


def _close(cast: Cast) -> None:
    meetings.close(meeting_id=_held().pk, by=cast["manager"])
