from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal
from budget.models.decision_list import Decision
from budget.states import REPLACING_OUTCOMES, ObjectionOutcome, ObjectionState
from core.domain import clock
from core.models import Document

if TYPE_CHECKING:
    from accounts.models import User


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: "User") -> "ObjectionQuerySet":
        """Return the objections in whose proposal a person has no interest (Awb 2:4)."""
        return self.exclude(decision__proposal__in=Proposal.objects.of_interest_to(user))

    def waiting(self) -> "ObjectionQuerySet":
        """Return the objections that wait for a decision, the first deadline first."""
        return self.filter(state=ObjectionState.OPEN).order_by("decide_by", "pk")

    def for_overview(self) -> "ObjectionQuerySet":
        """Return objections with decision, proposal and partner: what waits first, by deadline."""
        related = ("decision__proposal__organisation", "decision__letter")
        waits_first = models.Case(models.When(state=ObjectionState.OPEN, then=0), default=1)
        return self.select_related(*related).order_by(waits_first, "decide_by", "pk")


class Objection(models.Model):
    """An objection of a partner to a decision (Awb 6 and 7). Fixed once it is decided or withdrawn.

    The team prepares the outcome, the college decides: by itself when the decision stays as it is, and otherwise by
    approving the list with the decision that replaces it.
    """

    reference = models.CharField(max_length=20, unique=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="objections")
    received_on = models.DateField(_("received on"))
    summary = models.TextField(_("what the partner objects to"), max_length=3000)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+", help_text="The partner's letter"
    )
    record = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", help_text="What was entered")
    committee = models.BooleanField(_("an advisory committee hears the partner"), default=False)
    decide_by = models.DateField(_("decision at the latest on"), help_text="Awb 7:10")
    state = models.CharField(max_length=10, choices=ObjectionState, default=ObjectionState.OPEN)
    version = models.PositiveIntegerField(default=1, help_text="Goes up with every change")
    outcome = models.CharField(_("outcome"), max_length=12, choices=ObjectionOutcome, blank=True)
    explanation = models.TextField(_("explanation"), max_length=3000, blank=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_objection_state_known", condition=Q(state__in=ObjectionState.values)),
            models.CheckConstraint(
                name="budget_objection_outcome_known", condition=Q(outcome__in=["", *ObjectionOutcome.values])
            ),
            models.CheckConstraint(
                name="budget_objection_prepared_is_whole",
                condition=Q(outcome="", prepared_by=None)
                | (Q(prepared_by__isnull=False) & ~Q(outcome="") & ~Q(explanation="")),
            ),
            models.CheckConstraint(
                name="budget_objection_decided_is_whole",
                condition=(
                    Q(state=ObjectionState.DECIDED, decided_by__isnull=False, decided_on__isnull=False) & ~Q(outcome="")
                )
                | (~Q(state=ObjectionState.DECIDED) & Q(decided_by=None, decided_on=None)),
            ),
            models.CheckConstraint(
                name="budget_objection_withdrawn_has_date",
                condition=Q(state=ObjectionState.WITHDRAWN, withdrawn_on__isnull=False)
                | (~Q(state=ObjectionState.WITHDRAWN) & Q(withdrawn_on=None)),
            ),
            models.CheckConstraint(
                name="budget_objection_two_signatures",
                condition=Q(decided_by=None) | ~Q(decided_by=F("prepared_by")),
            ),
            models.UniqueConstraint(
                fields=["decision"], name="budget_objection_one_open", condition=Q(state=ObjectionState.OPEN)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("budget:objection", args=[self.reference])

    @property
    def is_late(self) -> bool:
        """Whether it came after the last day for objecting (Awb 6:7); inadmissible unless there is an excuse (6:11)."""
        return self.received_on > self.decision.letter.objection_until

    @property
    def is_overdue(self) -> bool:
        """Whether the college should have decided before today."""
        return self.state == ObjectionState.OPEN and self.decide_by < clock.today()

    @property
    def asks_replacement(self) -> bool:
        """Whether the prepared outcome is carried out by a new decision."""
        return self.outcome in REPLACING_OUTCOMES

    @property
    def proof(self) -> Document:
        """What the movements of money rest on: the partner's letter, or what was entered of it."""
        return self.document or self.record
