from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal
from budget.models.decision_list import DecisionList


class Abstention(models.Model):
    """A member of the college who takes no part in one proposal of a list (Awb 2:4). Only ever added to.

    It stands with list and proposal, not with the item: it stays when the list is given back and the item changes.
    """

    decision_list = models.ForeignKey(DecisionList, on_delete=models.PROTECT, related_name="abstentions")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="abstentions")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=120, blank=True, help_text="Of who has no account here")
    reason = models.CharField(_("reason"), max_length=500)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["recorded_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision_list", "proposal", "member"], name="budget_abstention_once"),
            models.CheckConstraint(
                name="budget_abstention_of_someone",
                condition=Q(member__isnull=False, name="") | (Q(member=None) & ~Q(name="")),
            ),
            models.CheckConstraint(name="budget_abstention_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.decision_list} {self.proposal}: {self.who}"

    @property
    def who(self) -> str:
        """The name of the member who abstains."""
        return self.name or str(self.member)
