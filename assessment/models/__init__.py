"""Assignments, declarations, scores, consensus and advice."""

from assessment.models.advice import Advice, AdvisedAmount
from assessment.models.assignment import Assignment, InterestDeclaration
from assessment.models.consensus import Consensus, ConsensusScore
from assessment.models.saved_filter import ListColumns, SavedFilter
from assessment.models.score import Assessment, Score

__all__ = [
    "Advice",
    "AdvisedAmount",
    "Assessment",
    "Assignment",
    "Consensus",
    "ConsensusScore",
    "InterestDeclaration",
    "ListColumns",
    "SavedFilter",
    "Score",
]
