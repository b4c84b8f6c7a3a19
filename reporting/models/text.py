from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reporting.models.report import Report
from reporting.states import SignerRole


class ReportTextQuerySet(models.QuerySet["ReportText"]):
    def current(self) -> "ReportTextQuerySet":
        """Return of each section of each report the version that counts: the last one."""
        return self.order_by("report_id", "section", "-number").distinct("report_id", "section")

    def for_history(self, report: Report, section: str) -> "ReportTextQuerySet":
        """Return every version of a section with who wrote it, newest first."""
        return self.filter(report=report, section=section).select_related("written_by").order_by("-number")


class ReportText(models.Model):
    """A version of a text that the team wrote for a report. Versions are only ever added; the last one counts."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="texts")
    section = models.SlugField(_("section"), max_length=40)
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = ReportTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a report")
        verbose_name_plural = _("texts of reports")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "section", "number"], name="reporting_text_version_once"),
            models.CheckConstraint(name="reporting_text_counts_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.section} {self.number}"


class ReportSignatureQuerySet(models.QuerySet["ReportSignature"]):
    def counting(self, report: Report, content_sha256: str) -> "ReportSignatureQuerySet":
        """Return the signatures under exactly this content, the first one first."""
        return self.filter(report=report, content_sha256=content_sha256).select_related("by").order_by("at", "pk")

    def lapsed(self, report: Report, content_sha256: str) -> "ReportSignatureQuerySet":
        """Return the signatures under what a report said before, the last one first."""
        signed = self.filter(report=report).exclude(content_sha256=content_sha256)
        return signed.select_related("by").order_by("-at", "-pk")


class ReportSignature(models.Model):
    """Somebody agreed with figures and texts as they were. It counts for that content, and for no other."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="signatures")
    role = models.CharField(_("role"), max_length=20, choices=SignerRole)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)

    objects = ReportSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature under a report")
        verbose_name_plural = _("signatures under reports")
        constraints: ClassVar = [
            models.CheckConstraint(name="reporting_signer_known", condition=Q(role__in=SignerRole.values)),
            models.CheckConstraint(
                name="reporting_signature_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
            models.UniqueConstraint(fields=["report", "content_sha256", "role"], name="reporting_role_signs_once"),
            # Four eyes: who signs as programme manager does not sign as financial adviser.
            models.UniqueConstraint(fields=["report", "content_sha256", "by"], name="reporting_person_signs_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.role}"
