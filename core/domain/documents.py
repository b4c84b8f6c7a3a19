"""Documents that left the house: stored once with their hash, never changed."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile

from core.domain import clock
from core.models import Document


def store(*, kind: str, title: str, file_name: str, content: bytes, facts: Mapping[str, Any]) -> Document:
    """Keep the bytes of a rendered document with their SHA-256 and the facts that it states (JSON values).

    `file_name` is what a reader gets on download; on disk the file is named after its id.
    """
    document = Document(
        kind=kind,
        title=title,
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        byte_size=len(content),
        facts=dict(facts),
        rendered_at=clock.now(),
    )
    suffix = file_name.rpartition(".")[2]
    document.file.save(f"{document.id}.{suffix}", ContentFile(content), save=False)
    document.save(force_insert=True)
    return document


def is_intact(document: Document) -> bool:
    """Tell whether the stored file still has the hash that it was stored with."""
    with document.file.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == document.sha256
