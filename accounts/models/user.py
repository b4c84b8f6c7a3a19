from typing import Any, ClassVar, NamedTuple

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.states import Role

# Who came to us on paper may have no e-mail address. A domain that never exists (RFC 2606) stands in its place.
NO_EMAIL = "geen-adres.invalid"


class Parts(NamedTuple):
    """The parts that a person plays: the roles held, and whether there is a line, an organisation, a proposal."""

    roles: list[str]
    leads_lines: bool
    is_member: bool
    works_on_one: bool


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
    def parts(self) -> Parts:
        """The parts that this person plays, read once per request, in one query."""
        mine = User.objects.filter(pk=self.pk)
        return Parts(
            *mine.values_list(
                ArraySubquery(RoleHolding.objects.filter(user=OuterRef("pk")).values("role")),
                Exists(mine.filter(led_lines__isnull=False)),
                Exists(mine.filter(memberships__isnull=False)),
                Exists(mine.filter(collaborations__isnull=False, collaborations__until=None)),
            ).get()
        )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that this person holds."""
        return frozenset(map(Role, self.parts.roles))

    @property
    def leads_lines(self) -> bool:
        """Whether this person leads a programme line."""
        return self.parts.leads_lines

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
