"""Forms of objections and obligations."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import Decision, Obligation
from budget.states import ObjectionOutcome
from core.domain import clock, file_types
from core.forms import DutchDateField, RequestKeyField, refuse_malware

LARGEST_FILE_MEGABYTES = 10


def _not_to_come(day: date) -> date:
    if day > clock.today():
        raise ValidationError(_("This day is still to come."))
    return day


class ObjectionForm(forms.Form):
    """An objection as it came in."""

    received_on = DutchDateField(label=gettext_lazy("Received on"))
    summary = forms.CharField(
        label=gettext_lazy("What does the partner object to, and why?"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    document = forms.FileField(
        label=gettext_lazy("The partner's letter"),
        help_text=gettext_lazy("A PDF of at most 10 MB."),
        required=False,
    )
    committee = forms.BooleanField(
        label=gettext_lazy("An advisory committee hears the partner: the college has twelve weeks instead of six"),
        required=False,
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        self.decision = decision
        super().__init__(*args, **kwargs)

    def clean_received_on(self) -> date:
        """Refuse a day still to come, or one before the decision."""
        day = _not_to_come(self.cleaned_data["received_on"])
        if self.decision.decided_on is not None and day < self.decision.decided_on:
            raise ValidationError(
                _("The college decided on %(day)s; nobody objected before.")
                % {"day": f"{self.decision.decided_on:%d-%m-%Y}"}
            )
        return day

    def clean_document(self) -> bytes | None:
        """Take a PDF and nothing else, told from its content."""
        upload = self.cleaned_data["document"]
        if not upload:
            return None
        if upload.size > LARGEST_FILE_MEGABYTES * 1024 * 1024:
            raise ValidationError(_("This file is larger than %(most)d MB.") % {"most": LARGEST_FILE_MEGABYTES})
        content: bytes = upload.read()
        if file_types.told_from(content) != file_types.PDF:
            raise ValidationError(_("This is not a PDF."))
        refuse_malware(content)
        return content


class OutcomeForm(forms.Form):
    """What the team proposes to decide on an objection."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What do you propose?"), choices=ObjectionOutcome.choices, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label=gettext_lazy("Explanation"),
        help_text=gettext_lazy("Why, point by point (Awb 7:12). The partner reads this."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    """That the partner took the objection back."""

    withdrawn_on = DutchDateField(label=gettext_lazy("Withdrawn on"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_withdrawn_on(self) -> date:
        """Refuse a day still to come."""
        return _not_to_come(self.cleaned_data["withdrawn_on"])


class MeetForm(forms.Form):
    """That an obligation was met."""

    met_on = DutchDateField(label=gettext_lazy("Met on"))
    remark = forms.CharField(
        label=gettext_lazy("What did you see?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, obligation: Obligation, **kwargs: Any) -> None:
        self.obligation = obligation
        super().__init__(*args, **kwargs)

    def clean_met_on(self) -> date:
        """Refuse a day still to come."""
        return _not_to_come(self.cleaned_data["met_on"])
