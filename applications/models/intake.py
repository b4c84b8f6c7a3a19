from typing import ClassVar

from django.conf import settings
from django.db import models

from applications.models.proposal import Proposal
from programme.models import Line


class CompletenessCheck(models.Model):
    """The team's finding that a proposal is complete (Awb 4:5), point by point."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="completeness_check")
    points = models.JSONField(help_text="The points that were checked, by code, each true")
    remark = models.TextField(max_length=1000, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.proposal)


class LineTag(models.Model):
    """The programme line that the team tagged, with the reason when it differs from before. Only ever added to."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="line_tags")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=1000, blank=True)
    tagged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tagged_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.line}"
