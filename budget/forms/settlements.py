"""Forms of the settlement and of the claim."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import BudgetLine, Settlement
from budget.states import SettlementGround, SettlementKind
from core.domain import clock, file_types
from core.domain.money import ZERO, format_euros
from core.forms import DutchDateField, EuroField, RequestKeyField, refuse_malware

MEGABYTE = 1024 * 1024
LARGEST_FILE_MEGABYTES = 10
# What a bank hands out: a statement as PDF, or a picture of it.
TAKEN = (file_types.PDF, file_types.PNG, file_types.JPEG)
NO_GROUND = ("", gettext_lazy("None: all that was granted"))


class PrepareForm(forms.Form):
    """What a grant comes to in the end: an amount for each of its years, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How is it settled?"), choices=SettlementKind.choices, widget=forms.RadioSelect
    )
    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"),
        choices=[NO_GROUND, *SettlementGround.choices],
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The partner reads this in the letter."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        granted: Mapping[BudgetLine, Decimal],
        settlement: Settlement | None,
        kind: SettlementKind,
    ) -> None:
        """Make the fields for a grant; `kind` is what its account leads to, `settlement` what was prepared before."""
        self.granted = granted
        super().__init__(data, initial=self._initial(granted, settlement, kind))
        for line, amount in granted.items():
            self.fields[_name(line)] = EuroField(
                label=_("Final amount for %(year)d") % {"year": line.year},
                help_text=_("Granted: %(granted)s.") % {"granted": format_euros(amount)},
                widget=EuroField.widget(attrs={"data-width": "short"}),
            )
        self.order_fields(["kind", *map(_name, granted), "ground", "reason", "version"])

    @staticmethod
    def _initial(
        granted: Mapping[BudgetLine, Decimal], settlement: Settlement | None, kind: SettlementKind
    ) -> dict[str, Any]:
        if settlement is None:
            ground = SettlementGround.NO_ACCOUNT if kind == SettlementKind.EX_OFFICIO else ""
            return {"kind": kind, "ground": ground, **{_name(line): amount for line, amount in granted.items()}}
        settled = {item.budget_line: item.settled for item in settlement.amounts.all()}
        return {
            "kind": settlement.kind,
            "ground": settlement.ground,
            "reason": settlement.reason,
            "version": settlement.version,
            **{_name(line): settled.get(line, amount) for line, amount in granted.items()},
        }

    def clean(self) -> dict[str, Any]:
        """Check each amount against what was granted."""
        values = super().clean() or {}
        for line, granted in self.granted.items():
            if (values.get(_name(line)) or ZERO) > granted:
                self.add_error(
                    _name(line),
                    _("This is more than the %(granted)s that was granted.") % {"granted": format_euros(granted)},
                )
        return values

    @property
    def amounts(self) -> dict[BudgetLine, Decimal]:
        """What was filled in for each line, in euros."""
        return {line: self.cleaned_data[_name(line)] for line in self.granted}


class VersionForm(forms.Form):
    """A step on a settlement as the page showed it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ViewForm(VersionForm):
    """The view that a partner gave."""

    view_on = DutchDateField(label=gettext_lazy("When did the view come in?"))
    view = forms.CharField(
        label=gettext_lazy("What did the partner say?"),
        help_text=gettext_lazy("The partner reads this again in the letter."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ProposeForm(VersionForm):
    """The first signature; without a hearing with the reason why."""

    hearing_skipped = forms.CharField(
        label=gettext_lazy("Why is no view asked?"),
        help_text=gettext_lazy(
            "Only when it is not needed (Awb 4:8, 4:11, 4:12). The partner reads this in the letter."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ApproveSettlementForm(VersionForm):
    """The second signature."""

    request_key = RequestKeyField()


class ReturnSettlementForm(VersionForm):
    """Why the financial adviser gives a settlement back."""

    reason = forms.CharField(
        label=gettext_lazy("What has to change?"),
        help_text=gettext_lazy("Nothing is booked."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReceiptForm(forms.Form):
    """Money that came in on a claim, with the statement that shows it."""

    amount = EuroField(label=gettext_lazy("Amount"), widget=EuroField.widget(attrs={"data-width": "short"}))
    received_on = DutchDateField(label=gettext_lazy("Received on"))
    statement = forms.FileField(
        label=gettext_lazy("Bank statement"), help_text=gettext_lazy("PDF, or a picture of a scan; at most 10 MB.")
    )
    request_key = RequestKeyField()

    def clean_received_on(self) -> Any:
        """Refuse a day that is still to come."""
        day = self.cleaned_data["received_on"]
        if day > clock.today():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean_statement(self) -> "UploadedFile[bytes]":
        """Refuse what is too large, or no document that we know: told from its content, not from its name."""
        file: UploadedFile[bytes] = self.cleaned_data["statement"]
        if (file.size or 0) > LARGEST_FILE_MEGABYTES * MEGABYTE:
            raise ValidationError(_("This file is larger than 10 MB."))
        if file_types.told_from(self.content) not in TAKEN:
            raise ValidationError(_("This is not a PDF, PNG or JPEG file."))
        refuse_malware(self.content)
        return file

    @property
    def content(self) -> bytes:
        """The bytes of the statement."""
        file: UploadedFile[bytes] = self.cleaned_data["statement"]
        file.seek(0)
        return bytes(file.read())


def _name(line: BudgetLine) -> str:
    return f"settled_{line.pk}"
