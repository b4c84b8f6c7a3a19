"""Bytes of uploads on disk: under a name of our own, outside the web root, whole or not at all."""

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from core.domain import clock
from core.errors import DocumentDamaged, FileNotKept

# A file that is being written; what is older was left by a process that died.
ASIDE = ".part"


def keep(*, directory: str, name: UUID, content: bytes) -> str:
    """Write the bytes aside, bring them to disk, and give them their name. Returns the path below the store.

    Raises FileNotKept when the disk is full or away; then nothing is left behind.
    """
    path = f"{directory}/{name.hex[:2]}/{name}"
    target = _place(path)
    aside = target.with_suffix(ASIDE)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        with aside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise FileNotKept(_("The file could not be kept. Try again later; everything else is saved.")) from error
    return path


def read(path: str, *, sha256: str) -> bytes:
    """Return the bytes. Raises DocumentDamaged when the file is gone or is not what was kept."""
    try:
        content = _place(path).read_bytes()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DocumentDamaged(_("A stored file is not what it was. Call in the administrator."))
    return content


def remove(path: str) -> None:
    """Delete the bytes, if they are there."""
    _place(path).unlink(missing_ok=True)


def older_than(age: timedelta, *, directory: str) -> Iterator[str]:
    """Yield the paths of what stands in a directory of the store for longer than `age`."""
    limit = clock.now() - age
    for place in sorted(_place(directory).glob("*/*")):
        if datetime.fromtimestamp(place.stat().st_mtime, tz=limit.tzinfo) < limit:
            yield str(place.relative_to(settings.MEDIA_ROOT))


def _place(path: str) -> Path:
    return Path(settings.MEDIA_ROOT) / path
