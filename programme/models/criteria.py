from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CriteriaVersionQuerySet(models.QuerySet["CriteriaVersion"]):
    def with_content(self) -> "CriteriaVersionQuerySet":
        """Return versions with their criteria and scale, for a page that shows them."""
        return self.prefetch_related("criteria", "scale")


class CriteriaVersion(models.Model):
    """The six TALENT criteria, their scale and the rule of the advice, as they stood at one time.

    Frozen at the first score of a call: from then on triggers refuse every change.
    """

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    source = models.CharField(_("source"), max_length=200, help_text=_("The document that this version rests on"))
    minimum_points = models.PositiveSmallIntegerField(_("minimum points for each criterion"))
    threshold_percentage = models.PositiveSmallIntegerField(_("threshold (percent)"))
    discuss_from_spread = models.PositiveSmallIntegerField(_("discuss from this spread (points)"))
    assessor_count = models.PositiveSmallIntegerField(_("number of assessors"))
    confirmed = models.BooleanField(_("confirmed by Hengelo"), default=False)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, editable=False)
    content_sha256 = models.CharField(_("hash of the content"), max_length=64, blank=True, editable=False)

    objects = CriteriaVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the criteria")
        verbose_name_plural = _("versions of the criteria")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="programme_threshold_is_percentage", condition=Q(threshold_percentage__lte=100)
            ),
            models.CheckConstraint(
                name="programme_frozen_with_hash",
                condition=Q(frozen_at=None, content_sha256="") | Q(content_sha256__regex="^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return _("Version %(number)d") % {"number": self.number}

    @property
    def highest_points(self) -> int:
        """The most points that one criterion can get."""
        return max(level.points for level in self.scale.all())


class Criterion(models.Model):
    """One of the six letters of TALENT."""

    version = models.ForeignKey(CriteriaVersion, on_delete=models.PROTECT, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("position"))
    letter = models.CharField(_("letter"), max_length=1)
    code = models.SlugField(_("code"), max_length=20)
    label = models.CharField(_("label"), max_length=60)
    meaning = models.CharField(_("meaning"), max_length=300)
    elaboration = models.TextField(_("elaboration"), blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    may_be_not_applicable = models.BooleanField(_("may be not applicable for efforts"), default=False)
    confirmed = models.BooleanField(_("confirmed by Hengelo"), default=False)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering: ClassVar = ["version", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="programme_criterion_once"),
            models.CheckConstraint(name="programme_weight_above_zero", condition=Q(weight__gte=1)),
        ]

    def __str__(self) -> str:
        return self.label


class ScaleLevel(models.Model):
    """What a number of points means."""

    version = models.ForeignKey(CriteriaVersion, on_delete=models.PROTECT, related_name="scale")
    points = models.PositiveSmallIntegerField(_("points"))
    label = models.CharField(_("label"), max_length=60)

    class Meta:
        verbose_name = _("level of the scale")
        verbose_name_plural = _("levels of the scale")
        ordering: ClassVar = ["version", "points"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "points"], name="programme_scale_level_once"),
        ]

    def __str__(self) -> str:
        return f"{self.points} {self.label}"
