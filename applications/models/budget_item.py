from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.proposal import Proposal
from applications.states import BudgetSide


class BudgetItem(models.Model):
    """A row of the proposal's budget: a cost item, or a source of co-funding."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="budget_items")
    side = models.CharField(max_length=10, choices=BudgetSide)
    position = models.PositiveSmallIntegerField()
    description = models.CharField(_("description"), max_length=120)

    class Meta:
        ordering: ClassVar = ["side", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "side", "position"], name="applications_item_position_once"),
        ]

    def __str__(self) -> str:
        return self.description


class BudgetItemAmount(models.Model):
    """What a row of the budget comes to in one year, in euros."""

    item = models.ForeignKey(BudgetItem, on_delete=models.CASCADE, related_name="amounts")
    year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "year"], name="applications_amount_once"),
            models.CheckConstraint(name="applications_amount_above_zero", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.year}"
