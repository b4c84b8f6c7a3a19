"""Since when a proposal is complete: by that moment the money is divided (domain: assessment, 5)."""

from datetime import datetime, time

from applications.models import Proposal
from core.domain import clock


def complete_since(proposal: Proposal, supplemented_at: datetime | None) -> datetime | None:
    """Return the moment on which a proposal was complete: its receipt, or that of the supplement that completed it.

    `supplemented_at` is when its last supplement came in. Not the moment on which the team found out, so that nobody
    waits behind another because of the team. What came on paper counts from the end of its day: nobody can prove an
    hour. None as long as it was not found complete.
    """
    if proposal.complete_at is None:
        return None
    if supplemented_at is not None:
        return supplemented_at
    if (intake := proposal.team_intake) is not None:
        return datetime.combine(intake.received_on, time(23, 59, 59), tzinfo=clock.AMSTERDAM)
    return proposal.submitted_at
