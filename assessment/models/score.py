from typing import ClassVar

from django.db import models
from django.db.models import Q

from assessment.models.assignment import Assignment
from programme.models import Criterion


class Assessment(models.Model):
    """One assessor's assessment: the gate, and a score with a reason for each criterion. Fixed once handed in."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="assessment")
    passes_gate = models.BooleanField(null=True, help_text="Within scope, and serves a desired result of its line")
    gate_reason = models.TextField(max_length=1000, blank=True)
    saved_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="assessment_handed_in_with_gate",
                condition=Q(handed_in_at=None) | (Q(passes_gate__isnull=False) & ~Q(gate_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.assignment)


class Score(models.Model):
    """Points and reason for one criterion. Points None with `not_applicable` means: does not apply to this effort."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(null=True)
    not_applicable = models.BooleanField(default=False)
    reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar = ["criterion__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="assessment_score_once"),
            models.CheckConstraint(
                name="assessment_score_in_scale", condition=Q(points=None) | Q(points__gte=0, points__lte=3)
            ),
            models.CheckConstraint(
                name="assessment_score_or_not_applicable", condition=Q(not_applicable=False) | Q(points=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.criterion}"
