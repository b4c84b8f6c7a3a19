from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programme.states import ResultKind, Stream, WorkKind


class LineQuerySet(models.QuerySet["Line"]):
    def for_criteria_page(self) -> "LineQuerySet":
        """Return the lines with the results that the council wants of each."""
        return self.prefetch_related("desired_results")


class Line(models.Model):
    """A programme line: wonen, werken, leven, imago or samenwerking."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"))
    work_kind = models.CharField(_("kind of work"), max_length=12, choices=WorkKind)
    budget_programme = models.CharField(
        _("budget programme"), max_length=10, help_text=_("Number in the municipality's budget")
    )
    ambition = models.TextField(_("ambition"))
    # The field of the national reporting format of municipalities (Iv3) that the money of a line counts under.
    task_field = models.CharField(
        _("task field"), max_length=80, blank=True, help_text=_("Code and name in Iv3, such as 8.3 Wonen en bouwen")
    )
    task_field_confirmed = models.BooleanField(_("task field confirmed by Hengelo"), default=False)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme line")
        verbose_name_plural = _("programme lines")
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.name

    @property
    def task_field_code(self) -> str:
        """The number of the task field alone, such as `8.3`; empty when none is known."""
        return self.task_field.partition(" ")[0]


class DesiredResult(models.Model):
    """What the council wants to reach on a line. A proposal must contribute to at least one."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="desired_results")
    code = models.SlugField(_("code"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=12, choices=ResultKind)
    text = models.CharField(_("text"), max_length=250)

    class Meta:
        verbose_name = _("desired result")
        verbose_name_plural = _("desired results")
        ordering: ClassVar = ["line__position", "position"]

    def __str__(self) -> str:
        return self.text


class TargetGroup(models.Model):
    """A group of talent that the programme wants to keep or attract."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"))
    stream = models.CharField(_("stream"), max_length=12, choices=Stream)
    ages = models.CharField(_("ages"), max_length=10)

    class Meta:
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"{self.name} ({self.ages})"


class Area(models.Model):
    """A part of the city or region where an activity takes place."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.name


class LineLead(models.Model):
    """The regisseur of a programme line."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="leads")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="led_lines", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("line lead")
        verbose_name_plural = _("line leads")
        constraints: ClassVar = [models.UniqueConstraint(fields=["line", "user"], name="programme_line_lead_once")]

    def __str__(self) -> str:
        return f"{self.line}: {self.user}"
