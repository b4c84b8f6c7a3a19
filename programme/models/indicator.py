from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Indicator(models.Model):
    """A figure by which the council follows the programme. Values are entered, never invented."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"))
    unit = models.CharField(_("unit"), max_length=20)
    baseline = models.CharField(_("baseline"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.name
