"""Background work of assessing: what follows a change, picked up from the outbox."""

from celery import shared_task

from assessment import letters
from assessment.domain import college_proposals, minutes, notices, panel_members
from assessment.domain.advice import COLLEGE_PROPOSAL_TOPIC
from assessment.domain.meetings import MINUTES_TOPIC
from core.domain import outbox


@outbox.handles(letters.ASSIGNED_TOPIC)
def tell_assessor(payload: outbox.Payload) -> None:
    """Tell an assessor what was assigned."""
    notices.tell_assigned(assignment_ids=payload["assignments"])


@outbox.handles(letters.WITHDRAWN_TOPIC)
def tell_withdrawn(payload: outbox.Payload) -> None:
    """Tell an assessor what was taken back."""
    notices.tell_withdrawn(withdrawn_id=payload["withdrawn_assignment"])


@outbox.handles(COLLEGE_PROPOSAL_TOPIC)
def make_college_proposal(payload: outbox.Payload) -> None:
    """Make the PDF that brings an advice before the college."""
    college_proposals.make(advice_id=payload["advice"])


@shared_task
def tidy_panel() -> int:
    """Remove who has become too old for the talent panel, or is in it no more, every night."""
    return panel_members.forget_who_is_out()


@outbox.handles(MINUTES_TOPIC)
def make_minutes(payload: outbox.Payload) -> None:
    """Make the minutes of a meeting that was closed."""
    minutes.make(meeting_id=payload["meeting"])
