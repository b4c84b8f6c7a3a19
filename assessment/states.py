"""Choices of the assessment."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What the rule makes of the consensus scores. The advice advises; the college decides."""

    POSITIVE = "positive", _("Positive")
    CONDITIONAL = "conditional", _("Positive, with conditions")
    NEGATIVE = "negative", _("Negative")


# How a page marks an outcome, beside its words.
OUTCOME_KINDS: dict[Outcome, str] = {
    Outcome.POSITIVE: "ok",
    Outcome.CONDITIONAL: "warning",
    Outcome.NEGATIVE: "danger",
}


class NextStep(models.TextChoices):
    """What a proposal waits for, as the team's list tells it."""

    COMPLETENESS = "completeness", _("Check whether it is complete")
    SUPPLEMENT = "supplement", _("Supplement by the partner")
    ASSIGN = "assign", _("Assign assessors")
    WAIT = "wait", _("With the assessors")
    CONSENSUS = "consensus", _("Record the consensus")
    ADVICE = "advice", _("Give the advice")
    LIST = "list", _("Put it on a decision list")
    COLLEGE = "college", _("Decision of the college")


class AssessmentEvent(models.TextChoices):
    """What the audit trail knows of an assessment."""

    ASSIGNED = "assessment.assigned"
    INTEREST_DECLARED = "assessment.interest_declared"
    SAVED = "assessment.saved"
    HANDED_IN = "assessment.handed_in"
    CONSENSUS_RECORDED = "assessment.consensus_recorded"
    ADVISED = "assessment.advised"
    LIST_EXPORTED = "assessment.list_exported"
    FILTER_SAVED = "assessment.filter_saved"
    FILTER_REMOVED = "assessment.filter_removed"
