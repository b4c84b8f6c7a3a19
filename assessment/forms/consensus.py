"""What the team agrees on."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from applications.models import Proposal
from assessment.domain.consensus import Agreed, may_be_present
from assessment.forms.fields import long_text
from assessment.forms.scores import CriteriaForm
from programme.models import Criterion


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
