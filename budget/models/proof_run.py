from typing import ClassVar

from django.db import models
from django.db.models import Q


class ProofRunQuerySet(models.QuerySet["ProofRun"]):
    def clean(self) -> "ProofRunQuerySet":
        """Return the checks that found nothing."""
        return self.filter(findings=0)


class ProofRun(models.Model):
    """One check of the whole books: when, over how many entries, how many findings, and the state that it saw.

    Only ever added to. `heads` holds number and hash of the last entry of each line, by primary key of the line.
    """

    at = models.DateTimeField()
    entries = models.PositiveIntegerField()
    findings = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    heads = models.JSONField(default=dict)

    objects = ProofRunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_proof_head", condition=Q(head__regex="^[0-9a-f]{64}$"))
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.head}"
