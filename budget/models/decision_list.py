from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.states import Role
from applications.models import CriterionAnswer, Proposal, Supplement
from assessment.models import Advice, ConsensusScore
from budget.states import PART, RULING_KINDS, RULING_LABELS, ListState, RefusalGround, Ruling
from core.domain.money import total

if TYPE_CHECKING:
    from accounts.models import User


class DecisionListQuerySet(models.QuerySet["DecisionList"]):
    def for_overview(self) -> "DecisionListQuerySet":
        """Return lists with the number of their items and what they grant in euros, the last meeting first."""
        return (
            self.select_related("prepared_by")
            .annotate(
                item_count=models.Count("decisions", distinct=True), granted=models.Sum("decisions__amounts__amount")
            )
            .order_by("-meeting_on", "-pk")
        )

    def visible_to(self, user: "User") -> "DecisionListQuerySet":
        """Return the lists that a person may read: those who prepare read all, the college what was proposed to it."""
        if user.holds(Role.FINANCIAL_ADVISER, Role.PROGRAMME_MANAGER):
            return self
        if user.holds(Role.COLLEGE):
            return self.exclude(state=ListState.DRAFT)
        return self.none()


class DecisionQuerySet(models.QuerySet["Decision"]):
    def with_interest_of(self, user: "User") -> "DecisionQuerySet":
        """Add `has_interest`: whether a person has an interest in the proposal (Awb 2:4)."""
        interest = Proposal.objects.of_interest_to(user).filter(pk=OuterRef("proposal"))
        return self.annotate(has_interest=Exists(interest))  # type: ignore[no-redef]

    def standing(self) -> "DecisionQuerySet":
        """Return the decisions that hold: those on an approved list that hold nothing back and were not replaced."""
        replaced = Decision.objects.filter(replaces=OuterRef("pk"), decision_list__state=ListState.APPROVED)
        return self.filter(~Exists(replaced), decision_list__state=ListState.APPROVED).exclude(ruling=Ruling.HOLD)

    def known_to(self, user: "User") -> "DecisionQuerySet":
        """Return the decisions in whose proposal a person has no interest."""
        return self.exclude(proposal__in=Proposal.objects.of_interest_to(user))

    def for_partner(self, proposal: Proposal) -> "DecisionQuerySet":
        """Return the decisions on a proposal that the partner has a letter of, the last first, with what they ask."""
        amounts = DecisionAmount.objects.select_related("budget_line").order_by("budget_line__year")
        found = self.filter(proposal=proposal, letter__isnull=False).select_related(
            "letter__document", "decision_list", "replaces", "replaced_by", "advice"
        )
        lists = (models.Prefetch("amounts", queryset=amounts), "obligations__met", "advice__amounts")
        return found.prefetch_related(*lists).order_by("-pk")

    def for_list_page(self) -> "DecisionQuerySet":
        """Return decisions with what the page of their list shows of each: proposal, score, amounts and letter."""
        amounts = DecisionAmount.objects.select_related("budget_line__line").order_by("budget_line__year")
        return (
            self.select_related(
                "proposal__line",
                "proposal__organisation",
                "proposal__paper_intake",
                "advice__college_proposal__document",
                "letter__document",
                "replaces",
                "replaced_by",
            )
            .prefetch_related(models.Prefetch("amounts", queryset=amounts), "advice__amounts")
            .annotate(supplemented_at=Supplement.objects.last_received("proposal"))
        )

    def for_college(self) -> "DecisionQuerySet":
        """Return decisions with all that the college reads: the proposal, the scores with their reasons, the advice."""
        scores = ConsensusScore.objects.select_related("criterion").order_by("criterion__position")
        answers = CriterionAnswer.objects.select_related("criterion").order_by("criterion__position")
        return self.for_list_page().prefetch_related(
            "obligations",
            models.Prefetch("advice__consensus__scores", queryset=scores),
            models.Prefetch("proposal__criterion_answers", queryset=answers),
            "proposal__promised_results",
        )


class DecisionList(models.Model):
    """An agenda of the college: proposals to decide on together. All of it is booked, or nothing."""

    reference = models.CharField(max_length=20, unique=True)
    meeting_on = models.DateField(_("date of the meeting"))
    state = models.CharField(max_length=10, choices=ListState, default=ListState.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text="Goes up with every change")
    # The college's own number of its decision, and its date: the letter is sent on a day of its own.
    number = models.CharField(_("number of the college's decision"), max_length=40, blank=True)
    decided_on = models.DateField(_("date of the decision"), null=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    objects = DecisionListQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_list_state_known", condition=Q(state__in=ListState.values)),
            models.CheckConstraint(
                name="budget_list_two_signatures",
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="budget_list_approved_by_someone",
                condition=Q(state=ListState.APPROVED, approved_by__isnull=False, approved_at__isnull=False)
                | (~Q(state=ListState.APPROVED) & Q(approved_by=None, approved_at=None)),
            ),
            models.CheckConstraint(
                name="budget_list_approved_has_date",
                condition=~Q(state=ListState.APPROVED) | Q(decided_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("budget:decision_list", args=[self.reference])


class Decision(models.Model):
    """What the college decides on one proposal: in preparation while its list is, final once the list is approved."""

    # Added by with_interest_of(), and only there after it.
    has_interest: bool

    decision_list = models.ForeignKey(DecisionList, on_delete=models.PROTECT, related_name="decisions")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="decisions")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", help_text="After an objection"
    )
    objection = models.OneToOneField(
        "budget.Objection", on_delete=models.PROTECT, null=True, related_name="replacement", help_text="Why it replaces"
    )
    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="decisions")
    position = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001  (unique: NULL is "none yet")
    ruling = models.CharField(_("decision"), max_length=10, choices=Ruling)
    refusal_ground = models.CharField(_("ground of the refusal"), max_length=10, choices=RefusalGround, blank=True)
    reason = models.TextField(_("reason"), max_length=3000)
    conditions = models.TextField(_("conditions"), max_length=3000, blank=True)
    decided_on = models.DateField(null=True)
    room = models.JSONField(
        default=list, help_text="For a refusal above the room: what was asked and free, by year (Awb 4:25)"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["decision_list", "position"]
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_ruling_known", condition=Q(ruling__in=Ruling.values)),
            models.UniqueConstraint(
                fields=["proposal"],
                name="budget_decision_once",
                condition=Q(replaces=None) & ~Q(ruling=Ruling.HOLD),
            ),
            models.CheckConstraint(
                name="budget_refusal_has_ground",
                condition=Q(ruling=Ruling.REFUSE, refusal_ground__in=RefusalGround.values)
                | (~Q(ruling=Ruling.REFUSE) & Q(refusal_ground="")),
            ),
            models.CheckConstraint(name="budget_decision_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="budget_replacement_is_not_held", condition=Q(replaces=None) | ~Q(ruling=Ruling.HOLD)
            ),
            models.CheckConstraint(
                name="budget_objection_has_replaced", condition=Q(objection=None) | Q(replaces__isnull=False)
            ),
            models.CheckConstraint(
                name="budget_decided_has_reference",
                condition=Q(reference=None, decided_on=None) | Q(reference__isnull=False, decided_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.proposal)

    @property
    def granted_total(self) -> Decimal:
        """What is granted over all years, in euros; needs `amounts` prefetched to be cheap."""
        return total(amount.amount for amount in self.amounts.all())

    @property
    def successor(self) -> "Decision | None":
        """The final decision that replaced this one after an objection, or None."""
        replaced_by: Decision | None = getattr(self, "replaced_by", None)
        return replaced_by if replaced_by is not None and replaced_by.reference else None

    @property
    def requested_total(self) -> Decimal:
        """What was requested over all years, in euros; needs `advice__amounts` prefetched to be cheap."""
        return total(amount.requested for amount in self.advice.amounts.all())

    @property
    def is_partial(self) -> bool:
        """Whether less is granted than was requested."""
        return self.ruling == Ruling.GRANT and self.granted_total < self.requested_total

    @property
    def ruling_label(self) -> str:
        """The ruling in words: as proposed on a list, or as decided."""
        final, proposed = RULING_LABELS[PART if self.is_partial else self.ruling]
        return str(final if self.reference else proposed)

    @property
    def ruling_kind(self) -> str:
        """How a page marks the ruling, beside its words."""
        return RULING_KINDS[Ruling(self.ruling)]


class DecisionAmount(models.Model):
    """What is granted for one year, in euros. The year is the year of the cost, whenever it is paid."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="amounts")
    budget_line = models.ForeignKey("budget.BudgetLine", on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    conditional = models.BooleanField(
        default=False, help_text="Decided before the council adopted the budget of the year (Awb 4:34)"
    )

    class Meta:
        ordering: ClassVar = ["budget_line__year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "budget_line"], name="budget_decision_amount_once"),
            models.CheckConstraint(name="budget_decision_amount_above_zero", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.decision}: {self.budget_line}"
