"""What a page sends while somebody types: fields with what was typed and what was seen, as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict

from applications.domain.fields import Seen
from applications.forms.fields import typed

# More than the whole form can hold.
BYTES_MOST = 512 * 1024
FIELDS_MOST = 20
CONTROLS_MOST = 500
TRIED_MOST = 50


class NotUnderstood(Exception):
    """What was sent is not what a page of ours sends."""


@dataclass(frozen=True)
class Sent:
    """Fields of one step that a person (by primary key) typed in.

    `key` is of this save, `tried` are keys of saves whose answer never came.
    """

    user_id: int
    step: str
    key: UUID
    tried: list[UUID]
    seen: dict[str, Seen]
    data: QueryDict

    @property
    def names(self) -> list[str]:
        """The fields that were sent."""
        return list(self.seen)


def read(body: bytes) -> Sent:
    """Read what a page sent. Raises NotUnderstood."""
    try:
        told = json.loads(body)
        fields = told["fields"]
        controls = [(name, value) for field in fields.values() for name, value in field["controls"]]
        if len(fields) > FIELDS_MOST or len(controls) > CONTROLS_MOST or len(told["tried"]) > TRIED_MOST:
            raise NotUnderstood
        return Sent(
            user_id=int(told["user"]),
            step=str(told["step"]),
            key=UUID(told["key"]),
            tried=[UUID(key) for key in told["tried"]],
            seen=_seen(fields),
            data=typed([(_text(name), _text(value)) for name, value in controls]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise NotUnderstood from error


def _seen(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Seen]:
    return {name: Seen.read(_text(field["seen"])) for name, field in fields.items()}


def _text(value: Any) -> str:
    """Return a text that can be kept: no half characters."""
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value
