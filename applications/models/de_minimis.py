from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.proposal import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable

KVK = r"^\d{8}$"


class DeMinimisAid(models.Model):
    """De-minimis aid that a partner declares to have received (Regulation (EU) 2023/2831, art. 7). Frozen once sent."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="de_minimis_aids")
    position = models.PositiveSmallIntegerField()
    granted_on = models.DateField(_("date of granting"))
    granted_by = models.CharField(_("granted by"), max_length=150)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "position"], name="applications_aid_position_once"),
            models.CheckConstraint(name="applications_aid_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="applications_aid_has_body", condition=~Q(granted_by="")),
        ]

    def __str__(self) -> str:
        return f"{self.granted_by} {self.granted_on}"


class LinkedUndertaking(models.Model):
    """A company that forms one undertaking with the partner (art. 2, second paragraph). Frozen once sent."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="linked_undertakings")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=150)
    kvk_number = models.CharField(_("KvK number"), max_length=8)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "kvk_number"], name="applications_linked_once"),
            models.CheckConstraint(name="applications_linked_kvk_eight_digits", condition=Q(kvk_number__regex=KVK)),
        ]
        indexes: ClassVar = [models.Index(fields=["kvk_number"], name="applications_linked_by_kvk")]

    def __str__(self) -> str:
        return f"{self.name} ({self.kvk_number})"


class AidJudgementQuerySet(models.QuerySet["AidJudgement"]):
    def latest_of(self, proposals: "Iterable[Proposal | int]") -> dict[int, "AidJudgement"]:
        """Return the last word of the team on each proposal, by primary key of the proposal."""
        last = self.filter(proposal__in=list(proposals)).order_by("proposal_id", "-pk").distinct("proposal_id")
        return {judgement.proposal_id: judgement for judgement in last.select_related("judged_by")}


class AidJudgement(models.Model):
    """Whether a grant would be state aid, as the team judges it, with the reason. Only ever added to."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="aid_judgements")
    is_aid = models.BooleanField()
    reason = models.TextField(_("reason"), max_length=1000)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()

    objects = AidJudgementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.CheckConstraint(name="applications_aid_has_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.is_aid}"
