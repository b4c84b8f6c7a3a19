"""The council's decisions, the lines' balances, the ledger, and the college's decisions."""

from budget.models.council_decision import CouncilDecision, CouncilDecisionAmount, Reserve
from budget.models.decision_letter import DecisionLetter
from budget.models.decision_list import Decision, DecisionAmount, DecisionList
from budget.models.ledger_entry import Balance, BudgetLine, LedgerEntry
from budget.models.tier import Instalment, Tier

__all__ = [
    "Balance",
    "BudgetLine",
    "CouncilDecision",
    "CouncilDecisionAmount",
    "Decision",
    "DecisionAmount",
    "DecisionLetter",
    "DecisionList",
    "Instalment",
    "LedgerEntry",
    "Reserve",
    "Tier",
]
