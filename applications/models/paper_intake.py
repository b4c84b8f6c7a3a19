from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.proposal import Proposal
from applications.states import IntakeChannel
from core.models import Document


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

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_channel_known", condition=Q(channel__in=IntakeChannel.values)),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.get_channel_display()}"
