from typing import ClassVar

from django.db import models
from django.db.models import Q


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def open(self) -> "AlarmQuerySet":
        """Return the alarms that still hold, the oldest first."""
        return self.filter(cleared_at=None).order_by("raised_at", "pk")


class Alarm(models.Model):
    """Something that is wrong with the house itself and that people must know of until it is mended."""

    topic = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text="One finding on each line")
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it was last found to hold")
    cleared_at = models.DateTimeField(null=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic"], name="core_alarm_once", condition=Q(cleared_at=None))
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lines(self) -> list[str]:
        """What was found, one by one."""
        return self.text.splitlines()
