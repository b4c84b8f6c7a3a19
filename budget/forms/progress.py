"""What a partner reports on the way, and what the team finds of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from budget.states import AccountVerdict, Pace
from core.forms import RequestKeyField


class ProgressForm(forms.Form):
    """How far an activity is."""

    done = forms.CharField(
        label=_("What did you do so far, and what came of it?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    coming = forms.CharField(
        label=_("What is still to come?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    pace = forms.ChoiceField(label=_("How does it go?"), choices=Pace.choices, widget=forms.RadioSelect)
    request_key = RequestKeyField()


class ProgressCheckForm(forms.Form):
    """What the team finds of a progress report."""

    verdict = forms.ChoiceField(
        label=_("What do you find of it?"), choices=AccountVerdict.choices, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label=_("What is missing, or a remark"),
        help_text=_("The partner reads this."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask what is missing from a report that is given back."""
        values = super().clean() or {}
        if values.get("verdict") == AccountVerdict.RETURNED and not (values.get("remark") or "").strip():
            self.add_error("remark", _("Say what is missing: the partner reads it."))
        return values
