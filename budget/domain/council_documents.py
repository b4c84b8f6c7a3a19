"""The document of a decision of the council: kept as it was handed in."""

from pathlib import PurePath

from core.domain import documents
from core.domain.file_types import FileType
from core.models import Document

KIND = "council_decision"
LONGEST_NAME = 80


def keep(*, name: str, content: bytes, kind: FileType) -> Document:
    """Store what the financial adviser handed in as the council's document; its name ends as its content says."""
    # A name from another system may hold a path, of either kind of slash.
    stem = PurePath(name.replace("\\", "/")).stem.strip()[:LONGEST_NAME] or KIND
    return documents.store(
        kind=KIND, title=stem, file_name=f"{stem}.{kind.extension}", content=content, facts={"handed_in_as": name[:200]}
    )
