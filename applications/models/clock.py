"""What moves the day by which the college decides (Awb 4:5, 4:14, 4:15), and what moves the closing of a call."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from applications.models.call import Call
from applications.models.proposal import Proposal
from applications.states import SuspensionEnd


class SupplementRequest(models.Model):
    """What the team asked a partner to complete, and by when (Awb 4:5). Only ever added to.

    It is open until it has a suspension: that row says when the clock ran again, and why.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="supplement_requests")
    number = models.PositiveSmallIntegerField(help_text="1 is the first request about a proposal")
    points = ArrayField(models.CharField(max_length=20), help_text="Points of the checklist that are not in order")
    steps = ArrayField(models.CharField(max_length=20), help_text="Steps of the form that open for the partner")
    text = models.TextField(max_length=3000)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(help_text="The last day of the term, until 24:00 in Amsterdam")
    before = models.JSONField(help_text="The rows of the proposal as they were, to put back what was not handed in")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "number"], name="applications_supplement_number_once"),
            models.CheckConstraint(name="applications_supplement_asks_points", condition=Q(points__len__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} ({self.number})"

    @property
    def is_open(self) -> bool:
        """Whether the partner's answer, or the end of the term, is still awaited."""
        return not hasattr(self, "suspension")


class SupplementQuerySet(models.QuerySet["Supplement"]):
    def last_received(self, proposal: str) -> Subquery:
        """Return when the last one about a proposal came in, for a query in which `proposal` names its primary key."""
        about = self.filter(request__proposal=OuterRef(proposal)).order_by().values("request__proposal")
        return Subquery(about.annotate(last=models.Max("received_at")).values("last"))


class Supplement(models.Model):
    """What the partner handed in on a request: the whole proposal anew, with its own fingerprint. Never changed."""

    request = models.OneToOneField(SupplementRequest, on_delete=models.PROTECT, related_name="supplement")
    answer = models.TextField(max_length=2000)
    received_at = models.DateTimeField()
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)

    objects = SupplementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["request__number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="applications_supplement_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return str(self.request)


class Suspension(models.Model):
    """Days on which the decision period stood still (Awb 4:15). Written when it is over; only ever added to.

    The days run from `starts_on` to `resumes_on`, that last day not included.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="suspensions")
    request = models.OneToOneField(SupplementRequest, on_delete=models.PROTECT, related_name="suspension")
    starts_on = models.DateField(help_text="The day after the request")
    resumes_on = models.DateField(help_text="The day of completion, or the day after the term")
    ended = models.CharField(max_length=12, choices=SuspensionEnd)
    closed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["starts_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_suspension_order", condition=Q(resumes_on__gte=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.starts_on} – {self.resumes_on}"


class Extension(models.Model):
    """A longer decision period, told to the partner before the period ended (Awb 4:14). Once; never changed."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="extension")
    weeks = models.PositiveSmallIntegerField()
    weeks_most = models.PositiveSmallIntegerField(help_text="What the call allowed")
    reason = models.TextField(max_length=1000)
    extended_at = models.DateTimeField()
    extended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField()
    decide_by_before = models.DateField()
    decide_by = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="applications_extension_weeks", condition=Q(weeks__gte=1, weeks__lte=F("weeks_most"))
            ),
            models.CheckConstraint(
                name="applications_extension_in_time", condition=Q(told_on__lte=F("decide_by_before"))
            ),
            models.CheckConstraint(
                name="applications_extension_lengthens", condition=Q(decide_by__gt=F("decide_by_before"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.weeks}"


class NotProcessed(models.Model):
    """The decision not to process a proposal that stayed incomplete (Awb 4:5). Never changed."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="not_processed")
    request = models.OneToOneField(SupplementRequest, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=3000)
    decided_on = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    term_ended_on = models.DateField()
    last_day = models.DateField(help_text="Four weeks after the term, or after the supplement (Awb 4:5)")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="applications_not_processed_after_term", condition=Q(decided_on__gt=F("term_ended_on"))
            ),
            models.CheckConstraint(
                name="applications_not_processed_in_time", condition=Q(decided_on__lte=F("last_day"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.proposal)


class Outage(models.Model):
    """A time at which partners could not reach the site. Never changed; a call that it hit closes later."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    what = models.TextField(max_length=1000)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-began_at"]
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_outage_order", condition=Q(ended_at__gt=F("began_at"))),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return reverse("applications:outages")


class MovedClosing(models.Model):
    """A call that closes later because of an outage. Only ever added to."""

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="moved_closings")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="moved_closings")
    closed_on = models.DateField()
    closes_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outage", "call"], name="applications_closing_moved_once"),
            models.CheckConstraint(name="applications_closing_moves_later", condition=Q(closes_on__gt=F("closed_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.call}: {self.closes_on}"
