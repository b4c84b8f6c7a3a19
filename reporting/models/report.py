from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.states import Role
from core.models import Document
from reporting.states import Purpose, RenderingState, ReportKind, Stage

if TYPE_CHECKING:
    from accounts.models import User
    from reporting.models.rendering import Rendering


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "User") -> "ReportQuerySet":
        """Return the reports that a person may open: the makers all of them, the council those that are final."""
        if user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER):
            return self
        if user.holds(Role.COUNCIL, Role.COLLEGE):
            return self.filter(stage=Stage.FINAL)
        return self.none()

    def being_written(self) -> "ReportQuerySet":
        """Return the reports that are not final yet."""
        return self.filter(stage=Stage.WRITING)

    def for_list(self) -> "ReportQuerySet":
        """Return reports for an overview, newest first, with what was made of them."""
        return (
            self.select_related("requested_by")
            .prefetch_related("renderings__document")
            .defer("figures")
            .order_by("-requested_at", "-pk")
        )


class Report(models.Model):
    """A P&C document as of a cut-off moment. Its figures are collected once; a final one never changes (triggers)."""

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(_("document"), max_length=24, choices=ReportKind)
    year = models.PositiveSmallIntegerField(_("year"))
    cut_off_on = models.DateField(_("cut-off date"))
    # The figures are those before this moment: the end of the cut-off date, or the moment of asking on the day itself.
    as_of = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WRITING)
    figures = models.JSONField(null=True)
    figures_sha256 = models.CharField(max_length=64, blank=True)
    ledger_head = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    finalised_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="reporting_kind_known", condition=Q(kind__in=ReportKind.values)),
            models.CheckConstraint(name="reporting_stage_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(
                name="reporting_figures_are_sealed",
                condition=Q(figures__isnull=True, figures_sha256="", ledger_head="")
                | Q(
                    figures__isnull=False,
                    figures_sha256__regex="^[0-9a-f]{64}$",
                    ledger_head__regex="^[0-9a-f]{64}$",
                ),
            ),
            models.CheckConstraint(
                name="reporting_final_has_figures_and_moment",
                condition=Q(stage=Stage.WRITING, finalised_at__isnull=True)
                | Q(stage=Stage.FINAL, finalised_at__isnull=False, figures__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reporting:report", args=[self.reference])

    @property
    def is_final(self) -> bool:
        """Tell whether it was laid down for good."""
        return self.stage == Stage.FINAL

    @property
    def newest_renderings(self) -> list["Rendering"]:
        """What was made of it, and is being made, newest first. From what was prefetched, if it was."""
        return sorted(self.renderings.all(), key=lambda one: (one.requested_at, one.pk), reverse=True)

    @property
    def final_rendering(self) -> "Rendering | None":
        """The rendering that the council reads, once there is one."""
        for one in self.renderings.all():
            if one.purpose == Purpose.FINAL and one.state == RenderingState.READY:
                return one
        return None

    @property
    def final_document(self) -> Document | None:
        """The PDF that the council reads, once there is one."""
        found = self.final_rendering
        return None if found is None else found.document
