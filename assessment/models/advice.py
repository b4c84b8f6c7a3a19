from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models import Proposal
from assessment.models.consensus import Consensus
from assessment.states import OUTCOME_KINDS, Outcome
from core.domain.money import total
from core.models import Document


class AdviceQuerySet(models.QuerySet["Advice"]):
    def standing(self) -> "AdviceQuerySet":
        """Return the advices that hold: those that were not taken back."""
        return self.filter(taken_back_at=None)

    def for_file(self) -> "AdviceQuerySet":
        """Return advices with all that the page of a file shows of them."""
        related = ("given_by", "taken_back_by", "college_proposal__document")
        return self.select_related(*related).prefetch_related("amounts", "condition_rows")


class Advice(models.Model):
    """The team's advice to the college: an outcome, conditions, texts, and an amount for each year.

    Given for good. What turns out to be wrong is taken back, and stays readable: `about` keeps the proposal that it
    was about, while `proposal` gives way once another advice takes its place.
    """

    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="advice", help_text="Empty once it was replaced"
    )
    about = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="advices")
    consensus = models.ForeignKey(Consensus, on_delete=models.PROTECT, related_name="advices")
    outcome_by_rule = models.CharField(max_length=12, choices=Outcome)
    outcome = models.CharField(max_length=12, choices=Outcome)
    deviation_reason = models.TextField(
        max_length=1000, blank=True, help_text="Why the outcome is not what the rule makes of the scores"
    )
    points = models.PositiveSmallIntegerField(help_text="Weighted points of the consensus")
    points_possible = models.PositiveSmallIntegerField()
    percentage = models.DecimalField(max_digits=4, decimal_places=1)
    conditions = models.TextField(max_length=3000, blank=True, help_text="The conditions as one text, for a decision")
    summary = models.TextField(max_length=1500, blank=True, help_text="What it is about")
    explanation = models.TextField(max_length=3000, help_text="Why the team advises this")
    yields = models.TextField(max_length=1500, blank=True, help_text="What it brings the city")
    risks = models.TextField(max_length=1500, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_reason = models.TextField(max_length=1000, blank=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="assessment_outcome_known",
                condition=Q(outcome__in=Outcome.values, outcome_by_rule__in=Outcome.values),
            ),
            models.CheckConstraint(
                name="assessment_conditions_when_conditional",
                condition=~Q(outcome=Outcome.CONDITIONAL) | ~Q(conditions=""),
            ),
            models.CheckConstraint(
                name="assessment_deviation_has_reason",
                condition=(Q(outcome=F("outcome_by_rule")) & Q(deviation_reason=""))
                | (~Q(outcome=F("outcome_by_rule")) & ~Q(deviation_reason="")),
            ),
            models.CheckConstraint(
                name="assessment_taken_back_with_reason",
                condition=Q(
                    taken_back_at=None,
                    taken_back_by=None,
                    taken_back_reason="",
                    proposal__isnull=False,
                    proposal=F("about"),
                )
                | (
                    Q(taken_back_at__isnull=False, taken_back_by__isnull=False)
                    & ~Q(taken_back_reason="")
                    & (Q(proposal=None) | Q(proposal=F("about")))
                ),
            ),
        ]
        # What is reserved is reckoned from these alone (budget/domain/reserved.py).
        indexes: ClassVar = [
            models.Index(
                fields=["proposal", "id"],
                condition=Q(taken_back_at=None, outcome__in=(Outcome.POSITIVE, Outcome.CONDITIONAL)),
                name="assessment_advised_for",
            )
        ]

    def __str__(self) -> str:
        return str(self.about)

    @property
    def outcome_kind(self) -> str:
        """How a page marks the outcome, beside its words."""
        return OUTCOME_KINDS[Outcome(self.outcome)]

    @property
    def deviates(self) -> bool:
        """Whether the manager advised another outcome than the rule made of the scores."""
        return self.outcome != self.outcome_by_rule

    @property
    def is_taken_back(self) -> bool:
        """Whether the team took it back: then it advises nothing any more."""
        return self.taken_back_at is not None

    @property
    def paper(self) -> "CollegeProposal | None":
        """The PDF for the college, once it was made."""
        return getattr(self, "college_proposal", None)

    @property
    def requested_total(self) -> Decimal:
        """What was requested over all years, in euros; needs `amounts` prefetched to be cheap."""
        return total(amount.requested for amount in self.amounts.all())

    @property
    def eligible_total(self) -> Decimal:
        """What of it the programme can pay, over all years, in euros; needs `amounts` prefetched to be cheap."""
        return total(amount.eligible for amount in self.amounts.all())

    @property
    def advised_total(self) -> Decimal:
        """What is advised over all years, in euros; needs `amounts` prefetched to be cheap."""
        return total(amount.advised for amount in self.amounts.all())


class AdvisedAmount(models.Model):
    """What was requested for one year, what of it is eligible, and what is advised, in euros."""

    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="amounts")
    year = models.PositiveSmallIntegerField()
    requested = models.DecimalField(max_digits=12, decimal_places=2)
    eligible = models.DecimalField(max_digits=12, decimal_places=2)
    eligible_reason = models.CharField(max_length=300, blank=True)
    advised = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["advice", "year"], name="assessment_advised_once"),
            models.CheckConstraint(
                name="assessment_advised_within_request",
                condition=Q(advised__gte=0) & Q(advised__lte=F("eligible")) & Q(eligible__lte=F("requested")),
            ),
            models.CheckConstraint(
                name="assessment_less_needs_reason", condition=Q(advised=F("eligible")) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="assessment_ineligible_needs_reason",
                condition=Q(eligible=F("requested")) | ~Q(eligible_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advice} {self.year}"


class AdviceCondition(models.Model):
    """One condition of a conditional advice, and by which day it must be met, if there is one."""

    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="condition_rows")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=3000)
    due_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["advice", "position"], name="assessment_condition_once"),
            models.CheckConstraint(name="assessment_condition_has_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.advice} {self.position}"


class AdviceDraft(models.Model):
    """An advice that is being written, as it was typed. Goes away when the advice is given."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="advice_draft")
    version = models.PositiveIntegerField(default=1, help_text="Goes up with every save")
    typed = models.JSONField(default=dict, help_text="What stands in each field")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.proposal} ({self.version})"


class CollegeProposal(models.Model):
    """The PDF that asks the college to decide as advised. Made once for each advice."""

    advice = models.OneToOneField(Advice, on_delete=models.PROTECT, related_name="college_proposal")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.document)
