"""What an action on many proposals needs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.states import Role
from assessment.domain import panel_members
from assessment.domain.agendas import coming_meetings
from assessment.domain.assignments import usual_due_on
from assessment.models import Meeting
from assessment.states import BulkAction
from core.forms import DutchDateField
from programme.models import Line


class AssignManyForm(forms.Form):
    """Who will assess the proposals, and until when."""

    assessors = forms.ModelMultipleChoiceField(
        label=_("Assessors"),
        help_text=_("Everybody whom you tick is asked to assess all of these proposals."),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = DutchDateField(label=_("Hand in by"), initial=usual_due_on)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        people = User.objects.filter(is_active=True, role_holdings__role=Role.ASSESSOR)
        self.fields["assessors"].queryset = people.order_by("full_name", "pk")  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return the answers as JSON values."""
        people = [person.pk for person in self.cleaned_data["assessors"]]
        return {"assessors": sorted(people), "due_on": self.cleaned_data["due_on"].isoformat()}


class AgendaManyForm(forms.Form):
    """The meeting that takes the proposals up."""

    meeting = forms.ModelChoiceField(
        Meeting.objects.none(), label=_("Meeting"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["meeting"].queryset = coming_meetings()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return the answers as JSON values."""
        return {"meeting": self.cleaned_data["meeting"].pk}


class PanelManyForm(forms.Form):
    """Which members of the panel are asked, and until when."""

    members = forms.ModelMultipleChoiceField(
        label=_("Members of the panel"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    last_on = DutchDateField(label=_("Last day to answer"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["members"].queryset = panel_members.members()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return the answers as JSON values."""
        people = [person.pk for person in self.cleaned_data["members"]]
        return {"members": sorted(people), "last_on": self.cleaned_data["last_on"].isoformat()}


class TagManyForm(forms.Form):
    """The programme line that the proposals go to, with the reason."""

    line = forms.ModelChoiceField(
        Line.objects.all(),
        label=_("Programme line"),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The partner and the auditor can ask for this reason."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def values(self) -> dict[str, Any]:
        """Return the answers as JSON values."""
        return {"line": self.cleaned_data["line"].code, "reason": self.cleaned_data["reason"]}


class MessageManyForm(forms.Form):
    """What the contact of each proposal gets to read."""

    text = forms.CharField(
        label=_("Your message"),
        help_text=_("Everybody gets the same text, each with the own proposal."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def values(self) -> dict[str, Any]:
        """Return the answers as JSON values."""
        return {"text": self.cleaned_data["text"]}


ManyForm = AssignManyForm | AgendaManyForm | PanelManyForm | TagManyForm | MessageManyForm
FORMS: Mapping[BulkAction, type[ManyForm]] = {
    BulkAction.ASSIGN: AssignManyForm,
    BulkAction.AGENDA: AgendaManyForm,
    BulkAction.PANEL: PanelManyForm,
    BulkAction.TAG_LINE: TagManyForm,
    BulkAction.MESSAGE: MessageManyForm,
}
