from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import Role
from applications.models.proposal import Proposal
from applications.states import IntakeChannel, ProposalState
from core.models import Document

if TYPE_CHECKING:
    from accounts.models import User


class PaperIntakeQuerySet(models.QuerySet["PaperIntake"]):
    def filled_in_by(self, user: "User") -> "PaperIntakeQuerySet":
        """Return what a person who handles proposals fills in for partners now: a draft, or a supplement on paper.

        The programme manager goes on with what others entered; the lead of a line with the own. What the person has an
        interest in is not there (Awb 2:4).
        """
        with_interest = Proposal.objects.of_interest_to(user).order_by().values("pk")
        waiting = self.filter(proposal__state__in=(ProposalState.DRAFT, ProposalState.SUPPLEMENT))
        mine = waiting.exclude(proposal__in=with_interest)
        return mine if user.holds(Role.PROGRAMME_MANAGER) else mine.filter(entered_by=user)

    def being_entered(self, user: "User") -> "PaperIntakeQuerySet":
        """Return what is entered and not taken in yet, for who handles proposals, newest first."""
        drafts = self.filled_in_by(user).filter(proposal__state=ProposalState.DRAFT)
        return drafts.select_related("proposal__organisation", "entered_by").order_by("-entered_at")


class PaperIntake(models.Model):
    """How a proposal came in that the team entered on behalf of the partner. Only ever added.

    The day of receipt is the day on which the paper or the e-mail came in (Awb 4:13 counts from there); the moment at
    which it was entered stands beside it.
    """

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="paper_intake")
    channel = models.CharField(_("how it came in"), max_length=5, choices=IntakeChannel)
    received_on = models.DateField(_("received on"))
    original = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    postal_address = models.TextField(_("postal address"), max_length=300, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = PaperIntakeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_channel_known", condition=Q(channel__in=IntakeChannel.values)),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.get_channel_display()}"
