from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal
from budget.models.import_mapping import ImportMapping
from budget.models.ledger_entry import BudgetLine, LedgerEntry
from budget.states import MatchOutcome
from core.domain.money import ZERO
from core.models import Document

if TYPE_CHECKING:
    from accounts.models import User


class Reconciliation(models.Model):
    """An export of the finance package for a period, laid beside our own books. Only ever added to; books nothing."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    mapping = models.ForeignKey(ImportMapping, on_delete=models.PROTECT, related_name="+")
    period_from = models.DateField(_("first day"))
    period_until = models.DateField(_("last day"))
    # The last ledger entry at the time: the same file may be laid beside the books again once they have grown.
    last_entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, null=True, related_name="+")
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="budget_reconciliation_period", condition=Q(period_until__gte=F("period_from"))
            ),
            models.UniqueConstraint(
                fields=["sha256", "period_from", "period_until", "last_entry"],
                name="budget_reconciliation_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_from:%d-%m-%Y} – {self.period_until:%d-%m-%Y}"

    def get_absolute_url(self) -> str:
        return reverse("budget:reconciliation", args=[self.pk])


class ReconciliationRowQuerySet(models.QuerySet["ReconciliationRow"]):
    def known_to(self, user: "User") -> "ReconciliationRowQuerySet":
        """Leave out the rows on proposals in which a person has an interest (Awb 2:4)."""
        return self.exclude(entry__decision__proposal__in=Proposal.objects.of_interest_to(user))

    def differences(self) -> "ReconciliationRowQuerySet":
        """Return the rows that don't agree."""
        return self.exclude(outcome=MatchOutcome.MATCHED)

    def for_page(self) -> "ReconciliationRowQuerySet":
        """Return rows with all that the page shows of each, explanations included."""
        return (
            self.select_related(
                "budget_line__line", "entry__payment", "entry__decision__proposal", "entry__budget_line__line"
            )
            .prefetch_related(models.Prefetch("explanations", Explanation.objects.select_related("by").order_by("pk")))
            .order_by("outcome", "pk")
        )


class ReconciliationRow(models.Model):
    """One line of the export with the entry of ours that it matches, or an entry of ours that it lacks."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="rows")
    outcome = models.CharField(max_length=16, choices=MatchOutcome)
    budget_line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, null=True, related_name="+")
    # Theirs.
    number = models.PositiveIntegerField(null=True, help_text="Of the line in the file, from 1")
    reference = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=200, blank=True)
    on = models.DateField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    # Ours, as it was at the import.
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, null=True, related_name="+")
    our_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    objects = ReconciliationRowQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["reconciliation", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reconciliation", "entry"], name="budget_reconciliation_entry_once"),
            models.UniqueConstraint(fields=["reconciliation", "number"], name="budget_reconciliation_line_once"),
            models.CheckConstraint(
                name="budget_reconciliation_outcome",
                condition=Q(
                    outcome=MatchOutcome.MATCHED, entry__isnull=False, number__isnull=False, amount=F("our_amount")
                )
                | Q(outcome=MatchOutcome.AMOUNT, entry__isnull=False, number__isnull=False) & ~Q(amount=F("our_amount"))
                | Q(outcome=MatchOutcome.THEIRS, entry=None, our_amount=None, number__isnull=False)
                | Q(outcome=MatchOutcome.OURS, entry__isnull=False, number=None, amount=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reconciliation} #{self.pk}"

    @property
    def difference(self) -> Decimal:
        """What the finance package has more than we have, in euros."""
        return (self.amount or ZERO) - (self.our_amount or ZERO)

    @property
    def is_settled(self) -> bool:
        """Whether the last explanation settled it; needs `explanations` prefetched in order."""
        explanations = list(self.explanations.all())
        return bool(explanations) and explanations[-1].settled


class Explanation(models.Model):
    """What somebody says of a difference. Only ever added to; the last one tells whether it is settled."""

    row = models.ForeignKey(ReconciliationRow, on_delete=models.PROTECT, related_name="explanations")
    text = models.TextField(_("explanation"), max_length=1000)
    settled = models.BooleanField(_("settled"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="budget_explanation_says", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text[:60]
