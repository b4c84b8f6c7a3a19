"""The form on which a report is asked for."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DutchDateField, RequestKeyField
from reporting.states import ReportKind


class ReportForm(forms.Form):
    """Which document, about which year, with which cut-off date."""

    kind = forms.ChoiceField(label=_("Document"), choices=ReportKind)
    year = forms.TypedChoiceField(label=_("Year that the report is about"), coerce=int)
    cut_off_on = DutchDateField(
        label=_("Cut-off date"),
        help_text=_(
            "The report counts everything up to and including this day. With today as cut-off date the figures are "
            "provisional: they are those of the moment at which you ask."
        ),
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.add_input(Submit("action", _("Make the report")))
