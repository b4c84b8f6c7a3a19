from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Document
from reporting.models.report import Report
from reporting.states import AT_WORK, Purpose, RenderingState, ReportStep

# Who works on a rendering says so at every step and at every page. After this long without a word it is dead.
SILENCE_LASTS = timedelta(minutes=3)


class RenderingQuerySet(models.QuerySet["Rendering"]):
    def due(self) -> "RenderingQuerySet":
        """Return what waits for a worker, oldest first."""
        return self.filter(state=RenderingState.QUEUED).order_by("requested_at", "pk")

    def silent(self, moment: datetime) -> "RenderingQuerySet":
        """Return what a worker took and then said nothing about for too long."""
        return self.filter(state=RenderingState.RENDERING, heard_at__lt=moment - SILENCE_LASTS)


class Rendering(models.Model):
    """A PDF of a report: asked for, made in the background, stored once. What is ready never changes (trigger)."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="renderings")
    purpose = models.CharField(max_length=10, choices=Purpose)
    state = models.CharField(max_length=10, choices=RenderingState, default=RenderingState.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent")
    step = models.CharField(max_length=20, choices=ReportStep, blank=True)
    # How many pages the typesetter laid out so far; it may begin again when a reference moved.
    pages = models.PositiveIntegerField(default=0)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="rendering")
    # Of the texts that go into it; a final one says only what was signed.
    content_sha256 = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    # The worker that is at it: a number of its own for every try, which also names the file that it stores.
    claim = models.UUIDField(null=True, unique=True)
    claimed_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    objects = RenderingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="reporting_purpose_known", condition=Q(purpose__in=Purpose.values)),
            models.CheckConstraint(name="reporting_rendering_state", condition=Q(state__in=RenderingState.values)),
            models.CheckConstraint(
                name="reporting_ready_has_document",
                condition=Q(state=RenderingState.READY, document__isnull=False, progress=100)
                | (~Q(state=RenderingState.READY) & Q(document__isnull=True)),
            ),
            models.CheckConstraint(
                name="reporting_at_work_is_claimed",
                condition=Q(
                    state=RenderingState.RENDERING,
                    claim__isnull=False,
                    claimed_at__isnull=False,
                    heard_at__isnull=False,
                )
                | (~Q(state=RenderingState.RENDERING) & Q(claim__isnull=True)),
            ),
            models.CheckConstraint(
                name="reporting_ended_has_moment",
                condition=Q(state__in=AT_WORK, finished_at__isnull=True)
                | (~Q(state__in=AT_WORK) & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(name="reporting_progress_is_percentage", condition=Q(progress__lte=100)),
            models.UniqueConstraint(
                name="reporting_one_at_work", fields=["report", "purpose"], condition=Q(state__in=AT_WORK)
            ),
            models.UniqueConstraint(
                name="reporting_one_final",
                fields=["report"],
                condition=Q(purpose=Purpose.FINAL, state=RenderingState.READY),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["requested_at", "id"], name="reporting_rendering_due", condition=Q(state=RenderingState.QUEUED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} ({self.get_purpose_display()})"

    @property
    def is_at_work(self) -> bool:
        """Tell whether somebody who looks at it waits for news."""
        return self.state in AT_WORK
