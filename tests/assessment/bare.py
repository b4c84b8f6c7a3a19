"""A consensus without its road, for tests that need many or one at a moment."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from applications.models import Proposal
from assessment.models import Consensus, Meeting, MeetingItem
from assessment.states import ItemState, MeetingState


def bare_consensus(proposal: Proposal, by: User, at: datetime) -> Consensus:
    """Record a consensus without scores, in a meeting about this proposal alone."""
    with transaction.atomic():  # at its end a consensus belongs to a meeting
        return _recorded(proposal, by, at)


def _recorded(proposal: Proposal, by: User, at: datetime) -> Consensus:
    meeting = Meeting.objects.create(
        starts_at=at, made_at=at, opened_at=at, chair=by, made_by=by, is_single=True, state=MeetingState.OPEN
    )
    consensus = Consensus.objects.create(
        proposal=proposal, passes_gate=True, gate_reason="Past", recorded_by=by, recorded_at=at
    )
    MeetingItem.objects.create(
        meeting=meeting,
        proposal=proposal,
        position=1,
        state=ItemState.RECORDED,
        put_by=by,
        put_at=at,
        consensus=consensus,
        settled_by=by,
        settled_at=at,
    )
    meeting.state, meeting.closed_by, meeting.closed_at = MeetingState.CLOSED, by, at
    meeting.save(update_fields=["state", "closed_by", "closed_at"])
    return consensus
