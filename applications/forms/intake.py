"""The team's forms on receipt."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.domain.intake import POINTS
from applications.forms.steps import plain_helper
from applications.models import Proposal
from programme.models import Line


class CompletenessForm(forms.Form):
    """The checklist of completeness: each point on its own, and a remark."""

    points = forms.MultipleChoiceField(
        label=_("What is in order?"),
        help_text=_("Tick every point that you checked and found in order."),
        choices=list(POINTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    remark = forms.CharField(
        label=_("Remark for the file (optional)"), max_length=1000, required=False, widget=forms.Textarea
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class LineTagForm(forms.Form):
    """The programme line, with the reason when it differs from now."""

    line = forms.ModelChoiceField(
        Line.objects.none(), label=_("Programme line"), widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(
        label=_("Reason (needed when you choose another line)"),
        help_text=_("The partner and the auditor can ask for this reason."),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, proposal: Proposal, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"line": proposal.line_id})
        self.fields["line"].queryset = proposal.call.lines.all()  # type: ignore[attr-defined]
        self.helper = plain_helper()
