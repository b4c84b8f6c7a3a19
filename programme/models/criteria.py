from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.models import Document
from programme.states import CriteriaState


class CriteriaVersionQuerySet(models.QuerySet["CriteriaVersion"]):
    def with_content(self) -> "CriteriaVersionQuerySet":
        """Return versions with their criteria, anchors and scale, for a page that shows them."""
        return self.prefetch_related("criteria__anchors", "scale")

    def adopted(self) -> "CriteriaVersionQuerySet":
        """Return the versions that a call may take."""
        return self.filter(state=CriteriaState.ADOPTED)

    def in_force(self) -> "CriteriaVersion | None":
        """Return the version that was adopted last: what a new call is judged by unless it says otherwise.

        What came with the council's frame is older than any decision, whenever it was loaded.
        """
        return self.adopted().alias(loaded=Q(document=None)).order_by("loaded", "-adopted_on", "-number").first()

    def before(self, version: "CriteriaVersion") -> "CriteriaVersion | None":
        """Return the adopted version that a version comes after: for a draft the one in force."""
        earlier = self.adopted().exclude(pk=version.pk)
        if not version.is_draft:
            decided_before = Q(adopted_on__lt=version.adopted_on) | Q(
                adopted_on=version.adopted_on, number__lt=version.number
            )
            loaded = Q(document=None)
            earlier = earlier.filter(loaded | decided_before if version.document_id else loaded & decided_before)
        return earlier.in_force()

    def for_overview(self) -> "CriteriaVersionQuerySet":
        """Return versions for the team's list: who worked on them, and of how many criteria Hengelo confirmed."""
        return (
            self.select_related("edited_by", "adopted_by", "copied_from")
            .annotate(
                criteria_count=Count("criteria"), confirmed_count=Count("criteria", filter=Q(criteria__confirmed=True))
            )
            .order_by("-number")
        )


class CriteriaVersion(models.Model):
    """The six TALENT criteria, their scale and the rule of the advice, as they stood at one time.

    Written as a draft, adopted with a document, frozen at the first score of a call. From adoption on triggers refuse
    every change to what it says.
    """

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    source = models.CharField(_("source"), max_length=200, help_text=_("The document that this version rests on"))
    minimum_points = models.PositiveSmallIntegerField(_("minimum points for each criterion"))
    threshold_percentage = models.PositiveSmallIntegerField(_("threshold (percent)"))
    discuss_from_spread = models.PositiveSmallIntegerField(_("discuss from this spread (points)"))
    assessor_count = models.PositiveSmallIntegerField(_("number of assessors"))
    confirmed = models.BooleanField(_("confirmed by Hengelo"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=CriteriaState, default=CriteriaState.DRAFT)
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies", verbose_name=_("copied from")
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    edited_at = models.DateTimeField(_("last edited at"), null=True, editable=False)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    document = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document of the adoption"),
    )
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
            models.CheckConstraint(name="programme_criteria_state_known", condition=Q(state__in=CriteriaState.values)),
            models.CheckConstraint(
                name="programme_draft_is_not_adopted",
                condition=~Q(state=CriteriaState.DRAFT)
                | Q(adopted_on=None, adopted_by=None, document=None, frozen_at=None, content_sha256=""),
            ),
            # What nobody adopted here came with the council's frame, and rests on the programme plan itself.
            models.CheckConstraint(
                name="programme_adopted_with_document",
                condition=~Q(state=CriteriaState.ADOPTED)
                | Q(adopted_on__isnull=False, adopted_by__isnull=False, document__isnull=False)
                | Q(adopted_on__isnull=False, adopted_by=None, document=None),
            ),
            models.CheckConstraint(name="programme_assessors_above_zero", condition=Q(assessor_count__gte=1)),
        ]

    def __str__(self) -> str:
        return _("Version %(number)d") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("programme:criteria_version", args=[self.number])

    @property
    def is_draft(self) -> bool:
        """Whether only the programme team knows of it, and may still change it."""
        return self.state == CriteriaState.DRAFT

    @cached_property
    def wholly_confirmed(self) -> bool:
        """Whether Hengelo confirmed the scale, the rule and every criterion."""
        return self.confirmed and all(criterion.confirmed for criterion in self.criteria.all())

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
    concerns_talent = models.BooleanField(_("the talent panel gives a mark"), default=False)
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


class CriterionAnchor(models.Model):
    """What a number of points means for one criterion. A criterion without any goes by the words of the scale."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="anchors")
    points = models.PositiveSmallIntegerField(_("points"))
    text = models.CharField(_("meaning"), max_length=400)

    class Meta:
        verbose_name = _("anchor of the scale")
        verbose_name_plural = _("anchors of the scale")
        ordering: ClassVar = ["criterion", "points"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["criterion", "points"], name="programme_anchor_once"),
            models.CheckConstraint(name="programme_anchor_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.points} {self.text}"


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
