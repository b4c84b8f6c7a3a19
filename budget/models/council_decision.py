from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from budget.states import CouncilDecisionKind
from core.models import Document


class Reserve(models.Model):
    """The reserve behind the programme: how much the council tied to it, and how much the lines draw. One row."""

    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=20)
    original = models.DecimalField(_("formed by the council"), max_digits=12, decimal_places=2)
    assigned_earlier = models.DecimalField(_("given a purpose earlier"), max_digits=12, decimal_places=2)
    programme_total = models.DecimalField(_("tied to the programme"), max_digits=12, decimal_places=2)
    drawn = models.DecimalField(_("drawn by the lines"), max_digits=12, decimal_places=2, default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_reserve_single_row", condition=Q(pk=1)),
            models.CheckConstraint(name="budget_reserve_not_overdrawn", condition=Q(drawn__lte=F("programme_total"))),
            models.CheckConstraint(
                name="budget_reserve_within_original",
                condition=Q(programme_total__lte=F("original") - F("assigned_earlier")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CouncilDecision(models.Model):
    """A decision of the council that makes or changes budget, with its document."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=CouncilDecisionKind)
    title = models.CharField(_("title"), max_length=200)
    decided_on = models.DateField(_("date of the decision"), null=True, help_text="None: still to be confirmed")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="budget_council_decision_kind", condition=Q(kind__in=CouncilDecisionKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CouncilDecisionAmount(models.Model):
    """What a council decision does to one line and year, in euros; below zero takes away."""

    council_decision = models.ForeignKey(CouncilDecision, on_delete=models.PROTECT, related_name="amounts")
    budget_line = models.ForeignKey("budget.BudgetLine", on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council_decision", "budget_line"], name="budget_council_amount_once"),
            models.CheckConstraint(name="budget_council_amount_not_zero", condition=~Q(amount=0)),
        ]

    def __str__(self) -> str:
        return f"{self.council_decision}: {self.budget_line}"
