"""Forms of the archive: which files to look at, and which to put on an order."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import RequestKeyField
from reporting.domain.retention import Kept
from reporting.states import FileOutcome

# Of a number that PostgreSQL can hold.
MOST_DIGITS = 18


class NumbersField(forms.MultipleChoiceField):
    """The numbers of the rows that are ticked; which of them count is for the verb to say."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal() and len(str(value)) <= MOST_DIGITS

    def clean(self, value: Any) -> list[int]:
        return [int(one) for one in super().clean(value)]


class PrepareForm(forms.Form):
    """Puts files that are due on an order."""

    chosen = NumbersField(error_messages={"required": _("Choose at least one file.")})
    request_key = RequestKeyField()


class KeptFilter(forms.Form):
    """Narrows the list to an outcome, and to what is due."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("All outcomes")), *FileOutcome.choices]
    )
    due = forms.ChoiceField(
        label=_("Term"),
        required=False,
        choices=[("", _("All files")), ("yes", _("Term is over")), ("no", _("Still kept"))],
    )

    def passes(self, one: Kept, today: date) -> bool:
        """Whether a file is on the narrowed list; a value that we don't know narrows nothing."""
        self.is_valid()
        outcome, due = self.cleaned_data.get("outcome"), self.cleaned_data.get("due")
        if outcome and one.outcome != outcome:
            return False
        return not due or one.is_due(today) == (due == "yes")
