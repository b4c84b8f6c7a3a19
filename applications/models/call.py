from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.states import DivisionRule
from core.domain import clock
from programme.models import CriteriaVersion, Line


class CallQuerySet(models.QuerySet["Call"]):
    def open_at(self, moment: datetime) -> "CallQuerySet":
        """Return the calls that take proposals at a moment; a closing date counts until 24:00 in Amsterdam."""
        day = clock.local_date(moment)
        return self.filter(Q(closes_on=None) | Q(closes_on__gte=day), opens_at__lte=moment).order_by("opens_at")


class Call(models.Model):
    """An invitation to propose (openstelling): for which lines and years, until when, by which rules."""

    title = models.CharField(_("title"), max_length=120)
    opens_at = models.DateTimeField(_("opens at"))
    closes_on = models.DateField(_("closing date"), null=True, blank=True)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    lines = models.ManyToManyField(Line, related_name="calls", verbose_name=_("programme lines"))
    criteria_version = models.ForeignKey(
        CriteriaVersion, on_delete=models.PROTECT, related_name="calls", verbose_name=_("version of the criteria")
    )
    division_rule = models.CharField(_("rule of division"), max_length=12, choices=DivisionRule)
    decision_weeks = models.PositiveSmallIntegerField(_("decision period (weeks)"), default=13)
    supplement_weeks = models.PositiveSmallIntegerField(_("term for a supplement (weeks)"), default=2)
    extension_weeks = models.PositiveSmallIntegerField(_("longest extension (weeks)"), default=13)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_call_years", condition=Q(last_year__gte=F("first_year"))),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def years(self) -> range:
        """The calendar years that a proposal may spread its costs over."""
        return range(self.first_year, self.last_year + 1)

    @property
    def closes_at(self) -> datetime | None:
        """The first moment at which nothing is accepted any more, or None without a closing date."""
        return None if self.closes_on is None else clock.end_of_day(self.closes_on)
