"""The steps of a proposal as forms, made from the list of questions."""

from collections.abc import Iterable, Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import MaxLengthValidator
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from applications.domain import call_questions, content, questions
from applications.domain.questions import Question, Step
from applications.models import Proposal
from core.forms import DutchDateField, EuroField
from programme.models import Area, Criterion, DesiredResult, Line, TargetGroup
from programme.states import MigrationMoment, Stream


def plain_helper() -> FormHelper:
    """Return the helper of a form that stands within a <form> of the template's own."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.mark_optional = False
    return helper


def line_field(label: Any, limit: int, **options: Any) -> forms.CharField:
    """Return the field of a short text. The server judges the length: a browser would cut off what is pasted."""
    return forms.CharField(label=label, validators=[MaxLengthValidator(limit)], **options)


def label_of(question: Question) -> Any:
    """Return how a question is called in the form: what may stay empty says so."""
    return question.label if question.needed else f"{question.label} ({_('optional')})"


def text_field(question: Question, *, required: bool = False) -> forms.CharField:
    """Return the field of a long text, with its limit as a counter."""
    rows = 12 if (question.limit or 0) > questions.LONG_TEXT else 5
    return forms.CharField(
        label=label_of(question),
        help_text=question.help or "",
        max_length=question.limit,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows, **({"aria-required": "true"} if question.needed else {})}),
    )


def at_most(limit: int) -> str:
    """Tell how long a short text may be."""
    return _("At most %(limit)d characters.") % {"limit": limit}


class StepForm(forms.Form):
    """A page of the form. Shows what the draft holds, and saves what was typed with the verb of the step."""

    step: Step
    template = "applications/steps/fields.html"

    def __init__(self, proposal: Proposal, data: QueryDict | None = None, _shown: QueryDict | None = None) -> None:
        self.proposal = proposal
        super().__init__(data, initial=self.stored())
        self.helper = plain_helper()

    def stored(self) -> dict[str, Any]:
        """Return what the draft holds for this step."""
        return {name: getattr(self.proposal, name) for name in self.base_fields}

    @property
    def names(self) -> list[str]:
        """The fields of the page, in order."""
        return list(self.fields)

    def values(self) -> dict[str, Any]:
        """Return what was typed in every field, as a draft holds it."""
        return {name: content.json_of(value) for name, value in self.cleaned_data.items()}

    def shown(self) -> dict[str, Any]:
        """Return what the page shows of the draft in every field, as a draft holds it."""
        return {name: content.json_of(self.initial.get(name, "")) for name in self.fields}

    def question(self, name: str) -> Question:
        """Return a question of this step, as the call of the proposal asks it."""
        return call_questions.question(self.proposal.call, name) or questions.question_of(self.step, name)

    def is_asked(self, name: str) -> bool:
        """Tell whether the call of the proposal asks a question."""
        return call_questions.is_asked(self.proposal.call, name)

    def refuse(self, message: str, field: str) -> None:
        """Show at a field why the rule refused it."""
        self.add_error(field if field in self.fields else None, message)


class AboutForm(StepForm):
    step = questions.ABOUT

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        title = self.question("title")
        limit = title.limit or 0
        self.fields["title"] = line_field(title.label, limit, help_text=at_most(limit))
        for name in ("summary", "description"):
            self.fields[name] = text_field(self.question(name))
        for name in ("starts_on", "ends_on"):
            question = self.question(name)
            self.fields[name] = DutchDateField(label=question.label, help_text=question.help or "", required=False)
            self.fields[name].widget.attrs["aria-required"] = "true"

    def stored(self) -> dict[str, Any]:
        return {question.name: getattr(self.proposal, question.name) for question in self.step.questions}


class AimForm(StepForm):
    step = questions.AIM

    line = forms.ModelChoiceField(Line.objects.none(), required=False, widget=forms.RadioSelect, empty_label=None)
    desired_results = forms.ModelMultipleChoiceField(
        DesiredResult.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    target_groups = forms.ModelMultipleChoiceField(
        TargetGroup.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    migration_moments = forms.MultipleChoiceField(
        choices=MigrationMoment, required=False, widget=forms.CheckboxSelectMultiple
    )
    areas = forms.ModelMultipleChoiceField(Area.objects.all(), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for name in [name for name in self.fields if not self.is_asked(name)]:
            del self.fields[name]
        for name, field in self.fields.items():
            question = self.question(name)
            field.label, field.help_text = label_of(question), question.help or ""
        lines = list(self.proposal.call.lines.prefetch_related("desired_results"))
        line_field, results_field = self.fields["line"], self.fields["desired_results"]
        line_field.queryset = self.proposal.call.lines.all()  # type: ignore[attr-defined]
        line_field.widget.choices = [(line.pk, _line_label(line)) for line in lines]
        results_field.queryset = DesiredResult.objects.filter(line__in=lines)  # type: ignore[attr-defined]
        results_field.widget.choices = [
            (line.name, [(result.pk, result.text) for result in line.desired_results.all()]) for line in lines
        ]
        if "target_groups" in self.fields:
            self.fields["target_groups"].widget.choices = list(_groups_by_stream())

    def stored(self) -> dict[str, Any]:
        proposal = self.proposal
        return {
            "line": proposal.proposed_line_id,
            "desired_results": proposal.desired_results.all(),
            "target_groups": proposal.target_groups.all(),
            "migration_moments": proposal.migration_moments,
            "areas": proposal.areas.all(),
        }


def _line_label(line: Line) -> str:
    return f"{line.name} ({line.get_work_kind_display().lower()})"


def _groups_by_stream() -> Iterator[tuple[str, list[tuple[int, str]]]]:
    groups = list(TargetGroup.objects.all())
    for stream in Stream:
        yield str(stream.label), [(group.pk, str(group)) for group in groups if group.stream == stream]


class ReasonsForm(StepForm):
    step = questions.REASONS
    template = "applications/steps/reasons.html"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        question = self.question("criteria")
        for criterion in self.criteria:
            field = text_field(question)
            field.label, field.help_text = criterion.label, criterion.meaning
            self.fields[_name_of(criterion)] = field
        line = self.proposal.proposed_line
        if line is not None and line.code == questions.BRAND_LINE and self.is_asked("on_brand"):
            self.fields["on_brand"] = text_field(self.question("on_brand"))

    @property
    def criteria(self) -> Iterable[Criterion]:
        """The six criteria of the call, in order."""
        return self.proposal.call.criteria_version.criteria.all()

    def stored(self) -> dict[str, Any]:
        texts = self.proposal.criterion_answers.values_list("criterion_id", "text")
        return {f"criterion_{pk}": text for pk, text in texts} | {"on_brand": self.proposal.on_brand}

    def criterion_fields(self) -> list[tuple[Criterion, BoundField]]:
        """Return each criterion with its field, for the page."""
        return [(criterion, self[_name_of(criterion)]) for criterion in self.criteria]


def _name_of(criterion: Criterion) -> str:
    return f"criterion_{criterion.pk}"


class CooperationForm(StepForm):
    step = questions.COOPERATION

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for question in self.step.questions:
            if self.is_asked(question.name):
                self.fields[question.name] = text_field(self.question(question.name))

    def stored(self) -> dict[str, Any]:
        return {question.name: getattr(self.proposal, question.name) for question in self.step.questions}


class DeclarationsForm(StepForm):
    step = questions.DECLARATIONS

    de_minimis_aid = EuroField(required=False)
    declared_truth = forms.BooleanField(required=False)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for name, field in self.fields.items():
            question = self.question(name)
            field.label, field.help_text = label_of(question), question.help or ""
            field.widget.attrs["aria-required"] = "true"
