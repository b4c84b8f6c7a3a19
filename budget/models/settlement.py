from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal
from budget.models.decision_list import Decision
from budget.states import LOWER_GROUNDS, SettlementGround, SettlementKind, SettlementState
from core.domain.money import total
from core.models import Document

if TYPE_CHECKING:
    from accounts.models import User


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def known_to(self, user: "User") -> "SettlementQuerySet":
        """Return the settlements of proposals in which a person has no interest (Awb 2:4)."""
        return self.exclude(decision__proposal__in=Proposal.objects.of_interest_to(user))

    def waiting(self) -> "SettlementQuerySet":
        """Return the settlements that wait for a second signature, the oldest first."""
        return self.filter(state=SettlementState.PROPOSED).order_by("prepared_at", "pk")

    def for_overview(self) -> "SettlementQuerySet":
        """Return settlements with what their list shows of each, the last first."""
        return (
            self.select_related("decision__proposal__organisation", "decision__proposal__line", "prepared_by")
            .annotate(granted=models.Sum("amounts__granted"), settled=models.Sum("amounts__settled"))
            .order_by("-pk")
        )

    def for_page(self) -> "SettlementQuerySet":
        """Return settlements with all that their own page and letters show."""
        amounts = SettlementAmount.objects.select_related("budget_line__line").order_by("budget_line__year")
        return self.select_related(
            "decision__proposal__organisation",
            "decision__proposal__line",
            "decision__proposal__contact",
            "prepared_by",
            "approved_by",
        ).prefetch_related(models.Prefetch("amounts", queryset=amounts))


class Settlement(models.Model):
    """The final amount of a grant (vaststelling, Awb 4:42 to 4:47): prepared by one, approved by another."""

    reference = models.CharField(max_length=20, unique=True)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="settlement")
    kind = models.CharField(_("kind"), max_length=12, choices=SettlementKind)
    ground = models.CharField(_("ground"), max_length=8, choices=SettlementGround, blank=True)
    reason = models.TextField(_("reason"), max_length=3000)
    hearing_asked_on = models.DateField(null=True)
    hearing_due_on = models.DateField(null=True)
    hearing_view = models.TextField(_("view"), max_length=5000, blank=True)
    hearing_view_on = models.DateField(null=True)
    hearing_skipped = models.TextField(_("why no view was asked"), max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=SettlementState, default=SettlementState.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text="Goes up with every change")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    # What the entries in the ledger rest on: the figures as they were approved.
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SettlementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_settlement_kind_known", condition=Q(kind__in=SettlementKind.values)),
            models.CheckConstraint(name="budget_settlement_state_known", condition=Q(state__in=SettlementState.values)),
            models.CheckConstraint(
                name="budget_settlement_has_ground",
                condition=Q(kind=SettlementKind.AS_GRANTED, ground="")
                | Q(kind=SettlementKind.LOWER, ground__in=LOWER_GROUNDS)
                | Q(kind=SettlementKind.EX_OFFICIO, ground=SettlementGround.NO_ACCOUNT),
            ),
            models.CheckConstraint(name="budget_settlement_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="budget_settlement_two_signatures",
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="budget_settlement_final_is_whole",
                condition=Q(
                    state=SettlementState.FINAL,
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    document__isnull=False,
                )
                | (~Q(state=SettlementState.FINAL) & Q(approved_by=None, approved_at=None, document=None)),
            ),
            models.CheckConstraint(
                name="budget_settlement_hearing_is_whole",
                condition=Q(hearing_asked_on=None, hearing_due_on=None, hearing_view_on=None)
                | Q(hearing_asked_on__isnull=False, hearing_due_on__gte=F("hearing_asked_on")),
            ),
            models.CheckConstraint(
                name="budget_settlement_lower_is_heard",
                condition=~Q(kind=SettlementKind.LOWER, state__in=[SettlementState.PROPOSED, SettlementState.FINAL])
                | Q(hearing_asked_on__isnull=False)
                | ~Q(hearing_skipped=""),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("budget:settlement", args=[self.reference])

    @property
    def granted_total(self) -> Decimal:
        """What the grant came to before the settlement, in euros; needs `amounts` prefetched to be cheap."""
        return total(amount.granted for amount in self.amounts.all())

    @property
    def settled_total(self) -> Decimal:
        """What is settled over all years, in euros; needs `amounts` prefetched to be cheap."""
        return total(amount.settled for amount in self.amounts.all())


class SettlementAmount(models.Model):
    """What is settled on one line and year, in euros: never more than was granted (Awb 4:46)."""

    settlement = models.ForeignKey(Settlement, on_delete=models.CASCADE, related_name="amounts")
    budget_line = models.ForeignKey("budget.BudgetLine", on_delete=models.PROTECT, related_name="+")
    granted = models.DecimalField(max_digits=12, decimal_places=2)
    settled = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["budget_line__year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["settlement", "budget_line"], name="budget_settlement_amount_once"),
            models.CheckConstraint(
                name="budget_settled_within_granted", condition=Q(settled__gte=0, settled__lte=F("granted"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.settlement}: {self.budget_line}"

    @property
    def released(self) -> Decimal:
        """What goes back to the line and year, in euros."""
        return self.granted - self.settled


class SettlementLetter(models.Model):
    """The letter by which a settlement took force. Objection runs from the day after `sent_on`."""

    settlement = models.OneToOneField(Settlement, on_delete=models.PROTECT, related_name="letter")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField()
    objection_until = models.DateField()

    def __str__(self) -> str:
        return str(self.settlement)
