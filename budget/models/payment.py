from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal
from budget.models.decision_letter import DecisionLetter
from budget.models.decision_list import Decision
from budget.models.import_mapping import ImportMapping
from budget.models.ledger_entry import BudgetLine, LedgerEntry
from budget.states import (
    EXPORTED_PAYMENTS,
    PAYMENTS_UNDER_WAY,
    BatchState,
    InstalmentTrigger,
    PaymentKind,
    PaymentState,
)
from core.models import Document

if TYPE_CHECKING:
    from accounts.models import User


class PaymentBatch(models.Model):
    """A payment order as it was exported: its files are stored once and handed out again, never made again."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.MADE)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    count = models.PositiveIntegerField(_("number of payments"))
    csv = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    sepa = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_batch_state_known", condition=Q(state__in=BatchState.values)),
            models.CheckConstraint(name="budget_batch_not_empty", condition=Q(total__gt=0, count__gt=0)),
            models.CheckConstraint(
                name="budget_batch_sent_by_someone",
                condition=Q(sent_by=None, sent_at=None) & ~Q(state=BatchState.SENT)
                | Q(sent_by__isnull=False, sent_at__isnull=False) & ~Q(state=BatchState.MADE),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("budget:payment_batch", args=[self.reference])


class PaymentQuerySet(models.QuerySet["Payment"]):
    def known_to(self, user: "User") -> "PaymentQuerySet":
        """Return the payments on proposals in which a person has no interest (Awb 2:4)."""
        return self.exclude(decision__proposal__in=Proposal.objects.of_interest_to(user))

    def planned(self) -> "PaymentQuerySet":
        """Return what is planned and stands on no order yet."""
        return self.filter(state=PaymentState.PLANNED)

    def under_way(self) -> "PaymentQuerySet":
        """Return what was exported and is not booked yet."""
        return self.filter(state__in=PAYMENTS_UNDER_WAY)

    def waiting(self, today: date) -> "PaymentQuerySet":
        """Return what is due on a day: the decision was sent and the day has come. See payment_room for the money."""
        sent = DecisionLetter.objects.filter(decision=OuterRef("decision"), sent_on__lte=today)
        return self.planned().filter(Exists(sent), due_on__lte=today)

    def for_page(self) -> "PaymentQuerySet":
        """Return payments with all that a page shows of each."""
        return self.select_related(
            "decision__proposal__organisation", "decision__letter", "budget_line__line", "batch", "released_by"
        ).order_by("due_on", "decision_id", "position")


class Payment(models.Model):
    """One payment on a grant, from plan to bank. What it is and how much never changes: a trigger refuses it."""

    reference = models.CharField(max_length=20, unique=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="payments")
    budget_line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=PaymentKind)
    position = models.PositiveSmallIntegerField(help_text="Counts the payments of the decision from 1")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    trigger = models.CharField(_("due"), max_length=10, choices=InstalmentTrigger)
    due_on = models.DateField(_("not before"), null=True, help_text="None: nobody approved the interim report yet")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=PaymentState, default=PaymentState.PLANNED)
    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, null=True, related_name="payments")
    # As they were when the payment was ordered, whatever the organisation changes later.
    beneficiary_name = models.CharField(max_length=200, blank=True)
    beneficiary_iban = models.CharField(max_length=34, blank=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, null=True, related_name="payment")
    booked_on = models.DateField(_("paid on"), null=True, help_text="The bank's own date")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["decision_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "position"], name="budget_payment_once"),
            models.CheckConstraint(name="budget_payment_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="budget_payment_kind_known", condition=Q(kind__in=PaymentKind.values)),
            models.CheckConstraint(name="budget_payment_state_known", condition=Q(state__in=PaymentState.values)),
            models.CheckConstraint(
                name="budget_payment_trigger_known", condition=Q(trigger__in=InstalmentTrigger.values)
            ),
            models.CheckConstraint(
                name="budget_payment_exported_is_whole",
                condition=(
                    ~Q(state__in=EXPORTED_PAYMENTS)
                    | Q(batch__isnull=False, due_on__isnull=False) & ~Q(beneficiary_iban="") & ~Q(beneficiary_name="")
                )
                & (~Q(state=PaymentState.PLANNED) | Q(batch=None)),
            ),
            models.CheckConstraint(
                name="budget_payment_booked_has_entry",
                condition=Q(state=PaymentState.BOOKED, entry__isnull=False, booked_on__isnull=False)
                | ~Q(state=PaymentState.BOOKED) & Q(entry=None, booked_on=None),
            ),
            models.CheckConstraint(
                name="budget_payment_report_is_released",
                condition=~Q(trigger=InstalmentTrigger.REPORT)
                | Q(due_on=None, released_at=None, released_by=None)
                | Q(due_on__isnull=False, released_at__isnull=False, released_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="budget_payment_by_state")]

    def __str__(self) -> str:
        return self.reference


class PaymentImport(models.Model):
    """A file of the bank that was booked, once: the same bytes never come in again. Only ever added to."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    mapping = models.ForeignKey(ImportMapping, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=12, decimal_places=2)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sha256"], name="budget_payment_import_once"),
            models.CheckConstraint(name="budget_payment_import_not_empty", condition=Q(count__gt=0, total__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.document)
