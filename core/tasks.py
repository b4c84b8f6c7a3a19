"""Background work of the core."""

from celery import shared_task

from core.domain import mail, outbox

outbox.handles(mail.TOPIC)(mail.send)


@shared_task
def empty_outbox() -> int:
    """Deliver what waits in the outbox. Woken after each commit, and by beat in case nobody woke it."""
    return outbox.deliver_due()
