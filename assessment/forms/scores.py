"""Scores on the criteria, of an assessor and of the team alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from applications.models import Proposal
from assessment.domain.scores import Gate, Given, may_skip
from assessment.forms.fields import NOT_APPLICABLE, YES_NO, long_text
from assessment.models import Assessment
from programme.models import CriteriaVersion, Criterion


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
        return [self._row(criterion) for criterion in self.criteria]

    def _row(self, criterion: Criterion) -> dict[str, Any]:
        points, reason = self[criterion.code], self[f"{criterion.code}_reason"]
        return {
            "criterion": criterion,
            "points": points,
            "reason": reason,
            "choices": [{"value": value, "label": label} for value, label in self.choices_for(criterion)],
            "scored": bool(points.value()),
            "done": bool(points.value()) and bool(str(reason.value() or "").strip()),
        }


class ScoreForm(CriteriaForm):
    """One assessor's scores, with the version of the draft that was on the screen."""

    saved_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, proposal: Proposal, assessment: Assessment | None, data: Any = None) -> None:
        super().__init__(proposal, data, initial=answers_of(assessment))

    def clean_saved_at(self) -> datetime | None:
        typed: str = self.cleaned_data["saved_at"]
        try:
            return datetime.fromisoformat(typed) if typed else None
        except ValueError as error:
            raise ValidationError(_("Open this page again.")) from error

    def scores(self) -> dict[str, Given]:
        """Return what was filled in, by the criterion's code."""
        return {criterion.code: self.given_for(criterion) for criterion in self.criteria}

    def differences_from(self, stored: Mapping[str, Any]) -> dict[str, str]:
        """Return for each field that differs what is stored, in words."""
        yes_no = [(key, str(text)) for key, text in YES_NO]
        labels = dict([*self.levels, (NOT_APPLICABLE, _("Not applicable")), *yes_no])
        found = {}
        for name, field in self.fields.items():
            kept, typed = (str(source.get(name) or "").strip() for source in (stored, self.data))
            if name != "saved_at" and kept.splitlines() != typed.splitlines():
                is_choice = isinstance(field, forms.ChoiceField)
                found[name] = (labels.get(kept, kept) if is_choice else kept) or _("(empty)")
        return found


def answers_of(assessment: Assessment | None) -> dict[str, Any]:
    """Return a stored draft as the values of its form."""
    if assessment is None:
        return {}
    answers: dict[str, Any] = {
        "gate": {True: "yes", False: "no", None: ""}[assessment.passes_gate],
        "gate_reason": assessment.gate_reason,
        "saved_at": assessment.saved_at.isoformat(),
    }
    for score in assessment.scores.select_related("criterion"):
        points = "" if score.points is None else str(score.points)
        answers[score.criterion.code] = NOT_APPLICABLE if score.not_applicable else points
        answers[f"{score.criterion.code}_reason"] = score.reason
    return answers
