from django.conf import settings
from django.db import models


class HandledRequest(models.Model):
    """A request that was carried out once, with the answer that was given, so that a repeat changes nothing."""

    key = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body_sha256 = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"
