"""What the council, the team and the college fill in about a question."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import RequestKeyField


def _helper(*buttons: Submit) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    for button in buttons:
        helper.add_input(button)
    return helper


class QuestionForm(forms.Form):
    """Ask the college something."""

    text = forms.CharField(label=_("Your question"), max_length=3000, widget=forms.Textarea({"rows": 6}))
    request_key = RequestKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(Submit("action", _("Ask the college")))


class DraftForm(forms.Form):
    """Write an answer for the college."""

    text = forms.CharField(label=_("Draft of the answer"), max_length=10_000, widget=forms.Textarea({"rows": 10}))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(
            Submit("offer", _("Offer to the college")), Submit("save", _("Save the draft"), css_class="secondary")
        )


class ReturnForm(forms.Form):
    """Say what the college wants otherwise."""

    reason = forms.CharField(label=_("What should be different"), max_length=1000, widget=forms.Textarea({"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(Submit("action", _("Give back to the team"), css_class="secondary"))


class GiveForm(forms.Form):
    """Give the answer as the page showed it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
