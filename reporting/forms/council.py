"""The forms on top of the council's pages. Their names stand in addresses that people keep, so they are Dutch."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from budget.domain.books import Scope
from budget.forms.books import AsOfForm
from budget.models import BudgetLine
from programme.models import Line
from reporting.domain import trail
from reporting.states.council import OPEN_PHASES, Phase


def _options(form: forms.Form, name: str, every: Any, options: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  (told to the type checker)
    field.choices = [("", every), *options]


def _lines() -> list[tuple[Any, Any]]:
    return list(Line.objects.order_by("position").values_list("code", "name"))


class FigureForm(AsOfForm):
    """Choose a figure to look behind: of which line and year, which one, as of which day."""

    regel = forms.ChoiceField(label=_("Programme line"), required=False)
    jaar = forms.ChoiceField(label=_("Year"), required=False)
    kolom = forms.ChoiceField(label=_("Figure"), required=False)

    field_order = ("regel", "jaar", "kolom", "peildatum")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = BudgetLine.objects.order_by("year").values_list("year", flat=True).distinct()
        _options(self, "regel", _("All lines"), _lines())
        _options(self, "jaar", _("All years"), [(str(year), str(year)) for year in years])
        others = [(column, trail.LABELS[column]) for column in trail.SHOWN if column != trail.COMMITTED]
        _options(self, "kolom", trail.LABELS[trail.COMMITTED], others)

    @property
    def figure(self) -> str:
        """The figure that was chosen; what is committed and realised when none was."""
        return str(self.chosen.get("kolom") or trail.COMMITTED)

    @property
    def scope(self) -> Scope:
        """The part of the books that was chosen."""
        year = self.chosen.get("jaar")
        return Scope(self.chosen.get("regel", ""), int(year) if year else None)


class ActivitiesForm(forms.Form):
    """Choose which activities a list shows. What is not understood is as if it was not chosen, and the form says so."""

    regel = forms.ChoiceField(label=_("Programme line"), required=False)
    stand = forms.ChoiceField(label=_("State"), required=False)
    zoek = forms.CharField(label=_("Title or partner"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _options(self, "regel", _("All lines"), _lines())
        _options(self, "stand", _("All states"), [(phase.value, phase.label.capitalize()) for phase in OPEN_PHASES])

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen and understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def phase(self) -> Phase | None:
        """The state that was chosen."""
        chosen = self.chosen.get("stand")
        return Phase(chosen) if chosen else None
