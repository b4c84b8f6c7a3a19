"""Bring payments on their way, by the real verbs."""

import uuid
from collections.abc import Iterable
from decimal import Decimal

from accounts.models import User
from applications.models import Call
from budget.domain import payment_batches, payment_imports
from budget.models import Decision, ImportMapping, Payment, PaymentBatch, PaymentImport
from core.domain import clock
from tests.budget.road import decision_of, granted_proposal
from tests.conftest import Cast

HEADING = "Kenmerk;Bedrag;Boekdatum;Lijn;Jaar;Omschrijving"


def grant(cast: Cast, call: Call, *, requested: dict[int, int] | None = None, send_letter: bool = True) -> Decision:
    """Return a grant whose letter was sent; by default EUR 12,000 of leven 2026, so EUR 9,600 in advance."""
    wanted = requested or {2026: 12_000}
    return decision_of(granted_proposal(cast, call, requested=wanted, send_letter=send_letter))


def order(by: User, payments: Iterable[Payment]) -> PaymentBatch:
    return payment_batches.order(payment_ids=[one.pk for one in payments], by=by, request_key=uuid.uuid4())


def line_of(payment: Payment, **over: str) -> str:
    """Write the line by which the finance package says that a payment was carried out today."""
    said = {
        "reference": payment.reference,
        "amount": f"{payment.amount:.2f}".replace(".", ","),
        "on": f"{clock.today():%d-%m-%Y}",
        "line": payment.budget_line.line.code,
        "year": str(payment.budget_line.year),
        "text": "Voorschot",
        **over,
    }
    return ";".join(said.values())


def file_of(*lines: str) -> bytes:
    return "\r\n".join([HEADING, *lines, ""]).encode("utf-8-sig")


def package() -> ImportMapping:
    """Return the mapping of the finance package."""
    return ImportMapping.objects.get(reference_column="Kenmerk")


def read_in(by: User, content: bytes, *, mapping: ImportMapping | None = None) -> PaymentImport:
    return payment_imports.import_bank(
        content=content, file_name="bank.csv", mapping=mapping or package(), by=by, request_key=uuid.uuid4()
    )


def book(by: User, *payments: Payment) -> PaymentImport:
    """Let the bank carry out payments that were ordered."""
    return read_in(by, file_of(*map(line_of, payments)))


def euros(amount: int | str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))
