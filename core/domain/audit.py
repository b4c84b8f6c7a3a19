"""The audit trail: one row for every change, in the transaction of the change."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from core.domain import clock
from core.models import AuditEntry

# The address that the current web request came from; empty for the command line and for background work.
origin: ContextVar[str] = ContextVar("audit_origin", default="")


def record(
    *,
    event: models.TextChoices,
    actor: AbstractBaseUser | None,
    about: models.Model,
    changes: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write down that `actor` (None: the application itself) did `event` to the object `about`.

    `changes` holds what changed, as JSON values. Call it inside the transaction that makes the change.
    """
    return AuditEntry.objects.create(
        at=clock.now(),
        event=event.value,
        actor_id=None if actor is None else actor.pk,
        object_type=about._meta.label_lower,
        object_id=str(about.pk),
        object_label=str(about)[:200],
        changes=dict(changes or {}),
        origin=origin.get(),
    )
