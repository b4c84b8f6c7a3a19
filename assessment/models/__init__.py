"""Assignments, declarations, scores, consensus and advice."""

from assessment.models.advice import Advice, AdviceCondition, AdviceDraft, AdvisedAmount, CollegeProposal
from assessment.models.assigning import AssessorCapacity, WithdrawnAssignment
from assessment.models.assignment import Assignment, InterestDeclaration
from assessment.models.consensus import Consensus, ConsensusScore
from assessment.models.meeting import Attendance, ConsensusDraft, Meeting, MeetingItem, Minutes
from assessment.models.panel import PanelAnswer, PanelInvitation, PanelMark, PanelMember, PanelQuestion
from assessment.models.ranking import Lottery, LotteryTicket
from assessment.models.saved_filter import ListColumns, SavedFilter
from assessment.models.score import Assessment, Score

__all__ = [
    "Advice",
    "AdviceCondition",
    "AdviceDraft",
    "AdvisedAmount",
    "Assessment",
    "AssessorCapacity",
    "Assignment",
    "Attendance",
    "CollegeProposal",
    "Consensus",
    "ConsensusDraft",
    "ConsensusScore",
    "InterestDeclaration",
    "ListColumns",
    "Lottery",
    "LotteryTicket",
    "Meeting",
    "MeetingItem",
    "Minutes",
    "PanelAnswer",
    "PanelInvitation",
    "PanelMark",
    "PanelMember",
    "PanelQuestion",
    "SavedFilter",
    "Score",
    "WithdrawnAssignment",
]
