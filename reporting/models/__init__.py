"""The reports that the council reads."""

from reporting.models.purge import PurgeFile, PurgeOrder
from reporting.models.question import Answer, AnswerDraft, Question
from reporting.models.rendering import Rendering
from reporting.models.report import Report
from reporting.models.text import ReportSignature, ReportText

__all__ = [
    "Answer",
    "AnswerDraft",
    "PurgeFile",
    "PurgeOrder",
    "Question",
    "Rendering",
    "Report",
    "ReportSignature",
    "ReportText",
]
