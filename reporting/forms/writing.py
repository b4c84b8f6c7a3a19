"""Forms of the texts of a report and of its signatures."""

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from reporting.domain.texts import LONGEST
from reporting.models import ReportText
from reporting.states import SignerRole

MARKUP_HELP = _(
    "An empty line begins a new paragraph. Begin a line with ## for a heading, or with - for an item of a list."
)


class TextForm(forms.Form):
    """A text of a report, and the version that was on the screen."""

    text = forms.CharField(
        label=_("Text"),
        help_text=MARKUP_HELP,
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 18}),
    )
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, current: ReportText | None, data: QueryDict | None = None) -> None:
        initial = {"text": current.text if current else "", "number": current.number if current else 0}
        super().__init__(data, initial=initial)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.mark_optional = False

    def see(self, number: int) -> None:
        """Take a newer version for seen: it stands on the page now, beside what was typed."""
        self.data = {**self.data.dict(), "number": str(number)}  # type: ignore[attr-defined]  # it is a QueryDict


class SignForm(forms.Form):
    """In which role somebody signs, and the hash of what was on the screen."""

    role = forms.ChoiceField(choices=SignerRole, widget=forms.HiddenInput)
    content_sha256 = forms.RegexField("^[0-9a-f]{64}$", widget=forms.HiddenInput)
