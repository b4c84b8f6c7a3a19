from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.proposal import Proposal
from applications.states import ChangeState, ChangeSubject
from core.domain import clock

if TYPE_CHECKING:
    from accounts.models import User


class ChangeNoticeQuerySet(models.QuerySet["ChangeNotice"]):
    def waiting(self) -> "ChangeNoticeQuerySet":
        """Return what waits for an answer of the team."""
        return self.filter(state=ChangeState.OPEN)

    def waiting_for_team(self, user: "User") -> "ChangeNoticeQuerySet":
        """Return what waits for an answer on a proposal that the person may know of, the first due first."""
        known = Proposal.objects.visible_to_team(user)
        return self.waiting().filter(proposal__in=known).select_related("proposal").order_by("answer_by", "pk")

    def for_page(self) -> "ChangeNoticeQuerySet":
        """Return notices with who sent and who answered them, the last first."""
        return self.select_related("by", "answered_by").order_by("-pk")


class ChangeNotice(models.Model):
    """What changes in an activity after the grant, told by the partner (wijzigingsmelding), and the team's answer.

    It moves no money: what it costs, or in which year, only the college changes, in a new decision.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="change_notices")
    subject = models.CharField(_("what it is about"), max_length=20, choices=ChangeSubject)
    what = models.TextField(_("what changes"), max_length=3000)
    why = models.TextField(_("why"), max_length=3000)
    moves_money = models.BooleanField(help_text="By what the partner says: more or less money, or in another year")
    known_on = models.DateField(help_text="The day on which the partner knew: it has to be told at once")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer_by = models.DateField(help_text="The last day for an answer (Awb 4:13)")

    state = models.CharField(max_length=20, choices=ChangeState, default=ChangeState.OPEN)
    answer = models.TextField(_("answer"), max_length=3000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = ChangeNoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_change_says_what_and_why", condition=~Q(what="") & ~Q(why="")),
            models.CheckConstraint(
                name="applications_change_subject_known", condition=Q(subject__in=ChangeSubject.values)
            ),
            models.CheckConstraint(
                name="applications_change_answered_by_someone",
                condition=Q(state=ChangeState.OPEN, answer="", answered_by=None, answered_at=None)
                | (
                    Q(state__in=[ChangeState.ACCEPTED, ChangeState.REFUSED, ChangeState.NEEDS_DECISION])
                    & ~Q(answer="")
                    & Q(answered_by__isnull=False, answered_at__isnull=False)
                ),
            ),
            # Whoever accepts a change with money in it would promise what only the college can give.
            models.CheckConstraint(
                name="applications_change_accepted_moves_no_money",
                condition=~Q(state=ChangeState.ACCEPTED, moves_money=True),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "answer_by"], name="applications_changes_due")]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.get_subject_display()}"

    @property
    def is_open(self) -> bool:
        """Whether the team still has to answer."""
        return self.state == ChangeState.OPEN

    @property
    def is_overdue(self) -> bool:
        """Whether the answer should have come before today."""
        return self.is_open and self.answer_by < clock.today()

    @property
    def days_known(self) -> int:
        """How many days passed between knowing and telling."""
        return (clock.local_date(self.at) - self.known_on).days
