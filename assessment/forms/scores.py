"""Scores on the criteria, of an assessor and of the team alike."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from applications.models import Proposal
from assessment.domain.answers import GATE, Answer, Held, held_in
from assessment.domain.scores import Gate, Given, may_skip
from assessment.forms.fields import NOT_APPLICABLE, YES_NO, long_text
from assessment.models import Assessment
from programme.models import CriteriaVersion, Criterion

REASON = "_reason"


class CriteriaForm(forms.Form):
    """The gate, and points with a reason for each criterion of a version. Anything may still be empty."""

    def __init__(self, proposal: Proposal, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.proposal = proposal
        self.version: CriteriaVersion = proposal.call.criteria_version
        self.criteria: list[Criterion] = list(self.version.criteria.order_by("position"))
        self.levels = [(str(level.points), level.label) for level in self.version.scale.order_by("points")]
        # The heading of a criterion stands above its fields on the page, but not in the summary of errors.
        self.summary_labels: dict[str, str] = {}
        self.fields["gate"] = forms.ChoiceField(
            label=_("Is it within scope, and does it serve at least one desired result of its line?"),
            choices=YES_NO,
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["gate_reason"] = long_text(_("Why does it fit, or not?"), limit=1000, rows=2)
        for criterion in self.criteria:
            self._add_criterion(criterion)

    def _add_criterion(self, criterion: Criterion) -> None:
        self.fields[criterion.code] = forms.ChoiceField(
            label=criterion.label, choices=self.choices_for(criterion), required=False, widget=forms.RadioSelect
        )
        self.fields[f"{criterion.code}_reason"] = long_text(
            _("Why? (%(criterion)s)") % {"criterion": criterion.label}, limit=2000, rows=2
        )
        self.summary_labels[f"{criterion.code}_reason"] = criterion.label

    def choices_for(self, criterion: Criterion) -> list[tuple[str, str]]:
        """Return the levels of the scale, and “not applicable” where that is an answer."""
        skip = [(NOT_APPLICABLE, _("Not applicable"))] if may_skip(criterion, self.proposal) else []
        return [*self.levels, *skip]

    def levels_of(self, criterion: Criterion) -> list[dict[str, str]]:
        """Return what each number of points means for a criterion: its own anchor, or else the scale's label."""
        anchors = {str(anchor.points): anchor.text for anchor in criterion.anchors.all()}
        return [
            {"value": value, "label": label, "meaning": anchors.get(value) or str(label)}
            for value, label in self.levels
        ]

    def gate(self) -> Gate:
        """Return the answer about the gate."""
        answer: str = self.cleaned_data["gate"]
        return Gate({"yes": True, "no": False}.get(answer), self.cleaned_data["gate_reason"])

    def given_for(self, criterion: Criterion) -> Given:
        """Return the points and reason for one criterion."""
        chosen: str = self.cleaned_data[criterion.code]
        skipped = chosen == NOT_APPLICABLE
        points = int(chosen) if chosen and not skipped else None
        return Given(points, self.cleaned_data[f"{criterion.code}_reason"], skipped)

    def tell_missing(self, missing: Mapping[str, str]) -> None:
        """Show at each field what a verb found missing."""
        for name, sentence in missing.items():
            self.add_error(name if name in self.fields else None, sentence)

    def rows(self) -> list[dict[str, Any]]:
        """Return what the page needs for each criterion: its fields, its tiles and whether it is done."""
        prefetch_related_objects(self.criteria, "anchors")
        return [self._row(criterion) for criterion in self.criteria]

    def _row(self, criterion: Criterion) -> dict[str, Any]:
        points, reason = self[criterion.code], self[f"{criterion.code}_reason"]
        return {
            "criterion": criterion,
            "points": points,
            "reason": reason,
            "choices": [{"value": value, "label": label} for value, label in self.choices_for(criterion)],
            "levels": self.levels_of(criterion),
            "scored": bool(points.value()),
            "done": bool(points.value()) and bool(str(reason.value() or "").strip()),
        }


class ScoreForm(CriteriaForm):
    """One assessor's scores. Where nothing was typed it shows what the draft says."""

    def __init__(self, proposal: Proposal, assessment: Assessment | None, data: Any = None) -> None:
        super().__init__(proposal, data)
        self.assessment = assessment
        if data is None:
            self.initial = {name: as_typed(one.value) for name, one in self.held.items()}

    @cached_property
    def held(self) -> dict[str, Held]:
        """What the draft says, by the name of the answer."""
        return held_in(self.assessment, self.criteria)

    @property
    def names(self) -> list[str]:
        """The answers that the form asks for."""
        return list(self.fields)

    def value_of(self, name: str) -> Answer:
        """Return what was typed in one answer. Raises ValidationError."""
        field = self.fields[name]
        return as_answer(name, field.clean(field.widget.value_from_datadict(self.data, self.files, name)))

    def values(self) -> dict[str, Answer]:
        """Return everything that was typed, after is_valid()."""
        return {name: as_answer(name, self.cleaned_data[name]) for name in self.fields}

    def is_text(self, name: str) -> bool:
        """Tell whether an answer is running text, of which two can be put below each other."""
        return not isinstance(self.fields[name], forms.ChoiceField)

    def label_of(self, name: str) -> str:
        """Return how an answer is called where it stands alone."""
        return str(self.fields[name].label)

    def said(self, name: str, value: Answer) -> list[str]:
        """Return what an answer says as lines to read; nothing when it is empty."""
        typed, field = as_typed(value), self.fields[name]
        if isinstance(field, forms.ChoiceField):
            labels = {str(key): str(label) for key, label in field.widget.choices}
            label = labels.get(typed, "")
            return [f"{typed} {label}" if typed.isdigit() else label] if typed and label else []
        return [typed] if typed else []


def as_typed(value: Answer) -> str:
    """Return an answer as the control on the page has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def as_answer(name: str, typed: str) -> Answer:
    """Return what a control of the page says as an answer."""
    if name == GATE:
        return {"yes": True, "no": False}.get(typed)
    if name.endswith(REASON):
        return typed
    return int(typed) if typed.isdigit() else typed or None
