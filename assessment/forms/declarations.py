"""Declaring an interest."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.forms.fields import long_text


class LaterForm(forms.Form):
    """An interest that somebody found after declaring to have none."""

    explanation = long_text(gettext_lazy("What is your interest?"), limit=1000, required=True)

    def clean(self) -> dict[str, Any]:
        """Add the answer that the form stands for."""
        return {**(super().clean() or {}), "has_interest": True}


class DeclarationForm(forms.Form):
    """Whether a person has an interest in the proposal, and which."""

    has_interest = forms.ChoiceField(
        label=gettext_lazy("Do you have an interest in this proposal?"),
        choices=[("no", gettext_lazy("No, I have no interest")), ("yes", gettext_lazy("Yes, I have an interest"))],
        widget=forms.RadioSelect,
    )
    explanation = long_text(gettext_lazy("What is your interest? (if you say yes)"), limit=1000)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["explanation"].help_text = _("Needed when you have an interest. It stays with the file.")

    def clean_has_interest(self) -> bool:
        """Return whether there is an interest."""
        answer: str = self.cleaned_data["has_interest"]
        return answer == "yes"
