"""The advice to the college."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from assessment.domain.outcomes import Result
from assessment.forms.fields import long_text
from assessment.states import Outcome
from core.forms import EuroField


class AdviceForm(forms.Form):
    """The amounts per year that the team advises, the conditions if the outcome asks for them, and why."""

    def __init__(self, result: Result, requested: Mapping[int, Decimal], data: Any = None) -> None:
        super().__init__(data)
        self.years = {} if result.outcome == Outcome.NEGATIVE else {y: a for y, a in requested.items() if a > 0}
        for year, amount in self.years.items():
            self.fields[f"amount_{year}"] = EuroField(label=_("Advised for %(year)d") % {"year": year}, initial=amount)
            self.fields[f"reason_{year}"] = forms.CharField(
                label=_("Why less? (%(year)d)") % {"year": year}, max_length=300, required=False
            )
        if result.outcome == Outcome.CONDITIONAL:
            self.fields["conditions"] = long_text(_("Conditions"), limit=3000, rows=4, required=True)
        self.fields["explanation"] = long_text(_("Explanation for the college"), limit=3000, rows=6, required=True)

    def amounts(self) -> dict[int, tuple[Decimal, str]]:
        """Return for each year the advised amount in euros and the reason."""
        return {year: (self.cleaned_data[f"amount_{year}"], self.cleaned_data[f"reason_{year}"]) for year in self.years}

    def rows(self) -> list[dict[str, Any]]:
        """Return for each year the request and its two fields."""
        return [
            {"year": year, "requested": amount, "amount": self[f"amount_{year}"], "reason": self[f"reason_{year}"]}
            for year, amount in self.years.items()
        ]

    def place_of(self, field: str) -> str | None:
        """Return the name of the field that a refusal of the rule is about, or None for the whole form."""
        year, _sep, part = field.partition("_")
        name = f"{part or 'amount'}_{year}" if year.isdigit() else field
        return name if name in self.fields else None
