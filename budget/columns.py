"""The controller's columns: what they are called and what they mean. How they are made stands in domain/columns.py."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Column(models.TextChoices):
    """The controller's columns, by their key in the figures and in their order on the page."""

    PRIMITIVE = "primitive", _("Primitive budget")
    AMENDMENTS = "amendments", _("Amendments")
    BUDGETED = "budgeted", _("Budget as amended")
    RESERVED = "reserved", _("Reserved")
    GRANTED = "granted", _("Committed")
    CONDITIONAL = "conditional", _("Of which conditional")
    SPENT = "spent", _("Realised")
    ADVANCED = "advanced", _("Of which advanced")
    RELEASED = "released", _("Released")
    FREE = "free", _("Free room")
    FORECAST = "forecast", _("Forecast")
    TO_CARRY = "to_carry", _("To be carried over")


# What each column means, for a reader who is no controller.
COLUMN_MEANINGS: dict[Column, Promise] = {
    Column.PRIMITIVE: _("what the council set at first"),
    Column.AMENDMENTS: _("what the council changed afterwards"),
    Column.BUDGETED: _("primitive budget and amendments together"),
    Column.RESERVED: _("positive advice on which the college has yet to decide; binds nobody"),
    Column.GRANTED: _("granted by the college and not yet realised"),
    Column.CONDITIONAL: _("part of what is committed, granted before the council adopted the budget of the year"),
    Column.SPENT: _("carried out and accounted for"),
    Column.ADVANCED: _("paid beforehand, part of what is committed or realised"),
    Column.RELEASED: _("granted before, not needed after all, and free again"),
    Column.FREE: _("budget as amended, minus committed and realised"),
    Column.FORECAST: _(
        "realised and committed, and for a year that has not ended also what is reserved, at most the budget as amended"
    ),
    Column.TO_CARRY: _("budget as amended, minus the forecast; only the council can carry it over to a later year"),
}
