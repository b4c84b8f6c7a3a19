"""Background work of assessing: what follows a change, picked up from the outbox."""

from celery import shared_task

from assessment.domain import panel_members


@shared_task
def tidy_panel() -> int:
    """Remove who has become too old for the talent panel, every night."""
    return panel_members.forget_who_became_older()
