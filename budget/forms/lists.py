"""Forms of the decision lists."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from budget.domain.decision_lists import first_day
from budget.models import Decision, DecisionList
from core.domain import clock
from core.forms import DutchDateField, RequestKeyField

# Nobody plans a meeting of the college further ahead.
FURTHEST_MEETING = timedelta(days=730)


class ListForm(forms.Form):
    """What a new decision list needs: the meeting that it is for."""

    meeting_on = DutchDateField(label=gettext_lazy("Date of the meeting"))
    request_key = RequestKeyField()

    def clean_meeting_on(self) -> date:
        """Refuse a day that has been, or one that must be a slip of the keys."""
        day: date = self.cleaned_data["meeting_on"]
        if day < clock.today():
            raise ValidationError(_("This day has been. Choose a meeting that still has to come."))
        if day > clock.today() + FURTHEST_MEETING:
            raise ValidationError(_("This is more than two years ahead. Check the year."))
        return day


class VersionForm(forms.Form):
    """The version of the list that the page showed: a step from a stale page is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ApproveForm(forms.Form):
    """The college's signature under a list as the page showed it, with the date and number of its decision."""

    decided_on = DutchDateField(label=gettext_lazy("Date on which the college decided"))
    number = forms.CharField(
        label=gettext_lazy("Number of the college's decision"),
        help_text=gettext_lazy("As it stands in the college's own list of decisions."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"data-width": "medium"}),
    )
    request_key = RequestKeyField()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, decision_list: DecisionList, **kwargs: Any) -> None:
        self.decision_list = decision_list
        super().__init__(*args, **kwargs)

    @staticmethod
    def initial_of(decision_list: DecisionList) -> dict[str, Any]:
        """Return what the form begins with: the day of the meeting when that can be it, else today."""
        today, first = clock.today(), first_day(decision_list)
        met = decision_list.meeting_on
        return {"version": decision_list.version, "decided_on": met if first <= met <= today else today}

    def clean_decided_on(self) -> date:
        """Refuse a day that is still to come, or one before the list was with the college."""
        day: date = self.cleaned_data["decided_on"]
        first = first_day(self.decision_list)
        if day > clock.today():
            raise ValidationError(_("The college can't have decided on a day that is still to come."))
        if day < first:
            raise ValidationError(
                _("The list was proposed on %(day)s; the college can't have decided on it before.")
                % {"day": f"{first:%d-%m-%Y}"}
            )
        return day

    @property
    def lacks_page(self) -> bool:
        """Whether what the page itself sends along is missing or broken: the person can't mend that."""
        return bool(self.errors.keys() & {"request_key", "version"})


class ReturnForm(forms.Form):
    """Why the college gives a list back."""

    reason = forms.CharField(
        label=gettext_lazy("What has to change?"),
        help_text=gettext_lazy("The financial adviser reads this. Nothing is booked."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AbstainForm(forms.Form):
    """Who takes no part in which proposal, and why (Awb 2:4)."""

    MINE = "mine"
    OTHER = "other"

    proposal = forms.ChoiceField(label=gettext_lazy("About which proposal?"))
    member = forms.ChoiceField(label=gettext_lazy("Who abstains?"))
    name = forms.CharField(label=gettext_lazy("Name of the member without an account"), max_length=120, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("For example: sits on the board of the applicant. Partners don't read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    request_key = RequestKeyField()

    def __init__(
        self, *args: Any, decisions: Iterable[Decision], hides_some: bool, members: Iterable[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        proposals = [(str(one.proposal_id), f"{one.proposal} {one.proposal.title}") for one in decisions]
        mine = [(self.MINE, _("The proposal that I don't see because of my interest"))] if hides_some else []
        self.fields["proposal"].choices = [*mine, *proposals]  # type: ignore[attr-defined]
        self.members = {str(one.pk): one for one in members}
        names = [(pk, str(one)) for pk, one in self.members.items()]
        self.fields["member"].choices = [*names, (self.OTHER, _("Somebody without an account"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask a name for who has no account."""
        values = super().clean() or {}
        if values.get("member") == self.OTHER and not values.get("name"):
            self.add_error("name", _("Say who abstains."))
        return values

    @property
    def said(self) -> dict[str, Any]:
        """What abstentions.record takes of the form."""
        values = self.cleaned_data
        member = self.members.get(values["member"])
        return {
            "proposal_id": None if values["proposal"] == self.MINE else int(values["proposal"]),
            "member": member,
            "name": "" if member else values["name"],
            "reason": values["reason"],
            "request_key": values["request_key"],
        }
