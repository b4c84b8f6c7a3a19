"""Forms of the decision lists."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import Decision
from budget.states import Ruling
from core.domain import clock
from core.domain.money import ZERO, format_euros
from core.forms import DutchDateField, EuroField, RequestKeyField

# Nobody plans a meeting of the college further ahead.
FURTHEST_MEETING = timedelta(days=730)


class ListForm(forms.Form):
    """What a new decision list needs: the meeting that it is for."""

    meeting_on = DutchDateField(label=gettext_lazy("Date of the meeting"))

    def clean_meeting_on(self) -> date:
        """Refuse a day that has been, or one that must be a slip of the keys."""
        day: date = self.cleaned_data["meeting_on"]
        if day < clock.today():
            raise ValidationError(_("This day has been. Choose a meeting that still has to come."))
        if day > clock.today() + FURTHEST_MEETING:
            raise ValidationError(_("This is more than two years ahead. Check the year."))
        return day


class DecisionForm(forms.Form):
    """What a list in preparation says about one proposal: an amount for each year that was requested."""

    ruling = forms.ChoiceField(
        label=gettext_lazy("What does the list propose?"), choices=Ruling.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "The partner reads this in the letter. Does it differ from the advice? Then say why (Awb 3:50)."
        ),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"),
        help_text=gettext_lazy("What the partner must do to keep the grant, beside the usual obligations."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        self.requested = {item.year: item.requested for item in decision.advice.amounts.all()}
        super().__init__(*args, **kwargs)
        for item in decision.advice.amounts.all():
            self.fields[self._name(item.year)] = EuroField(
                label=_("Amount for %(year)d (when it is granted)") % {"year": item.year},
                help_text=_("Requested %(requested)s, advised %(advised)s.")
                % {"requested": format_euros(item.requested), "advised": format_euros(item.advised)},
                required=False,
                widget=EuroField.widget(attrs={"data-width": "short"}),
            )
        self.order_fields(["ruling", *map(self._name, self.requested), "reason", "conditions", "version"])

    @staticmethod
    def initial_of(decision: Decision) -> dict[str, Any]:
        """Return what stands on the list now."""
        amounts = {DecisionForm._name(item.budget_line.year): item.amount for item in decision.amounts.all()}
        return {
            "ruling": decision.ruling,
            "reason": decision.reason,
            "conditions": decision.conditions,
            "version": decision.decision_list.version,
            **amounts,
        }

    def clean(self) -> dict[str, Any]:
        """Check the amounts against the request; a refusal has none, whatever stands in the fields."""
        values = super().clean() or {}
        if values.get("ruling") != Ruling.GRANT:
            return values
        for year, requested in self.requested.items():
            amount = values.get(self._name(year)) or ZERO
            if amount > requested:
                self.add_error(
                    self._name(year),
                    _("This is more than the %(requested)s that was requested.")
                    % {"requested": format_euros(requested)},
                )
        names = [self._name(year) for year in self.requested]
        if names and not self.errors.keys() & set(names) and not any(self.amounts.values()):
            self.add_error(names[0], _("A grant needs an amount for at least one year."))
        return values

    @property
    def amounts(self) -> dict[int, Decimal]:
        """What was filled in for each year, in euros; nothing counts as zero."""
        return {year: self.cleaned_data.get(self._name(year)) or ZERO for year in self.requested}

    @staticmethod
    def _name(year: int) -> str:
        return f"amount_{year}"


class ApproveForm(forms.Form):
    """The college's signature under a list as the page showed it."""

    request_key = RequestKeyField()
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """Why the college gives a list back."""

    reason = forms.CharField(
        label=gettext_lazy("What has to change?"),
        help_text=gettext_lazy("The financial adviser reads this. Nothing is booked."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
