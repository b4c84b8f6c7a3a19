from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models.proposal import Proposal
from applications.states import ProposalState


class StateChangeQuerySet(models.QuerySet["StateChange"]):
    def latest_before(self, moment: datetime) -> "StateChangeQuerySet":
        """Return for every proposal the last change before a moment: the state in which it stood then."""
        return self.filter(at__lt=moment).order_by("proposal_id", "-id").distinct("proposal_id")


class StateChange(models.Model):
    """A move of a proposal along the road. Only ever added to, so that any past date can be told."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="state_changes")
    from_state = models.CharField(max_length=20, choices=ProposalState)
    to_state = models.CharField(max_length=20, choices=ProposalState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    held = models.BooleanField(default=False, help_text="The college looked at it and decided to wait")

    objects = StateChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_change_moves", condition=~Q(from_state=F("to_state"))),
        ]
        indexes: ClassVar = [models.Index(fields=["proposal", "-id"], name="applications_latest_change")]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.get_to_state_display()}"
