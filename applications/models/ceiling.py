from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.call import Call
from programme.models import Line


class Ceiling(models.Model):
    """The most that a call divides (subsidieplafond, Awb 4:22 and 4:25), in euros, and where that was published.

    For the call as a whole, or for a line, a year, or both. It must be published before the period begins for which
    it is set (Awb 4:27): for us, before the call opens.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="ceilings")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    published_on = models.DateField(_("published on"), null=True)
    publication = models.CharField(_("publication"), max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["line__position", "year", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "line", "year"], name="applications_ceiling_once", nulls_distinct=False
            ),
            models.CheckConstraint(name="applications_ceiling_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="applications_ceiling_publication_whole",
                condition=Q(published_on=None, publication="") | (Q(published_on__isnull=False) & ~Q(publication="")),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.line.name if self.line else "", str(self.year or "")])) or str(self.call)
