"""Minutes of a closed meeting: made once, frozen with their SHA-256, and for each reader only what may be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import ShutFile
from assessment.access import files_open_to
from assessment.domain.advice import outcome_of
from assessment.domain.outcomes import Result
from assessment.errors import MeetingNotReady
from assessment.models import Assessment, ConsensusScore, Meeting, MeetingItem, Minutes, Score
from assessment.states import OUTCOME_KINDS, Presence
from core.domain import documents, pdf
from core.models import Document

KIND = "assessment.minutes"
# Any number that no other lock uses: with the meeting's number it keeps two readers from making the same minutes.
LOCK = 5005


@dataclass(frozen=True)
class Agreement:
    """One criterion in the minutes: what each assessor gave, how far apart they were, what the team agreed."""

    agreed: ConsensusScore
    given: list[Score | None]
    discuss: bool


@dataclass(frozen=True)
class Told:
    """One item in the minutes; what was postponed has no agreements."""

    item: MeetingItem
    present: list[User]
    away: list[User]
    assessments: list[Assessment]
    agreements: list[Agreement]
    result: Result | None

    @property
    def outcome_kind(self) -> str:
        """How the page marks the outcome, beside its words."""
        return "" if self.result is None else OUTCOME_KINDS[self.result.outcome]


def readable_items(reader: User, meeting: Meeting) -> list[MeetingItem]:
    """Return the items about which a person may read the minutes: the file is open to the person (Awb 2:4)."""
    return list(MeetingItem.objects.filter(meeting=meeting, proposal__in=files_open_to(reader)).for_agenda())


def minutes_for(reader: User, meeting: Meeting) -> Document | None:
    """Return the minutes with the items that a person may read; who reads first has them made, once for good.

    None when there is no item that the person may read. Raises MeetingNotReady as long as the meeting goes on.
    """
    if not meeting.is_closed:
        raise MeetingNotReady(_("The minutes are made when the meeting is closed."))
    items = readable_items(reader, meeting)
    return _made(meeting, items) if items else None


def make(*, meeting_id: int) -> Document:
    """Make the minutes with all items of a closed meeting. Again gives what was made."""
    meeting = Meeting.objects.select_related("chair", "closed_by").get(pk=meeting_id)
    return _made(meeting, list(MeetingItem.objects.filter(meeting=meeting).for_agenda()))


def _made(meeting: Meeting, items: Sequence[MeetingItem]) -> Document:
    positions = ",".join(str(item.position) for item in items)
    known = Minutes.objects.filter(meeting=meeting, items=positions).select_related("document")
    if (kept := known.first()) is not None:
        return kept.document
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, meeting.pk])
        if (kept := known.first()) is not None:
            return kept.document
        document = _render(meeting, items)
        Minutes.objects.create(meeting=meeting, items=positions, document=document)
    return document


def _render(meeting: Meeting, items: Sequence[MeetingItem], *, language: str = "nl") -> Document:
    left_out = meeting.items.count() - len(items)
    attendance = list(meeting.attendance.select_related("person"))
    with translation.override(language):
        title = _("Minutes: %(meeting)s") % {"meeting": meeting}
        context: dict[str, Any] = {
            "meeting": meeting,
            "present": [row.person for row in attendance if row.presence == Presence.PRESENT],
            "absent": [row.person for row in attendance if row.presence == Presence.ABSENT],
            "told": [told_of(item) for item in items],
            "left_out": left_out,
            "moment": meeting.closed_at,
        }
        content, _html = pdf.render(template="assessment/pdf/minutes.html", context=context, language=language)
        file_name = _("minutes-%(day)s.pdf") % {"day": f"{meeting.starts_at:%Y-%m-%d}-{meeting.pk}"}
    facts = {
        "meeting": meeting.pk,
        "items": [_facts_of(item) for item in items],
        "left_out": left_out,
        "present": [person.full_name for person in context["present"]],
        "absent": [person.full_name for person in context["absent"]],
    }
    return documents.store(kind=KIND, title=title, file_name=file_name, content=content, facts=facts)


def _facts_of(item: MeetingItem) -> dict[str, object]:
    points = {}
    if item.consensus_id is not None:
        scores = ConsensusScore.objects.filter(consensus=item.consensus_id)
        points = dict(scores.order_by("criterion__position").values_list("criterion__code", "points"))
    return {"proposal": item.proposal.reference, "state": item.state, "points": points}


def told_of(item: MeetingItem) -> Told:
    """Return what the minutes tell about an item that is done."""
    consensus = item.consensus
    if consensus is None:
        return Told(item, [], [], [], [], None)
    here = list(consensus.present.order_by("full_name", "pk"))
    came = item.meeting.attendance.filter(presence=Presence.PRESENT).exclude(person__in=here).select_related("person")
    assessments = _assessments_behind(item)
    given = [{score.criterion_id: score for score in assessment.scores.all()} for assessment in assessments]
    limit = item.proposal.call.criteria_version.discuss_from_spread
    agreements = [
        Agreement(agreed, [scores.get(agreed.criterion_id) for scores in given], agreed.spread >= limit)
        for agreed in consensus.scores.select_related("criterion").order_by("criterion__position")
    ]
    return Told(item, here, [row.person for row in came], assessments, agreements, outcome_of(consensus))


def _assessments_behind(item: MeetingItem) -> list[Assessment]:
    """Return the assessments on which a consensus rests: handed in before, by people without an interest then."""
    moment = item.settled_at
    shut = ShutFile.objects.filter(proposal=item.proposal, user=OuterRef("assignment__assessor"), since__lte=moment)
    behind = Assessment.objects.filter(assignment__proposal=item.proposal, handed_in_at__lte=moment)
    return list(
        behind.filter(~Exists(shut))
        .select_related("assignment__assessor")
        .prefetch_related("scores")
        .order_by("assignment_id")
    )
