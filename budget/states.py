"""Choices of the money: kinds of council decision, of ledger entry, and states of a decision list."""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class CouncilDecisionKind(models.TextChoices):
    """What the council decides about money. Only the council makes or moves budget."""

    PRIMITIVE = "primitive", _("Primitive budget")
    AMENDMENT = "amendment", _("Budget amendment")


class EntryKind(models.TextChoices):
    """Every kind of movement on a budget line. A correction is a counter-entry of the same kind."""

    COUNCIL_BUDGET = "council_budget", _("Council budget")
    AMENDMENT = "amendment", _("Budget amendment")
    GRANT = "grant", _("Grant")
    RELEASE = "release", _("Release")
    ADVANCE = "advance", _("Advance paid")
    EXPENSE = "expense", _("Realised")


class Effect(NamedTuple):
    """What one euro of an entry does to each column of its line's balance: -1, 0 or 1."""

    budgeted: int
    granted: int
    spent: int


# The whole arithmetic of the ledger. `check_ledger` and the reports add up by this table and by nothing else.
EFFECTS: dict[EntryKind, Effect] = {
    EntryKind.COUNCIL_BUDGET: Effect(budgeted=1, granted=0, spent=0),
    EntryKind.AMENDMENT: Effect(budgeted=1, granted=0, spent=0),
    EntryKind.GRANT: Effect(budgeted=0, granted=1, spent=0),
    EntryKind.RELEASE: Effect(budgeted=0, granted=-1, spent=0),
    EntryKind.ADVANCE: Effect(budgeted=0, granted=0, spent=0),
    EntryKind.EXPENSE: Effect(budgeted=0, granted=-1, spent=1),
}


class ListState(models.TextChoices):
    """Where a decision list is."""

    DRAFT = "draft", _("In preparation")
    PROPOSED = "proposed", _("With the college")
    APPROVED = "approved", _("Approved")


LIST_MOVES: frozenset[tuple[ListState, ListState]] = frozenset(
    {
        (ListState.DRAFT, ListState.PROPOSED),  # the financial adviser found room and sends it to the college
        (ListState.PROPOSED, ListState.DRAFT),  # the college gives it back
        (ListState.PROPOSED, ListState.APPROVED),  # the college approves: here money moves
    }
)


class Ruling(models.TextChoices):
    """What the college decides on one proposal."""

    GRANT = "grant", _("Grant")
    REFUSE = "refuse", _("Refuse")


class BudgetEvent(models.TextChoices):
    """What the audit trail knows of money."""

    COUNCIL_DECISION_ENTERED = "council_decision.entered"
    LIST_STARTED = "decision_list.started"
    LIST_CHANGED = "decision_list.changed"
    LIST_PROPOSED = "decision_list.proposed"
    LIST_RETURNED = "decision_list.returned"
    LIST_APPROVED = "decision_list.approved"
    DECISION_SENT = "decision.sent"
    LETTER_OPENED = "decision.letter_opened"
    EXPENSE_BOOKED = "expense.booked"
    GRANT_RELEASED = "grant.released"
