from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import MembershipRole, OrganisationKind

if TYPE_CHECKING:
    from accounts.models.user import User


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of_member(self, user: "User") -> "OrganisationQuerySet":
        """Return the organisations that a person acts for, by name."""
        return self.filter(memberships__user=user).order_by("name")


class Organisation(models.Model):
    """A partner: the organisation that proposes and receives."""

    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind of partner"), max_length=40, choices=OrganisationKind)
    kvk_number = models.CharField(_("KvK number"), max_length=8, null=True, unique=True)  # noqa: DJ001  (unique: NULL is "none")
    iban = models.CharField(_("IBAN"), max_length=34)
    phone = models.CharField(_("telephone number"), max_length=20, blank=True)
    created_at = models.DateTimeField()

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="accounts_kvk_eight_digits", condition=Q(kvk_number__regex=r"^\d{8}$")),
            models.CheckConstraint(
                name="accounts_kvk_unless_residents",
                condition=Q(kvk_number__isnull=False) | Q(kind=OrganisationKind.RESIDENTS),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def iban_in_groups(self) -> str:
        """The IBAN as people read it, in groups of four."""
        return " ".join(self.iban[start : start + 4] for start in range(0, len(self.iban), 4))


class Membership(models.Model):
    """A person who acts for an organisation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=MembershipRole)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organisation"], name="accounts_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.organisation})"
