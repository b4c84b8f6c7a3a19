"""Requests that must be carried out once, whatever the browser does: double click, back button, retry."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.utils.translation import gettext as _

from core.domain import clock
from core.errors import RequestKeyReused
from core.models import HandledRequest

CLAIM = """
    INSERT INTO core_handledrequest (key, purpose, actor_id, body_sha256, at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (key) DO NOTHING
"""


def take(*, key: UUID, actor: AbstractBaseUser, purpose: str, body: Mapping[str, Any]) -> tuple[HandledRequest, bool]:
    """Claim a request key inside the transaction that carries the request out.

    Returns the row and whether it is new. A second request with the key waits until the first has committed and then
    finds its row, with the answer. The same key with another body, purpose or person raises RequestKeyReused.
    """
    body_sha256 = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    request = HandledRequest(key=key, purpose=purpose, actor_id=actor.pk, body_sha256=body_sha256, at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [key, purpose, actor.pk, body_sha256, request.at])
        if cursor.rowcount == 1:
            return request, True
    kept = HandledRequest.objects.select_for_update().get(pk=key)
    if (kept.purpose, kept.actor_id, kept.body_sha256) != (purpose, actor.pk, body_sha256):
        raise RequestKeyReused(
            _("This page was sent before with something else on it. Open it again and check what is there now.")
        )
    return kept, kept.answer is None


def answer(request: HandledRequest, **values: Any) -> None:
    """Store the answer that a repeat of the request gets. JSON values."""
    request.answer = values
    request.save(update_fields=["answer"])
