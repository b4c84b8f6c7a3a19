"""The outbox: work that follows a change, kept in PostgreSQL with the change, delivered after the commit.

Celery only empties it sooner. With Redis down the rows wait, and the next sweep finds them.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction

from core.domain import clock
from core.models import OutboxMessage

logger = logging.getLogger(__name__)

Payload = Mapping[str, Any]
Handler = Callable[[Payload], None]

LONGEST_WAIT = timedelta(hours=1)

_handlers: dict[str, Handler] = {}


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the function that carries out messages of a topic. It takes the payload and must be idempotent."""

    def register(handler: Handler) -> Handler:
        _handlers[topic] = handler
        return handler

    return register


def put(*, topic: str, key: str, payload: Payload) -> None:
    """Queue a message in the current transaction. The same topic and key twice is one message.

    `payload` holds ids and plain JSON values, no objects.
    """
    moment = clock.now()
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(topic=topic, key=key, payload=dict(payload), put_at=moment, available_at=moment)],
        ignore_conflicts=True,
    )
    hooks = transaction.get_connection().run_on_commit
    if not any(hook is _wake_a_worker for _savepoints, hook, _robust in hooks):  # once for each transaction is enough
        transaction.on_commit(_wake_a_worker)


def deliver_due(limit: int = 100) -> int:
    """Carry out what is due, one message at a time, at most `limit`. Returns how many succeeded.

    A handler that fails is tried again later, each time after a longer wait; the error stays on the row.
    """
    delivered = 0
    for _turn in range(limit):
        message = _claim_next()
        if message is None:
            break
        delivered += _deliver(message)
    return delivered


def _claim_next() -> OutboxMessage | None:
    with transaction.atomic():
        moment = clock.now()
        message = OutboxMessage.objects.due(moment).select_for_update(skip_locked=True).first()
        if message is not None:
            message.claimed_at = moment
            message.attempts += 1
            message.save(update_fields=["claimed_at", "attempts"])
    return message


def _deliver(message: OutboxMessage) -> bool:
    try:
        _handlers[message.topic](message.payload)
    except Exception as error:  # whatever a handler raises: the message stays and is tried again
        logger.exception("outbox message %s failed (attempt %d)", message, message.attempts)
        message.last_error = f"{type(error).__name__}: {error}"
        message.available_at = clock.now() + min(timedelta(seconds=10 * 2 ** min(message.attempts, 12)), LONGEST_WAIT)
        message.claimed_at = None
        message.save(update_fields=["last_error", "available_at", "claimed_at"])
        return False
    message.done_at = clock.now()
    message.save(update_fields=["done_at"])
    return True


def _wake_a_worker() -> None:
    try:
        current_app.send_task("core.tasks.empty_outbox", retry=False)
    except Exception:  # the broker's errors have no common base; the row is safe and beat sweeps it
        logger.warning("no broker to wake a worker; the sweep will deliver", exc_info=True)
