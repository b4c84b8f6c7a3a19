"""The forms on top of the controller's pages. Their names stand in addresses that people keep, so they are Dutch."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from budget.columns import Column
from budget.domain import books
from budget.domain.books import Scope
from budget.models import BudgetLine
from core.domain import clock
from core.forms import DutchDateField
from programme.models import Line


class PastDayField(DutchDateField):
    """A day up to and including today: figures of the future don't exist."""

    def clean(self, value: Any) -> Any:
        day: date | None = super().clean(value)
        if day is not None and day > clock.today():
            raise ValidationError(_("Choose today or a day before: figures of the future don't exist."), code="future")
        return day


class AsOfForm(forms.Form):
    """Choose the day of which a page tells. What is not understood is as if it was not chosen, and the form says so."""

    peildatum = PastDayField(label=_("As of the end of"), required=False)

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen and understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def day(self) -> date:
        """The day that was chosen, or today."""
        day: date = self.chosen.get("peildatum") or clock.today()
        return day

    @property
    def as_of(self) -> datetime:
        """The moment until which everything counts."""
        return books.moment_of(self.day)


class ColumnForm(AsOfForm):
    """Choose the figure to look behind."""

    kolom = forms.ChoiceField(
        label=_("Behind the figure"), required=False, choices=[("", _("All entries")), *Column.choices]
    )

    @property
    def column(self) -> Column | None:
        """The column that was chosen."""
        chosen = self.chosen.get("kolom")
        return Column(chosen) if chosen else None


class EntriesForm(ColumnForm):
    """The same for a part of the books: a line, a year, a programme of the municipality's budget, or everything."""

    regel = forms.ChoiceField(label=_("Programme line"), required=False)
    jaar = forms.ChoiceField(label=_("Year"), required=False)
    programma = forms.ChoiceField(label=_("Budget programme"), required=False)

    field_order = ("regel", "jaar", "programma", "kolom", "peildatum")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = list(Line.objects.order_by("position").values_list("code", "name", "budget_programme"))
        years = BudgetLine.objects.order_by("year").values_list("year", flat=True).distinct()
        programmes = sorted({programme for _code, _name, programme in lines})
        choices: dict[str, list[tuple[Any, Any]]] = {
            "regel": [("", _("All lines")), *((code, name) for code, name, _programme in lines)],
            "jaar": [("", _("All years")), *((str(year), str(year)) for year in years)],
            "programma": [("", _("All programmes")), *((programme, programme) for programme in programmes)],
        }
        for name, options in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  (told to the type checker)
            field.choices = options

    @property
    def scope(self) -> Scope:
        """The part of the books that was chosen."""
        year = self.chosen.get("jaar")
        return Scope(self.chosen.get("regel", ""), int(year) if year else None, self.chosen.get("programma", ""))
