"""What the team agrees on."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from assessment.domain.consensus import Agreed
from assessment.forms.fields import NOT_APPLICABLE, YES_NO, long_text
from assessment.forms.scores import CriteriaForm
from assessment.models import ConsensusDraft
from programme.models import Criterion


class ConsensusForm(CriteriaForm):
    """What the team agrees on, what was said where assessors were far apart, and who was there.

    `version_seen` is that of the notes that the page showed, 0 when there were none.
    """

    version_seen = forms.IntegerField(
        required=False, min_value=0, initial=0, widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )

    def __init__(
        self,
        proposal: Proposal,
        discuss: Iterable[str],
        present: QuerySet[User],
        data: Any = None,
        initial: dict[str, Any] | None = None,
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
            queryset=present,
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

    def seen(self) -> int:
        """Return the version of the notes that the page showed."""
        return self.cleaned_data.get("version_seen") or 0

    def differences_from(self, draft: ConsensusDraft) -> list[dict[str, str]]:
        """Return the answers of a colleague's notes that differ from what was typed here, in words."""
        stored = answers_of(draft)
        found = []
        for name, field in self.fields.items():
            if name == "version_seen":
                continue
            if name == "present":
                typed = {str(pk) for pk in self[name].value() or []}
                if typed != {str(pk) for pk in stored[name]}:
                    names = self.fields[name].queryset.filter(pk__in=stored[name])  # type: ignore[attr-defined]
                    theirs = ", ".join(person.full_name for person in names)
                    found.append({"label": str(field.label), "theirs": theirs or _("(empty)")})
                continue
            kept, typed_text = str(stored.get(name) or ""), str(self[name].value() or "").strip()
            if kept.splitlines() != typed_text.splitlines():
                label = self.summary_labels.get(name, str(field.label))
                found.append({"label": label, "theirs": self._in_words(field, kept) or _("(empty)")})
        return found

    def _in_words(self, field: forms.Field, kept: str) -> str:
        if not isinstance(field, forms.ChoiceField):
            return kept
        words = {**dict(self.levels), **{key: str(text) for key, text in YES_NO}, NOT_APPLICABLE: _("Not applicable")}
        return str(words.get(kept, kept))

    def _row(self, criterion: Criterion) -> dict[str, Any]:
        name = f"{criterion.code}_discussion"
        return {**super()._row(criterion), "discussion": self[name] if name in self.fields else None}


def answers_of(draft: ConsensusDraft) -> dict[str, Any]:
    """Return what was noted as the values of the form."""
    content: Mapping[str, Any] = draft.content
    answers: dict[str, Any] = {
        "gate": {True: "yes", False: "no", None: ""}[content["gate"]["passes"]],
        "gate_reason": content["gate"]["reason"],
        "present": content["present"],
        "version_seen": draft.version,
    }
    for code, given in content["scores"].items():
        points = "" if given["points"] is None else str(given["points"])
        answers[code] = NOT_APPLICABLE if given["not_applicable"] else points
        answers[f"{code}_reason"] = given["reason"]
        answers[f"{code}_discussion"] = given["discussion"]
    return answers
