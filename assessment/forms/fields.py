"""Fields that several forms share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

NOT_APPLICABLE = "-"
YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


def long_text(label: Any, *, limit: int, rows: int = 3, required: bool = False) -> forms.CharField:
    """Return a field for a longer text with a visible limit in characters."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, required=required, widget=widget)
