from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.proposal import Proposal


class FieldVersionQuerySet(models.QuerySet["FieldVersion"]):
    def latest_of(self, proposal: Proposal, fields: Collection[str]) -> "FieldVersionQuerySet":
        """Return the newest version of each of the fields, with who wrote it."""
        newest = self.filter(proposal=proposal, field__in=fields).order_by("field", "-number").distinct("field")
        return newest.select_related("by")


class FieldVersion(models.Model):
    """What a field of a draft said after a save. Only ever added to.

    Of what one person types into a field within ten minutes the last version is kept, and of a field no more than
    `MOST`: the trigger `applications_fieldversion_is_kept` lets nothing else go.
    """

    MOST = 200
    WINDOW_SECONDS = 600

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="field_versions")
    field = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    value = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    key = models.UUIDField(null=True, help_text="By which the page that sent it knows its own save again")

    objects = FieldVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["field", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "field", "number"], name="applications_field_version_once"),
            models.CheckConstraint(name="applications_field_version_counts", condition=Q(number__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.field} {self.number}"

    @property
    def window(self) -> int:
        """The ten minutes in which it was saved: what one person saves in them counts as one change."""
        return int(self.at.timestamp() // self.WINDOW_SECONDS)
