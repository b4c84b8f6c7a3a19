from typing import ClassVar

from django.conf import settings
from django.db import models

from applications.models.proposal import Proposal


class ShutFile(models.Model):
    """A proposal that does not exist for a person, because of an interest (Awb 2:4)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="shut_files")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "user"], name="applications_shut_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.user}"
