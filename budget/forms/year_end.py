"""The form of the carry-over at the end of a year."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from budget.domain.year_end import LineEnd, YearEnd
from budget.errors import MoreThanFree
from core.domain.money import ZERO
from core.forms import EuroField, RequestKeyField


class CarryOverForm(forms.Form):
    """How much of each line goes to the next year: at most what is free."""

    request_key = RequestKeyField()

    def __init__(self, *args: Any, ends: YearEnd, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ends = ends
        for end in ends.lines:
            self.fields[_name(end)] = EuroField(
                label=_("To carry over of %(line)s") % {"line": end.budget_line},
                required=False,
                initial=end.available,
                widget=EuroField.widget(attrs={"data-width": "short"}),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a carry-over of nothing."""
        values = super().clean() or {}
        if not self.errors and not any(self.amounts.values()):
            self.add_error(None, _("Fill in an amount for at least one line."))
        return values

    def refuse(self, error: MoreThanFree) -> None:
        """Say at the line itself that it has less; a line that has no field: above the form."""
        name = f"amount_{error.line}"
        self.add_error(name if name in self.fields else None, str(error))

    @property
    def rows(self) -> list[tuple[LineEnd, BoundField]]:
        """Each line with its field."""
        return [(end, self[_name(end)]) for end in self.ends.lines]

    @property
    def amounts(self) -> dict[str, Decimal]:
        """What was filled in, in euros by the code of the line; nothing counts as zero."""
        return {end.budget_line.line.code: self.cleaned_data.get(_name(end)) or ZERO for end in self.ends.lines}


def _name(end: LineEnd) -> str:
    return f"amount_{end.budget_line.line.code}"
