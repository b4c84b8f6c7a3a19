"""Forms of people and organisations."""

import re
from collections.abc import Callable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.domain import organisations
from accounts.models import Organisation, User
from accounts.states import OrganisationKind
from core.errors import DomainError

_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()-]{7,18}")


class SignupForm(forms.Form):
    """What registering asks beside the e-mail address and password. allauth builds its own form on this one."""

    full_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("full_name", "email", "password1")

    def clean_full_name(self) -> str:
        """Take out spaces that nobody meant."""
        return " ".join(str(self.cleaned_data["full_name"]).split())

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do nothing more: allauth asks for this method, and the adapter has kept everything by now."""


class OrganisationForm(forms.ModelForm[Organisation]):
    """What we ask of a partner organisation."""

    kvk_number = forms.CharField(
        label=_("KvK number"),
        required=False,
        help_text=_("8 digits. Residents and talent without an organisation leave this empty."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-width": "short"}),
    )
    iban = forms.CharField(
        label=_("IBAN"),
        help_text=_("The account that a contribution is paid to."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "medium"}),
    )

    class Meta:
        model = Organisation
        fields = ("name", "kind", "kvk_number", "iban", "phone")
        labels = {
            "name": _("Name of the organisation"),
            "kind": _("What kind of organisation is it?"),
            "phone": _("Telephone number (optional)"),
        }
        help_texts = {"phone": _("For questions about a proposal.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "kind": forms.RadioSelect,
            "phone": forms.TelInput(attrs={"autocomplete": "tel", "data-width": "short"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kind"]
        assert isinstance(kinds, forms.TypedChoiceField)  # noqa: S101  (for the type checker)
        kinds.choices = OrganisationKind.choices  # no empty choice among radio buttons
        if self.instance.pk:
            self.initial["iban"] = self.instance.iban_in_groups
        self.helper = FormHelper()
        self.helper.mark_optional = False  # the KvK number is optional for some only, and its help text says for whom
        self.helper.add_input(Submit("action", _("Save organisation")))

    def clean_iban(self) -> str:
        """Prove the check digits."""
        return _understood(organisations.read_iban, self.cleaned_data["iban"])

    def clean_phone(self) -> str:
        """Refuse what can't be dialled."""
        typed = str(self.cleaned_data["phone"]).strip()
        if typed and not _TELEPHONE.fullmatch(typed):
            raise ValidationError(_("Fill in a telephone number, like 074 123 45 67 or +31 6 12345678."))
        return typed

    def clean(self) -> dict[str, Any]:
        """Read the KvK number, which residents and talent may leave out."""
        cleaned = super().clean() or self.cleaned_data
        typed = cleaned.get("kvk_number") or ""
        if typed.strip() or cleaned.get("kind") not in {None, OrganisationKind.RESIDENTS}:
            try:
                cleaned["kvk_number"] = _understood(organisations.read_kvk_number, typed)
            except ValidationError as error:
                self.add_error("kvk_number", error)
        else:
            cleaned["kvk_number"] = None
        return cleaned

    def validate_unique(self) -> None:
        """Leave it to the rule, which says what to do about an organisation that exists."""


def _understood(read: Callable[[str], str], typed: str) -> str:
    try:
        return read(typed)
    except DomainError as error:
        raise ValidationError(str(error)) from error
