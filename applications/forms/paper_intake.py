"""What the team fills in about a proposal that came in on paper or by e-mail."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from accounts.states import OrganisationKind
from applications.domain.paper_intake import Contact, NewOrganisation, Original
from applications.forms.steps import line_field, plain_helper
from applications.models import Call
from applications.states import IntakeChannel, LetterLanguage
from core.domain import clock
from core.forms import DutchDateField, RequestKeyField

KNOWN, NEW = "known", "new"


class KnownOrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker alone
    """An organisation, told apart by its KvK number."""

    def label_from_instance(self, obj: Any) -> str:
        """Name an organisation with its number."""
        return f"{obj.name} ({obj.kvk_number})" if obj.kvk_number else str(obj.name)


class PaperIntakeForm(forms.Form):
    """How it came in, from whom, and under which title. The answers of the form follow step by step."""

    call = forms.ModelChoiceField(
        Call.objects.none(), label=gettext_lazy("Call"), widget=forms.RadioSelect, empty_label=None
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How did it come in?"), choices=IntakeChannel.choices, widget=forms.RadioSelect
    )
    received_on = DutchDateField(
        label=gettext_lazy("Received on"),
        help_text=gettext_lazy("The day on which the paper or the e-mail came in. The decision period counts from it."),
    )
    original = forms.FileField(
        label=gettext_lazy("What came in"),
        help_text=gettext_lazy("A scan of the paper, or the e-mail as PDF. PDF, PNG, JPEG, Word (.docx) or .odt."),
    )
    title = line_field(gettext_lazy("Title of the proposal"), 100)
    which = forms.ChoiceField(
        label=gettext_lazy("Which organisation proposes?"),
        choices=[(KNOWN, gettext_lazy("One that we know")), (NEW, gettext_lazy("A new one"))],
        widget=forms.RadioSelect,
        initial=KNOWN,
    )
    organisation = KnownOrganisationField(
        Organisation.objects.none(),
        label=gettext_lazy("Organisation that we know"),
        required=False,
        empty_label=gettext_lazy("Choose an organisation"),
    )
    name = line_field(gettext_lazy("Name of the new organisation"), 150, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of partner"),
        choices=[("", gettext_lazy("Choose a kind")), *OrganisationKind.choices],
        required=False,
    )
    kvk_number = forms.CharField(
        label=gettext_lazy("KvK number"),
        help_text=gettext_lazy("8 digits. Residents and talent without an organisation have none."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-width": "short"}),
    )
    iban = forms.CharField(
        label=gettext_lazy("IBAN"),
        help_text=gettext_lazy("When it is not on the paper, leave it empty and ask for it later."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "medium"}),
    )
    full_name = line_field(gettext_lazy("Name of the contact person"), 120)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Empty when there is none: letters then go by post."),
        required=False,
    )
    postal_address = forms.CharField(
        label=gettext_lazy("Postal address"),
        help_text=gettext_lazy("Street and number, postcode and town. Needed when there is no e-mail address."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letters"),
        choices=LetterLanguage.choices,
        initial=LetterLanguage.DUTCH,
        widget=forms.RadioSelect,
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calls = Call.objects.published().order_by("-opens_at")
        self.fields["call"].queryset = calls  # type: ignore[attr-defined]
        others = Organisation.objects.exclude(memberships__user=user).order_by("name")
        self.fields["organisation"].queryset = others  # type: ignore[attr-defined]
        known = list(calls[:2])
        if len(known) == 1:
            self.initial.setdefault("call", known[0].pk)
        self.helper = plain_helper()

    def clean_received_on(self) -> date:
        """Refuse a day still to come."""
        day: date = self.cleaned_data["received_on"]
        if day > clock.today():
            raise ValidationError(_("The day of receipt can't lie in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for the organisation that was meant, and for somewhere that the receipt can go."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("which") == NEW:
            for name, message in (("name", _("Fill in the name.")), ("kind", _("Choose the kind of partner."))):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, message)
        elif not cleaned.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", _("Choose the organisation, or enter a new one."))
        if not cleaned.get("email") and not cleaned.get("postal_address") and "email" not in self.errors:
            self.add_error("postal_address", _("Fill in an e-mail address or a postal address."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what was filled in, as the verb takes it."""
        said = self.cleaned_data
        upload = said["original"]
        organisation: Organisation | NewOrganisation = said["organisation"]
        if said["which"] == NEW:
            organisation = NewOrganisation(said["name"], said["kind"], said["kvk_number"], said["iban"])
        name = " ".join(said["full_name"].split())
        return {
            **{field: said[field] for field in ("call", "channel", "received_on", "title", "request_key")},
            "organisation": organisation,
            "contact": Contact(name, said["email"], said["postal_address"], said["language"]),
            "original": Original(upload.name, upload.read()),
        }

    def renew(self) -> None:
        """Take another key after a refusal: what follows is another request."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["request_key"] = str(uuid.uuid4())  # type: ignore[index]
