from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

# A worker that died gives its message back after this long.
CLAIM_LASTS = timedelta(minutes=10)


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, moment: datetime) -> "OutboxQuerySet":
        """Return what waits to be delivered at `moment`, oldest first, including what a dead worker left behind."""
        unclaimed = Q(claimed_at=None) | Q(claimed_at__lt=moment - CLAIM_LASTS)
        return self.filter(unclaimed, done_at=None, available_at__lte=moment).order_by("available_at", "id")


class OutboxMessage(models.Model):
    """Work that must follow a change, written in the same transaction as the change."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=120, help_text="The same message is never put twice.")
    payload = models.JSONField(default=dict)
    put_at = models.DateTimeField()
    available_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "key"], name="core_outbox_once")]
        indexes: ClassVar = [
            models.Index(fields=["available_at", "id"], name="core_outbox_waiting", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
