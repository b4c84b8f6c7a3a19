from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Deferrable, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Proposal
from assessment.models.consensus import Consensus
from assessment.states import ITEM_KINDS, MEETING_KINDS, ItemState, MeetingState, Presence
from core.models import Document

if TYPE_CHECKING:
    from accounts.models import User


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def known_to(self, user: "User") -> "MeetingQuerySet":
        """Return the meetings that a person of the team may know of.

        A meeting about one proposal is not there for whoever may not know that proposal (Awb 2:4).
        """
        known = MeetingItem.objects.known_to(user).filter(meeting=OuterRef("pk"))
        return self.filter(Q(is_single=False) | Exists(known))

    def for_list(self, user: "User") -> "MeetingQuerySet":
        """Return the meetings for the list, with how many items the person may know of and how many are done."""
        mine = MeetingItem.objects.known_to(user).filter(meeting=OuterRef("pk")).order_by()
        number = mine.values("meeting").annotate(number=Count("pk", distinct=True)).values("number")
        done = mine.exclude(state=ItemState.WAITING).values("meeting")
        done_number = done.annotate(number=Count("pk", distinct=True)).values("number")
        about = mine.values("proposal__title")[:1]
        return (
            self.known_to(user)
            .select_related("chair")
            .annotate(  # type: ignore[no-redef]
                item_count=Coalesce(Subquery(number), 0),
                done_count=Coalesce(Subquery(done_number), 0),
                about=Subquery(about),
            )
        )


class Meeting(models.Model):
    """A meeting of the team in which it agrees on scores. A closed meeting stays as it was."""

    # Added by for_list(), and only there after it.
    item_count: int
    done_count: int
    about: str | None

    starts_at = models.DateTimeField(gettext_lazy("start"))
    place = models.CharField(gettext_lazy("place"), max_length=120, blank=True)
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    is_single = models.BooleanField(default=False, help_text="One proposal, agreed on outside a planned meeting")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="assessment_meeting_state",
                condition=Q(state=MeetingState.PLANNED, opened_at=None, closed_at=None, closed_by=None)
                | Q(state=MeetingState.OPEN, opened_at__isnull=False, closed_at=None, closed_by=None)
                | Q(
                    state=MeetingState.CLOSED,
                    opened_at__isnull=False,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                )
                | Q(
                    state=MeetingState.CALLED_OFF,
                    opened_at=None,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return _("Team meeting of %(date)s") % {"date": date_format(timezone.localtime(self.starts_at), "j F Y")}

    @property
    def state_kind(self) -> str:
        """How a page marks the state, beside its words."""
        return MEETING_KINDS[MeetingState(self.state)]

    @property
    def is_planned(self) -> bool:
        """It has not begun."""
        return self.state == MeetingState.PLANNED

    @property
    def is_open(self) -> bool:
        """It has begun, and is not closed."""
        return self.state == MeetingState.OPEN

    @property
    def is_closed(self) -> bool:
        """It is over."""
        return self.state == MeetingState.CLOSED


class Attendance(models.Model):
    """A person who was asked to come to a meeting, and whether the person came."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=10, choices=Presence, default=Presence.INVITED)

    class Meta:
        ordering: ClassVar = ["person__full_name", "person"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "person"], name="assessment_attends_once"),
            models.CheckConstraint(name="assessment_presence_known", condition=Q(presence__in=Presence.values)),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.person}"


class MeetingItemQuerySet(models.QuerySet["MeetingItem"]):
    def known_to(self, user: "User") -> "MeetingItemQuerySet":
        """Return the items about proposals that a person of the team may know of (Awb 2:4)."""
        return self.filter(proposal__in=Proposal.objects.visible_to_team(user))

    def for_agenda(self) -> "MeetingItemQuerySet":
        """Return items in their order, with what an agenda shows of them."""
        related = ("proposal__organisation", "proposal__line", "proposal__call__criteria_version", "postponed_to")
        return self.select_related(*related).order_by("position")


class MeetingItem(models.Model):
    """A proposal on the agenda of a meeting. Recorded or postponed, it stays so."""

    # Added by agendas.items_for(), and only there after it.
    may_open: bool
    counting: int
    done: int

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="meeting_items")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.WAITING)
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    consensus = models.OneToOneField(Consensus, on_delete=models.PROTECT, null=True, related_name="item")
    postponed_reason = models.TextField(max_length=1000, blank=True)
    postponed_to = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="+")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = MeetingItemQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "proposal"], name="assessment_item_once"),
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="assessment_item_position_once",
                deferrable=Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(state=ItemState.WAITING), name="assessment_waits_on_one_agenda"
            ),
            models.CheckConstraint(
                name="assessment_item_state",
                condition=Q(state=ItemState.WAITING, consensus=None, postponed_reason="", settled_at=None)
                | Q(state=ItemState.RECORDED, consensus__isnull=False, postponed_reason="", settled_at__isnull=False)
                | (Q(state=ItemState.POSTPONED, consensus=None, settled_at__isnull=False) & ~Q(postponed_reason="")),
            ),
            models.CheckConstraint(
                name="assessment_postponed_elsewhere",
                condition=Q(postponed_to=None) | (Q(state=ItemState.POSTPONED) & ~Q(postponed_to=F("meeting"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.proposal}"

    @property
    def state_kind(self) -> str:
        """How a page marks the state, beside its words."""
        return ITEM_KINDS[ItemState(self.state)]

    @property
    def is_waiting(self) -> bool:
        """It is still to be discussed."""
        return self.state == ItemState.WAITING

    @property
    def is_recorded(self) -> bool:
        """The team agreed."""
        return self.state == ItemState.RECORDED

    @property
    def is_postponed(self) -> bool:
        """The team did not get to it, or could not agree yet."""
        return self.state == ItemState.POSTPONED


class ConsensusDraft(models.Model):
    """What was noted for an item while the team talks, until it is recorded. Each save is a new version."""

    item = models.OneToOneField(MeetingItem, on_delete=models.CASCADE, related_name="draft")
    version = models.PositiveIntegerField(default=1)
    content = models.JSONField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item} {self.version}"


class Minutes(models.Model):
    """The minutes of a closed meeting as they were made once: about all its items, or those that a reader may read."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    items = models.CharField(max_length=500, help_text="The positions of the items in it")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "items"], name="assessment_minutes_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.items}"
