from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from budget.models.council_decision import CouncilDecision
from budget.models.decision_list import Decision
from budget.states import COUNCIL_KINDS, DOCUMENT_KINDS, GRANT_KINDS, SIGNED_KINDS, EntryKind
from core.models import Document
from programme.models import Line


class BudgetLine(models.Model):
    """One programme line in one year."""

    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, related_name="budget_lines", verbose_name=_("programme line")
    )
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering: ClassVar = ["line__position", "year"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["line", "year"], name="budget_line_once")]

    def __str__(self) -> str:
        return f"{self.line} {self.year}"


class Balance(models.Model):
    """What a budget line comes to now, in euros. Moves only together with a ledger entry.

    The CHECK is the last word on overspending: whatever code runs, granted and spent never pass the budget.
    """

    budget_line = models.OneToOneField(BudgetLine, on_delete=models.PROTECT, primary_key=True, related_name="balance")
    budgeted = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    granted = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_never_overspent", condition=Q(budgeted__gte=F("granted") + F("spent"))),
            models.CheckConstraint(
                name="budget_balance_not_negative", condition=Q(budgeted__gte=0, granted__gte=0, spent__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return str(self.budget_line)


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def before(self, moment: datetime) -> "LedgerEntryQuerySet":
        """Return what was booked before a moment."""
        return self.filter(booked_at__lt=moment)

    def with_origin(self) -> "LedgerEntryQuerySet":
        """Return entries with all that one needs to walk back: line, decision, proposal and partner."""
        return self.select_related(
            "budget_line__line", "council_decision", "decision__proposal__organisation", "decision__decision_list"
        )

    def for_books(self) -> "LedgerEntryQuerySet":
        """Return entries with all that the controller's pages and files show of each."""
        return self.with_origin().select_related("actor", "document")


class LedgerEntry(models.Model):
    """One movement of money on a budget line. Only ever added to; each carries the hash of the one before it.

    `sequence`, the balance after the entry and both hashes are filled in by the database, which holds the line's row
    while it does. So an entry that would overspend its line is refused even when nobody touched the balance.
    """

    # What it adds to a column: added by budget.domain.entries, and only there after it.
    counted: Decimal

    budget_line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField(help_text="Counts the entries of the line from 1")
    kind = models.CharField(max_length=20, choices=EntryKind)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    council_decision = models.ForeignKey(CouncilDecision, on_delete=models.PROTECT, null=True, related_name="entries")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="entries")
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+", help_text="What a later movement rests on"
    )
    remark = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField()
    # The line's balance after this entry, in euros: what any past date is told from.
    budgeted_after = models.DecimalField(max_digits=12, decimal_places=2)
    granted_after = models.DecimalField(max_digits=12, decimal_places=2)
    spent_after = models.DecimalField(max_digits=12, decimal_places=2)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["budget_line", "sequence"], name="budget_entry_sequence_once"),
            models.CheckConstraint(name="budget_entry_kind_known", condition=Q(kind__in=EntryKind.values)),
            models.CheckConstraint(name="budget_entry_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="budget_entry_never_overspends",
                condition=Q(budgeted_after__gte=F("granted_after") + F("spent_after"))
                & Q(budgeted_after__gte=0, granted_after__gte=0, spent_after__gte=0),
            ),
            models.CheckConstraint(
                name="budget_entry_has_document",
                condition=Q(kind__in=COUNCIL_KINDS, council_decision__isnull=False, decision=None)
                | Q(kind__in=GRANT_KINDS, council_decision=None, decision__isnull=False)
                | Q(
                    kind__in=DOCUMENT_KINDS,
                    council_decision=None,
                    decision__isnull=False,
                    document__isnull=False,
                ),
            ),
            models.CheckConstraint(name="budget_entry_sign", condition=Q(amount__gt=0) | Q(kind__in=SIGNED_KINDS)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["booked_at", "budget_line"], name="budget_entry_by_moment"),
            models.Index(fields=["decision", "kind"], name="budget_entry_by_decision"),
            models.Index(fields=["budget_line", "booked_at", "sequence"], name="budget_entry_by_line"),
        ]

    def __str__(self) -> str:
        return f"{self.budget_line} #{self.sequence} {self.kind} {self.amount}"
