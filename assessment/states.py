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


class AssessmentEvent(models.TextChoices):
    """What the audit trail knows of an assessment."""

    ASSIGNED = "assessment.assigned"
    INTEREST_DECLARED = "assessment.interest_declared"
    SAVED = "assessment.saved"
    HANDED_IN = "assessment.handed_in"
    CONSENSUS_RECORDED = "assessment.consensus_recorded"
    ADVISED = "assessment.advised"
