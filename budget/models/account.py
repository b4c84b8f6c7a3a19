from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models import BudgetItem, PromisedResult, Proposal
from budget.models.decision_list import Decision
from budget.models.tier import Tier
from budget.states import AccountState, AccountVerdict
from core.domain import clock

if TYPE_CHECKING:
    from accounts.models import User
    from budget.models.settlement import Settlement

OPEN = (AccountState.EXPECTED, AccountState.RETURNED)


class AccountQuerySet(models.QuerySet["Account"]):
    def known_to(self, user: "User") -> "AccountQuerySet":
        """Return the accounts on proposals in which a person has no interest (Awb 2:4)."""
        return self.exclude(decision__proposal__in=Proposal.objects.of_interest_to(user))

    def standing(self) -> "AccountQuerySet":
        """Return the accounts on grants that hold: not those of a decision that was replaced."""
        return self.filter(decision__in=Decision.objects.standing())

    def waiting(self) -> "AccountQuerySet":
        """Return the accounts that came in and wait for a check, the oldest first."""
        return self.standing().filter(state=AccountState.SUBMITTED).order_by("submitted_at", "pk")

    def overdue(self, day: date) -> "AccountQuerySet":
        """Return the accounts that should have come in before a day and did not."""
        return self.standing().filter(state__in=OPEN, due_on__lt=day)

    def for_overview(self) -> "AccountQuerySet":
        """Return accounts with what their list shows of each, the first due first."""
        related = ("decision__proposal__organisation", "decision__proposal__line", "decision__settlement", "tier")
        return self.select_related(*related).order_by("due_on", "pk")


class Account(models.Model):
    """The account that a partner gives of a grant (verantwoording). What it asks follows the tier, as it was then."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="account")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    asks_content = models.BooleanField(help_text="Results against what was promised")
    asks_cost = models.BooleanField(help_text="Cost against the budget")
    due_on = models.DateField(_("due on"))
    state = models.CharField(max_length=10, choices=AccountState, default=AccountState.EXPECTED)
    version = models.PositiveIntegerField(default=1, help_text="Goes up with every change")
    summary = models.TextField(_("summary"), max_length=5000, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_account_state_known", condition=Q(state__in=AccountState.values)),
            models.CheckConstraint(
                name="budget_account_submitted_by_someone",
                condition=Q(state=AccountState.EXPECTED, submitted_by=None, submitted_at=None)
                | (~Q(state=AccountState.EXPECTED) & Q(submitted_by__isnull=False, submitted_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="budget_account_by_due")]

    def __str__(self) -> str:
        return str(self.decision)

    @property
    def is_open(self) -> bool:
        """Whether the partner may still write."""
        return self.state in OPEN

    @property
    def settlement(self) -> "Settlement | None":
        """The settlement of the grant, once somebody prepared it."""
        return getattr(self.decision, "settlement", None)

    @property
    def is_overdue(self) -> bool:
        """Whether it should have come in before today."""
        return self.is_open and self.due_on < clock.today()


class ReportedResult(models.Model):
    """What came of one promised result, in the partner's words."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="results")
    promised_result = models.ForeignKey(PromisedResult, on_delete=models.PROTECT, related_name="+")
    achieved = models.CharField(_("achieved"), max_length=200, blank=True)
    explanation = models.TextField(_("explanation"), max_length=1500, blank=True)

    class Meta:
        ordering: ClassVar = ["promised_result__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "promised_result"], name="budget_reported_result_once"),
        ]

    def __str__(self) -> str:
        return str(self.promised_result)


class ReportedCost(models.Model):
    """What one item of the budget really came to in one year, in euros, beside what was budgeted."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="costs")
    item = models.ForeignKey(BudgetItem, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    budgeted = models.DecimalField(max_digits=12, decimal_places=2)
    realised = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    class Meta:
        ordering: ClassVar = ["item__side", "item__position", "year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "item", "year"], name="budget_reported_cost_once"),
            models.CheckConstraint(
                name="budget_reported_cost_not_negative",
                condition=Q(budgeted__gte=0) & (Q(realised=None) | Q(realised__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.year}"


class AccountCheck(models.Model):
    """What the team found of an account: in order, or given back with what is missing. Only ever added to."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="checks")
    verdict = models.CharField(max_length=10, choices=AccountVerdict)
    remark = models.TextField(max_length=3000, blank=True)
    result_remarks = models.JSONField(default=dict, help_text="A remark for a promised result, by its primary key")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_check_verdict_known", condition=Q(verdict__in=AccountVerdict.values)),
            models.CheckConstraint(
                name="budget_check_return_says_why", condition=~Q(verdict=AccountVerdict.RETURNED) | ~Q(remark="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_verdict_display()}"
