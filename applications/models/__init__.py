"""Calls, proposals and what belongs to them."""

from applications.models.budget_item import BudgetItem, BudgetItemAmount
from applications.models.call import Call
from applications.models.clock import (
    Extension,
    MovedClosing,
    NotProcessed,
    Outage,
    Supplement,
    SupplementRequest,
    Suspension,
)
from applications.models.intake import CompletenessCheck, LineTag
from applications.models.proposal import CriterionAnswer, PromisedResult, Proposal
from applications.models.receipt import Letter, Receipt
from applications.models.shut_file import ShutFile
from applications.models.state_change import StateChange

__all__ = [
    "BudgetItem",
    "BudgetItemAmount",
    "Call",
    "CompletenessCheck",
    "CriterionAnswer",
    "Extension",
    "Letter",
    "LineTag",
    "MovedClosing",
    "NotProcessed",
    "Outage",
    "PromisedResult",
    "Proposal",
    "Receipt",
    "ShutFile",
    "StateChange",
    "Supplement",
    "SupplementRequest",
    "Suspension",
]
