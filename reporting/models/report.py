from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.states import Role
from core.models import Document
from reporting.states import ReportKind, ReportState

if TYPE_CHECKING:
    from accounts.models import User


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "User") -> "ReportQuerySet":
        """Return the reports that a person may open: the makers all of them, the council those that are ready."""
        if user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER):
            return self
        if user.holds(Role.COUNCIL, Role.COLLEGE):
            return self.filter(state=ReportState.READY)
        return self.none()

    def for_list(self) -> "ReportQuerySet":
        """Return reports for an overview, newest first."""
        return self.select_related("document", "requested_by").order_by("-requested_at")


class Report(models.Model):
    """A P&C document as of a cut-off moment. Its figures are frozen with the PDF."""

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(_("document"), max_length=24, choices=ReportKind)
    year = models.PositiveSmallIntegerField(_("year"))
    cut_off_on = models.DateField(_("cut-off date"))
    # The figures are those before this moment: the end of the cut-off date, or the moment of asking on the day itself.
    as_of = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent")
    step = models.CharField(max_length=120, blank=True)
    figures = models.JSONField(null=True)
    ledger_head = models.CharField(max_length=64, blank=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="report")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="reporting_kind_known", condition=Q(kind__in=ReportKind.values)),
            models.CheckConstraint(
                name="reporting_ready_has_document",
                condition=~Q(state=ReportState.READY)
                | Q(document__isnull=False, figures__isnull=False, ledger_head__regex="^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(name="reporting_progress_is_percentage", condition=Q(progress__lte=100)),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reporting:report", args=[self.reference])
