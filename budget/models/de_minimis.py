from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from budget.models.decision_list import Decision

# Regulation (EU) 2023/2831, art. 3: to one undertaking in any three years, in euros.
CEILING = 300_000


class DeMinimisGrant(models.Model):
    """De-minimis aid as the college granted it: to which undertaking, and what it had before. Only ever added to.

    The CHECK is the last word on the ceiling: whatever code runs, a grant above it is not written down, and without
    this row the rule approves nothing.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="de_minimis")
    kvk_numbers = ArrayField(models.CharField(max_length=8), default=list, help_text="Of the undertaking")
    granted_on = models.DateField()
    declared = models.DecimalField(max_digits=12, decimal_places=2, help_text="By others, in three years")
    granted_before = models.DecimalField(max_digits=12, decimal_places=2, help_text="By this fund, in three years")
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="budget_de_minimis_within_ceiling",
                condition=Q(amount__lte=CEILING - F("declared") - F("granted_before")),
            ),
            models.CheckConstraint(
                name="budget_de_minimis_not_negative",
                condition=Q(amount__gt=0, declared__gte=0, granted_before__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.decision)
