"""The team's forms for a call: its terms, its ceilings, its questions, and a later closing."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, BoundField, formset_factory
from django.http import QueryDict
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain import call_content, call_questions, questions
from applications.domain.calls import CEILINGS_MOST, FIRST_YEAR, LAST_YEAR, CeilingSaid, Terms
from applications.domain.questions import Question, Step
from applications.forms.steps import line_field, plain_helper
from applications.models import Call
from applications.states import DivisionRule
from core.domain import clock
from core.forms import DutchDateField, EuroField, EuroInput
from programme.models import CriteriaVersion, Line

OPENS_AT = time(9)
EMPTY_ROWS = 2
SHORT = {"data-width": "short"}
YEARS = [(year, year) for year in range(FIRST_YEAR, LAST_YEAR + 1)]


class SeenForm(forms.Form):
    """A form about a call that remembers what the person had on screen, so that nobody overwrites another."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class CriteriaVersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of the versions of the criteria that are adopted, each with what Hengelo still has to confirm."""

    def label_from_instance(self, obj: Any) -> str:
        words = {"version": obj, "day": formats.date_format(obj.adopted_on, "j F Y")}
        if obj.wholly_confirmed:
            return _("%(version)s, adopted on %(day)s") % words
        return _("%(version)s, adopted on %(day)s; not yet wholly confirmed by Hengelo") % words


class CallForm(SeenForm):
    """What a call says: for what, when, and by which rules."""

    title = line_field(gettext_lazy("Title"), 120)
    introduction = forms.CharField(
        label=gettext_lazy("Introduction"),
        help_text=gettext_lazy("Two or three sentences for everybody: what is this call for, and for whom?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    opens_on = DutchDateField(label=gettext_lazy("Opens on"))
    opens_time = forms.TimeField(
        label=gettext_lazy("At what time"),
        help_text=gettext_lazy("For example 09:00."),
        initial=OPENS_AT,
        widget=forms.TimeInput(format="%H:%M", attrs=SHORT),
    )
    closes_on = DutchDateField(
        label=gettext_lazy("Closing date"),
        help_text=gettext_lazy("Until 24:00 on that day. Empty is a call without end; a ranking needs a date."),
        required=False,
    )
    first_year = forms.TypedChoiceField(label=gettext_lazy("Costs from the year"), coerce=int, choices=YEARS)
    last_year = forms.TypedChoiceField(label=gettext_lazy("Costs up to the year"), coerce=int, choices=YEARS)
    lines = forms.ModelMultipleChoiceField(
        Line.objects.all(),
        label=gettext_lazy("Programme lines"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    criteria_version = CriteriaVersionField(
        CriteriaVersion.objects.adopted().prefetch_related("criteria"),
        label=gettext_lazy("Version of the criteria"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    division_rule = forms.ChoiceField(
        label=gettext_lazy("How is the money divided?"),
        help_text=gettext_lazy("Applicants read this before the call opens (Awb 4:26)."),
        choices=DivisionRule,
        widget=forms.RadioSelect,
    )
    decision_weeks = forms.IntegerField(
        label=gettext_lazy("Decision period in weeks"),
        help_text=gettext_lazy("Counted from the day of receipt (Awb 4:13)."),
        widget=forms.TextInput(attrs={**SHORT, "inputmode": "numeric"}),
    )
    supplement_weeks = forms.IntegerField(
        label=gettext_lazy("Term for a supplement in weeks"),
        help_text=gettext_lazy("How long a partner gets to complete a proposal (Awb 4:5)."),
        widget=forms.TextInput(attrs={**SHORT, "inputmode": "numeric"}),
    )
    extension_weeks = forms.IntegerField(
        label=gettext_lazy("Longest extension in weeks"),
        help_text=gettext_lazy("How much longer the college may take, once (Awb 4:14). 0 is no extension."),
        widget=forms.TextInput(attrs={**SHORT, "inputmode": "numeric"}),
    )

    def __init__(self, data: QueryDict | None, call: Call | None) -> None:
        super().__init__(data, initial=_said(call))
        for name in ("closes_on", "introduction"):
            self.fields[name].label = f"{self.fields[name].label} ({_('optional')})"

    def terms(self) -> Terms:
        """Return what was filled in."""
        said = self.cleaned_data
        names = [field for field in Terms.__dataclass_fields__ if field != "opens_at"]
        opens_at = datetime.combine(said["opens_on"], said["opens_time"], tzinfo=clock.AMSTERDAM)
        return Terms(opens_at=opens_at, **{name: said[name] for name in names})


def _said(call: Call | None) -> dict[str, Any]:
    """Return what a call says, for the form; for a new one what the form suggests."""
    if call is None:
        year = max(FIRST_YEAR, clock.today().year)
        version = CriteriaVersion.objects.in_force()
        terms = {name: getattr(Call(), name) for name in ("decision_weeks", "supplement_weeks", "extension_weeks")}
        suggested = {"first_year": year, "last_year": year, "criteria_version": version}
        return {**terms, **suggested, "division_rule": DivisionRule.COMPLETENESS}
    opening = call.opens_at.astimezone(clock.AMSTERDAM)
    names = [name for name in CallForm.base_fields if name not in ("seen", "opens_on", "opens_time", "lines")]
    return {
        **{name: getattr(call, name) for name in names},
        "criteria_version": call.criteria_version_id,
        "opens_on": opening.date(),
        "opens_time": opening.time(),
        "lines": call.lines.all(),
        "seen": call_content.sha256_of(call),
    }


class CeilingForm(forms.Form):
    """One ceiling: for which line and year, how much, and where it was published."""

    line = forms.ModelChoiceField(
        Line.objects.none(), label=gettext_lazy("Line"), required=False, empty_label=gettext_lazy("All lines")
    )
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), required=False, coerce=int, empty_value=None)
    amount = EuroField(label=gettext_lazy("Ceiling"), required=False, widget=EuroInput({"size": 10}))
    published_on = DutchDateField(label=gettext_lazy("Published on"), required=False)
    publication = line_field(
        gettext_lazy("Publication"), 120, required=False, widget=forms.TextInput(attrs={"size": 22})
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = call.lines.all()  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", _("All years")), *((year, year) for year in call.years)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the amount in a row in which something else stands."""
        said = super().clean() or {}
        if "amount" not in self.errors and said.get("amount") is None and any(said.values()):
            self.add_error("amount", ValidationError(_("Fill in the ceiling, or empty the row.")))
        return said

    def said(self) -> CeilingSaid | None:
        """Return the ceiling of this row, or None for an empty row."""
        filled = self.cleaned_data
        return CeilingSaid(**filled) if filled.get("amount") is not None else None


def ceiling_table(call: Call, data: QueryDict | None) -> BaseFormSet[CeilingForm]:
    """Return the ceilings of a call as a table, with empty rows below."""
    stored = [
        {
            "line": ceiling.line_id,
            "year": ceiling.year,
            "amount": ceiling.amount,
            "published_on": ceiling.published_on,
            "publication": ceiling.publication,
        }
        for ceiling in call.ceilings.all()
    ]
    table = formset_factory(
        CeilingForm, extra=EMPTY_ROWS, max_num=CEILINGS_MOST, absolute_max=CEILINGS_MOST + 1, validate_max=True
    )
    # Beside what was sent nothing is known: a row that equals what is stored would count as untouched.
    return table(data, initial=stored if data is None else None, prefix="ceilings", form_kwargs={"call": call})


class QuestionsForm(SeenForm):
    """What a call makes of each question: whether it is asked, its limit and its help."""

    def __init__(self, data: QueryDict | None, call: Call) -> None:
        super().__init__(data, initial={"seen": call_content.sha256_of(call)})
        for question in call_questions.all_questions():
            self._add(question, call.question_rules.get(question.name, {}))

    def _add(self, question: Question, rule: dict[str, Any]) -> None:
        name, uses = question.name, call_questions.uses_of(question)
        if len(uses) > 1:
            self.fields[f"{name}-use"] = forms.ChoiceField(
                label=_("Asked?"),
                choices=[(use.value, use.label) for use in uses],
                initial=rule.get("use", uses[0]),
            )
        if question.limit is not None:
            most = question.limit
            self.fields[f"{name}-limit"] = forms.IntegerField(
                label=_("Most characters"),
                help_text=_("%(least)d to %(most)d.") % {"least": call_questions.LIMIT_LEAST, "most": most},
                initial=rule.get("limit", most),
                min_value=call_questions.LIMIT_LEAST,
                max_value=most,
                widget=forms.TextInput(attrs={**SHORT, "inputmode": "numeric"}),
            )
        helps = rule.get("help", {})
        labels = {"nl": _("Help in Dutch"), "en": _("Help in English")}
        for code in call_questions.HELP_LANGUAGES:
            self.fields[f"{name}-{code}"] = forms.CharField(
                label=labels[code],
                initial=helps.get(code, ""),
                max_length=call_questions.HELP_MOST,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def rules(self) -> dict[str, dict[str, Any]]:
        """Return what was filled in, by name of the question."""
        said = self.cleaned_data
        return {
            question.name: {
                "use": said.get(f"{question.name}-use") or None,
                "limit": said.get(f"{question.name}-limit"),
                "help": {code: said[f"{question.name}-{code}"] for code in call_questions.HELP_LANGUAGES},
            }
            for question in call_questions.all_questions()
        }

    def by_step(self) -> Iterator[tuple[Step, list[tuple[Question, list[BoundField], bool]]]]:
        """Give each step with its questions, the fields of each, and whether it differs from the form."""
        for step in questions.STEPS:
            yield step, [(question, self._fields_of(question), self._differs(question)) for question in step.questions]

    def _fields_of(self, question: Question) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith(f"{question.name}-")]

    def _differs(self, question: Question) -> bool:
        """Tell whether the fields of a question must be in sight: something was changed, or is wrong."""
        own = {"use": call_questions.uses_of(question)[0], "limit": question.limit, "nl": "", "en": ""}
        return any(
            field.errors or str(field.value() or "") != str(own[field.name.rpartition("-")[2]] or "")
            for field in self._fields_of(question)
        )


class ExtendForm(forms.Form):
    """What may still change after publication."""

    title = line_field(gettext_lazy("Title"), 120)
    closes_on = DutchDateField(
        label=gettext_lazy("Closing date"),
        help_text=gettext_lazy("Until 24:00 on that day. It can only become later."),
        required=False,
    )

    def __init__(self, data: QueryDict | None, call: Call) -> None:
        super().__init__(data, initial={"title": call.title, "closes_on": call.closes_on})
        if call.closes_on is None:
            del self.fields["closes_on"]
        self.helper = plain_helper()
