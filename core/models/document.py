import uuid
from typing import ClassVar

from django.db import models


class Document(models.Model):
    """A letter, decision or report as it left the house: the file, its SHA-256 and the facts that it stated.

    Rendered once and never again; a trigger refuses every change, but for the destruction that is due.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=120)
    file = models.FileField(upload_to="documents/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    byte_size = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    rendered_at = models.DateTimeField()
    # Destroyed when the term to keep it was over, by which order; its kind, its hash and its day stay known.
    purged_at = models.DateTimeField(null=True, editable=False)
    purge_order = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="core_document_sha256", condition=models.Q(sha256__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="core_document_purged_by_order",
                condition=models.Q(purged_at=None, purge_order=None)
                | models.Q(purged_at__isnull=False, purge_order__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title
