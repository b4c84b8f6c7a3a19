from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal
from budget.models.settlement import Settlement
from core.domain import clock
from core.models import Document

if TYPE_CHECKING:
    from accounts.models import User

# So long before the limit of five years the page warns.
WARNING = timedelta(days=90)


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def known_to(self, user: "User") -> "RecoveryQuerySet":
        """Return the claims on proposals in which a person has no interest (Awb 2:4)."""
        return self.exclude(settlement__decision__proposal__in=Proposal.objects.of_interest_to(user))

    def with_received(self) -> "RecoveryQuerySet":
        """Add `received` and `outstanding`, in euros."""
        zero = Value(Decimal("0.00"), output_field=models.DecimalField(max_digits=12, decimal_places=2))
        received = Coalesce(Sum("receipts__amount"), zero)
        return self.annotate(received=received, outstanding=F("amount") - received)  # type: ignore[no-redef]

    def waiting(self) -> "RecoveryQuerySet":
        """Return the claims of which money still has to come in, the first limit first."""
        with_received: RecoveryQuerySet = self.with_received()
        return with_received.filter(Q(outstanding__gt=0)).order_by("limit_on", "pk")

    def near_limit(self, day: date) -> "RecoveryQuerySet":
        """Return the open claims that can't be collected any more within 90 days from a day (Awb 4:57)."""
        return self.waiting().filter(limit_on__lte=day + WARNING)

    def for_overview(self) -> "RecoveryQuerySet":
        """Return claims with what their list shows of each: the open ones first, by limit."""
        related = "settlement__decision__proposal__organisation"
        closed = Case(When(outstanding__gt=0, then=0), default=1)
        return self.with_received().select_related(related).annotate(closed=closed).order_by("closed", "limit_on", "pk")


class Recovery(models.Model):
    """What a partner has to pay back because more was paid than settled (terugvordering, Awb 4:57)."""

    # Added by with_received(), and only there after it.
    received: Decimal
    outstanding: Decimal

    reference = models.CharField(max_length=20, unique=True)
    settlement = models.OneToOneField(Settlement, on_delete=models.PROTECT, related_name="recovery")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    established_on = models.DateField(_("established on"))
    # Both count from the day on which the letter was sent: none before.
    due_on = models.DateField(_("due on"), null=True, help_text="Six weeks after the letter (Awb 4:87)")
    limit_on = models.DateField(_("collectable until"), null=True, help_text="Five years after the letter (Awb 4:57)")

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "recoveries"
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_recovery_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="budget_recovery_terms_together",
                condition=Q(due_on=None, limit_on=None) | Q(due_on__isnull=False, limit_on__gte=F("due_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("budget:recovery", args=[self.reference])

    @property
    def is_closed(self) -> bool:
        """Whether everything came in; needs with_received()."""
        return self.outstanding <= 0

    @property
    def is_late(self) -> bool:
        """Whether the partner should have paid by now; needs with_received()."""
        return not self.is_closed and self.due_on is not None and self.due_on < clock.today()

    @property
    def is_near_limit(self) -> bool:
        """Whether collecting becomes impossible within 90 days (Awb 4:57); needs with_received()."""
        return not self.is_closed and self.limit_on is not None and self.limit_on <= clock.today() + WARNING

    @property
    def is_past_limit(self) -> bool:
        """Whether collecting has become impossible (Awb 4:57); needs with_received()."""
        return not self.is_closed and self.limit_on is not None and self.limit_on < clock.today()


class RecoveryReceipt(models.Model):
    """Money that came in on a claim. Only ever added to, and together never more than the claim."""

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="receipts")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    received_on = models.DateField(_("received on"))
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["received_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_receipt_above_zero", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.recovery}: {self.amount}"
