"""A file is what its bytes say, whatever it is called."""

import zipfile
from io import BytesIO

import pytest

from core.domain import file_types


def package(**members: str) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return held.getvalue()


KNOWN = {
    "pdf": (b"%PDF-1.7\n%...", file_types.PDF),
    "png": (b"\x89PNG\r\n\x1a\n....", file_types.PNG),
    "jpeg": (b"\xff\xd8\xff\xe0....", file_types.JPEG),
    "word": (package(word__document_xml="<w/>"), file_types.WORD),
    "excel": (package(xl__workbook_xml="<x/>"), file_types.EXCEL),
    "odt": (package(mimetype="application/vnd.oasis.opendocument.text"), file_types.OPEN_TEXT),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_bytes_tell_what_a_file_is(name):
    content, kind = KNOWN[name]
    assert file_types.told_from(content) == kind


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00", b"<html>%PDF-", b" %PDF-1.7", b"PK\x03\x04broken", package(mimetype="x"), package(a="b")],
    ids=["empty", "program", "page", "late", "broken", "other mimetype", "any zip"],
)
def test_what_is_not_known_is_nothing(content):
    assert file_types.told_from(content) is None


def test_a_browser_is_told_by_the_name_that_we_gave():
    assert file_types.content_type_of("BL-2026-0001.pdf") == "application/pdf"
    assert file_types.content_type_of("lijst.CSV").startswith("text/csv")
    assert file_types.content_type_of("geheim.html") == "application/octet-stream"
    assert file_types.content_type_of("pdf.") == "application/octet-stream"
