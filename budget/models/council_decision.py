from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.states import Role
from budget.states import CouncilDecisionKind, CouncilDecisionState
from core.models import Document

if TYPE_CHECKING:
    from accounts.models import User


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
        ]

    def __str__(self) -> str:
        return self.name


class CouncilDecisionQuerySet(models.QuerySet["CouncilDecision"]):
    def confirmed(self) -> "CouncilDecisionQuerySet":
        """Return the decisions that stand in the books."""
        return self.filter(state=CouncilDecisionState.CONFIRMED)

    def waiting(self) -> "CouncilDecisionQuerySet":
        """Return what waits for the council's own confirmation, the longest first."""
        return self.filter(state=CouncilDecisionState.ENTERED).order_by("entered_at", "pk")

    def visible_to(self, user: "User") -> "CouncilDecisionQuerySet":
        """Return the decisions that a person may read: the council's own role only what was entered."""
        if user.holds(Role.FINANCIAL_ADVISER, Role.PROGRAMME_MANAGER, Role.COLLEGE):
            return self
        return self.exclude(state=CouncilDecisionState.DRAFT) if user.holds(Role.COUNCIL) else self.none()

    def for_overview(self) -> "CouncilDecisionQuerySet":
        """Return decisions with who signed them: what is in preparation on top, then what waits, then the newest."""
        order = [CouncilDecisionState.DRAFT, CouncilDecisionState.ENTERED, CouncilDecisionState.CONFIRMED]
        place = models.Case(*(models.When(state=state, then=number) for number, state in enumerate(order)))
        return self.select_related("entered_by", "confirmed_by").order_by(
            place, F("decided_on").desc(nulls_last=True), "-pk"
        )

    def adopted_years(self) -> set[int]:
        """Return the years whose budget the council adopted (Awb 4:34 looks at them)."""
        adopted = self.confirmed().filter(kind=CouncilDecisionKind.ADOPTION)
        return {year for year in adopted.values_list("year", flat=True) if year is not None}


class CouncilDecision(models.Model):
    """A decision of the council about money, with its document. It makes budget once a second person confirmed it.

    `net` is what the decision says that the lines get or lose together, and `reserve_change` what it says of the
    programme total; the amounts must come to that.
    """

    # A draft has no number, date and document yet: the council still has to decide.
    number = models.CharField(_("number"), max_length=40, unique=True, null=True)  # noqa: DJ001  (unique: NULL is none)
    kind = models.CharField(_("kind"), max_length=16, choices=CouncilDecisionKind)
    title = models.CharField(_("title"), max_length=200)
    decided_on = models.DateField(_("date of the decision"), null=True, help_text="None: still to be confirmed")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    net = models.DecimalField(_("change of the lines together"), max_digits=12, decimal_places=2, default=0)
    reserve_change = models.DecimalField(_("change of the programme total"), max_digits=12, decimal_places=2, default=0)
    year = models.PositiveSmallIntegerField(_("year"), null=True, help_text="Of the budget that is adopted")
    state = models.CharField(max_length=10, choices=CouncilDecisionState, default=CouncilDecisionState.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text="Goes up with every change")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    objects = CouncilDecisionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="budget_council_decision_kind", condition=Q(kind__in=CouncilDecisionKind.values)
            ),
            models.CheckConstraint(
                name="budget_council_decision_state", condition=Q(state__in=CouncilDecisionState.values)
            ),
            models.CheckConstraint(
                name="budget_council_two_signatures",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="budget_council_confirmed_is_whole",
                condition=Q(
                    state=CouncilDecisionState.CONFIRMED,
                    confirmed_at__isnull=False,
                    number__isnull=False,
                    document__isnull=False,
                )
                | (~Q(state=CouncilDecisionState.CONFIRMED) & Q(confirmed_by=None, confirmed_at=None)),
            ),
            models.CheckConstraint(
                name="budget_council_entered_is_whole",
                condition=Q(state=CouncilDecisionState.DRAFT) | Q(number__isnull=False, document__isnull=False),
            ),
            models.CheckConstraint(
                name="budget_council_year_of_adoption",
                condition=Q(kind=CouncilDecisionKind.ADOPTION, year__isnull=False, net=0, reserve_change=0)
                | (~Q(kind=CouncilDecisionKind.ADOPTION) & Q(year=None)),
            ),
            models.UniqueConstraint(fields=["year"], name="budget_council_year_adopted_once"),
            models.CheckConstraint(
                name="budget_council_moves_are_neutral",
                condition=~Q(kind__in=[CouncilDecisionKind.SHIFT, CouncilDecisionKind.CARRY_OVER]) | Q(net=0),
            ),
            models.CheckConstraint(
                name="budget_council_total_has_own_kind",
                condition=(Q(kind=CouncilDecisionKind.PROGRAMME_TOTAL) & ~Q(reserve_change=0))
                | (~Q(kind=CouncilDecisionKind.PROGRAMME_TOTAL) & Q(reserve_change=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or '—'} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("budget:council_decision", args=[self.pk])


class CouncilDecisionAmount(models.Model):
    """What a council decision does to one line and year, in euros; below zero takes away."""

    council_decision = models.ForeignKey(CouncilDecision, on_delete=models.CASCADE, related_name="amounts")
    budget_line = models.ForeignKey("budget.BudgetLine", on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council_decision", "budget_line"], name="budget_council_amount_once"),
            models.CheckConstraint(name="budget_council_amount_not_zero", condition=~Q(amount=0)),
        ]

    def __str__(self) -> str:
        return f"{self.council_decision}: {self.budget_line}"
