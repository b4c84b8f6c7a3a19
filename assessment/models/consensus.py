from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Proposal
from programme.models import Criterion


class Consensus(models.Model):
    """What the team agreed on in its meeting. The individual scores stay as they were."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="consensus")
    passes_gate = models.BooleanField()
    gate_reason = models.TextField(max_length=1000)
    present = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="assessment_consensus_gate_reason", condition=~Q(gate_reason="")),
        ]

    def __str__(self) -> str:
        return str(self.proposal)


class ConsensusScore(models.Model):
    """The team's points and reason for one criterion, and what was said when the assessors were far apart."""

    consensus = models.ForeignKey(Consensus, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(null=True)
    not_applicable = models.BooleanField(default=False)
    reason = models.TextField(max_length=2000)
    spread = models.PositiveSmallIntegerField(help_text="Highest minus lowest points of the assessors")
    discussion = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar = ["criterion__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consensus", "criterion"], name="assessment_consensus_score_once"),
            models.CheckConstraint(
                name="assessment_consensus_in_scale",
                condition=Q(points=None, not_applicable=True) | Q(points__gte=0, points__lte=3, not_applicable=False),
            ),
            models.CheckConstraint(name="assessment_consensus_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.consensus}: {self.criterion}"
