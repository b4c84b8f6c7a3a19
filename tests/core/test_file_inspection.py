"""What can act, hide or burst is refused, with a reason; what people send every day is not."""

import zlib

import pikepdf
import pytest
from django.utils import translation
from pikepdf import Array, Dictionary, Name, String

from core.domain import file_types
from core.domain.file_inspection import MOST_MEMBERS, require_harmless
from core.errors import FileRefused
from tests.core import uploads

TAKEN = (file_types.PDF, file_types.WORD, file_types.EXCEL, file_types.OPEN_TEXT, file_types.PNG, file_types.JPEG)


def with_open_action_of(**action) -> bytes:
    return uploads.opens_with(**action)


def with_xfa(pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=String("<xdp/>"), Fields=Array([]))


def with_named_script(pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([])))


def link(kind: str) -> bytes:
    return uploads.word(**{"word___rels__document.xml.rels": uploads.relation(kind)})


MACRO_KIND = '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
MACRO_TYPE = uploads.package({"[Content_Types].xml": MACRO_KIND, "word/document.xml": "<w/>"})

HARMLESS = {
    "pdf": uploads.a_pdf,
    "pdf that opens on a page": lambda: with_open_action_of(S=Name.GoTo, D=Array([0])),
    "pdf with a link": lambda: uploads.annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://hengelo.example"))
    ),
    "word": uploads.word,
    "word with a link": lambda: link("hyperlink"),
    "odt": uploads.open_text,
    "png": lambda: uploads.PNG,
    "jpeg": lambda: uploads.JPEG,
}

REFUSED = {
    "empty": (lambda: b"", "not a file that we take"),
    "program": (lambda: b"MZ\x90\x00", "not a file that we take"),
    "page": (lambda: b"<html><script>", "not a file that we take"),
    "kind we know but don't take": (
        lambda: uploads.package({"mimetype": file_types.OPEN_SHEET.content_type}),
        "We take",
    ),
    "old word": (lambda: uploads.OLD_WORD, "old Word or Excel"),
    "macros": (lambda: uploads.word(word__vbaProject="x"), "macros"),
    "macros by their type": (lambda: MACRO_TYPE, "macros"),
    "object": (lambda: uploads.word(**{"word__embeddings__oleObject1.bin": "x"}), "another program"),
    "control": (lambda: uploads.word(**{"word__activeX__activeX1.xml": "x"}), "another program"),
    "template elsewhere": (lambda: link("attachedTemplate"), "elsewhere"),
    "object elsewhere": (lambda: link("oleObject"), "elsewhere"),
    "relations with a DTD": (
        lambda: uploads.word(**{"_rels__.rels": "<!DOCTYPE a [<!ENTITY b 'c'>]><Relationships/>"}),
        "elsewhere",
    ),
    "odt with macros": (lambda: uploads.open_text(Basic__Standard__Module1="x"), "macros"),
    "odt with a password": (
        lambda: uploads.open_text(**{"META-INF__manifest.xml": "<m><encryption-data/></m>"}),
        "password",
    ),
    "bomb": (lambda: uploads.word(word__media__bomb=b"\0" * 30_000_000), "unusually large"),
    "many members": (lambda: uploads.word(**{f"word__{n}": "" for n in range(MOST_MEMBERS + 1)}), "unusually large"),
    "pdf with a password": (
        lambda: uploads.a_pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
        "protected by a password",
    ),
    "pdf with a script": (lambda: with_open_action_of(S=Name.JavaScript, JS=String("app.alert(1)")), "script"),
    "pdf with a named script": (lambda: uploads.a_pdf(change=with_named_script), "script"),
    "pdf with a script on its page": (
        lambda: uploads.annotated(Subtype=Name.Link, AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("1")))),
        "script",
    ),
    "pdf that starts something": (lambda: with_open_action_of(S=Name.Launch, F=String("cmd.exe")), "start something"),
    "pdf with a file in it": (uploads.with_attachment, "other files"),
    "pdf with film": (lambda: uploads.annotated(Subtype=Name.RichMedia), "film"),
    "pdf form of XFA": (lambda: uploads.a_pdf(change=with_xfa), "XFA"),
    "pdf that is cut off": (lambda: b"%PDF-1.7\n1 0 obj", "damaged"),
    "pdf and package": (lambda: uploads.a_pdf() + uploads.word(), "two kinds"),
    "picture and package": (lambda: uploads.PNG + uploads.word(), "two kinds"),
    "picture and pdf": (lambda: uploads.JPEG + uploads.a_pdf(), "two kinds"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_people_send_every_day_is_taken(name):
    content = HARMLESS[name]()
    assert require_harmless(content, TAKEN) == file_types.told_from(content)


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_act_hide_or_burst_is_refused_with_its_reason(name):
    make, reason = REFUSED[name]
    with pytest.raises(FileRefused, match=reason):
        require_harmless(make(), TAKEN)


def test_a_script_deep_inside_a_compressed_object_is_found():
    def change(pdf) -> None:
        inner = Dictionary(S=Name.JavaScript, JS=String("1"))
        pdf.pages[0].PieceInfo = Dictionary(A=Array([Array([Dictionary(B=inner)])]))

    content = uploads.a_pdf(change=change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in content, "the test is about what a search in the bytes would miss"
    with pytest.raises(FileRefused, match="script"):
        require_harmless(content, TAKEN)


@pytest.fixture(autouse=True)
def reasons_in_english():
    """Read the reasons as they stand in the source."""
    with translation.override("en"):
        yield


def unfolding(megabytes: int) -> bytes:
    """A whole PDF whose list of pages is packed together with so many megabytes of spaces."""
    packer = zlib.compressobj(1)
    packed = packer.compress(b"5 0 <</Type/Pages/Count 1/Kids[3 0 R]>>")
    packed += b"".join(packer.compress(b" " * 1_000_000) for _turn in range(megabytes)) + packer.flush()
    parts = [
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 5 0 R>> endobj\n",
        b"3 0 obj <</Type/Page/Parent 5 0 R/MediaBox[0 0 9 9]>> endobj\n",
        b"4 0 obj <</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>> stream\n" % len(packed),
    ]
    page, objects = len(parts[0]), len(parts[0]) + len(parts[1])
    body = b"".join(parts) + packed + b"\nendstream endobj\n"
    places = [(0, 0, 65535), (1, 9, 0), (0, 0, 0), (1, page, 0), (1, objects, 0), (2, 4, 0), (1, len(body), 0)]
    entries = b"".join(kind.to_bytes(1) + at.to_bytes(4) + more.to_bytes(2) for kind, at, more in places)
    index = b"6 0 obj <</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Length %d>> stream\n" % len(entries)
    return body + index + entries + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(body)


def test_a_pdf_that_unfolds_into_more_than_memory_holds_is_refused():
    assert require_harmless(unfolding(1), TAKEN) == file_types.PDF
    bomb = unfolding(700)
    assert len(bomb) < 10_000_000, "small enough to be uploaded"
    with pytest.raises(FileRefused, match="damaged"):
        require_harmless(bomb, TAKEN)
