"""Asking people to assess, one proposal or many at a time, and taking it back."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.models import Proposal
from assessment.domain import assigning
from assessment.domain.assignments import LONGEST_REASON, candidates, usual_due_on
from assessment.domain.workload import Load
from assessment.models.assigning import FILES_MOST
from assessment.states import AssigningWay
from core.domain import clock
from core.forms import DutchDateField, RequestKeyField
from programme.models import Line

# In the address of a division: no line in particular.
ALL_LINES = "alle"


class DueOnField(DutchDateField):
    """The last day on which to hand in; by itself the usual term."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Hand in on this day at the latest"),
            initial=usual_due_on,
            error_messages={"required": gettext_lazy("Fill in a day."), "invalid": gettext_lazy("Fill in a day.")},
        )

    def clean(self, value: Any) -> date:
        day: date = super().clean(value)
        if day < clock.today():
            raise forms.ValidationError(_("Choose a day that is still to come: assessing takes some time."))
        return day


class AssignForm(forms.Form):
    """Who will assess the proposal, and until when."""

    assessors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Assessors"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    due_on = DueOnField()

    def __init__(self, proposal: Proposal, data: Any = None, *, reader: User) -> None:
        super().__init__(data)
        field: Any = self.fields["assessors"]
        field.queryset = candidates(proposal, reader=reader)
        field.label_from_instance = self._label

    @staticmethod
    def _label(person: User) -> str:
        return _("%(name)s (still to hand in: %(count)d)") % {
            "name": person.full_name,
            "count": vars(person)["open_count"],
        }


class TakeBackForm(forms.Form):
    """Why an assignment is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you take it back?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "For example: away, or asked by mistake. Nothing about somebody’s health. Whoever assigns reads it."
        ),
        error_messages={"required": gettext_lazy("Say why you take it back.")},
    )


class CapacityForm(forms.Form):
    """How much an assessor can bear, and when the person is away."""

    open_files = forms.IntegerField(
        label=gettext_lazy("Open files at a time"),
        min_value=0,
        max_value=FILES_MOST,
        widget=forms.TextInput({"inputmode": "numeric", "data-width": "short"}),
        help_text=gettext_lazy("How many proposals can wait for an assessment at the same time. 0: none for now."),
        error_messages={"required": gettext_lazy("Fill in a number."), "invalid": gettext_lazy("Fill in a number.")},
    )
    away_from = DutchDateField(label=gettext_lazy("First day away"), required=False)
    away_until = DutchDateField(label=gettext_lazy("Last day away"), required=False)


class DivideForm(forms.Form):
    """What to divide, among whom, and how. Comes by the address, so that a plan can be looked at again."""

    line = forms.ChoiceField(label=gettext_lazy("Programme line"), initial=ALL_LINES)
    assessors = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Assessors"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one assessor.")},
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=AssigningWay.choices,
        initial=AssigningWay.EVENLY,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how to divide them.")},
    )
    due_on = DueOnField()

    def __init__(self, data: Any = None, *, by: User, loads: list[Load]) -> None:
        super().__init__(data)
        waiting = Line.objects.filter(pk__in=assigning.unfilled(by).order_by().values("line"))
        lines: Any = self.fields["line"]
        lines.choices = [(ALL_LINES, _("All lines")), *((line.code, line.name) for line in waiting)]
        people: Any = self.fields["assessors"]
        people.choices = [(load.person.pk, self._label(load)) for load in loads]
        people.initial = [load.person.pk for load in loads if load.capacity]

    @staticmethod
    def _label(load: Load) -> str:
        return _("%(name)s (open: %(open)d, can bear: %(capacity)d)") % {
            "name": load.person.full_name,
            "open": load.open,
            "capacity": load.capacity,
        }

    @property
    def line_name(self) -> str:
        """What was asked in words: the line, or all of them."""
        lines: Any = self.fields["line"]
        return str(dict(lines.choices)[self.cleaned_data["line"]])

    @property
    def wish(self) -> assigning.Wish:
        """What was asked, once the form is valid."""
        asked = self.cleaned_data
        line = "" if asked["line"] == ALL_LINES else asked["line"]
        return assigning.Wish(line, tuple(sorted(asked["assessors"])), AssigningWay(asked["way"]), asked["due_on"])


class CarryOutForm(forms.Form):
    """Carry out the plan that the page showed, once."""

    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    request_key = RequestKeyField()
