"""The council's decisions, the lines' balances, the ledger, and the college's decisions."""

from budget.models.abstention import Abstention
from budget.models.account import Account, AccountCheck, ReportedCost, ReportedResult
from budget.models.council_decision import CouncilDecision, CouncilDecisionAmount, Reserve
from budget.models.de_minimis import DeMinimisGrant
from budget.models.decision_letter import DecisionLetter
from budget.models.decision_list import Decision, DecisionAmount, DecisionList
from budget.models.import_mapping import ImportMapping
from budget.models.ledger_entry import Balance, BudgetLine, LedgerEntry
from budget.models.objection import Objection
from budget.models.obligation import Obligation, ObligationCheck
from budget.models.payment import Payment, PaymentBatch, PaymentImport
from budget.models.progress import ProgressCheck, ProgressReport
from budget.models.proof_run import ProofRun
from budget.models.reconciliation import Explanation, Reconciliation, ReconciliationRow
from budget.models.recovery import Recovery, RecoveryReceipt
from budget.models.scenario import Scenario, ScenarioAmount, ScenarioItem
from budget.models.settlement import Settlement, SettlementAmount, SettlementLetter
from budget.models.tier import Instalment, Tier

__all__ = [
    "Abstention",
    "Account",
    "AccountCheck",
    "Balance",
    "BudgetLine",
    "CouncilDecision",
    "CouncilDecisionAmount",
    "DeMinimisGrant",
    "Decision",
    "DecisionAmount",
    "DecisionLetter",
    "DecisionList",
    "Explanation",
    "ImportMapping",
    "Instalment",
    "LedgerEntry",
    "Objection",
    "Obligation",
    "ObligationCheck",
    "Payment",
    "PaymentBatch",
    "PaymentImport",
    "ProgressCheck",
    "ProgressReport",
    "ProofRun",
    "Reconciliation",
    "ReconciliationRow",
    "Recovery",
    "RecoveryReceipt",
    "ReportedCost",
    "ReportedResult",
    "Reserve",
    "Scenario",
    "ScenarioAmount",
    "ScenarioItem",
    "Settlement",
    "SettlementAmount",
    "SettlementLetter",
    "Tier",
]
