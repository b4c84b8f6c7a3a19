"""Choosing what the team's figures are about: a call, a line and a year, all in the address of the page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from assessment.domain.statistics import Scope
from programme.models import Line

ALL = "alle"


class FigureForm(forms.Form):
    """Choose a call, a programme line and a year with costs. Without a choice: the newest call, all of it."""

    openstelling = forms.ChoiceField(label=_("Call"), required=False)
    lijn = forms.ChoiceField(label=_("Programme line"), required=False)
    jaar = forms.TypedChoiceField(label=_("Year with costs"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any, *, calls: Sequence[Call], lines: Sequence[Line]) -> None:
        # A page that was opened without a choice shows the newest call, and the form says so.
        newest = str(calls[0].pk) if calls else ALL
        chosen = {name: data[name] for name in self.base_fields if name in data}
        super().__init__({"openstelling": newest, **chosen})
        self.calls = {str(call.pk): call for call in calls}
        self.lines = {line.code: line for line in lines}
        years = sorted({year for call in calls for year in call.years})
        fields: dict[str, Any] = self.fields
        fields["openstelling"].choices = [
            *((pk, call.title) for pk, call in self.calls.items()),
            (ALL, _("All calls together")),
        ]
        fields["lijn"].choices = [("", _("All lines")), *((code, line.name) for code, line in self.lines.items())]
        fields["jaar"].choices = [("", _("All years")), *((year, str(year)) for year in years)]

    @property
    def scope(self) -> Scope:
        """What was chosen; only of a form that is valid."""
        cleaned = self.cleaned_data
        return Scope(
            call=self.calls.get(cleaned["openstelling"]),
            line=self.lines.get(cleaned["lijn"]),
            year=cleaned["jaar"],
        )

    @property
    def query(self) -> dict[str, Any]:
        """What was chosen, as it stands in an address."""
        return {name: value for name, value in self.cleaned_data.items() if value}
