"""The form on which somebody chooses what another party may not read of a file."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.domain.file_export import Choice

MOST_WORDS = 200
LONGEST_WORD = 200


class RedactionForm(forms.Form):
    """Which words go beside the names and numbers that are found by themselves."""

    words = forms.CharField(
        label=_("Words that must go too"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "One on each line: for example the name of somebody who stands only in a text, or of a trade secret. "
            "Upper and lower case make no difference."
        ),
    )
    amounts = forms.BooleanField(
        label=_("Black out the sums of the applicant's own budget"),
        required=False,
        initial=True,
        help_text=_("What the municipality requested, advised and granted in its own tables stays readable."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_words(self) -> tuple[str, ...]:
        """Return the words one by one, without what is empty."""
        found = [" ".join(line.split()) for line in str(self.cleaned_data["words"]).splitlines()]
        words = tuple(dict.fromkeys(line for line in found if line))
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(_("At most %(number)d lines.") % {"number": MOST_WORDS})
        if any(len(word) > LONGEST_WORD for word in words):
            raise forms.ValidationError(_("A line holds at most %(number)d characters.") % {"number": LONGEST_WORD})
        return words

    def choice(self) -> Choice:
        """Return what was chosen; for a valid form."""
        return Choice(words=self.cleaned_data["words"], amounts=self.cleaned_data["amounts"])
