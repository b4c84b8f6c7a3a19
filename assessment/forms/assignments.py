"""Asking people to assess."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.models import Proposal
from assessment.domain.assignments import candidates


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
