"""Forms of one proposal on a decision list: what the list proposes, and the obligations that come with a grant."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.domain import item_rules
from budget.domain.obligations import Duty, wrong_duty
from budget.errors import Shortage
from budget.models import Decision
from budget.states import RefusalGround, Ruling
from core.domain import clock
from core.domain.money import ZERO, format_euros
from core.forms import DutchDateField, EuroField


class Prefill(models.TextChoices):
    """What a page of a list offers for a proposal that finds no room: the item page opens with it filled in."""

    NO_ROOM = "geen-ruimte", gettext_lazy("Refuse because there is no room")
    HOLD = "aanhouden", gettext_lazy("Hold")


class DecisionForm(forms.Form):
    """What a list in preparation says about one proposal: an amount for each year that was requested."""

    ruling = forms.ChoiceField(
        label=gettext_lazy("What does the list propose?"), choices=Ruling.choices, widget=forms.RadioSelect
    )
    refusal_ground = forms.ChoiceField(
        label=gettext_lazy("Ground (when it is refused)"),
        choices=[("", gettext_lazy("Choose a ground")), *RefusalGround.choices],
        required=False,
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
        help_text=gettext_lazy("What the partner must do to keep the grant, beside the obligations below."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        self.decision = decision
        self.requested = {item.year: item.requested for item in decision.advice.amounts.all()}
        super().__init__(*args, **kwargs)
        if decision.replaces_id is not None:
            choices = [choice for choice in Ruling.choices if choice[0] != Ruling.HOLD]
            self.fields["ruling"].choices = choices  # type: ignore[attr-defined]
        for item in decision.advice.amounts.all():
            self.fields[self._name(item.year)] = EuroField(
                label=_("Amount for %(year)d (when it is granted)") % {"year": item.year},
                help_text=_("Requested %(requested)s, advised %(advised)s.")
                % {"requested": format_euros(item.requested), "advised": format_euros(item.advised)},
                required=False,
                widget=EuroField.widget(attrs={"data-width": "short"}),
            )
        amounts = map(self._name, self.requested)
        self.order_fields(["ruling", *amounts, "refusal_ground", "reason", "conditions", "version"])

    @staticmethod
    def initial_of(decision: Decision) -> dict[str, Any]:
        """Return what stands on the list now."""
        amounts = {DecisionForm._name(item.budget_line.year): item.amount for item in decision.amounts.all()}
        return {
            "ruling": decision.ruling,
            "refusal_ground": decision.refusal_ground,
            "reason": decision.reason,
            "conditions": decision.conditions,
            "version": decision.decision_list.version,
            **amounts,
        }

    @staticmethod
    def prefilled(decision: Decision, prefill: str, shortages: list[Shortage]) -> dict[str, Any]:
        """Return what one click on the list fills in for a proposal that finds no room."""
        initial = DecisionForm.initial_of(decision)
        figures = " ".join(
            _("For %(line)s %(year)d %(asked)s was asked, and %(free)s is free.")
            % {
                "line": shortage.line,
                "year": shortage.year,
                "asked": format_euros(shortage.asked),
                "free": format_euros(shortage.free),
            }
            for shortage in shortages
        )
        match prefill:
            case Prefill.NO_ROOM:
                words = _("The proposal met the criteria, but the money for this line and year is divided.")
                return {
                    **initial,
                    "ruling": Ruling.REFUSE,
                    "refusal_ground": RefusalGround.NO_ROOM,
                    "reason": f"{words} {figures}".strip(),
                }
            case Prefill.HOLD:
                words = _("The college decides later, when it is clear whether there is room for it.")
                return {**initial, "ruling": Ruling.HOLD, "reason": f"{words} {figures}".strip()}
        return initial

    def clean(self) -> dict[str, Any]:
        """Check the amounts against request, call and activity; a refusal has none, whatever stands in the fields."""
        values = super().clean() or {}
        if values.get("ruling") == Ruling.REFUSE and not values.get("refusal_ground"):
            self.add_error("refusal_ground", _("Choose the ground of the refusal."))
        if values.get("ruling") == Ruling.GRANT:
            self._clean_amounts(values)
        return values

    def _clean_amounts(self, values: Mapping[str, Any]) -> None:
        for year, requested in self.requested.items():
            amount = values.get(self._name(year)) or ZERO
            wrong = item_rules.wrong_amount(self.decision.proposal, year, amount, requested)
            if wrong:
                self.add_error(self._name(year), wrong)
        names = [self._name(year) for year in self.requested]
        if names and not self.errors.keys() & set(names) and not any(self.amounts.values()):
            self.add_error(names[0], _("A grant needs an amount for at least one year."))

    @property
    def amounts(self) -> dict[int, Decimal]:
        """What was filled in for each year, in euros; nothing counts as zero."""
        return {year: self.cleaned_data.get(self._name(year)) or ZERO for year in self.requested}

    @staticmethod
    def _name(year: int) -> str:
        return f"amount_{year}"


class DutyForm(forms.Form):
    """One obligation; an empty row is none."""

    text = forms.CharField(
        label=gettext_lazy("Obligation"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = DutchDateField(label=gettext_lazy("Before or on (if there is a day)"), required=False)

    def clean_due_on(self) -> date | None:
        """Refuse a day that has been, unless it stood there already."""
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and day < clock.today() and "due_on" in self.changed_data:
            raise ValidationError(_("This day has been. Choose one that still has to come."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a day without an obligation."""
        values = super().clean() or {}
        if values.get("text") or values.get("due_on"):
            wrong = wrong_duty(Duty(values.get("text") or "", values.get("due_on")))
            if wrong:
                self.add_error("text", wrong)
        return values


class BaseDutyFormSet(forms.BaseFormSet[DutyForm]):
    """The obligations of a grant, with room for more."""

    @property
    def duties(self) -> list[Duty]:
        """What was filled in, in order; rows without text are left out."""
        rows = (form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data"))
        return [Duty(row["text"], row.get("due_on")) for row in rows if row.get("text")]


DutyFormSet = forms.formset_factory(DutyForm, formset=BaseDutyFormSet, extra=2, max_num=20)


def duties_of(decision: Decision) -> list[dict[str, Any]]:
    """Return the obligations of a decision as the rows of the form begin with."""
    return [{"text": duty.text, "due_on": duty.due_on} for duty in decision.obligations.all()]
