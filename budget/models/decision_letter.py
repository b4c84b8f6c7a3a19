from django.db import models

from budget.models.decision_list import Decision
from core.models import Document


class DecisionLetter(models.Model):
    """The letter by which a decision took force. In force when sent: objection runs from the day after `sent_on`."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="letter")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField()
    objection_until = models.DateField()

    def __str__(self) -> str:
        return str(self.decision)
