"""Files for tests of uploads: whole ones, and ones that hold what they should not."""

import zipfile
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def a_pdf(*, text: str = "", change=None, **save) -> bytes:
    """A PDF of one empty page; `text` makes it differ, `change(pdf)` puts something in it."""
    held = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = text
        if change:
            change(pdf)
        pdf.save(held, deterministic_id=not save.get("encryption"), **save)
    return held.getvalue()


def opens_with(**action) -> bytes:
    """A PDF that does something when it is opened."""

    def change(pdf) -> None:
        pdf.Root.OpenAction = Dictionary(**action)

    return a_pdf(change=change)


def annotated(**annotation) -> bytes:
    """A PDF with something on its page."""

    def change(pdf) -> None:
        page = pdf.pages[0]
        page.Annots = Array([Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **annotation)])

    return a_pdf(change=change)


def with_attachment() -> bytes:
    def change(pdf) -> None:
        pdf.attachments["programma.exe"] = b"MZ"

    return a_pdf(change=change)


def package(members: dict[str, str | bytes]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return held.getvalue()


def word(**more: str | bytes) -> bytes:
    """A small file of Word; `more` are members by name, with `__` for a slash."""
    members = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}
    return package({**members, **{name.replace("__", "/"): content for name, content in more.items()}})


def relation(kind: str) -> str:
    return (
        '<Relationships xmlns="x"><Relationship Id="1" TargetMode="External" Target="https://elders.example/a" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
    )


def open_text(**more: str) -> bytes:
    members = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<o/>"}
    return package({**members, **{name.replace("__", "/"): content for name, content in more.items()}})
