"""Forms of payments: what to show, what to order, and what the bank did."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.domain.import_files import MOST_BYTES
from budget.models import ImportMapping, Payment
from budget.models.payment import PaymentQuerySet
from budget.states import PaymentState
from core.domain import clock
from core.forms import DutchDateField, RequestKeyField, refuse_malware

DUE = "due"


class PaymentFilter(forms.Form):
    """Which payments the page shows: what may be ordered now, unless asked otherwise."""

    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[
            (DUE, gettext_lazy("Due now")),
            (PaymentState.PLANNED, gettext_lazy("All that is planned")),
            (PaymentState.ORDERED, gettext_lazy("On its way")),
            (PaymentState.BOOKED, gettext_lazy("Paid")),
            (PaymentState.CANCELLED, gettext_lazy("Cancelled")),
        ],
        required=False,
    )
    q = forms.CharField(label=gettext_lazy("Number or organisation"), max_length=100, required=False)

    def chosen(self) -> str:
        """Return what is shown."""
        return (self.cleaned_data.get("show") if self.is_valid() else "") or DUE

    def narrow(self, payments: PaymentQuerySet) -> PaymentQuerySet:
        """Return the payments that the page shows."""
        text = self.cleaned_data.get("q", "") if self.is_valid() else ""
        if text:
            payments = payments.filter(
                Q(reference__icontains=text)
                | Q(decision__reference__icontains=text)
                | Q(decision__proposal__reference__icontains=text)
                | Q(decision__proposal__organisation__name__icontains=text)
            )
        match self.chosen():
            case PaymentState.PLANNED:
                return payments.planned()
            case PaymentState.ORDERED:
                return payments.under_way()
            case PaymentState.BOOKED | PaymentState.CANCELLED as state:
                return payments.filter(state=state)
        return payments.waiting(clock.today())


class OrderForm(forms.Form):
    """Which payments go on an order to the bank."""

    payments = forms.ModelMultipleChoiceField(
        queryset=Payment.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose at least one payment."),
            "invalid_choice": gettext_lazy("One of these payments is not there for you. Look again."),
            "invalid_pk_value": gettext_lazy("One of these payments is not there for you. Look again."),
        },
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, payments: PaymentQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payments"].queryset = payments  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Tell what is wrong with the choice above the table: it has a box on every row, and no field of its own."""
        wrong = self.errors.pop("payments", None)
        if wrong:
            raise forms.ValidationError(list(wrong))
        return self.cleaned_data


class SentForm(forms.Form):
    """That an order was given to the bank."""

    request_key = RequestKeyField()


class ReportForm(forms.Form):
    """Which interim report makes an instalment due."""

    remark = forms.CharField(
        label=gettext_lazy("Which report do you approve?"),
        help_text=gettext_lazy("For example: interim report of 12 September 2026."),
        max_length=500,
    )


class RejectForm(forms.Form):
    """Why the bank did not carry a payment out."""

    reason = forms.CharField(
        label=gettext_lazy("Why was it not carried out?"),
        help_text=gettext_lazy("Only when the bank did not pay or the money came back. It is planned again."),
        max_length=500,
    )


class ImportForm(forms.Form):
    """A file of the bank or the finance package."""

    file = forms.FileField(
        label=gettext_lazy("File (CSV)"), help_text=gettext_lazy("At most 5 MB."), allow_empty_file=True
    )
    mapping = forms.ModelChoiceField(
        label=gettext_lazy("How the file is written"), queryset=ImportMapping.objects.all(), empty_label=None
    )
    request_key = RequestKeyField()

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 5 MB. Divide it into smaller ones."))
        refuse_malware(file.read())
        file.seek(0)
        return file


class ReconciliationForm(ImportForm):
    """An export of the finance package over a period."""

    period_from = DutchDateField(label=gettext_lazy("First day of the period"))
    period_until = DutchDateField(label=gettext_lazy("Last day of the period"))
    field_order = ("period_from", "period_until", "file", "mapping", "request_key")


class ExplanationForm(forms.Form):
    """What explains a difference."""

    text = forms.CharField(
        label=gettext_lazy("What explains the difference?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    settled = forms.BooleanField(label=gettext_lazy("This settles the difference"), required=False)
