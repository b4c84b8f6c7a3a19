"""Forms of the assessment. They read what was typed; whether it is allowed is up to the verbs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.models import Proposal
from assessment.domain.assignments import candidates
from assessment.domain.consensus import Agreed, may_be_present
from assessment.domain.outcomes import Result
from assessment.domain.scores import Gate, Given, may_skip
from assessment.models import Assessment
from assessment.states import Outcome
from core.forms import EuroField
from programme.models import CriteriaVersion, Criterion

NOT_APPLICABLE = "-"
YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


def long_text(label: Any, *, limit: int, rows: int = 3, required: bool = False) -> forms.CharField:
    """Return a field for a longer text with a visible limit in characters."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, required=required, widget=widget)


class AssignForm(forms.Form):
    """Who will assess the proposal."""

    assessors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Assessors"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, proposal: Proposal, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["assessors"]
        field.queryset = candidates(proposal)
        field.label_from_instance = self._label

    @staticmethod
    def _label(person: User) -> str:
        return _("%(name)s (still to hand in: %(count)d)") % {
            "name": person.full_name,
            "count": vars(person)["open_count"],
        }


class DeclarationForm(forms.Form):
    """Whether a person has an interest in the proposal, and which."""

    has_interest = forms.ChoiceField(
        label=gettext_lazy("Do you have an interest in this proposal?"),
        choices=[("no", gettext_lazy("No, I have no interest")), ("yes", gettext_lazy("Yes, I have an interest"))],
        widget=forms.RadioSelect,
    )
    explanation = long_text(gettext_lazy("What is your interest? (if you say yes)"), limit=1000)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["explanation"].help_text = _("Needed when you have an interest. It stays with the file.")


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


class ConsensusForm(CriteriaForm):
    """What the team agrees on, what was said where assessors were far apart, and who was there."""

    def __init__(
        self, proposal: Proposal, discuss: Iterable[str], data: Any = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(proposal, data, initial=initial)
        self.discuss = set(discuss)
        for criterion in self.criteria:
            if criterion.code in self.discuss:
                label = _("What was said about the difference? (%(criterion)s)") % {"criterion": criterion.label}
                self.fields[f"{criterion.code}_discussion"] = long_text(label, limit=2000)
                self.summary_labels[f"{criterion.code}_discussion"] = criterion.label
        self.fields["present"] = forms.ModelMultipleChoiceField(
            label=_("Who was in the meeting?"),
            queryset=may_be_present(proposal),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def scores(self) -> dict[str, Agreed]:
        """Return what was agreed, by the criterion's code."""
        agreed = {}
        for criterion in self.criteria:
            given = self.given_for(criterion)
            discussion = self.cleaned_data.get(f"{criterion.code}_discussion", "")
            agreed[criterion.code] = Agreed(given.points, given.reason, given.not_applicable, discussion)
        return agreed

    def _row(self, criterion: Criterion) -> dict[str, Any]:
        name = f"{criterion.code}_discussion"
        return {**super()._row(criterion), "discussion": self[name] if name in self.fields else None}


class AdviceForm(forms.Form):
    """The amounts per year that the team advises, the conditions if the outcome asks for them, and why."""

    def __init__(self, result: Result, requested: Mapping[int, Decimal], data: Any = None) -> None:
        super().__init__(data)
        self.years = {} if result.outcome == Outcome.NEGATIVE else {y: a for y, a in requested.items() if a > 0}
        for year, amount in self.years.items():
            self.fields[f"amount_{year}"] = EuroField(label=_("Advised for %(year)d") % {"year": year}, initial=amount)
            self.fields[f"reason_{year}"] = forms.CharField(
                label=_("Why less? (%(year)d)") % {"year": year}, max_length=300, required=False
            )
        if result.outcome == Outcome.CONDITIONAL:
            self.fields["conditions"] = long_text(_("Conditions"), limit=3000, rows=4, required=True)
        self.fields["explanation"] = long_text(_("Explanation for the college"), limit=3000, rows=6, required=True)

    def amounts(self) -> dict[int, tuple[Decimal, str]]:
        """Return for each year the advised amount in euros and the reason."""
        return {year: (self.cleaned_data[f"amount_{year}"], self.cleaned_data[f"reason_{year}"]) for year in self.years}

    def rows(self) -> list[dict[str, Any]]:
        """Return for each year the request and its two fields."""
        return [
            {"year": year, "requested": amount, "amount": self[f"amount_{year}"], "reason": self[f"reason_{year}"]}
            for year, amount in self.years.items()
        ]

    def place_of(self, field: str) -> str | None:
        """Return the name of the field that a refusal of the rule is about, or None for the whole form."""
        year, _sep, part = field.partition("_")
        name = f"{part or 'amount'}_{year}" if year.isdigit() else field
        return name if name in self.fields else None
