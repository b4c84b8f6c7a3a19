"""Documents that left the house: stored once with their hash, never changed."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.domain import clock
from core.errors import DocumentDamaged, DocumentPurged
from core.models import Document

# Where documents stand in the store: a directory for each year and month below it (see the model's field).
PLACE = "documents"


def store(
    *, kind: str, title: str, file_name: str, content: bytes, facts: Mapping[str, Any], pk: UUID | None = None
) -> Document:
    """Keep the bytes of a rendered document with their SHA-256 and the facts that it states (JSON values).

    `file_name` is what a reader gets on download; on disk the file is named after its id. Who may be killed while at
    it gives the id beforehand, in `pk`, and afterwards clears away what a dead one left.
    """
    document = Document(
        id=pk or uuid4(),
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


def clear_away(pk: UUID) -> bool:
    """Remove the file of a document that never came to be: who stored it was stopped before the commit.

    Returns whether there was one. The file of a document that exists stays.
    """
    if Document.objects.filter(pk=pk).exists():
        return False
    storage = Document._meta.get_field("file").storage
    found = False
    for year in _directories(storage, PLACE):
        for month in _directories(storage, f"{PLACE}/{year}"):
            for name in storage.listdir(f"{PLACE}/{year}/{month}")[1]:
                if name.partition(".")[0] == str(pk):
                    storage.delete(f"{PLACE}/{year}/{month}/{name}")
                    found = True
    return found


def _directories(storage: Storage, path: str) -> list[str]:
    return sorted(storage.listdir(path)[0]) if storage.exists(path) else []


def remove_bytes(path: str) -> None:
    """Remove what stands at a place in the store, if it is there: of a document or an upload that was destroyed."""
    Document._meta.get_field("file").storage.delete(path)


def read(document: Document) -> bytes:
    """Return the stored bytes.

    Raises DocumentPurged when its term to keep was over, and DocumentDamaged when the file is gone or no longer has
    its hash.
    """
    if document.purged_at is not None:
        raise DocumentPurged(
            _("This document was destroyed on %(day)s, because the term to keep it was over (order %(order)s).")
            % {"day": date_format(clock.local_date(document.purged_at)), "order": document.purge_order}
        )
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


def destroyed() -> int:
    """Return how many documents were destroyed, because the term to keep them was over."""
    return Document.objects.exclude(purged_at=None).count()


def damaged() -> Iterator[tuple[Document, bool]]:
    """Read every stored file again and yield the documents whose file is gone or no longer has its hash.

    Beside each document: whether there is a file at all. What was destroyed under an order is not looked for.
    """
    kept = Document.objects.filter(purged_at=None).only("kind", "title", "file", "sha256").order_by("pk")
    for document in kept.iterator(chunk_size=1000):
        try:
            with document.file.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            yield document, False
            continue
        if digest != document.sha256:
            yield document, True
