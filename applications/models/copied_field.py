from typing import ClassVar

from django.db import models

from applications.models.proposal import Proposal


class CopiedFieldQuerySet(models.QuerySet["CopiedField"]):
    def to_look_at(self, proposal: Proposal) -> "CopiedFieldQuerySet":
        """Return what came from an earlier proposal and was not saved since."""
        return self.filter(proposal=proposal, seen_at=None).order_by("pk")


class CopiedField(models.Model):
    """An answer that was taken over from an earlier proposal, and what is different about its question now."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="copied_fields")
    field = models.CharField(max_length=60, help_text="The name of the question; criterion_<pk> for a criterion")
    question_changed = models.BooleanField(help_text="The question, its limit or its criterion is not what it was")
    left_out = models.JSONField(default=list, help_text="What could not come along: years, or names of choices")
    seen_at = models.DateTimeField(null=True)

    objects = CopiedFieldQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "field"], name="applications_copied_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.field}"
