import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.proposal import Proposal
from applications.states import AttachmentKind, AttachmentState

if TYPE_CHECKING:
    from django.utils.functional import Promise


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def there(self) -> "AttachmentQuerySet":
        """Return what was not taken away: also what was refused, so that everybody reads why."""
        return self.filter(removed_at=None)

    def counting(self) -> "AttachmentQuerySet":
        """Return what takes up place and is part of the proposal."""
        return self.there().exclude(state=AttachmentState.REFUSED)

    def waiting(self) -> "AttachmentQuerySet":
        """Return what the scanner has still to look at, the oldest first."""
        return self.there().filter(state=AttachmentState.UPLOADED).order_by("uploaded_at")


class Attachment(models.Model):
    """A file that belongs to a proposal (bijlage). The bytes stand in the store, under the id.

    What was submitted stays; a trigger holds that too. A refused one keeps its row and its reason, not its bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=20, choices=AttachmentKind)
    name = models.CharField(max_length=120)
    extension = models.CharField(max_length=8)
    byte_size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100, unique=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=AttachmentState, default=AttachmentState.UPLOADED)
    checked_at = models.DateTimeField(null=True)
    malware = models.CharField(max_length=100, blank=True, help_text="What the scanner found")
    removed_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["uploaded_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="applications_attachment_sha256", condition=Q(sha256__regex="^[0-9a-f]{64}$", byte_size__gt=0)
            ),
            models.CheckConstraint(
                name="applications_attachment_state",
                condition=Q(state=AttachmentState.UPLOADED, checked_at=None, malware="")
                | Q(state=AttachmentState.CLEAN, checked_at__isnull=False, malware="")
                | (Q(state=AttachmentState.REFUSED, checked_at__isnull=False) & ~Q(malware="")),
            ),
            models.UniqueConstraint(
                name="applications_attachment_once",
                fields=["proposal", "sha256"],
                condition=Q(removed_at=None) & ~Q(state=AttachmentState.REFUSED),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="applications_attachment_wait", fields=["uploaded_at"], condition=Q(state=AttachmentState.UPLOADED)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_clean(self) -> bool:
        """Whether anybody with the right may open it."""
        return self.state == AttachmentState.CLEAN

    @property
    def is_waiting(self) -> bool:
        """Whether the scanner has still to look at it."""
        return self.state == AttachmentState.UPLOADED

    @property
    def is_refused(self) -> bool:
        """Whether malware was found in it."""
        return self.state == AttachmentState.REFUSED

    @property
    def state_label(self) -> "str | Promise":
        """What people read of the state."""
        return AttachmentState(self.state).label
