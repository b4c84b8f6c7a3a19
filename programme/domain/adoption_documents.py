"""The document by which a version of the criteria was adopted: kept as it was handed in."""

from pathlib import PurePath

from core.domain import documents
from core.models import Document

KIND = "criteria_adoption"
LONGEST_NAME = 80


def keep(*, name: str, content: bytes) -> Document:
    """Store the PDF that the programme manager handed in; the caller looked what is in it."""
    # A name from another system may hold a path, of either kind of slash.
    stem = PurePath(name.replace("\\", "/")).stem.strip()[:LONGEST_NAME] or KIND
    return documents.store(
        kind=KIND, title=stem, file_name=f"{stem}.pdf", content=content, facts={"handed_in_as": name[:200]}
    )
