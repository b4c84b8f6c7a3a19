from datetime import date, datetime
from typing import ClassVar

from django.db import models

from applications.models.proposal import Proposal
from core.domain import clock
from core.models import Document


class Receipt(models.Model):
    """Proof of receipt: when, what exactly, and by when the college decides (Wmebv). Never changed."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="receipt")
    received_at = models.DateTimeField()
    decide_by = models.DateField()
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="applications_receipt_sha256", condition=models.Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return str(self.proposal)

    @property
    def received(self) -> date | datetime:
        """The moment of receipt; the day alone of what came in on paper or by e-mail, for its time is not known."""
        return clock.local_date(self.received_at) if "channel" in self.content else self.received_at


class Letter(models.Model):
    """A letter that was sent to the partner about a proposal; the partner's page lists them."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="letters")
    kind = models.SlugField(max_length=30)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["sent_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "kind"], name="applications_letter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.kind}"
