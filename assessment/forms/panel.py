"""The talent panel: joining it, asking it, and giving an opinion."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.models import Proposal
from assessment.domain.panel_answers import criteria_for
from assessment.forms.fields import long_text
from assessment.models import PanelAnswer
from assessment.states import PANEL_SENTENCE_LIMIT
from core.forms import DutchDateField, RequestKeyField
from programme.models import Criterion


class JoinForm(forms.Form):
    """The year of birth, and nothing else."""

    birth_year = forms.RegexField(
        label=gettext_lazy("In which year were you born?"),
        regex=r"^(19|20)\d\d$",
        help_text=gettext_lazy("Four digits, for example 2001. We ask no day and no month."),
        error_messages={
            "required": gettext_lazy("Fill in the year in which you were born."),
            "invalid": gettext_lazy("Fill in your year of birth in four digits, for example 2001."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-width": "short", "autocomplete": "bday-year"}),
    )


class ProposalChoiceField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Proposals, each with its number, title and organisation; and whether the panel was asked before."""

    def label_from_instance(self, obj: Any) -> str:
        label = _("%(reference)s · %(title)s (%(organisation)s)") % {
            "reference": obj.reference,
            "title": obj.title,
            "organisation": obj.organisation.name,
        }
        question = getattr(obj, "panel_question", None)
        if question is None:
            return label
        asked = _("asked already, until %(day)s") % {"day": f"{question.last_on:%d-%m-%Y}"}
        return f"{label} – {asked}"


class AskPanelForm(forms.Form):
    """Which proposals, which members, until when."""

    proposals = ProposalChoiceField(
        label=gettext_lazy("About which proposals do you ask the panel?"),
        queryset=Proposal.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one proposal.")},
    )
    members = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Whom do you ask?"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Everybody is ticked. Who has an interest in a proposal is left out for that proposal."),
        error_messages={"required": gettext_lazy("Choose at least one member.")},
    )
    last_on = DutchDateField(
        label=gettext_lazy("Last day"),
        error_messages={"required": gettext_lazy("Fill in the last day on which members give their opinion.")},
    )
    request_key = RequestKeyField()

    def __init__(self, proposals: QuerySet[Proposal], members: QuerySet[User], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["proposals"].queryset = proposals  # type: ignore[attr-defined]
        self.fields["members"].queryset = members  # type: ignore[attr-defined]
        self.initial.setdefault("members", [member.pk for member in members])


class OpinionForm(forms.Form):
    """A mark for each criterion that concerns talent, and one sentence."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, proposal: Proposal, answer: PanelAnswer | None, data: Any = None) -> None:
        super().__init__(data, initial=opinion_of(answer))
        self.criteria = criteria_for(proposal)
        levels = proposal.call.criteria_version.scale.order_by("points")
        self.levels = {level.points: level.label for level in levels}
        # The name of a criterion stands above its marks on the page, but not in the summary of errors.
        self.summary_labels: dict[str, str] = {}
        for criterion in self.criteria:
            self.fields[criterion.code] = forms.ChoiceField(
                label=criterion.label,
                choices=[(str(points), self.words_of(criterion, points)) for points in self.levels],
                required=False,
                widget=forms.RadioSelect,
            )
            self.summary_labels[criterion.code] = criterion.label
        self.fields["sentence"] = long_text(
            _("What do you think of it, in one sentence?"), limit=PANEL_SENTENCE_LIMIT, rows=3
        )
        self.fields["sentence"].help_text = _("The team and the college read your sentence, without your name.")

    def words_of(self, criterion: Criterion, points: int) -> str:
        """Return what a number of points means: for this criterion, or else in general."""
        anchors = {anchor.points: anchor.text for anchor in criterion.anchors.all()}
        return anchors.get(points) or self.levels[points]

    def clean_seen(self) -> datetime | None:
        typed: str = self.cleaned_data["seen"]
        try:
            return datetime.fromisoformat(typed) if typed else None
        except ValueError as error:
            raise ValidationError(_("Open this page again.")) from error

    def marks(self) -> dict[str, int | None]:
        """Return the points by the criterion's code; None where nothing was chosen."""
        chosen = {criterion.code: self.cleaned_data[criterion.code] for criterion in self.criteria}
        return {code: int(points) if points else None for code, points in chosen.items()}

    def rows(self) -> list[dict[str, Any]]:
        """Return what the page needs for each criterion."""
        return [self._row(criterion) for criterion in self.criteria]

    def _row(self, criterion: Criterion) -> dict[str, Any]:
        field = self[criterion.code]
        choices = [
            {"value": points, "label": label, "words": self.words_of(criterion, points)}
            for points, label in self.levels.items()
        ]
        return {"criterion": criterion, "field": field, "selected": str(field.value() or ""), "choices": choices}


def opinion_of(answer: PanelAnswer | None) -> dict[str, Any]:
    """Return an answer that was given as the values of its form."""
    if answer is None:
        return {}
    marks = {mark.criterion.code: str(mark.points) for mark in answer.marks.select_related("criterion")}
    return {**marks, "sentence": answer.sentence, "seen": answer.changed_at.isoformat()}
