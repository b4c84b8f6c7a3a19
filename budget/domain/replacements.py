"""A decision that replaces another after an objection: the old one gives up its money, the new one takes it over."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import User
from applications.states import ProposalState
from budget.domain import ledger, payments
from budget.domain.ledger import Holding, Movement
from budget.errors import ListNotReady
from budget.models import BudgetLine, Decision
from budget.states import Ruling
from budget.states.events import BudgetEvent
from core.domain import audit
from core.domain.money import ZERO, format_euros


class Moved(NamedTuple):
    """What was paid and realised on a decision that is replaced, in euros by line: the new one takes it over."""

    paid: list[Movement]
    spent: list[Movement]


def check_replaceable(old: Decision) -> None:
    """Raise ListNotReady unless the decision still holds, for a proposal that is not settled."""
    if not Decision.objects.standing().filter(pk=old.pk).exists():
        raise ListNotReady(_("%(decision)s does not hold any more, so it can't be replaced.") % {"decision": old})
    if old.proposal.state == ProposalState.SETTLED:
        raise ListNotReady(
            _("%(proposal)s is settled already. An objection is now about the settlement, not about %(decision)s.")
            % {"proposal": old.proposal, "decision": old}
        )


def check_covers(decision: Decision) -> None:
    """Raise ListNotReady when a replacing decision grants less on a line than was realised or paid there."""
    if decision.replaces is None:
        return
    new = {item.budget_line_id: item.amount for item in decision.amounts.all()}
    lines = BudgetLine.objects.select_related("line").in_bulk(ledger.holdings(decision.replaces))
    for line_id, held in ledger.holdings(decision.replaces).items():
        least = max(held.spent, held.paid)
        if new.get(line_id, ZERO) < least:
            raise ListNotReady(
                _(
                    "On %(line)s %(spent)s was realised and %(paid)s paid already, so the new decision grants at least "
                    "%(least)s there; now it grants %(granted)s."
                )
                % {
                    "line": lines[line_id],
                    "spent": format_euros(held.spent),
                    "paid": format_euros(held.paid),
                    "least": format_euros(least),
                    "granted": format_euros(new.get(line_id, ZERO)),
                }
            )


def least_by_line(old: Decision) -> list[tuple[BudgetLine, Holding]]:
    """Return what a decision holds by line: what is realised or paid there, its replacement has to grant again."""
    held = ledger.holdings(old)
    lines = BudgetLine.objects.select_related("line").in_bulk(held)
    return [(lines[pk], one) for pk, one in sorted(held.items())]


def give_up(decision: Decision, *, by: User) -> Moved:
    """Let the decision that is replaced give up all that it holds, and tell what was paid and realised on it.

    Its open payments are cancelled; what was paid and realised is taken back by counter-entries; what it then holds
    is free again: firm money is released, conditional money lapses. The caller has locked the lines.
    """
    old = decision.replaces
    if old is None or decision.objection is None:
        return Moved([], [])
    check_replaceable(old)
    check_covers(decision)
    document, remark = (
        decision.objection.proof,
        _("Replaced after objection %(objection)s") % {"objection": decision.objection},
    )
    if old.ruling == Ruling.GRANT:
        payments.cancel_open(old, by=by, reason=remark)
    held = ledger.holdings(old)
    lines = BudgetLine.objects.select_related("line").in_bulk(held)
    moved = Moved(
        paid=[Movement(lines[pk], one.paid) for pk, one in held.items() if one.paid],
        spent=[Movement(lines[pk], one.spent) for pk, one in held.items() if one.spent],
    )
    ledger.book_advance(old, _negative(moved.paid), by=by, document=document, remark=remark)
    ledger.book_expense(old, _negative(moved.spent), by=by, document=document, remark=remark)
    held = ledger.holdings(old)
    conditional = [Movement(lines[pk], one.conditional) for pk, one in held.items() if one.conditional]
    firm = [Movement(lines[pk], one.firm) for pk, one in held.items() if one.firm]
    ledger.book_lapse(old, conditional, by=by, document=document, remark=remark)
    ledger.book_release(old, firm, by=by, document=document, remark=remark)
    audit.record(
        event=BudgetEvent.DECISION_REPLACED, actor=by, about=old, changes={"objection": str(decision.objection)}
    )
    return moved


def take_over(decision: Decision, moved: Moved, *, by: User) -> None:
    """Book on the new decision what was paid and realised under the old one. Call it after the grant is booked."""
    if decision.objection is None:
        return
    document, remark = decision.objection.proof, _("Taken over from %(decision)s") % {"decision": decision.replaces}
    ledger.book_expense(decision, moved.spent, by=by, document=document, remark=remark)
    ledger.book_advance(decision, moved.paid, by=by, document=document, remark=remark)


def _negative(movements: list[Movement]) -> list[Movement]:
    return [Movement(line, -amount) for line, amount in movements]
