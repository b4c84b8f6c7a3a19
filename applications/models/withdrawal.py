from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.proposal import Proposal


class Withdrawal(models.Model):
    """That a partner withdrew a proposal, and why. Only ever added to."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(_("reason"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_withdrawal_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return str(self.proposal)
