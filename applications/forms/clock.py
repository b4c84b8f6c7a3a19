"""The team's forms for the decision period, and the partner's for a supplement."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.domain import questions
from applications.domain.intake import POINTS
from applications.domain.supplements import MISSING_LABELS
from applications.forms.steps import plain_helper
from applications.models import Proposal
from core.domain import clock
from core.forms import DutchDateField, RequestKeyField


class PlainForm(forms.Form):
    """A form within a <form> of the template's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class SupplementRequestForm(PlainForm):
    """What is not in order, what exactly is missing, and which steps open."""

    points = forms.MultipleChoiceField(
        label=_("What is not in order?"),
        help_text=_("The steps of the form that belong to these points open for the partner."),
        choices=list(MISSING_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("What exactly is missing?"),
        help_text=_("Write each thing on a line of its own. The letter lists these lines as you write them here."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    steps = forms.MultipleChoiceField(
        label=_("Open these steps too (optional)"),
        help_text=_("All other steps stay as they were submitted."),
        choices=[(step.slug, step.title) for step in questions.STEPS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    request_key = RequestKeyField()


class ExtensionForm(PlainForm):
    """How many weeks, and why."""

    weeks = forms.IntegerField(label=_("How many weeks longer?"), min_value=1)
    reason = forms.CharField(
        label=_("Why does it take longer?"),
        help_text=_("One or two sentences. They stand in the letter to the partner."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    request_key = RequestKeyField()

    def __init__(self, proposal: Proposal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = proposal.call.extension_weeks
        self.fields["weeks"] = forms.IntegerField(
            label=_("How many weeks longer?"),
            help_text=_("At most %(most)d in this call.") % {"most": most},
            min_value=1,
            max_value=most,
            initial=most,
            widget=forms.NumberInput(attrs={"data-width": "short"}),
        )


class NotProcessForm(PlainForm):
    """What is still missing."""

    reason = forms.CharField(
        label=_("What is still missing?"),
        help_text=_("Write each thing on a line of its own. The decision lists these lines as you write them here."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    request_key = RequestKeyField()


class GoOnForm(PlainForm):
    """Which points are in order by now, and why the rest does not stand in the way."""

    points = forms.MultipleChoiceField(
        label=_("What is in order?"),
        choices=list(POINTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("Why can it be assessed as it is?"),
        help_text=_("The partner and the auditor can ask for this reason."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HandInForm(PlainForm):
    """What the partner added, told in a few words."""

    answer = forms.CharField(
        label=_("What did you add or change?"),
        help_text=_("Tell it in a few words. Did we ask something that the form has no question for? Answer it here."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "aria-required": "true"}),
    )
    request_key = RequestKeyField()


class OutageForm(PlainForm):
    """From when to when the site could not be reached, and what was down."""

    began_on = DutchDateField(label=_("Began on"))
    began_time = forms.TimeField(label=_("At what time?"), help_text=_("Hours and minutes, for example 21:30."))
    ended_on = DutchDateField(label=_("Ended on"))
    ended_time = forms.TimeField(
        label=_("At what time did it end?"), help_text=_("Hours and minutes, for example 23:15.")
    )
    what = forms.CharField(
        label=_("What was down?"),
        help_text=_("What partners could not do, and how you know."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("began_time", "ended_time"):
            self.fields[name].widget.attrs |= {"data-width": "short", "autocomplete": "off"}

    def moments(self) -> dict[str, datetime]:
        """Return the two moments that were filled in, in Amsterdam."""
        values = self.cleaned_data
        return {f"{name}_at": _moment(values[f"{name}_on"], values[f"{name}_time"]) for name in ("began", "ended")}


def _moment(day: Any, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=clock.AMSTERDAM)
