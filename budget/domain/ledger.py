"""The ledger: every movement of money on a budget line, and nothing else moves money.

A movement changes the line's balance by a conditional UPDATE whose row count is checked, and adds an entry. The
database keeps watch beside it: a CHECK on the balance, the running balance on the entry, the hash chain, and at
commit that both agree and that no grant gives more than it holds. See docs/ledger.md.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from budget.errors import BelowCommitted, MoreThanGranted, NoRoom, Shortage
from budget.models import Balance, BudgetLine, CouncilDecision, Decision, LedgerEntry
from budget.states import EFFECTS, EntryKind
from core.domain import clock
from core.domain.money import ZERO, format_euros
from core.models import Document

# The line that everybody waits for: in SQL, because building it anew took as long as carrying it out.
MOVE = """
    UPDATE budget_balance
    SET budgeted = budgeted + %(budgeted)s, granted = granted + %(granted)s, spent = spent + %(spent)s
    WHERE budget_line_id = %(line)s AND granted + %(granted)s >= 0
        AND budgeted + %(budgeted)s >= granted + %(granted)s + spent + %(spent)s
"""


# The database fills these in: the number of the entry, the balance after it and both hashes.
FILLED_IN: dict[str, Any] = {
    "sequence": 0,
    "budgeted_after": ZERO,
    "granted_after": ZERO,
    "spent_after": ZERO,
    "previous_hash": "",
    "hash": "",
}


class Movement(NamedTuple):
    """One amount in euros on one budget line."""

    budget_line: BudgetLine
    amount: Decimal


class Holding(NamedTuple):
    """What a grant holds on one line, in euros."""

    granted: Decimal = ZERO  # granted, not realised and not released; conditional amounts included
    spent: Decimal = ZERO
    conditional: Decimal = ZERO
    paid: Decimal = ZERO  # paid to the partner and not claimed back

    @property
    def firm(self) -> Decimal:
        """What may be realised, released or paid: no condition hangs over it (Awb 4:34)."""
        return self.granted - self.conditional

    @property
    def committed(self) -> Decimal:
        """Granted and realised together: what the grant amounts to now."""
        return self.granted + self.spent

    @property
    def payable(self) -> Decimal:
        """What may still be paid in advance."""
        return self.firm + self.spent - self.paid


def book_council_amounts(
    council_decision: CouncilDecision, kind: EntryKind, movements: Iterable[Movement], *, by: User | None
) -> list[LedgerEntry]:
    """Book what the council gives to lines, or takes away (an amendment below zero, or what is carried out).

    Raises BelowCommitted when a line would get less than is granted and spent on it.
    """
    entries = []
    with transaction.atomic():
        for line, amount in _in_lock_order(movements):
            if not _move(line, kind, amount):
                balance = line.balance
                raise BelowCommitted(
                    _("%(line)s can't go down by %(amount)s: %(committed)s is granted or spent on it already.")
                    % {
                        "line": line,
                        "amount": format_euros(abs(amount)),
                        "committed": format_euros(balance.granted + balance.spent),
                    }
                )
            entries.append(_add_entry(line, kind, amount, council_decision=council_decision, by=by))
    return entries


def book_grant(
    decision: Decision, movements: Iterable[Movement], *, by: User, conditional: bool = False
) -> list[LedgerEntry]:
    """Commit what the college grants, all of it or nothing; `conditional` when a year's budget is not adopted yet.

    Raises NoRoom with every line and year that falls short, and by how much. Awb 4:34 for conditional grants.
    """
    kind = EntryKind.CONDITIONAL_GRANT if conditional else EntryKind.GRANT
    entries, shortages = [], []
    with transaction.atomic():
        for line, amount in _in_lock_order(movements):
            if _move(line, kind, amount):
                entries.append(_add_entry(line, kind, amount, decision=decision, by=by))
            else:
                shortages.append(_shortage(line, amount))
        if shortages:
            raise no_room(shortages)
    return entries


def book_confirmation(
    decision: Decision, movements: Iterable[Movement], *, by: User | None, document: Document, remark: str = ""
) -> list[LedgerEntry]:
    """Make a conditional grant firm: the condition lapsed because nobody invoked it in time (Awb 4:34).

    Raises MoreThanGranted when less than that is conditional on the line.
    """
    return _book_against_grant(decision, EntryKind.CONFIRMATION, movements, by=by, document=document, remark=remark)


def book_lapse(
    decision: Decision, movements: Iterable[Movement], *, by: User, document: Document, remark: str = ""
) -> list[LedgerEntry]:
    """Let a conditional grant lapse because the condition was invoked in time: its money is free again (Awb 4:34).

    Raises MoreThanGranted when less than that is conditional on the line.
    """
    return _book_against_grant(decision, EntryKind.LAPSE, movements, by=by, document=document, remark=remark)


def book_expense(
    decision: Decision, movements: Iterable[Movement], *, by: User, document: Document, remark: str = ""
) -> list[LedgerEntry]:
    """Book what was realised of a grant: it leaves `granted` and enters `spent` of the same line and year.

    An amount below zero is a counter-entry. Raises MoreThanGranted when more was spent than the grant still holds
    firmly on that line, or when more is taken back than was spent.
    """
    return _book_against_grant(decision, EntryKind.EXPENSE, movements, by=by, document=document, remark=remark)


def book_release(
    decision: Decision, movements: Iterable[Movement], *, by: User, document: Document, remark: str = ""
) -> list[LedgerEntry]:
    """Give back to line and year what a grant no longer needs (vrijval, Awb 4:46).

    Raises MoreThanGranted when that is more than the grant still holds firmly on that line. Who releases more than
    was paid claims the rest back in the same transaction: the database refuses a grant below what was paid.
    """
    return _book_against_grant(decision, EntryKind.RELEASE, movements, by=by, document=document, remark=remark)


def book_advance(
    decision: Decision, movements: Iterable[Movement], *, by: User, document: Document, remark: str = ""
) -> list[LedgerEntry]:
    """Book what was paid in advance (Awb 4:95); an amount below zero is a counter-entry.

    Raises MoreThanGranted when more would be paid than the grant firmly holds on that line.
    """
    return _book_against_grant(decision, EntryKind.ADVANCE, movements, by=by, document=document, remark=remark)


def book_final_payment(
    decision: Decision, movements: Iterable[Movement], *, by: User, document: Document, remark: str = ""
) -> list[LedgerEntry]:
    """Book what was paid after the settlement (Awb 4:52): never more than was realised.

    Raises MoreThanGranted when more would be paid than was realised on that line.
    """
    return _book_against_grant(decision, EntryKind.FINAL_PAYMENT, movements, by=by, document=document, remark=remark)


def book_recovery(
    decision: Decision, movements: Iterable[Movement], *, by: User, document: Document, remark: str = ""
) -> list[LedgerEntry]:
    """Book what the partner has to pay back (Awb 4:57): it no longer counts as paid on that line.

    Raises MoreThanGranted when that is more than was paid.
    """
    return _book_against_grant(decision, EntryKind.RECOVERY, movements, by=by, document=document, remark=remark)


def holding(decision: Decision, line: BudgetLine) -> Holding:
    """Return what a grant holds on a line now, in euros."""
    return holdings(decision).get(line.pk, Holding())


def holdings(decision: Decision) -> dict[int, Holding]:
    """Return what a grant holds on each line (by primary key) that it has an entry on. One query."""
    found: dict[int, Holding] = {}
    sums = LedgerEntry.objects.filter(decision=decision).order_by().values_list("budget_line", "kind")
    for line_id, kind, amount in sums.annotate(total=Sum("amount")):
        effect, so_far = EFFECTS[EntryKind(kind)], found.get(line_id, Holding())
        found[line_id] = Holding(*(getattr(so_far, name) + getattr(effect, name) * amount for name in Holding._fields))
    return found


def granted_left(decision: Decision, line: BudgetLine) -> Decimal:
    """Return what a grant still holds on a line in euros: granted, not realised and not released."""
    return holding(decision, line).granted


def no_room(shortages: list[Shortage]) -> NoRoom:
    """Make the refusal that names each line and year and the amount that is missing there."""
    sentences = [
        _("For %(line)s %(year)d %(free)s is free and %(asked)s is asked: %(missing)s too much.")
        % {
            "line": shortage.line,
            "year": shortage.year,
            "free": format_euros(shortage.free),
            "asked": format_euros(shortage.asked),
            "missing": format_euros(shortage.missing),
        }
        for shortage in shortages
    ]
    return NoRoom(" ".join(sentences), shortages)


def _book_against_grant(
    decision: Decision,
    kind: EntryKind,
    movements: Iterable[Movement],
    *,
    by: User | None,
    document: Document,
    remark: str,
) -> list[LedgerEntry]:
    entries = []
    with transaction.atomic():
        for line, amount in _in_lock_order(movements):
            Balance.objects.select_for_update().get(budget_line=line)
            most = _most(kind, amount, holding(decision, line))
            if not ZERO < abs(amount) <= most or not _move(line, kind, amount):
                raise MoreThanGranted(
                    _("%(kind)s: %(decision)s on %(line)s bears at most %(most)s, not %(amount)s.")
                    % {
                        "kind": kind.label,
                        "most": format_euros(max(most, ZERO)),
                        "decision": decision,
                        "line": line,
                        "amount": format_euros(amount),
                    }
                )
            entries.append(_add_entry(line, kind, amount, decision=decision, by=by, document=document, remark=remark))
    return entries


def _most(kind: EntryKind, amount: Decimal, held: Holding) -> Decimal:
    """Return how much of a kind a grant bears at most, in euros; for an amount below zero, how much can be undone."""
    if amount < ZERO:
        return {EntryKind.EXPENSE: held.spent, EntryKind.ADVANCE: held.paid}.get(kind, ZERO)
    return {
        EntryKind.CONFIRMATION: held.conditional,
        EntryKind.LAPSE: held.conditional,
        EntryKind.ADVANCE: held.payable,
        EntryKind.FINAL_PAYMENT: held.spent - held.paid,
        EntryKind.RECOVERY: held.paid,
    }.get(kind, held.firm)


def _in_lock_order(movements: Iterable[Movement]) -> list[Movement]:
    """Order movements by primary key of their line, so that two transactions never wait for each other."""
    return sorted(movements, key=lambda movement: movement.budget_line.pk)


def _move(line: BudgetLine, kind: EntryKind, amount: Decimal) -> bool:
    """Move the line's balance when there is room; the row count tells whether there was."""
    effect = EFFECTS[kind]
    values: dict[str, int | Decimal] = {
        "line": line.pk,
        "budgeted": effect.budgeted * amount,
        "granted": effect.granted * amount,
        "spent": effect.spent * amount,
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVE, values)
        return bool(cursor.rowcount == 1)


def _add_entry(
    line: BudgetLine,
    kind: EntryKind,
    amount: Decimal,
    *,
    by: User | None,
    council_decision: CouncilDecision | None = None,
    decision: Decision | None = None,
    document: Document | None = None,
    remark: str = "",
) -> LedgerEntry:
    return LedgerEntry.objects.create(
        budget_line=line,
        kind=kind,
        amount=amount,
        council_decision=council_decision,
        decision=decision,
        document=document,
        remark=remark,
        actor=by,
        booked_at=clock.now(),
        **FILLED_IN,
    )


def _shortage(line: BudgetLine, asked: Decimal) -> Shortage:
    balance = Balance.objects.get(budget_line=line)
    return Shortage(
        line=line.line.name, year=line.year, free=balance.budgeted - balance.granted - balance.spent, asked=asked
    )
