"""What the bank did with our orders, read in from a file: booked as a whole, or refused as a whole."""

from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.books import lock_balances
from budget.access.lists import require_no_interest
from budget.access.payments import lock_payments, require_payer
from budget.domain import import_files, ledger
from budget.domain.import_files import Line
from budget.domain.ledger import Movement
from budget.domain.payments import bring_to, close_settled
from budget.errors import BadLine, ImportRefused, MoreThanGranted
from budget.models import ImportMapping, Payment, PaymentImport
from budget.states import PAYMENTS_UNDER_WAY, PaymentKind, PaymentState
from budget.states.events import BudgetEvent
from core.domain import audit, clock, requests
from core.domain.money import format_euros, total
from core.models import Document

KIND = "payment_import"


class _Match(NamedTuple):
    line: Line
    payment: Payment


def import_bank(
    *, content: bytes, file_name: str, mapping: ImportMapping, by: User, request_key: UUID
) -> PaymentImport:
    """Book the payments that a file of the bank or the finance package says were carried out.

    Each line names a payment by its reference, with exactly its amount and the bank's date. Raises ImportRefused with
    every line that is not right (then nothing is booked) or when this very file came in before, HasInterest,
    StepNotYours. A repeat of the request changes nothing and returns the import.
    """
    require_payer(by)
    sha256 = import_files.sha256_of(content)
    with transaction.atomic():
        body = {"sha256": sha256, "mapping": mapping.pk}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.import_bank", body=body)
        if not is_new:
            return PaymentImport.objects.get(pk=(request.answer or {})["import"])
        _refuse_known(sha256)
        lines = import_files.read(content, mapping)
        matches = _matches(lines, by=by)
        document = import_files.keep(
            kind=KIND,
            title=_("Payments carried out"),
            file_name=file_name,
            content=content,
            mapping=mapping,
            count=len(lines),
        )
        _book(matches, document, by=by)
        found = PaymentImport.objects.create(
            document=document,
            sha256=sha256,
            mapping=mapping,
            count=len(lines),
            total=total(line.amount for line in lines),
            imported_by=by,
            imported_at=clock.now(),
        )
        close_settled({match.payment.batch_id for match in matches}, by=by)
        changes = {"count": found.count, "total": str(found.total)}
        audit.record(event=BudgetEvent.PAYMENTS_IMPORTED, actor=by, about=found, changes=changes)
        requests.answer(request, **{"import": found.pk})
    return found


def _refuse_known(sha256: str) -> None:
    before = PaymentImport.objects.select_related("imported_by").filter(sha256=sha256).first()
    if before is not None:
        raise ImportRefused(
            _("This file came in before, on %(day)s by %(person)s. Nothing was booked again.")
            % {"day": f"{clock.local_date(before.imported_at):%d-%m-%Y}", "person": before.imported_by}
        )


def _matches(lines: list[Line], *, by: User) -> list[_Match]:
    """Find and lock the payment of each line; refuse the file with every line that does not fit its payment.

    A bank may write our references in small letters.
    """
    lines = [line._replace(reference=line.reference.upper()) for line in lines]
    named = Payment.objects.filter(reference__in={line.reference for line in lines})
    lock_balances(named.values_list("budget_line_id", flat=True))
    payments = {payment.reference: payment for payment in lock_payments(named.values_list("pk", flat=True))}
    require_no_interest(by, {payment.decision.proposal_id for payment in payments.values()})
    made = dict(named.exclude(batch=None).values_list("reference", "batch__made_at"))
    problems, matches, seen = [], [], dict[str, int]()
    for line in lines:
        payment = payments.get(line.reference)
        reason = _problem_with(line, payment, seen)
        if not reason and line.on < clock.local_date(made[line.reference]):
            reason = _("The date is before the payment order.")
        seen.setdefault(line.reference, line.number)
        if payment is None or reason:
            problems.append(BadLine(line.number, reason))
        else:
            matches.append(_Match(line, payment))
    if problems:
        raise import_files.refused(problems)
    return matches


def _problem_with(line: Line, payment: Payment | None, seen: dict[str, int]) -> str:
    """Return why a line can't be booked on the payment that it names, or nothing."""
    said = {"reference": line.reference}
    if payment is None:
        return _("There is no payment “%(reference)s”.") % said
    if line.reference in seen:
        return _("%(reference)s stands on line %(number)d too.") % {**said, "number": seen[line.reference]}
    if payment.state == PaymentState.BOOKED:
        return _("%(reference)s is booked already.") % said
    if payment.state not in PAYMENTS_UNDER_WAY:
        return _("%(reference)s is “%(state)s”, so the bank can't have paid it on an order of ours.") % {
            **said,
            "state": payment.get_state_display(),
        }
    return _difference(line, payment)


def _difference(line: Line, payment: Payment) -> str:
    """Return where a line says something else than the payment, or nothing."""
    said = {"reference": line.reference}
    if line.amount != payment.amount:
        return _("The amount is %(found)s; %(reference)s is %(expected)s.") % {
            **said,
            "found": format_euros(line.amount),
            "expected": format_euros(payment.amount),
        }
    place = payment.budget_line
    if line.line not in {"", place.line.code.casefold(), place.line.name.casefold()} or line.year not in {
        None,
        place.year,
    }:
        return _("%(reference)s is on %(line)s.") % {**said, "line": place}
    return ""


def _book(matches: list[_Match], document: Document, *, by: User) -> None:
    """Book every payment; what a grant does not bear (any more) is a bad line like others, and refuses the file."""
    problems = []
    for line, payment in matches:
        book = ledger.book_final_payment if payment.kind == PaymentKind.FINAL else ledger.book_advance
        movement = Movement(payment.budget_line, payment.amount)
        try:
            (entry,) = book(payment.decision, [movement], by=by, document=document, remark=payment.reference)
        except MoreThanGranted as error:
            problems.append(BadLine(line.number, str(error)))
            continue
        payment.entry, payment.booked_on = entry, line.on
        bring_to(payment, PaymentState.BOOKED)
        audit.record(
            event=BudgetEvent.PAYMENT_BOOKED, actor=by, about=payment, changes={"booked_on": line.on.isoformat()}
        )
    if problems:
        raise import_files.refused(problems)
