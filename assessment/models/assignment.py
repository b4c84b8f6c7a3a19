from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from applications.models import Proposal

if TYPE_CHECKING:
    from accounts.models import User


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def waiting_for(self, user: "User") -> "AssignmentQuerySet":
        """Return what a person must still assess, oldest first; never a file that is shut for that person."""
        return (
            self.filter(assessor=user)
            .exclude(assessment__handed_in_at__isnull=False)
            .exclude(proposal__shut_files__user=user)
            .select_related("proposal__organisation", "proposal__line", "assessment")
            .order_by("assigned_at")
        )


class Assignment(models.Model):
    """A proposal that a person was asked to assess."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "assessor"], name="assessment_assigned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.assessor}"


class InterestDeclaration(models.Model):
    """What a person declared before the file opened (Awb 2:4). Stays with the advice; only ever added to."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="interest_declarations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    has_interest = models.BooleanField()
    explanation = models.TextField(max_length=1000, blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "person"], name="assessment_declared_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.person}"
