from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal
from budget.states import ScenarioGoal
from core.domain.money import total

if TYPE_CHECKING:
    from accounts.models import User


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def for_overview(self) -> "ScenarioQuerySet":
        """Return scenarios with how many proposals are in and for how many euros, the last changed first."""
        is_in = Q(items__included=True)
        return (
            self.select_related("made_by")
            .annotate(
                in_count=Count("items", filter=is_in, distinct=True), asked=Sum("items__amounts__amount", filter=is_in)
            )
            .order_by("-changed_at", "-pk")
        )


class Scenario(models.Model):
    """A what-if: which advised proposals would be granted, and how much. Binds nobody and books nothing."""

    name = models.CharField(_("name"), max_length=80)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, help_text="Goes up with every change")
    # How the best set was sought, when it was: by what, down to which share, and what came out.
    goal = models.CharField(max_length=10, choices=ScenarioGoal, blank=True)
    least_percentage = models.PositiveSmallIntegerField(default=100, help_text="100: all-or-nothing")
    finding = models.JSONField(null=True, help_text="What the search for the best set said when it was done")

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_scenario_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="budget_scenario_goal_known", condition=Q(goal="") | Q(goal__in=ScenarioGoal.values)
            ),
            models.CheckConstraint(
                name="budget_scenario_least_is_share",
                condition=Q(least_percentage__gte=1) & Q(least_percentage__lte=100),
            ),
            models.CheckConstraint(
                name="budget_scenario_finding_has_goal",
                condition=Q(goal="", finding__isnull=True) | (~Q(goal="") & Q(finding__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("budget:scenario", args=[self.pk])


class ScenarioItemQuerySet(models.QuerySet["ScenarioItem"]):
    def for_board(self, user: "User") -> "ScenarioItemQuerySet":
        """Return the items with what the board shows of each.

        Each knows in `has_interest` whether the person has an interest in the proposal (Awb 2:4).
        """
        interest = Proposal.objects.of_interest_to(user).filter(pk=OuterRef("proposal"))
        return (
            self.select_related("proposal__line", "proposal__organisation", "proposal__advice")
            .prefetch_related("amounts", "proposal__desired_results", "proposal__advice__amounts")
            .annotate(has_interest=Exists(interest))  # type: ignore[no-redef]
        )


class ScenarioItem(models.Model):
    """One advised proposal on the board: in the scenario, or not."""

    # Added by for_board(), and only there after it.
    has_interest: bool

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="items")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    included = models.BooleanField(default=False)

    objects = ScenarioItemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scenario", "proposal"], name="budget_scenario_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scenario}: {self.proposal}"

    @property
    def total(self) -> Decimal:
        """What the scenario would give over all years, in euros; needs `amounts` prefetched to be cheap."""
        return total(amount.amount for amount in self.amounts.all())


class ScenarioAmount(models.Model):
    """What the scenario would give in one year, in euros, beside what was requested for it."""

    item = models.ForeignKey(ScenarioItem, on_delete=models.CASCADE, related_name="amounts")
    year = models.PositiveSmallIntegerField()
    requested = models.DecimalField(max_digits=12, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "year"], name="budget_scenario_amount_once"),
            models.CheckConstraint(
                name="budget_scenario_within_request", condition=Q(amount__gte=0) & Q(amount__lte=F("requested"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.year}"
