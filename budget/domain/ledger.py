"""The ledger: every movement of money on a budget line, and nothing else moves money.

A movement changes the line's balance by a conditional UPDATE whose row count is checked, and adds an entry. The
database keeps watch beside it: a CHECK on the balance, the running balance on the entry, the hash chain, and at
commit that both agree. See docs/ledger.md.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from budget.errors import BelowCommitted, MoreThanGranted, NoRoom, Shortage
from budget.models import Balance, BudgetLine, CouncilDecision, Decision, LedgerEntry
from budget.states import EFFECTS, EntryKind
from core.domain import clock
from core.domain.money import ZERO, format_euros
from core.models import Document


class Movement(NamedTuple):
    """One amount in euros on one budget line."""

    budget_line: BudgetLine
    amount: Decimal


def book_council_amounts(
    council_decision: CouncilDecision, kind: EntryKind, movements: Iterable[Movement], *, by: User | None
) -> list[LedgerEntry]:
    """Book what the council gives to lines, or takes away (amounts below zero).

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
                        "amount": format_euros(-amount),
                        "committed": format_euros(balance.granted + balance.spent),
                    }
                )
            entries.append(_add_entry(line, kind, amount, council_decision=council_decision, by=by))
    return entries


def book_grant(decision: Decision, movements: Iterable[Movement], *, by: User) -> list[LedgerEntry]:
    """Commit what the college grants, all of it or nothing.

    Raises NoRoom with every line and year that falls short, and by how much.
    """
    entries, shortages = [], []
    with transaction.atomic():
        for line, amount in _in_lock_order(movements):
            if _move(line, EntryKind.GRANT, amount):
                entries.append(_add_entry(line, EntryKind.GRANT, amount, decision=decision, by=by))
            else:
                shortages.append(_shortage(line, amount))
        if shortages:
            raise no_room(shortages)
    return entries


def book_expense(
    decision: Decision, movements: Iterable[Movement], *, by: User, document: Document, remark: str = ""
) -> list[LedgerEntry]:
    """Book what was realised of a grant: it leaves `granted` and enters `spent` of the same line and year.

    Raises MoreThanGranted when more was spent than the grant still holds on that line.
    """
    return _book_against_grant(decision, EntryKind.EXPENSE, movements, by=by, document=document, remark=remark)


def book_release(
    decision: Decision, movements: Iterable[Movement], *, by: User, document: Document, remark: str = ""
) -> list[LedgerEntry]:
    """Give back to line and year what a grant no longer needs (vrijval, Awb 4:46).

    Raises MoreThanGranted when that is more than the grant still holds on that line.
    """
    return _book_against_grant(decision, EntryKind.RELEASE, movements, by=by, document=document, remark=remark)


def granted_left(decision: Decision, line: BudgetLine) -> Decimal:
    """Return what a grant still holds on a line in euros: granted, not realised and not released."""
    entries = LedgerEntry.objects.filter(decision=decision, budget_line=line)
    return sum((EFFECTS[EntryKind(entry.kind)].granted * entry.amount for entry in entries), ZERO)


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
    by: User,
    document: Document,
    remark: str,
) -> list[LedgerEntry]:
    entries = []
    with transaction.atomic():
        for line, amount in _in_lock_order(movements):
            Balance.objects.select_for_update().get(budget_line=line)
            left = granted_left(decision, line)
            if not ZERO < amount <= left or not _move(line, kind, amount):
                raise MoreThanGranted(
                    _("%(decision)s still holds %(left)s on %(line)s; %(amount)s can't be booked.")
                    % {
                        "decision": decision,
                        "left": format_euros(left),
                        "line": line,
                        "amount": format_euros(amount),
                    }
                )
            entries.append(_add_entry(line, kind, amount, decision=decision, by=by, document=document, remark=remark))
    return entries


def _in_lock_order(movements: Iterable[Movement]) -> list[Movement]:
    """Order movements by primary key of their line, so that two transactions never wait for each other."""
    return sorted(movements, key=lambda movement: movement.budget_line.pk)


def _move(line: BudgetLine, kind: EntryKind, amount: Decimal) -> bool:
    """Move the line's balance when there is room; the row count tells whether there was."""
    effect = EFFECTS[kind]
    after = {
        "budgeted": F("budgeted") + effect.budgeted * amount,
        "granted": F("granted") + effect.granted * amount,
        "spent": F("spent") + effect.spent * amount,
    }
    grows = (effect.granted + effect.spent - effect.budgeted) * amount
    with_room = Balance.objects.filter(
        budget_line=line,
        budgeted__gte=F("granted") + F("spent") + grows,
        granted__gte=max(-effect.granted * amount, ZERO),
    )
    return with_room.update(**after) == 1


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
    # The database fills in the sequence, the balance after the entry and the hashes.
    return LedgerEntry.objects.create(
        budget_line=line,
        sequence=0,
        kind=kind,
        amount=amount,
        council_decision=council_decision,
        decision=decision,
        document=document,
        remark=remark,
        actor=by,
        booked_at=clock.now(),
        budgeted_after=ZERO,
        granted_after=ZERO,
        spent_after=ZERO,
        previous_hash="",
        hash="",
    )


def _shortage(line: BudgetLine, asked: Decimal) -> Shortage:
    balance = Balance.objects.get(budget_line=line)
    return Shortage(
        line=line.line.name, year=line.year, free=balance.budgeted - balance.granted - balance.spent, asked=asked
    )
