"""Alarms: what is wrong with the house itself, shown to those who work here until it is mended."""

import logging

from django.db import transaction

from core.domain import clock
from core.models import Alarm

logger = logging.getLogger(__name__)

LONGEST_TITLE = 200


def raise_alarm(topic: str, *, title: str, text: str = "") -> Alarm:
    """Raise the alarm of a topic, or say of the one that is open what holds now. One is open for each topic.

    `title` is one sentence, `text` the findings, one on each line; both in the language of who reads them.
    """
    moment = clock.now()
    with transaction.atomic():
        raised = Alarm(topic=topic, title=title[:LONGEST_TITLE], text=text, raised_at=moment, seen_at=moment)
        Alarm.objects.bulk_create([raised], ignore_conflicts=True)
        alarm = Alarm.objects.open().select_for_update().get(topic=topic)
        alarm.title, alarm.text, alarm.seen_at = raised.title, text, moment
        alarm.save(update_fields=["title", "text", "seen_at"])
    # Whoever watches the logs sees it too.
    logger.error("alarm %s: %s\n%s", topic, title, text)
    return alarm


def clear(topic: str) -> bool:
    """Let the alarm of a topic go, because what it said no longer holds. Returns whether there was one."""
    return Alarm.objects.open().filter(topic=topic).update(cleared_at=clock.now()) == 1


def open_alarms() -> list[Alarm]:
    """Return the alarms that hold now, the oldest first."""
    return list(Alarm.objects.open())
