"""The files of a payment order: CSV for the finance package, and SEPA pain.001 for the bank."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from sepaxml import SepaTransfer
from stdnum import bic as bic_numbers
from stdnum import iban as iban_numbers

from budget.errors import SepaNotConfigured
from budget.models import Payment
from core.domain import clock, spreadsheets

SCHEMA = "pain.001.001.09"
# The heading stays as it is, in whatever language the page is: a finance package reads it.
CSV_HEADER = ("betaling", "besluit", "voorstel", "begunstigde", "iban", "bedrag", "lijn", "jaar", "omschrijving")
_SIGNS_IN_SEPA = "/-?:().,'+0123456789"


class Debtor(NamedTuple):
    """The municipality's own account: who pays."""

    name: str
    iban: str
    bic: str


def debtor() -> Debtor:
    """Return the municipality's own account from the settings. Raises SepaNotConfigured when it is not right."""
    name, iban, bic = settings.SEPA_DEBTOR_NAME, settings.SEPA_DEBTOR_IBAN, settings.SEPA_DEBTOR_BIC
    if not name.strip() or not iban_numbers.is_valid(iban) or not bic_numbers.is_valid(bic):
        raise SepaNotConfigured(
            _(
                "The municipality's own name, IBAN and BIC are not set up yet, so no payment order can be made. "
                "Ask the administrator of the application to fill them in."
            )
        )
    return Debtor(name.strip(), iban_numbers.compact(iban), bic_numbers.compact(bic))


def to_csv(payments: Iterable[Payment]) -> bytes:
    """Write the payments of an order for the finance package; formulas in names are defused."""
    return spreadsheets.to_csv(
        CSV_HEADER,
        [
            (
                payment.reference,
                str(payment.decision),
                str(payment.decision.proposal),
                payment.beneficiary_name,
                payment.beneficiary_iban,
                payment.amount,
                payment.budget_line.line.code,
                payment.budget_line.year,
                remittance(payment),
            )
            for payment in payments
        ],
    )


def to_sepa(
    payments: Iterable[Payment], *, reference: str, paid_by: Debtor, moment: datetime, execution_on: date
) -> bytes:
    """Write an order to the bank (pain.001), one transfer for each payment, and prove it against its schema.

    The number of the order is the message's own, so that a bank that gets it twice refuses the second; the number of
    a payment comes back in the bank's statement. Raises sepaxml's ValidationError when the schema refuses it.
    """
    transfer = _Order(paid_by, reference=reference, moment=moment)
    for payment in payments:
        transfer.add_payment(
            {
                "name": _plain(payment.beneficiary_name, 70),
                "IBAN": payment.beneficiary_iban,
                "amount": int(payment.amount * 100),
                "execution_date": execution_on,
                "description": remittance(payment),
                "endtoend_id": payment.reference,
            }
        )
    content: bytes = transfer.export(validate=True)
    return content


def remittance(payment: Payment) -> str:
    """Return what the partner reads on the statement of account: decision, proposal and payment."""
    return f"{payment.decision} {payment.decision.proposal} {payment.reference}"


class _Order(SepaTransfer):  # type: ignore[misc]  # the library has no types
    """An order with our own number and moment, where the library makes up a number and takes the machine's time."""

    def __init__(self, paid_by: Debtor, *, reference: str, moment: datetime) -> None:
        self.own_reference, self.own_moment = reference, moment.astimezone(clock.AMSTERDAM)
        super().__init__(
            {
                "name": _plain(paid_by.name, 70),
                "IBAN": paid_by.iban,
                "BIC": paid_by.bic,
                "batch": True,
                "currency": "EUR",
            },
            schema=SCHEMA,
        )

    def _create_header(self) -> None:
        super()._create_header()
        self._xml.find(".//MsgId").text = self.own_reference
        self._xml.find(".//CreDtTm").text = self.own_moment.strftime("%Y-%m-%dT%H:%M:%S")


def _plain(text: str, longest: int) -> str:
    """Return text in the signs that every SEPA bank takes; the library writes foreign letters in Latin."""
    decomposed = unicodedata.normalize("NFKD", text)
    base = (sign for sign in decomposed if not unicodedata.combining(sign))
    kept = "".join(sign if sign.isalpha() or sign in _SIGNS_IN_SEPA else " " for sign in base)
    return " ".join(kept.split())[:longest] or "-"
