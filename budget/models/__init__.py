"""The council's decisions, the lines' balances, the ledger, and the college's decisions."""

from budget.models.account import Account, AccountCheck, ReportedCost, ReportedResult
from budget.models.council_decision import CouncilDecision, CouncilDecisionAmount, Reserve
from budget.models.decision_letter import DecisionLetter
from budget.models.decision_list import Decision, DecisionAmount, DecisionList
from budget.models.ledger_entry import Balance, BudgetLine, LedgerEntry
from budget.models.recovery import Recovery, RecoveryReceipt
from budget.models.settlement import Settlement, SettlementAmount, SettlementLetter
from budget.models.tier import Instalment, Tier

__all__ = [
    "Account",
    "AccountCheck",
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
    "Recovery",
    "RecoveryReceipt",
    "ReportedCost",
    "ReportedResult",
    "Reserve",
    "Settlement",
    "SettlementAmount",
    "SettlementLetter",
    "Tier",
]
