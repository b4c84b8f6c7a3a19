"""Starting a proposal, and handing it in."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from applications.access import EDITORS
from applications.domain.questions import ABOUT, question_of
from applications.forms.steps import line_field, plain_helper
from applications.models import Call
from core.forms import RequestKeyField


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
        self.helper = plain_helper()


class SubmitForm(forms.Form):
    """The button that hands in a proposal, with the key by which a second press is recognised."""

    request_key = RequestKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
