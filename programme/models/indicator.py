"""The figures by which the council follows the programme: what each means, and what was measured.

Nothing here is ever overwritten. A definition that changes is a new row, and so is a value that is corrected: what was
known at any moment can be shown again.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Document
from programme.models.line import Line
from programme.states import Direction, Frequency

FIRST_YEAR, LAST_YEAR = 1990, 2100
# In which months a period can begin.
FIRST_MONTHS = {Frequency.YEAR: [1], Frequency.HALF_YEAR: [1, 7], Frequency.QUARTER: [1, 4, 7, 10]}


class Indicator(models.Model):
    """A figure by which the council follows the programme. What it is called and means, its last definition says."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("reporting:indicator", args=[self.code])


class IndicatorDefinition(models.Model):
    """What an indicator meant from a moment on. Rows are only ever added; the one that was written last counts."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="definitions")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=120)
    definition = models.TextField(_("definition"), blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=20)
    direction = models.CharField(_("which way is good"), max_length=10, choices=Direction)
    frequency = models.CharField(_("measured"), max_length=10, choices=Frequency)
    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("programme line")
    )
    baseline_value = models.DecimalField(_("baseline"), max_digits=14, decimal_places=4, null=True, blank=True)
    baseline_period = models.CharField(_("period of the baseline"), max_length=40, blank=True)
    baseline_words = models.CharField(_("baseline in words"), max_length=200, blank=True)
    target_value = models.DecimalField(_("target"), max_digits=14, decimal_places=4, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(_("year of the target"), null=True, blank=True)
    followed = models.BooleanField(_("the council follows it"), default=True)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    written_at = models.DateTimeField(_("written at"), editable=False)

    class Meta:
        verbose_name = _("definition of an indicator")
        verbose_name_plural = _("definitions of indicators")
        ordering: ClassVar = ["indicator", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "number"], name="programme_definition_once"),
            models.CheckConstraint(name="programme_indicator_has_name", condition=~Q(name="") & ~Q(unit="")),
            models.CheckConstraint(name="programme_direction_known", condition=Q(direction__in=Direction.values)),
            models.CheckConstraint(name="programme_frequency_known", condition=Q(frequency__in=Frequency.values)),
            models.CheckConstraint(
                name="programme_target_with_year",
                condition=Q(target_value=None, target_year=None)
                | Q(target_value__isnull=False, target_year__gte=FIRST_YEAR, target_year__lte=LAST_YEAR),
            ),
            # The first one came with the frame or with the indicator itself; who changes it says why.
            models.CheckConstraint(
                name="programme_definition_change_with_reason",
                condition=Q(number=1) | (Q(number__gt=1, written_by__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorImport(models.Model):
    """A file of values that was taken in as a whole."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("hash"), max_length=64, unique=True)
    added = models.PositiveIntegerField(_("values added"))
    corrected = models.PositiveIntegerField(_("values corrected"))
    unchanged = models.PositiveIntegerField(_("values that were there already"))
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("import of values")
        verbose_name_plural = _("imports of values")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.document.file_name


class IndicatorValue(models.Model):
    """What was measured in a period. A correction is a new row that names the row before it; None takes it back."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values")
    frequency = models.CharField(_("period"), max_length=10, choices=Frequency)
    first_day = models.DateField(_("first day of the period"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)
    imported = models.ForeignKey(
        IndicatorImport, on_delete=models.PROTECT, null=True, blank=True, related_name="values"
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered at"))

    class Meta:
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        ordering: ClassVar = ["indicator", "first_day", "pk"]
        indexes: ClassVar = [models.Index(fields=["indicator", "first_day"], name="programme_value_by_period")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "frequency", "first_day"],
                condition=Q(corrects=None),
                name="programme_value_once_a_period",
            ),
            models.CheckConstraint(
                name="programme_correction_with_reason",
                condition=Q(corrects=None, reason="", value__isnull=False)
                | (Q(corrects__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(name="programme_value_with_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="programme_value_of_a_period",
                condition=Q(first_day__day=1, first_day__year__gte=FIRST_YEAR, first_day__year__lte=LAST_YEAR)
                & (
                    Q(frequency=Frequency.MONTH)
                    | Q(frequency=Frequency.YEAR, first_day__month__in=FIRST_MONTHS[Frequency.YEAR])
                    | Q(frequency=Frequency.HALF_YEAR, first_day__month__in=FIRST_MONTHS[Frequency.HALF_YEAR])
                    | Q(frequency=Frequency.QUARTER, first_day__month__in=FIRST_MONTHS[Frequency.QUARTER])
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.first_day}"
