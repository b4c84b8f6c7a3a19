"""The form by which the college invokes the condition of a grant."""

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import RequestKeyField


class InvokeForm(forms.Form):
    """Why the college invokes the condition."""

    reason = forms.CharField(
        label=gettext_lazy("Why does the college invoke the condition?"),
        help_text=gettext_lazy("The partner reads this in the letter."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    request_key = RequestKeyField()
