"""What a PDF says of itself, for tests."""

import subprocess
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

import pikepdf

HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")


def tagged(content: bytes) -> list[tuple[str, str | None]]:
    """Return the tags of a PDF in reading order, each with its alternative text if it has one."""
    with pikepdf.open(BytesIO(content)) as document:
        return list(_walk(document.Root.StructTreeRoot.K))


def _walk(node: pikepdf.Object) -> Iterator[tuple[str, str | None]]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _walk(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S).lstrip("/"), str(node.Alt) if "/Alt" in node else None
        if "/K" in node:
            yield from _walk(node.K)


def text_of(content: bytes) -> str:
    """Return the words of a PDF as a reader copies them, one space between."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def letters_of(text: str) -> set[str]:
    """Return the letters and signs of a text, without what joins them or turns their direction."""
    return {
        letter
        for letter in unicodedata.normalize("NFKC", text)
        if unicodedata.category(letter) not in {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"}
    }


def check_what_it_says_of_itself(content: bytes, *, language: str) -> None:
    """Fail when a PDF lacks its language, its title, a heading in its place, or the text of a picture."""
    tags = tagged(content)
    headings = [HEADINGS.index(tag) for tag, _alt in tags if tag in HEADINGS]
    assert headings[0] == 0, "the first heading is not the document's own"
    assert all(after <= before + 1 for before, after in pairwise(headings)), f"a level is skipped: {headings}"
    assert all(alt and alt.strip() for tag, alt in tags if tag == "Figure"), "a picture says nothing"
    with pikepdf.open(BytesIO(content)) as document:
        assert str(document.Root.Lang) == language
        assert document.Root.ViewerPreferences.DisplayDocTitle
        title = str(document.docinfo["/Title"]).strip()
        assert title
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == title
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["pdfuaid:part"] == "1"
        assert headings.count(0) == 1, "one title a document"
        if len(headings) > 1:
            assert len(document.open_outline().root) > 0, "no bookmarks"
