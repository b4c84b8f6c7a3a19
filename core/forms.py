"""Form fields that every app shares."""

import re
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.domain import money, scanning
from core.errors import AmountNotUnderstood, DomainError


class EuroInput(forms.TextInput):
    """A text input for an amount in euros; keeps what was typed, also when it was not understood."""

    template_name = "nlds/widgets/euro.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class EuroField(forms.CharField):
    """An amount in euros, typed the Dutch way. Cleans to a Decimal with two places, or None when blank is allowed."""

    widget = EuroInput
    parse = staticmethod(money.parse_euros)

    def prepare_value(self, value: Any) -> Any:
        return money.format_input(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return self.parse(typed)
        except AmountNotUnderstood as error:
            raise ValidationError(str(error), code="amount") from error


class SignedEuroInput(EuroInput):
    """A text input for an amount that may be below zero: the keypad for amounts of a telephone has no minus."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "text", **(attrs or {})})


class SignedEuroField(EuroField):
    """An amount in euros that may be below zero, typed with a minus in front."""

    widget = SignedEuroInput
    parse = staticmethod(money.parse_signed_euros)


class DutchDateField(forms.DateField):
    """A date typed as dd-mm-jjjj, or as eight digits: the keypad of a telephone may have no hyphen."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "data-width": "short", "inputmode": "numeric"}
        widget = forms.DateInput(format="%d-%m-%Y", attrs=attributes)
        super().__init__(**{"input_formats": ["%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"], "widget": widget, **kwargs})

    def to_python(self, value: Any) -> date | None:
        digits = re.fullmatch(r"\s*(\d\d)(\d\d)(\d{4})\s*", value) if isinstance(value, str) else None
        return super().to_python("-".join(digits.groups()) if digits else value)


def refuse_malware(content: bytes) -> None:
    """Refuse an upload that is used at once, when the virus scanner finds malware or gives no answer.

    Raises ValidationError. What partners send is scanned after it is kept; see applications.domain.attachments.
    """
    try:
        scanning.require_clean(content)
    except DomainError as error:
        raise ValidationError(str(error)) from error


class RequestKeyField(forms.UUIDField):
    """A hidden key, made when the page was shown, by which a repeated request is recognised."""

    def __init__(self, **kwargs: Any) -> None:
        again = _("Open this page again.")
        wrong = {"required": again, "invalid": again}
        super().__init__(**{"widget": forms.HiddenInput, "initial": uuid.uuid4, "error_messages": wrong, **kwargs})
