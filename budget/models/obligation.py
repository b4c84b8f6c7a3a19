from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal
from budget.models.decision_list import Decision
from core.domain import clock

if TYPE_CHECKING:
    from accounts.models import User


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def standing(self) -> "ObligationQuerySet":
        """Return the obligations of decisions that hold."""
        return self.filter(decision__in=Decision.objects.standing())

    def waiting(self) -> "ObligationQuerySet":
        """Return what partners still have to do."""
        return self.standing().filter(met=None)

    def asking_progress(self) -> "ObligationQuerySet":
        """Return the obligations of decisions that hold on which a partner reports by a day.

        The one that asks for the account has a page of its own.
        """
        own_page = Q(decision__account__isnull=False) & Q(due_on=F("decision__account__due_on"))
        return self.standing().filter(due_on__isnull=False).exclude(own_page)

    def overdue(self) -> "ObligationQuerySet":
        """Return what should have been done by today."""
        return self.waiting().filter(due_on__lt=clock.today())

    def known_to(self, user: "User") -> "ObligationQuerySet":
        """Return the obligations in whose proposal a person has no interest (Awb 2:4)."""
        return self.exclude(decision__proposal__in=Proposal.objects.of_interest_to(user))

    def for_team_page(self) -> "ObligationQuerySet":
        """Return obligations with proposal, partner, check and whether a report waits, the first due first."""
        related = ("decision__proposal__organisation", "met__by")
        unjudged = Q(progress_reports__isnull=False, progress_reports__check_made=None)
        waits = Exists(Obligation.objects.filter(unjudged, pk=OuterRef("pk")))
        found = self.annotate(report_waits=waits).select_related(*related)
        return found.order_by(F("due_on").asc(nulls_last=True), "pk")


class Obligation(models.Model):
    """What a partner has to do for a grant, beside carrying it out (Awb 4:37 to 4:39). Fixed with its list."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="obligations")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("obligation"), max_length=400)
    due_on = models.DateField(_("due on"), null=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["decision", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "position"], name="budget_obligation_once"),
            models.CheckConstraint(name="budget_obligation_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def check_or_none(self) -> "ObligationCheck | None":
        """How it was met, or None."""
        return getattr(self, "met", None)

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been met before today."""
        return self.check_or_none is None and self.due_on is not None and self.due_on < clock.today()


class ObligationCheck(models.Model):
    """That an obligation was met, seen by the team. Only ever added to."""

    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="met")
    met_on = models.DateField(_("met on"))
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.obligation}: {self.met_on}"
