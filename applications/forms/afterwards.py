"""What partner and team fill in after a proposal was sent: messages, a withdrawal, a change and its answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.steps import plain_helper
from applications.models import ChangeNotice
from applications.states import ChangeState, ChangeSubject
from core.domain import clock
from core.forms import DutchDateField, RequestKeyField


class KeyedForm(forms.Form):
    """A form that is carried out once, however often it is sent."""

    request_key = RequestKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class MessageForm(KeyedForm):
    """A message to the other side."""

    text = forms.CharField(label=_("Your message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class WithdrawForm(KeyedForm):
    """Why a proposal is withdrawn."""

    reason = forms.CharField(
        label=_("Why do you withdraw it?"),
        help_text=_("A few words are enough. The team reads it and it stays with the file."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ChangeForm(KeyedForm):
    """What changes in an activity after the grant."""

    subject = forms.ChoiceField(label=_("What is it about?"), choices=ChangeSubject.choices, widget=forms.RadioSelect)
    what = forms.CharField(label=_("What changes?"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5}))
    why = forms.CharField(label=_("Why?"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4}))
    moves_money = forms.TypedChoiceField(
        label=_("Does it change how much money you need from us, or in which year?"),
        help_text=_("Then the college has to decide anew."),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    known_on = DutchDateField(label=_("Since when do you know?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("known_on", clock.today())


class ChangeAnswerForm(KeyedForm):
    """The team's answer to a change notice. What moves money can't be accepted here."""

    state = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Reasons"),
        help_text=_("The partner reads this in the letter."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, notice: ChangeNotice, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refused = {ChangeState.OPEN, *([ChangeState.ACCEPTED] if notice.moves_money else [])}
        choices = [(state.value, state.label) for state in ChangeState if state not in refused]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]
