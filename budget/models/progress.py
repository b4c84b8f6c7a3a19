from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from budget.models.obligation import Obligation
from budget.states import AccountVerdict, Pace


class ProgressReport(models.Model):
    """How far an activity is, told by the partner as an obligation of the grant asks. Only ever added to."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="progress_reports")
    number = models.PositiveSmallIntegerField(help_text="1 is the first, a report that was completed gets the next")
    done = models.TextField(_("what was done"), max_length=4000)
    coming = models.TextField(_("what comes"), max_length=4000)
    pace = models.CharField(_("how it goes"), max_length=10, choices=Pace)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["obligation", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["obligation", "number"], name="budget_progress_number_once"),
            models.CheckConstraint(name="budget_progress_pace_known", condition=Q(pace__in=Pace.values)),
            models.CheckConstraint(name="budget_progress_says_something", condition=~Q(done="") & ~Q(coming="")),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} ({self.number})"

    @property
    def check_or_none(self) -> "ProgressCheck | None":
        """What the team found of it, or None as long as it waits."""
        return getattr(self, "check_made", None)


class ProgressCheck(models.Model):
    """What the team found of a progress report: in order, or given back with what is missing. Only ever added to."""

    report = models.OneToOneField(ProgressReport, on_delete=models.PROTECT, related_name="check_made")
    verdict = models.CharField(max_length=10, choices=AccountVerdict)
    remark = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="budget_progress_verdict_known", condition=Q(verdict__in=AccountVerdict.values)
            ),
            models.CheckConstraint(
                name="budget_progress_return_says_why", condition=~Q(verdict=AccountVerdict.RETURNED) | ~Q(remark="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_verdict_display()}"
