from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models import Proposal
from assessment.models.consensus import Consensus
from assessment.states import OUTCOME_KINDS, Outcome


class Advice(models.Model):
    """The team's advice to the college: outcome by the rule, conditions, and an amount for each year."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="advice")
    consensus = models.OneToOneField(Consensus, on_delete=models.PROTECT, related_name="advice")
    outcome = models.CharField(max_length=12, choices=Outcome)
    points = models.PositiveSmallIntegerField(help_text="Weighted points of the consensus")
    points_possible = models.PositiveSmallIntegerField()
    percentage = models.DecimalField(max_digits=4, decimal_places=1)
    conditions = models.TextField(max_length=3000, blank=True)
    explanation = models.TextField(max_length=3000)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="assessment_outcome_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(
                name="assessment_conditions_when_conditional",
                condition=~Q(outcome=Outcome.CONDITIONAL) | ~Q(conditions=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.proposal)

    @property
    def outcome_kind(self) -> str:
        """How a page marks the outcome, beside its words."""
        return OUTCOME_KINDS[Outcome(self.outcome)]


class AdvisedAmount(models.Model):
    """What was requested and what is advised for one year, in euros."""

    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="amounts")
    year = models.PositiveSmallIntegerField()
    requested = models.DecimalField(max_digits=12, decimal_places=2)
    advised = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["advice", "year"], name="assessment_advised_once"),
            models.CheckConstraint(
                name="assessment_advised_within_request",
                condition=Q(advised__gte=0) & Q(advised__lte=F("requested")),
            ),
            models.CheckConstraint(
                name="assessment_less_needs_reason", condition=Q(advised=F("requested")) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advice} {self.year}"
