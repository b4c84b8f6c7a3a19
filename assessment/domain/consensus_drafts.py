"""What is noted for an item while the team talks. Versions keep two note-takers from overwriting each other."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.access import lock_item, require_runner
from assessment.domain.scores import Gate, Given
from assessment.errors import MeetingNotReady, SavedElsewhere
from assessment.models import ConsensusDraft, MeetingItem
from assessment.states import AssessmentEvent
from core.domain import audit, clock


def content_of(gate: Gate, scores: Mapping[str, Given], present: Iterable[User]) -> dict[str, Any]:
    """Return what is noted as JSON values."""
    return {
        "gate": asdict(gate),
        "scores": {code: asdict(agreed) for code, agreed in scores.items()},
        "present": sorted(person.pk for person in present),
    }


def require_seen(item: MeetingItem, seen: int) -> None:
    """Raise SavedElsewhere unless version `seen` of the notes (0: none) is still the last one."""
    draft: ConsensusDraft | None = getattr(item, "draft", None)
    if (0 if draft is None else draft.version) != seen:
        who = draft.saved_by.full_name if draft is not None else _("Somebody")
        raise SavedElsewhere(
            _("%(who)s saved this item after you opened this page. Nothing was overwritten.") % {"who": who}
        )


def save(
    *, item_id: int, by: User, gate: Gate, scores: Mapping[str, Given], present: Iterable[User], seen: int
) -> ConsensusDraft:
    """Keep what is noted for an item of an open meeting; anything may be missing still.

    `seen` is the version that the page showed, 0 when there was none: when somebody saved since, SavedElsewhere is
    raised and nothing changes; the same text twice is no conflict. Raises MeetingNotReady or StepNotYours too.
    """
    content = content_of(gate, scores, present)
    with transaction.atomic():
        item, proposal = lock_item(item_id)
        require_runner(by, proposal)
        require_going_on(item)
        draft: ConsensusDraft | None = getattr(item, "draft", None)
        if draft is not None and draft.content == content:
            return draft
        require_seen(item, seen)
        if draft is None:
            audit.record(event=AssessmentEvent.CONSENSUS_NOTED, actor=by, about=proposal)
            return ConsensusDraft.objects.create(item=item, content=content, saved_by=by, saved_at=clock.now())
        if draft.saved_by_id != by.pk:
            audit.record(event=AssessmentEvent.CONSENSUS_NOTED, actor=by, about=proposal)
        draft.content, draft.version, draft.saved_by, draft.saved_at = content, draft.version + 1, by, clock.now()
        draft.save(update_fields=["content", "version", "saved_by", "saved_at"])
    return draft


def require_going_on(item: MeetingItem) -> None:
    """Raise MeetingNotReady unless an item waits in a meeting that has begun."""
    if not item.meeting.is_open:
        raise MeetingNotReady(_("The meeting has not begun or is over. Note first who is there."))
    if not item.is_waiting:
        raise MeetingNotReady(_("This item is done: it was recorded or postponed."))
