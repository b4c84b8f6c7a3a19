from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Exists
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.states import Role

# Who came to us on paper may have no e-mail address. A domain that never exists (RFC 2606) stands in its place.
NO_EMAIL = "geen-adres.invalid"


class UserManager(BaseUserManager["User"]):
    """Makes people known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person. `password` None means that the person signs in elsewhere."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make the technical administrator who may open the Django admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person who signs in with an e-mail address. No group accounts."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"), max_length=2, default="nl", choices=[("nl", _("Dutch")), ("en", _("English"))]
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
            models.CheckConstraint(name="accounts_user_has_name", condition=~models.Q(full_name="")),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def has_email(self) -> bool:
        """Whether mail can reach this person; who came to us on paper may have no address."""
        return not self.email.endswith(f"@{NO_EMAIL}")

    @property
    def known_email(self) -> str:
        """The e-mail address for people to read; empty when there is none."""
        return self.email if self.has_email else ""

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles that this person holds, read once per request."""
        return frozenset(Role(role) for role in self.role_holdings.values_list("role", flat=True))

    @cached_property
    def ties(self) -> tuple[bool, bool, bool]:
        """Whether this person leads a line, acts for an organisation, works on a proposal; read once per request."""
        mine = User.objects.filter(pk=self.pk)
        leads_line = Exists(mine.filter(led_lines__isnull=False))
        is_member = Exists(mine.filter(memberships__isnull=False))
        works_on_one = Exists(mine.filter(collaborations__isnull=False, collaborations__until=None))
        leads, member, works = mine.values_list(leads_line, is_member, works_on_one).get()
        return leads, member, works

    @property
    def leads_lines(self) -> bool:
        """Whether this person leads a programme line."""
        return self.ties[0]

    def holds(self, *roles: Role) -> bool:
        """Tell whether this person holds any of the roles."""
        return not self.roles.isdisjoint(roles)


class RoleHolding(models.Model):
    """A role that a person holds."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_holdings")
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_role_once"),
            models.CheckConstraint(name="accounts_role_known", condition=models.Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
