"""People: registering, and giving and taking roles."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import RoleHolding, User
from accounts.states import AccountEvent, Role
from core.domain import audit


def register(*, user: User, by: User | None) -> User:
    """Save a new person. `by` None means that the person did it."""
    with transaction.atomic():
        user.save(force_insert=True)
        audit.record(event=AccountEvent.PERSON_REGISTERED, actor=by or user, about=user)
    return user


def change(*, user: User, changes: Mapping[str, Any], by: User) -> User:
    """Change a person's particulars: `changes` gives the new value of each field.

    With another e-mail address the old one opens the account no longer; the new one is confirmed at the next sign-in.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        if "email" in changes:
            changes = {**changes, "email": str(changes["email"]).lower()}
            EmailAddress.objects.filter(user=locked).delete()
        for field, value in changes.items():
            setattr(locked, field, value)
        if changes:
            locked.save(update_fields=list(changes))
            audit.record(event=AccountEvent.PERSON_CHANGED, actor=by, about=locked, changes=changes)
    return locked


def confirmed_addresses(user: User) -> set[str]:
    """Return the e-mail addresses of which a person proved that they are the own ones, in lower case."""
    found = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {address.lower() for address in found}


def give_role(*, user: User, role: Role, by: User) -> None:
    """Give a person a role; nothing happens when the person holds it already."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        _holding, is_new = RoleHolding.objects.get_or_create(user=locked, role=role)
        if is_new:
            _open_the_administration(locked)
            audit.record(event=AccountEvent.ROLE_GIVEN, actor=by, about=locked, changes={"role": role.value})


def take_role(*, user: User, role: Role, by: User) -> None:
    """Take a role from a person; nothing happens when the person doesn't hold it."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        taken, _by_model = RoleHolding.objects.filter(user=locked, role=role).delete()
        if taken:
            _open_the_administration(locked)
            audit.record(event=AccountEvent.ROLE_TAKEN, actor=by, about=locked, changes={"role": role.value})


def _open_the_administration(user: User) -> None:
    """Let Django's administration open for administrators and for nobody else, technical ones excepted."""
    is_administrator = RoleHolding.objects.filter(user=user, role=Role.ADMINISTRATOR).exists()
    user.is_staff = is_administrator or user.is_superuser
    user.save(update_fields=["is_staff"])
