from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

DELIMITERS = ((";", _("semicolon ;")), (",", _("comma ,")), ("\t", _("tab")), ("|", "|"))
ENCODINGS = (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("iso-8859-15", "ISO 8859-15"))
DATE_FORMATS = (
    ("%d-%m-%Y", _("31-12-2026")),
    ("%d/%m/%Y", _("31/12/2026")),
    ("%Y-%m-%d", _("2026-12-31")),
    ("%Y%m%d", _("20261231")),
)


class ImportMapping(models.Model):
    """How a file of the bank or of the finance package is read: data, for every package writes its own way.

    The names are those in the heading of the file. The line and the year may be missing; the rest is needed.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    delimiter = models.CharField(_("between the columns"), max_length=1, choices=DELIMITERS, default=";")
    encoding = models.CharField(_("encoding"), max_length=12, choices=ENCODINGS, default="utf-8-sig")
    decimal_sign = models.CharField(
        _("before the cents"), max_length=1, choices=((",", _("comma ,")), (".", _("point ."))), default=","
    )
    date_format = models.CharField(_("date"), max_length=10, choices=DATE_FORMATS, default="%d-%m-%Y")
    paid_is_negative = models.BooleanField(_("what was paid has a minus"), default=False)
    reference_column = models.CharField(_("column of the reference"), max_length=80)
    amount_column = models.CharField(_("column of the amount"), max_length=80)
    date_column = models.CharField(_("column of the date"), max_length=80)
    line_column = models.CharField(_("column of the programme line"), max_length=80, blank=True)
    year_column = models.CharField(_("column of the budget year"), max_length=80, blank=True)
    description_column = models.CharField(_("column of the description"), max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("import mapping")
        verbose_name_plural = _("import mappings")
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_mapping_signs_differ", condition=~Q(delimiter=F("decimal_sign"))),
            models.CheckConstraint(
                name="budget_mapping_delimiter_known", condition=Q(delimiter__in=[sign for sign, _label in DELIMITERS])
            ),
        ]

    def __str__(self) -> str:
        return self.name
