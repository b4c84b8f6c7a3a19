"""Bring payments on their way, by the real verbs."""

import uuid
from collections.abc import Iterable
from decimal import Decimal

from accounts.models import Membership, User
from accounts.states import MembershipRole
from applications.models import Call
from budget.domain import payment_batches, payment_imports, payments, reconciliation
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


def give_interest(person: User, decision: Decision) -> None:
    """Let a person act for the organisation that got a grant: an interest in it (Awb 2:4)."""
    organisation = decision.proposal.organisation
    Membership.objects.create(user=person, organisation=organisation, role=MembershipRole.EDITOR)


def paid_world(by: User) -> dict[str, dict[str, object]]:
    """Return what the pages of payments and reconciliation show, for the table of doors: order what is due first."""
    batch = order(by, [payments.due(by)[0].payment])
    today = clock.today()
    found = reconciliation.import_export(
        content=file_of(f"INK-1;12,00;{today:%d-%m-%Y};leven;2026;Boeking"),
        file_name="grootboek.csv",
        mapping=package(),
        period_from=today,
        period_until=today,
        by=by,
        request_key=uuid.uuid4(),
    )
    return {
        "payment": {"reference": batch.payments.get().reference},
        "order": {"reference": batch.reference},
        "order/sepa": {"reference": batch.reference, "suffix": "xml"},
        "order/other": {"reference": batch.reference, "suffix": "pdf"},
        "books": {"pk": found.pk},
        "books/csv": {"pk": found.pk, "suffix": "csv"},
        "books/row": {"pk": found.pk, "row": found.rows.get(number=2).pk},
    }


def euros(amount: int | str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))
