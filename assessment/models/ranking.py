from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models import Call, Proposal
from programme.models import Line

SHA256 = "^[0-9a-f]{64}$"


class Lottery(models.Model):
    """The draw that orders equal scores of a call on a line: once, and for good (docs/ranking.md).

    Who takes part is hashed before the seed is made. From the seed, that hash and a reference anybody works out the
    ticket of a proposal again. Rows are only ever added.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="lotteries")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    participants_sha256 = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "line"], name="assessment_drawn_once"),
            models.CheckConstraint(
                name="assessment_lottery_hashes", condition=Q(seed__regex=SHA256, participants_sha256__regex=SHA256)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call}: {self.line}"


class LotteryTicket(models.Model):
    """What a proposal drew: its ticket, its place among all tickets, and the points that it took part with."""

    lottery = models.ForeignKey(Lottery, on_delete=models.PROTECT, related_name="tickets")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="lottery_tickets")
    points = models.PositiveSmallIntegerField()
    points_possible = models.PositiveSmallIntegerField()
    ticket = models.CharField(max_length=64)
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lottery", "proposal"], name="assessment_ticket_once"),
            models.UniqueConstraint(fields=["lottery", "place"], name="assessment_ticket_place_once"),
            models.CheckConstraint(name="assessment_ticket_hash", condition=Q(ticket__regex=SHA256)),
            models.CheckConstraint(
                name="assessment_ticket_points", condition=Q(points__lte=F("points_possible"), place__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lottery}: {self.proposal}"
