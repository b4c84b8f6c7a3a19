"""Keeping a filter of the list of proposals."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SavedFilterForm(forms.Form):
    """What a filter is called, who sees it, and whether the list opens with it."""

    name = forms.CharField(label=_("Name of the filter"), max_length=60)
    is_shared = forms.BooleanField(
        label=_("Share it with the team"),
        help_text=_("Colleagues see the filter, and of what it finds only what they may see."),
        required=False,
    )
    is_default = forms.BooleanField(label=_("Open my list with this filter"), required=False)
