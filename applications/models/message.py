from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.proposal import Proposal
from applications.states import Side


class MessageQuerySet(models.QuerySet["Message"]):
    def unread_by(self, side: Side) -> "MessageQuerySet":
        """Return what the other side wrote and nobody of this side has read yet."""
        return self.exclude(side=side).filter(reading=None)

    def for_conversation(self) -> "MessageQuerySet":
        """Return messages with who wrote and who read them, oldest first."""
        return self.select_related("by", "reading__by").order_by("at", "pk")


class Message(models.Model):
    """A message between a partner and the team, kept with the file. Only ever added to."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=10, choices=Side)
    text = models.TextField(_("message"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_message_side_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="applications_message_says_something", condition=~Q(text="")),
        ]
        indexes: ClassVar = [models.Index(fields=["proposal", "at"], name="applications_messages")]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.get_side_display()}"

    @property
    def read_at(self) -> datetime | None:
        """When the other side first opened it, or None."""
        reading: MessageReading | None = getattr(self, "reading", None)
        return None if reading is None else reading.at


class MessageReading(models.Model):
    """That somebody of the other side opened a message, for the first time. Only ever added to."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="reading")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.message)
