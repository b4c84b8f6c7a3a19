"""Forms of the indicators: a value, a correction, what an indicator means, and a file of values."""

from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.domain import clock
from core.forms import RequestKeyField, refuse_malware
from programme.domain import indicator_definitions, periods, quantities
from programme.domain.indicator_definitions import DefinitionSaid
from programme.domain.indicator_files import MOST_BYTES
from programme.domain.indicator_values import LONGEST_REASON, LONGEST_SOURCE
from programme.domain.periods import MONTHS_IN, MONTHS_IN_A_YEAR, Period
from programme.errors import IndicatorRefused
from programme.models import IndicatorDefinition, IndicatorValue, Line
from programme.models.indicator import FIRST_YEAR, LAST_YEAR
from programme.states import Direction, Frequency

SALT = "programme.indicator_file"
KEPT_SECONDS = 24 * 60 * 60
YEAR = {"data-width": "short", "inputmode": "numeric", "autocomplete": "off"}
NUMBER = {"data-width": "short", "inputmode": "text", "autocomplete": "off"}
PARTS = {
    Frequency.HALF_YEAR: gettext_lazy("Half year"),
    Frequency.QUARTER: gettext_lazy("Quarter"),
    Frequency.MONTH: gettext_lazy("Month"),
}


class QuantityField(forms.CharField):
    """A number typed the Dutch way. Cleans to a Decimal, or None when blank is allowed."""

    unit = ""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, "widget": forms.TextInput(attrs=NUMBER), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return quantities.typed(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return quantities.parse(typed, unit=self.unit)
        except IndicatorRefused as error:
            raise ValidationError(str(error), code="number") from error


class PlainForm(forms.Form):
    """A form that stands inside the page's own form element."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def refuse(self, error: IndicatorRefused) -> None:
        """Put what a rule said at the field that it is about, or above the form."""
        self.add_error(error.field if error.field in self.fields else None, str(error))

    def _measured_in(self, *names: str, unit: str) -> None:
        for name in names:
            field = self.fields[name]
            field.unit = unit  # type: ignore[attr-defined]
            field.widget.attrs["data-suffix"] = unit


class ValueForm(PlainForm):
    """What was measured in a period."""

    year = forms.IntegerField(label=gettext_lazy("Year"), widget=forms.TextInput(attrs=YEAR))
    number = forms.TypedChoiceField(label=gettext_lazy("Period"), coerce=int)
    value = QuantityField(label=gettext_lazy("Value"))
    source = forms.CharField(
        label=gettext_lazy("Source of this value"),
        help_text=gettext_lazy("For example the publication and its date."),
        max_length=LONGEST_SOURCE,
    )
    request_key = RequestKeyField()

    def __init__(self, data: QueryDict | None, *, definition: IndicatorDefinition) -> None:
        self.frequency = Frequency(definition.frequency)
        ended = periods.last_ended(clock.today(), self.frequency)
        first = {"year": ended.first_day.year, "number": ended.number, "source": definition.source}
        super().__init__(data, initial=first)
        self._measured_in("value", unit=definition.unit)
        if self.frequency is Frequency.YEAR:
            del self.fields["number"]
        else:
            count = MONTHS_IN_A_YEAR // MONTHS_IN[self.frequency]
            self.fields["number"].label = PARTS[self.frequency]
            self.fields["number"].choices = [(number, self._name(number)) for number in range(1, count + 1)]  # type: ignore[attr-defined]

    def _name(self, number: int) -> str:
        period = periods.of(year=FIRST_YEAR, number=number, frequency=self.frequency)
        if period is None or self.frequency is not Frequency.MONTH:
            return str(number)
        return period.label.partition(" ")[0]

    def clean(self) -> dict[str, Any]:
        """Give the period that the year and its part name."""
        said = self.cleaned_data
        if "year" in said and (self.frequency is Frequency.YEAR or "number" in said):
            period = periods.of(year=said["year"], number=said.get("number", 1), frequency=self.frequency)
            if period is None:
                self.add_error(
                    "year",
                    _("Write a year from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR},
                )
            said["period"] = period
        return said

    @property
    def period(self) -> Period:
        """The period of a form that is valid."""
        found: Period = self.cleaned_data["period"]
        return found


class CorrectionForm(PlainForm):
    """Another value in the place of one, or none."""

    taken_back = forms.BooleanField(
        label=gettext_lazy("Take this value back: there is no value for this period"), required=False
    )
    value = QuantityField(label=gettext_lazy("Value"), required=False)
    source = forms.CharField(label=gettext_lazy("Source of this value"), max_length=LONGEST_SOURCE)
    reason = forms.CharField(
        label=gettext_lazy("Why do you correct it?"),
        help_text=gettext_lazy(
            "The old value stays in the history, with your name and this reason beside the new one."
        ),
        max_length=LONGEST_REASON,
    )
    request_key = RequestKeyField()

    def __init__(self, data: QueryDict | None, *, before: IndicatorValue, unit: str) -> None:
        super().__init__(data, initial={"value": before.value, "source": before.source})
        self._measured_in("value", unit=unit)
        if before.value is None:
            del self.fields["taken_back"]
        self.order_fields(["value", "taken_back", "source", "reason"])

    def clean(self) -> dict[str, Any]:
        """Ask for a value, unless it is taken back."""
        said = self.cleaned_data
        if said.get("taken_back"):
            said["value"] = None
        elif said.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("Fill in a value, or take this one back."))
        return said


class DefinitionForm(PlainForm):
    """What an indicator means, where it began and what it should become."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    definition = forms.CharField(
        label=gettext_lazy("Definition"),
        help_text=gettext_lazy("What is counted, of whom, and when. Somebody else must be able to measure the same."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    source = forms.CharField(
        label=gettext_lazy("Source"), help_text=gettext_lazy("Who measures it."), max_length=200, required=False
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("For example “%”, “persons” or “euros”."),
        max_length=20,
        widget=forms.TextInput(attrs={"data-width": "short"}),
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Which way is good?"), choices=Direction.choices, widget=forms.RadioSelect
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often is it measured?"), choices=Frequency.choices, widget=forms.RadioSelect
    )
    line = forms.ModelChoiceField(
        label=gettext_lazy("Programme line"),
        queryset=Line.objects.all(),
        required=False,
        empty_label=gettext_lazy("The whole programme"),
    )
    baseline_value = QuantityField(label=gettext_lazy("Baseline as a number"), required=False)
    baseline_period = forms.CharField(
        label=gettext_lazy("Period of the baseline"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"data-width": "short"}),
    )
    baseline_words = forms.CharField(
        label=gettext_lazy("Baseline in words"),
        help_text=gettext_lazy(
            "When a number alone says too much, such as “about 80”. These words then stand in its place."
        ),
        max_length=200,
        required=False,
    )
    target_value = QuantityField(label=gettext_lazy("Target"), required=False)
    target_year = forms.IntegerField(
        label=gettext_lazy("Year of the target"), required=False, widget=forms.TextInput(attrs=YEAR)
    )
    followed = forms.BooleanField(
        label=gettext_lazy("The council follows this indicator"),
        help_text=gettext_lazy(
            "Without this it is left out of new reports and of the council's page; nothing is lost."
        ),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why does it change?"),
        help_text=gettext_lazy("The earlier wording stays in the history."),
        max_length=300,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    request_key = RequestKeyField()

    def __init__(self, data: QueryDict | None, *, definition: IndicatorDefinition | None) -> None:
        super().__init__(data, initial=self._first(definition))
        for name in ("baseline_value", "target_value"):
            self.fields[name].unit = data.get("unit", "").strip() if data else ""  # type: ignore[attr-defined]
        if definition is None:
            del self.fields["reason"], self.fields["seen"]
        else:
            del self.fields["request_key"]

    @staticmethod
    def _first(definition: IndicatorDefinition | None) -> dict[str, Any]:
        if definition is None:
            return {"direction": Direction.HIGHER, "frequency": Frequency.YEAR, "followed": True}
        said = indicator_definitions.said_of(definition)
        return {**{name: getattr(said, name) for name in indicator_definitions.NAMES}, "seen": definition.number}

    def said(self) -> DefinitionSaid:
        """Return what a valid form says."""
        return DefinitionSaid(**{name: self.cleaned_data[name] for name in indicator_definitions.NAMES})


class FileForm(PlainForm):
    """A file of values, to be shown before anything is taken in."""

    file = forms.FileField(
        label=gettext_lazy("File (CSV)"),
        help_text=gettext_lazy("At most 1 MB. Numbers are written the Dutch way: 81,2."),
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read, and malware."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 1 MB. Divide it into smaller ones."))
        refuse_malware(file.read())
        file.seek(0)
        return file


class TakeInForm(forms.Form):
    """The second look at a file. It travels signed with the page, and is kept only when it is taken in."""

    file = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    request_key = RequestKeyField()


def packed(*, name: str, content: bytes, by: User) -> str:
    """Return a file as a page carries it, so that nobody can put another in its place."""
    said = {"name": name[:200], "content": content.decode("latin-1"), "by": by.pk}
    return signing.dumps(said, salt=SALT, compress=True)


def unpacked(token: str, *, by: User) -> tuple[str, bytes] | None:
    """Return the name and content of a file that this person's page carried, or None when it did not."""
    try:
        said = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    return (said["name"], said["content"].encode("latin-1")) if said["by"] == by.pk else None
