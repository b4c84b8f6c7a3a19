"""Calls, proposals and what belongs to them."""

from applications.models.attachment import Attachment
from applications.models.budget_item import BudgetItem, BudgetItemAmount
from applications.models.calendar_feed import CalendarFeed
from applications.models.call import Call
from applications.models.call_version import CallVersion, QuestionPaper
from applications.models.ceiling import Ceiling
from applications.models.change_notice import ChangeNotice
from applications.models.clock import (
    Extension,
    MovedClosing,
    NotProcessed,
    Outage,
    Supplement,
    SupplementRequest,
    Suspension,
)
from applications.models.collaborator import Collaborator, Invitation
from applications.models.copied_field import CopiedField
from applications.models.de_minimis import AidJudgement, DeMinimisAid, LinkedUndertaking
from applications.models.field_version import FieldVersion
from applications.models.intake import CompletenessCheck, LineTag
from applications.models.letter_template import LetterTemplate
from applications.models.message import Message, MessageReading
from applications.models.outgoing_letter import OutgoingLetter
from applications.models.paper_intake import PaperIntake
from applications.models.proposal import CriterionAnswer, PromisedResult, Proposal
from applications.models.receipt import Letter, Receipt
from applications.models.search import ProposalSearch
from applications.models.shut_file import ShutFile
from applications.models.state_change import StateChange
from applications.models.withdrawal import Withdrawal

__all__ = [
    "AidJudgement",
    "Attachment",
    "BudgetItem",
    "BudgetItemAmount",
    "CalendarFeed",
    "Call",
    "CallVersion",
    "Ceiling",
    "ChangeNotice",
    "Collaborator",
    "CompletenessCheck",
    "CopiedField",
    "CriterionAnswer",
    "DeMinimisAid",
    "Extension",
    "FieldVersion",
    "Invitation",
    "Letter",
    "LetterTemplate",
    "LineTag",
    "LinkedUndertaking",
    "Message",
    "MessageReading",
    "MovedClosing",
    "NotProcessed",
    "Outage",
    "OutgoingLetter",
    "PaperIntake",
    "PromisedResult",
    "Proposal",
    "ProposalSearch",
    "QuestionPaper",
    "Receipt",
    "ShutFile",
    "StateChange",
    "Supplement",
    "SupplementRequest",
    "Suspension",
    "Withdrawal",
]
