"""Choices of the money: kinds of council decision and of ledger entry, and the states of what is decided and paid."""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class CouncilDecisionKind(models.TextChoices):
    """What the council decides about money. Only the council makes or moves budget."""

    PRIMITIVE = "primitive", _("Primitive budget")
    AMENDMENT = "amendment", _("Budget amendment")
    SHIFT = "shift", _("Shift between lines")
    CARRY_OVER = "carry_over", _("Carry-over to a later year")
    PROGRAMME_TOTAL = "programme_total", _("Raising or lowering the programme total")
    ADOPTION = "adoption", _("Adoption of the budget of a year")


class CouncilDecisionState(models.TextChoices):
    """How far a decision of the council is in the books."""

    DRAFT = "draft", _("In preparation")
    ENTERED = "entered", _("Waits for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")


COUNCIL_MOVES: frozenset[tuple[CouncilDecisionState, CouncilDecisionState]] = frozenset(
    {
        (CouncilDecisionState.DRAFT, CouncilDecisionState.ENTERED),  # the financial adviser signs what the council said
        (CouncilDecisionState.ENTERED, CouncilDecisionState.DRAFT),  # something on it was not right
        (CouncilDecisionState.ENTERED, CouncilDecisionState.CONFIRMED),  # the council's own role confirms: it is booked
    }
)


class EntryKind(models.TextChoices):
    """Every kind of movement on a budget line. A correction is a counter-entry of the same kind."""

    COUNCIL_BUDGET = "council_budget", _("Council budget")
    AMENDMENT = "amendment", _("Budget amendment")
    CARRY_OUT = "carry_out", _("Carried over to another year")
    CARRY_IN = "carry_in", _("Carried over from another year")
    GRANT = "grant", _("Grant")
    CONDITIONAL_GRANT = "conditional_grant", _("Conditional grant")
    CONFIRMATION = "confirmation", _("Condition lapsed: the grant is firm")
    LAPSE = "lapse", _("Condition invoked: the grant lapses")
    RELEASE = "release", _("Release")
    ADVANCE = "advance", _("Advance paid")
    FINAL_PAYMENT = "final_payment", _("Paid after settlement")
    EXPENSE = "expense", _("Realised")
    RECOVERY = "recovery", _("To be paid back")


class Effect(NamedTuple):
    """What one euro of an entry does: to the three columns of its line's balance, and to what the grant holds."""

    budgeted: int = 0
    granted: int = 0
    spent: int = 0
    conditional: int = 0
    paid: int = 0


# The whole arithmetic of the ledger. `check_ledger` and the reports add up by this table and by nothing else; the
# database has the same one (budget_effect).
EFFECTS: dict[EntryKind, Effect] = {
    EntryKind.COUNCIL_BUDGET: Effect(budgeted=1),
    EntryKind.AMENDMENT: Effect(budgeted=1),
    EntryKind.CARRY_OUT: Effect(budgeted=-1),
    EntryKind.CARRY_IN: Effect(budgeted=1),
    EntryKind.GRANT: Effect(granted=1),
    EntryKind.CONDITIONAL_GRANT: Effect(granted=1, conditional=1),
    EntryKind.CONFIRMATION: Effect(conditional=-1),
    EntryKind.LAPSE: Effect(granted=-1, conditional=-1),
    EntryKind.RELEASE: Effect(granted=-1),
    EntryKind.ADVANCE: Effect(paid=1),
    EntryKind.FINAL_PAYMENT: Effect(paid=1),
    EntryKind.EXPENSE: Effect(granted=-1, spent=1),
    EntryKind.RECOVERY: Effect(paid=-1),
}

# Kinds that rest on a decision of the council, and those that rest on a document beside the college's decision.
COUNCIL_KINDS = (EntryKind.COUNCIL_BUDGET, EntryKind.AMENDMENT, EntryKind.CARRY_OUT, EntryKind.CARRY_IN)
GRANT_KINDS = (EntryKind.GRANT, EntryKind.CONDITIONAL_GRANT)
DOCUMENT_KINDS = (
    EntryKind.CONFIRMATION,
    EntryKind.LAPSE,
    EntryKind.RELEASE,
    EntryKind.ADVANCE,
    EntryKind.FINAL_PAYMENT,
    EntryKind.EXPENSE,
    EntryKind.RECOVERY,
)
# Only these may be below zero: the council takes away, or a counter-entry corrects.
SIGNED_KINDS = (EntryKind.AMENDMENT, EntryKind.EXPENSE, EntryKind.ADVANCE)


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
    """What the college decides on one proposal. A grant of less than was requested is a grant in part."""

    GRANT = "grant", _("Grant")
    REFUSE = "refuse", _("Refuse")
    HOLD = "hold", _("Hold")


class RefusalGround(models.TextChoices):
    """Why a proposal is refused, coded (Awb 4:25, 4:35, and the programme's own rule)."""

    CRITERIA = "criteria", _("Does not meet the criteria of the programme")
    SCOPE = "scope", _("Contributes to none of the desired results")
    NO_ROOM = "no_room", _("Above the room of the line and year (Awb 4:25)")
    NOT_CARRIED_OUT = "4:35-1a", _("The activities will probably not be carried out (Awb 4:35, 1a)")
    OBLIGATIONS = "4:35-1b", _("The obligations will probably not be met (Awb 4:35, 1b)")
    NO_ACCOUNT = "4:35-1c", _("There will probably be no proper account (Awb 4:35, 1c)")
    FALSE_DATA = "4:35-2a", _("Incorrect or incomplete data (Awb 4:35, 2a)")
    INSOLVENT = "4:35-2b", _("Insolvency or debt rescheduling (Awb 4:35, 2b)")


class InstalmentTrigger(models.TextChoices):
    """What makes a part of the advances due."""

    GRANT = "grant", _("When the decision is sent")
    DATE = "date", _("On a date")
    REPORT = "report", _("When an interim report is approved")


class BudgetEvent(models.TextChoices):
    """What the audit trail knows of money."""

    COUNCIL_DECISION_STARTED = "council_decision.started"
    COUNCIL_DECISION_CHANGED = "council_decision.changed"
    COUNCIL_DECISION_ENTERED = "council_decision.entered"
    COUNCIL_DECISION_RETURNED = "council_decision.returned"
    COUNCIL_DECISION_CONFIRMED = "council_decision.confirmed"
    COUNCIL_DECISION_REMOVED = "council_decision.removed"
    LIST_STARTED = "decision_list.started"
    LIST_CHANGED = "decision_list.changed"
    LIST_PROPOSED = "decision_list.proposed"
    LIST_RETURNED = "decision_list.returned"
    LIST_APPROVED = "decision_list.approved"
    DECISION_SENT = "decision.sent"
    LETTER_OPENED = "decision.letter_opened"
    EXPENSE_BOOKED = "expense.booked"
    GRANT_RELEASED = "grant.released"
    CONDITION_INVOKED = "condition.invoked"
    CONDITION_LAPSED = "condition.lapsed"
