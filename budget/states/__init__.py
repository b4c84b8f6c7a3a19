"""Choices of the money: kinds of council decision and of ledger entry, and the states of what is decided and paid."""

from typing import NamedTuple

from django.db import models
from django.utils.functional import Promise
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


# A grant of less than was requested is told apart in words, not in the ruling.
PART = "part"
# How a ruling is called once it is final, and while a list only proposes it.
RULING_LABELS: dict[str, tuple[Promise, Promise]] = {
    Ruling.GRANT: (_("Granted"), _("Proposed: grant")),
    PART: (_("Granted in part"), _("Proposed: grant in part")),
    Ruling.REFUSE: (_("Refused"), _("Proposed: refuse")),
    Ruling.HOLD: (_("Held"), _("Proposed: hold")),
}
RULING_KINDS: dict[Ruling, str] = {Ruling.GRANT: "ok", Ruling.REFUSE: "danger", Ruling.HOLD: "warning"}


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


class ObjectionState(models.TextChoices):
    """Where an objection is (Awb 6 and 7)."""

    OPEN = "open", _("Being handled")
    DECIDED = "decided", _("Decided")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OBJECTION_MOVES: frozenset[tuple[ObjectionState, ObjectionState]] = frozenset(
    {
        (ObjectionState.OPEN, ObjectionState.DECIDED),  # the college decides: by itself, or with the replacing decision
        (ObjectionState.OPEN, ObjectionState.WITHDRAWN),  # the partner takes it back (Awb 6:21)
    }
)


class ObjectionOutcome(models.TextChoices):
    """What the college decides on an objection (Awb 7:11)."""

    INADMISSIBLE = "inadmissible", _("Inadmissible")
    UNFOUNDED = "unfounded", _("Unfounded")
    PARTLY = "partly", _("Partly founded")
    FOUNDED = "founded", _("Founded")


# After these a new decision replaces the old one.
REPLACING_OUTCOMES = (ObjectionOutcome.PARTLY, ObjectionOutcome.FOUNDED)


class InstalmentTrigger(models.TextChoices):
    """What makes a part of the advances due."""

    GRANT = "grant", _("When the decision is sent")
    DATE = "date", _("On a date")
    REPORT = "report", _("When an interim report is approved")


class AccountState(models.TextChoices):
    """How far the account of a grant is."""

    EXPECTED = "expected", _("Expected")
    SUBMITTED = "submitted", _("Handed in")
    RETURNED = "returned", _("Given back")
    CHECKED = "checked", _("In order")


ACCOUNT_MOVES: frozenset[tuple[AccountState, AccountState]] = frozenset(
    {
        (AccountState.EXPECTED, AccountState.SUBMITTED),  # the partner hands it in
        (AccountState.SUBMITTED, AccountState.RETURNED),  # something is missing
        (AccountState.RETURNED, AccountState.SUBMITTED),  # the partner hands it in again
        (AccountState.SUBMITTED, AccountState.CHECKED),  # the team finds it in order
    }
)


class AccountVerdict(models.TextChoices):
    """What the team found of an account."""

    CHECKED = "checked", _("In order")
    RETURNED = "returned", _("Given back")


class Pace(models.TextChoices):
    """How an activity goes, by what the partner reports on the way."""

    ON_TIME = "on_time", _("As planned")
    LATE = "late", _("Later than planned, but it will be done")
    STUCK = "stuck", _("Something is in the way: part of it may not be done")


class SettlementKind(models.TextChoices):
    """How a grant is settled."""

    AS_GRANTED = "as_granted", _("As granted")
    LOWER = "lower", _("Lower than granted")
    EX_OFFICIO = "ex_officio", _("Ex officio")


class SettlementGround(models.TextChoices):
    """Why a grant is settled lower, or without an account, coded (Awb 4:46, second paragraph, and 4:47)."""

    NOT_CARRIED_OUT = "4:46-2a", _("The activities were not, or not all, carried out (Awb 4:46, 2a)")
    OBLIGATIONS = "4:46-2b", _("The obligations were not met (Awb 4:46, 2b)")
    FALSE_DATA = "4:46-2c", _("Incorrect or incomplete data led to the grant (Awb 4:46, 2c)")
    WRONG_GRANT = "4:46-2d", _("The grant was wrong and the partner knew or ought to know (Awb 4:46, 2d)")
    NO_ACCOUNT = "4:47", _("No account came in within the term (Awb 4:47)")


LOWER_GROUNDS = (
    SettlementGround.NOT_CARRIED_OUT,
    SettlementGround.OBLIGATIONS,
    SettlementGround.FALSE_DATA,
    SettlementGround.WRONG_GRANT,
)


class SettlementState(models.TextChoices):
    """How far a settlement is."""

    DRAFT = "draft", _("In preparation")
    HEARING = "hearing", _("View asked")
    PROPOSED = "proposed", _("Waits for approval")
    FINAL = "final", _("Final")


SETTLEMENT_MOVES: frozenset[tuple[SettlementState, SettlementState]] = frozenset(
    {
        (SettlementState.DRAFT, SettlementState.HEARING),  # the partner is asked for a view (Awb 4:8)
        (SettlementState.HEARING, SettlementState.DRAFT),  # prepared anew, with other figures or grounds
        (SettlementState.HEARING, SettlementState.PROPOSED),  # the view came in, or the term is over
        (SettlementState.DRAFT, SettlementState.PROPOSED),  # as granted, or a view was not needed
        (SettlementState.PROPOSED, SettlementState.DRAFT),  # the financial adviser gives it back
        (SettlementState.PROPOSED, SettlementState.FINAL),  # the financial adviser approves: here money moves
    }
)


class PaymentKind(models.TextChoices):
    """What a payment is: part of the advances, or what is left after the settlement."""

    ADVANCE = "advance", _("Advance")
    FINAL = "final", _("Final payment")


class PaymentState(models.TextChoices):
    """How far a payment is."""

    PLANNED = "planned", _("Planned")
    ORDERED = "ordered", _("On a payment order")
    SENT = "sent", _("Sent to the bank")
    BOOKED = "booked", _("Paid and booked")
    CANCELLED = "cancelled", _("Cancelled")


# The database has the same table (budget_payment_moves). What the bank did not carry out is cancelled, and planned
# again under another reference: the same payment is never exported twice.
PAYMENT_MOVES: frozenset[tuple[PaymentState, PaymentState]] = frozenset(
    {
        (PaymentState.PLANNED, PaymentState.ORDERED),
        (PaymentState.PLANNED, PaymentState.CANCELLED),
        (PaymentState.ORDERED, PaymentState.SENT),
        (PaymentState.ORDERED, PaymentState.BOOKED),
        (PaymentState.ORDERED, PaymentState.CANCELLED),
        (PaymentState.SENT, PaymentState.BOOKED),
        (PaymentState.SENT, PaymentState.CANCELLED),
    }
)
# Exported and not booked yet: this money is on its way.
PAYMENTS_UNDER_WAY = (PaymentState.ORDERED, PaymentState.SENT)
EXPORTED_PAYMENTS = (*PAYMENTS_UNDER_WAY, PaymentState.BOOKED)


class BatchState(models.TextChoices):
    """How far a payment order is."""

    MADE = "made", _("Made")
    SENT = "sent", _("Sent to the bank")
    DONE = "done", _("Settled by the bank")


BATCH_MOVES: frozenset[tuple[BatchState, BatchState]] = frozenset(
    {
        (BatchState.MADE, BatchState.SENT),
        (BatchState.MADE, BatchState.DONE),  # the bank's file may come in before anybody marked the order as sent
        (BatchState.SENT, BatchState.DONE),
    }
)


class MatchOutcome(models.TextChoices):
    """How a line of the finance package and an entry of ours relate."""

    AMOUNT = "1_amount", _("The amounts differ")
    THEIRS = "2_theirs", _("Only in the finance package")
    OURS = "3_ours", _("Only in our books")
    MATCHED = "4_matched", _("Agrees")


# What moved cash or cost: this the finance package must have too. What is to be paid back lowers it.
RECONCILED_KINDS = (EntryKind.ADVANCE, EntryKind.FINAL_PAYMENT, EntryKind.EXPENSE, EntryKind.RECOVERY)


class ScenarioGoal(models.TextChoices):
    """What the best set of proposals is best at."""

    SCORE = "score", _("The highest total score")
    RESULTS = "results", _("The most desired results")


class Discrepancy(models.TextChoices):
    """What the proof of the books can find."""

    ENTRY_MISSING = "entry_missing", _("an entry is missing before this one")
    PREDECESSOR = "predecessor", _("the hash of the entry before differs")
    CONTENT = "content", _("the hash differs from the content")
    KIND = "kind", _("the ledger knows no such kind of entry")
    ORDER = "order", _("it is older than the entry before")
    RUNNING_BALANCE = "running_balance", _("the balance after this entry differs from the sum of the entries")
    OVERSPENT = "overspent", _("more is granted and spent than the council gave")
    BALANCE = "balance", _("the balance differs from the sum of the entries")
    SIGN = "sign", _("the amount is not one that this kind of entry can have")
    NO_DOCUMENT = "no_document", _("it does not rest on what its kind must rest on")
    GRANT = "grant", _("more was realised, released, paid or made firm than the grant holds")
    RESERVE = "reserve", _("the lines together differ from what the reserve gave")
    OVERDRAWN = "overdrawn", _("the lines draw more than the council tied to the programme")
    PROGRAMME_TOTAL = "programme_total", _("the programme total differs from what the council decided")
    COUNCIL = "council", _("the ledger differs from what the council decided")
    NOT_CONFIRMED = "not_confirmed", _("the ledger holds entries, and the decision is not confirmed")
    DECIDED = "decided", _("the ledger differs from what the college decided")
    NOT_DECIDED = "not_decided", _("the ledger holds entries, and the college did not decide")
    SIGNATURES = "signatures", _("it lacks the signatures of two people")
    PARENT = "parent", _("what it rests on is not there")
    FILE_MISSING = "file_missing", _("the file of the document is missing")
    FILE_DAMAGED = "file_damaged", _("the file of the document is not what it was")
    PROVEN_BEFORE = "proven_before", _("what was proven before is gone or changed")
