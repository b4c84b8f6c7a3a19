"""What a partner declares of de-minimis aid, row by row; empty rows are left out."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.domain.de_minimis import ROWS_MOST, Aid, Linked
from applications.forms.steps import line_field, plain_helper
from applications.models import Proposal
from core.forms import DutchDateField, EuroField, EuroInput

ROWS_MORE = 2


class RowForm(forms.Form):
    """A row that is filled in whole or not at all."""

    def clean(self) -> dict[str, Any]:
        """Ask for the cells that are empty in a row that was begun."""
        values = super().clean() or {}
        if any(values.values()):
            for name in self.fields:
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill this in, or empty the whole row."))
        return values


class AidForm(RowForm):
    """Aid that was received."""

    granted_on = DutchDateField(label=_("Date of granting"), required=False)
    granted_by = line_field(_("Granted by"), 150, required=False, widget=forms.TextInput({"size": 26}))
    amount = EuroField(label=_("Amount"), required=False, widget=EuroInput({"size": 10}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["granted_on"].widget.attrs["size"] = 11


class LinkedForm(RowForm):
    """A company that forms one undertaking with the partner."""

    name = line_field(_("Name"), 150, required=False, widget=forms.TextInput({"size": 26}))
    kvk_number = forms.CharField(
        label=_("KvK number"),
        required=False,
        validators=[RegexValidator(r"^[0-9]{8}$", _("A KvK number has eight digits."))],
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "data-width": "short"}),
    )


class DeclarationTables:
    """Both tables of the page, filled with what the draft holds or with what was typed."""

    def __init__(self, proposal: Proposal, data: QueryDict | None = None) -> None:
        aids = proposal.de_minimis_aids.values("granted_on", "granted_by", "amount")
        linked = proposal.linked_undertakings.values("name", "kvk_number")
        self.aids = _table(AidForm)(data, prefix="aids", initial=list(aids))
        self.linked = _table(LinkedForm)(data, prefix="linked", initial=list(linked))
        self.refused: list[str] = []

    @property
    def errors(self) -> bool:
        """Whether something stands in the tables that can't be saved."""
        return bool(self.refused or self.aids.total_error_count() or self.linked.total_error_count())

    def is_valid(self) -> bool:
        """Tell whether all that was typed can be read."""
        return all([self.aids.is_valid(), self.linked.is_valid()])

    def rows(self) -> list[Aid]:
        """Return the aid that was filled in."""
        return [Aid(**form.cleaned_data) for form in self.aids if any(form.cleaned_data.values())]

    def companies(self) -> list[Linked]:
        """Return the companies that were filled in."""
        return [Linked(**form.cleaned_data) for form in self.linked if any(form.cleaned_data.values())]


def _table(form: type[RowForm]) -> type[BaseFormSet[Any]]:
    return formset_factory(form, extra=ROWS_MORE, max_num=ROWS_MOST, absolute_max=ROWS_MOST + ROWS_MORE)


class JudgeForm(forms.Form):
    """Whether a grant would be state aid, with the reason."""

    is_aid = forms.TypedChoiceField(
        label=_("Is a grant on this proposal de-minimis aid?"),
        choices=[
            ("yes", _("Yes: it falls under the ceiling")),
            ("no", _("No: it is no state aid, for instance because the partner does nothing as an undertaking here")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("An auditor reads this. Say which activity it is, and why it does or does not count as a market."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
