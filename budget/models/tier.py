from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from budget.states import InstalmentTrigger


class Tier(models.Model):
    """The rules for grants from an amount on: how much is paid in advance, and what has to be accounted for.

    Data, not code: the municipality's regulation sets them. The highest tier whose amount a grant reaches applies.
    """

    name = models.CharField(_("name"), max_length=80)
    from_amount = models.DecimalField(_("from this amount"), max_digits=12, decimal_places=2, unique=True)
    advance_percentage = models.PositiveSmallIntegerField(_("paid in advance, percent"))
    settles_at_once = models.BooleanField(_("settled together with the grant"), default=False)
    accounts_for_content = models.BooleanField(_("accounts for results"), default=True)
    accounts_for_cost = models.BooleanField(_("accounts for cost"), default=True)
    report_weeks = models.PositiveSmallIntegerField(_("weeks after the end to report"), default=13)
    confirmed = models.BooleanField(_("confirmed by the municipality"), default=False)

    class Meta:
        ordering: ClassVar = ["from_amount"]
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        constraints: ClassVar = [
            models.CheckConstraint(name="budget_tier_percentage", condition=Q(advance_percentage__lte=100)),
            models.CheckConstraint(name="budget_tier_amount", condition=Q(from_amount__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name


class Instalment(models.Model):
    """One part of the advances of a tier: which share of them, and what makes it due."""

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="instalments")
    position = models.PositiveSmallIntegerField(_("position"))
    share = models.PositiveSmallIntegerField(_("share of the advances, percent"))
    trigger = models.CharField(_("due"), max_length=10, choices=InstalmentTrigger)
    months = models.PositiveSmallIntegerField(
        _("months"), default=0, help_text=_("After the start of the year or of the activity, whichever is later")
    )

    class Meta:
        ordering: ClassVar = ["tier", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tier", "position"], name="budget_instalment_once"),
            models.CheckConstraint(name="budget_instalment_share", condition=Q(share__gt=0, share__lte=100)),
            models.CheckConstraint(
                name="budget_instalment_trigger_known", condition=Q(trigger__in=InstalmentTrigger.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.position}"
