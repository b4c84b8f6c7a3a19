"""Inviting people to a proposal, and giving them a role."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from accounts.states import MembershipRole
from applications.forms.steps import plain_helper
from applications.models import Collaborator, Invitation
from core.forms import RequestKeyField

# What each role may do, for who chooses one.
MAY = (
    (MembershipRole.EDITOR.value, _("Editor: reads and fills in everything, and may submit")),
    (MembershipRole.READER.value, _("Reader: reads everything, changes nothing")),
    (MembershipRole.OWNER.value, _("Owner: does everything an editor does, and decides who works on it")),
)


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The person signs in with this address, or makes an account with it."),
        validators=[MaxLengthValidator(Invitation._meta.get_field("email").max_length or 0)],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("What may the person do?"), choices=MAY, initial=MembershipRole.EDITOR.value, widget=forms.RadioSelect
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.pop("maxlength", None)
        self.helper = plain_helper()


class RoleForm(forms.Form):
    """Another role for somebody who works on a proposal."""

    role = forms.ChoiceField(
        label=_("Role"), choices=MembershipRole, widget=forms.Select(attrs={"data-width": "short"})
    )

    @classmethod
    def of(cls, person: Collaborator) -> "RoleForm":
        """Return the form that stands beside a person on the page."""
        return cls(initial={"role": person.role}, auto_id=f"id_{person.pk}_%s")
