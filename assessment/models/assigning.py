from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal

# More files than this at a time is a typing error.
FILES_MOST = 99


class AssessorCapacity(models.Model):
    """How many open files an assessor can bear at a time, and when the person is away. No row: the usual number."""

    assessor = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="capacity")
    open_files = models.PositiveSmallIntegerField(_("open files at a time"))
    away_from = models.DateField(_("away from"), null=True)
    away_until = models.DateField(_("away until"), null=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="assessment_capacity_files", condition=Q(open_files__lte=FILES_MOST)),
            models.CheckConstraint(
                name="assessment_capacity_away_whole",
                condition=Q(away_from=None, away_until=None)
                | Q(away_from__isnull=False, away_until__isnull=False, away_until__gte=F("away_from")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.assessor)


class WithdrawnAssignment(models.Model):
    """An assignment that was taken back before it was handed in, and why. Rows are only ever added.

    The assignment itself and what its assessor had written so far are gone: a draft is nobody else's to read.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="withdrawn_assignments")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="assessment_withdrawn_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.assessor}"
