"""Background work of the reports."""

from celery import shared_task

from reporting.domain import renderings


@shared_task(soft_time_limit=900, time_limit=960)
def make_report() -> bool:
    """Make the PDF that waits longest, in a queue and a worker of its own: pages never wait for it."""
    made = renderings.make_next()
    if made:
        renderings.wake_for_next()
    return made


@shared_task
def sweep_renderings() -> int:
    """Take back what a dead worker left, and wake a worker if anything waits."""
    return renderings.sweep()
