from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarFeed(models.Model):
    """The address under which a person's own deadlines can be read by a calendar, without signing in.

    Kept is a random key alone. The address is that key with a signature of the application, so that who reads this
    table still knows no address. Another key makes the old address worthless.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    key = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_calendar_key", condition=Q(key__regex="^[0-9a-f]{32}$")),
        ]

    def __str__(self) -> str:
        return str(self.user)
