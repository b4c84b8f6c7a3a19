"""Documents that left the house: stored once with their hash, never changed."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from core.domain import clock
from core.errors import DocumentDamaged
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


def read(document: Document) -> bytes:
    """Return the stored bytes. Raises DocumentDamaged when the file is gone or no longer has its hash."""
    try:
        with document.file.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DocumentDamaged(
            _("The stored file of “%(document)s” is not what it was. Call in the administrator.")
            % {"document": document.title}
        )
    return content


def damaged() -> Iterator[tuple[Document, bool]]:
    """Read every stored file again and yield the documents whose file is gone or no longer has its hash.

    Beside each document: whether there is a file at all.
    """
    for document in Document.objects.only("kind", "title", "file", "sha256").order_by("pk").iterator(chunk_size=1000):
        try:
            with document.file.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            yield document, False
            continue
        if digest != document.sha256:
            yield document, True
