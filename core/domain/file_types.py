"""What kind of file it is, told from its content: a name or a browser's word for it proves nothing."""

import zipfile
from io import BytesIO
from typing import NamedTuple


class FileType(NamedTuple):
    """A kind of file that we take or make: how its name ends, and how a browser is told."""

    extension: str
    content_type: str


PDF = FileType("pdf", "application/pdf")
PNG = FileType("png", "image/png")
JPEG = FileType("jpg", "image/jpeg")
CSV = FileType("csv", "text/csv; charset=utf-8")
JSON = FileType("json", "application/json")
XML = FileType("xml", "application/xml")
WORD = FileType("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
EXCEL = FileType("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
OPEN_TEXT = FileType("odt", "application/vnd.oasis.opendocument.text")
OPEN_SHEET = FileType("ods", "application/vnd.oasis.opendocument.spreadsheet")

_ALL = (PDF, PNG, JPEG, CSV, JSON, XML, WORD, EXCEL, OPEN_TEXT, OPEN_SHEET)
_BY_EXTENSION = {kind.extension: kind for kind in _ALL}
_BEGINNINGS = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
# What a package of office software holds when it is what it says.
_MEMBERS = {"word/document.xml": WORD, "xl/workbook.xml": EXCEL}
_OPEN = {kind.content_type.encode(): kind for kind in (OPEN_TEXT, OPEN_SHEET)}
# Longer than any name of a kind.
_LONGEST_NAME = 200


def told_from(content: bytes) -> FileType | None:
    """Return the kind of file that the bytes are; None for whatever we don't know."""
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    return _package(content) if content.startswith(b"PK\x03\x04") else None


def content_type_of(file_name: str) -> str:
    """Return how a browser is told what a stored document is, by the name that we gave it."""
    kind = _BY_EXTENSION.get(file_name.rpartition(".")[2].lower())
    return kind.content_type if kind else "application/octet-stream"


def _package(content: bytes) -> FileType | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = set(package.namelist())
            if "mimetype" in names:
                with package.open("mimetype") as member:
                    return _OPEN.get(member.read(_LONGEST_NAME))
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError):
        return None
    return next((kind for member, kind in _MEMBERS.items() if member in names), None)
