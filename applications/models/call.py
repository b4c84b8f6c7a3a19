from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.states import CALL_PHASE_KINDS, CallPhase, CallState, DivisionRule
from core.domain import clock
from programme.models import CriteriaVersion, Line

# Limits on the terms of a call, in weeks. A year is the longest that anybody can be left waiting.
WEEKS_MOST = 52
SUPPLEMENT_WEEKS_MOST = 13


class CallQuerySet(models.QuerySet["Call"]):
    def published(self) -> "CallQuerySet":
        """Return the calls that everybody may read."""
        return self.filter(state=CallState.PUBLISHED)

    def open_at(self, moment: datetime) -> "CallQuerySet":
        """Return the calls that take proposals at a moment; a closing date counts until 24:00 in Amsterdam."""
        day = clock.local_date(moment)
        return (
            self.published()
            .filter(Q(closes_on=None) | Q(closes_on__gte=day), opens_at__lte=moment)
            .order_by("opens_at", "pk")
        )

    def for_public(self) -> "CallQuerySet":
        """Return what the public pages show of each call, the newest first."""
        return (
            self.published()
            .select_related("criteria_version")
            .prefetch_related("lines", "ceilings__line")
            .order_by("-opens_at", "pk")
        )

    def for_team_list(self) -> "CallQuerySet":
        """Return what the team's list shows of each call: drafts first, then the newest."""
        return (
            self.prefetch_related("lines")
            .annotate(proposal_count=models.Count("proposals", filter=Q(proposals__submitted_at__isnull=False)))
            .order_by("state", "-opens_at", "pk")
        )


class Call(models.Model):
    """An invitation to propose (openstelling): for which lines and years, until when, by which rules.

    A draft is the team's alone. Publishing writes a version; the first submission freezes the call for good, by the
    rules and by triggers: from then on only the title and a later closing date.
    """

    state = models.CharField(_("state"), max_length=10, choices=CallState, default=CallState.PUBLISHED)
    title = models.CharField(_("title"), max_length=120)
    introduction = models.TextField(_("introduction"), max_length=1000, blank=True)
    opens_at = models.DateTimeField(_("opens at"))
    closes_on = models.DateField(_("closing date"), null=True, blank=True)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    lines = models.ManyToManyField(Line, related_name="calls", verbose_name=_("programme lines"))
    criteria_version = models.ForeignKey(
        CriteriaVersion, on_delete=models.PROTECT, related_name="calls", verbose_name=_("version of the criteria")
    )
    division_rule = models.CharField(_("rule of division"), max_length=12, choices=DivisionRule)
    decision_weeks = models.PositiveSmallIntegerField(_("decision period (weeks)"), default=13)
    supplement_weeks = models.PositiveSmallIntegerField(_("term for a supplement (weeks)"), default=2)
    extension_weeks = models.PositiveSmallIntegerField(_("longest extension (weeks)"), default=13)
    # What this call asks otherwise than the form does by itself: by name of the question (see domain.call_questions).
    question_rules = models.JSONField(_("questions"), default=dict, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    frozen_at = models.DateTimeField(_("frozen at"), null=True, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_call_years", condition=Q(last_year__gte=F("first_year"))),
            models.CheckConstraint(name="applications_call_state_known", condition=Q(state__in=CallState.values)),
            models.CheckConstraint(
                name="applications_call_ranking_closes",
                condition=~Q(division_rule=DivisionRule.RANKING) | Q(closes_on__isnull=False),
            ),
            models.CheckConstraint(
                name="applications_call_terms",
                condition=Q(
                    decision_weeks__range=(1, WEEKS_MOST),
                    supplement_weeks__range=(1, SUPPLEMENT_WEEKS_MOST),
                    extension_weeks__range=(0, WEEKS_MOST),
                ),
            ),
            models.CheckConstraint(
                name="applications_call_frozen_is_published",
                condition=Q(frozen_at=None) | Q(state=CallState.PUBLISHED),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("applications:call", args=[self.pk])

    @property
    def years(self) -> range:
        """The calendar years that a proposal may spread its costs over."""
        return range(self.first_year, self.last_year + 1)

    @property
    def closes_at(self) -> datetime | None:
        """The first moment at which nothing is accepted any more, or None without a closing date."""
        return None if self.closes_on is None else clock.end_of_day(self.closes_on)

    @property
    def is_draft(self) -> bool:
        """Whether only the team knows of it."""
        return self.state == CallState.DRAFT

    @property
    def phase(self) -> CallPhase:
        """Where the call is at this moment: in preparation, announced, open or closed."""
        moment, closes_at = clock.now(), self.closes_at
        if self.is_draft:
            return CallPhase.DRAFT
        if moment < self.opens_at:
            return CallPhase.ANNOUNCED
        return CallPhase.OPEN if closes_at is None or moment < closes_at else CallPhase.CLOSED

    @property
    def phase_label(self) -> Promise:
        """The phase in words."""
        return self.phase.label

    @property
    def phase_kind(self) -> str:
        """How the phase looks, beside its words."""
        return CALL_PHASE_KINDS[self.phase]
