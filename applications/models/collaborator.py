import hashlib
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core.signing import Signer
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.states import MembershipRole
from applications.models.proposal import Proposal

# The roles are those of an organisation, for one proposal: owner, editor, reader.
ROLES = MembershipRole

# What the links of invitations are signed with, so that a guess never reaches the database.
LINKS = Signer(salt="applications.invitation")


class CollaboratorQuerySet(models.QuerySet["Collaborator"]):
    def now(self) -> "CollaboratorQuerySet":
        """Return who works on a proposal at present; who left stays known, because an interest does not pass."""
        return self.filter(until=None)

    def for_together_page(self, proposal: Proposal) -> "CollaboratorQuerySet":
        """Return who works on a proposal, with what the page about them shows, first come first."""
        return self.now().filter(proposal=proposal).select_related("user", "invited_by").order_by("since", "pk")


class Collaborator(models.Model):
    """A person who works on one proposal, whether or not the person acts for the organisation."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="collaborators")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="collaborations")
    role = models.CharField(_("role"), max_length=10, choices=ROLES)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty for who began the proposal",
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = CollaboratorQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "user"], condition=Q(until=None), name="applications_collaborator_once"
            ),
            models.CheckConstraint(name="applications_collaborator_role", condition=Q(role__in=ROLES.values)),
            models.CheckConstraint(
                name="applications_collaborator_period", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Return what was neither accepted nor withdrawn; it may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open_at(self, moment: datetime) -> "InvitationQuerySet":
        """Return what can be accepted at a moment."""
        return self.unanswered().filter(expires_at__gt=moment)

    def for_together_page(self, proposal: Proposal) -> "InvitationQuerySet":
        """Return the invitations that nobody answered, for the page about who works on a proposal."""
        return self.unanswered().filter(proposal=proposal).select_related("invited_by").order_by("invited_at", "pk")

    def for_person(self, addresses: set[str], moment: datetime) -> "InvitationQuerySet":
        """Return what waits for the person behind e-mail addresses (in lower case), for the person's own page."""
        found = self.open_at(moment).filter(email__in=addresses)
        return found.select_related("proposal__organisation", "invited_by").order_by("invited_at", "pk")


class Invitation(models.Model):
    """An invitation to work on one proposal, sent to an e-mail address. Of its link only the hash is kept."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"), help_text="In lower case")
    role = models.CharField(_("role"), max_length=10, choices=ROLES)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="applications_invited_once",
            ),
            models.CheckConstraint(name="applications_invitation_role", condition=Q(role__in=ROLES.values)),
            models.CheckConstraint(name="applications_invitation_lower", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="applications_invitation_hashed",
                condition=Q(token_sha256__regex="^[0-9a-f]{64}$"),  # noqa: S106  (a pattern, no password)
            ),
            models.CheckConstraint(name="applications_invitation_ends", condition=Q(expires_at__gt=F("invited_at"))),
            models.CheckConstraint(
                name="applications_invitation_one_answer",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.email}"

    @staticmethod
    def hash_of(token: str) -> str:
        """Return what is kept of the token in a link."""
        return hashlib.sha256(token.encode()).hexdigest()

    def expired_at(self, moment: datetime) -> bool:
        """Tell whether the link has lost its force."""
        return moment >= self.expires_at
