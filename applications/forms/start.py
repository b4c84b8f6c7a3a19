"""Starting a proposal, and handing it in."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from applications.access import EDITORS
from applications.domain import copies
from applications.domain.questions import ABOUT, question_of
from applications.forms.steps import line_field, plain_helper
from applications.models import Call, Proposal
from core.forms import RequestKeyField


class EarlierProposalField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker alone
    """An earlier proposal, told apart by its reference or the year in which it was begun."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a proposal, its reference or that it is a draft, and its call."""
        return f"{obj.title} ({obj.reference or _('draft')}, {obj.call})"


class StartForm(forms.Form):
    """In which call, for which organisation, under which title. A single choice is chosen beforehand."""

    call = forms.ModelChoiceField(Call.objects.none(), label=_("Call"), widget=forms.RadioSelect, empty_label=None)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("For which organisation?"), widget=forms.RadioSelect, empty_label=None
    )
    title = line_field(
        question_of(ABOUT, "title").label,
        question_of(ABOUT, "title").limit or 0,
        help_text=_("At most 100 characters. You can change it later."),
    )
    source = EarlierProposalField(
        Proposal.objects.none(),
        label=_("What do you start with?"),
        required=False,
        empty_label=_("A blank form"),
        help_text=_(
            "From an earlier proposal we take over texts, choices, results and amounts. Dates, declarations and "
            "attachments you fill in anew."
        ),
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, user: User, moment: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.filter(memberships__user=user, memberships__role__in=EDITORS).order_by("name")
        for name, queryset in (("call", Call.objects.open_at(moment)), ("organisation", mine)):
            field = self.fields[name]
            field.queryset = queryset  # type: ignore[attr-defined]
            known = list(queryset[:2])
            if len(known) == 1:
                self.initial.setdefault(name, known[0].pk)
        earlier = copies.sources(user).filter(organisation__in=mine)
        self.fields["source"].queryset = earlier  # type: ignore[attr-defined]
        if not earlier.exists():
            del self.fields["source"]
        self.helper = plain_helper()


class SubmitForm(forms.Form):
    """The button that hands in a proposal, with the key by which a second press is recognised."""

    request_key = RequestKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
