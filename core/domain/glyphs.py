"""What the glyphs of a PDF say: the text that a screen reader reads out and that somebody copies."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

_MEANING = re.compile(rb"<([0-9a-f]{4,})> <[0-9a-f]*>")


def say_what_they_are(document: Any, pdf: Any) -> None:
    """Let every glyph say the letter that its font draws with it. A `finisher` of WeasyPrint.

    WeasyPrint lets a glyph say what stood in the text at its first place. Where several glyphs draw one sign (a letter
    with vowel marks in Hebrew or Arabic) the first of them says nothing and the last says everything, in the whole
    document, and words lose letters.
    """
    for font in document.fonts.values():
        better = dict(_better(font))
        if better:
            stream = _meanings(pdf, font.name)
            stream.stream = [_rewritten(line, better) for line in stream.stream]


def _better(font: Any) -> Iterator[tuple[int, str]]:
    from weasyprint.text.fonts import get_hb_object_data

    drawn = _drawn_by(get_hb_object_data(font.hb_face), font.index)
    silent: list[int] = []  # glyphs of the same sign, that have no letter of their own
    said = ""
    for glyph, text in font.to_unicode.items():
        letters = drawn.get(glyph, "")
        if letters and not _says(text, letters):
            yield glyph, letters[0]
        if text == "":
            silent += [] if letters else [glyph]
            said += letters[:1]
            continue
        rest = "".join(letter for letter in text if letter not in said + letters)
        if silent and rest:
            yield silent[0], rest
        silent, said = [], ""


def _says(text: str, letters: str) -> bool:
    # A ligature may say its letters one by one.
    return bool(text) and any(
        unicodedata.normalize("NFKC", letter) == unicodedata.normalize("NFKC", text) for letter in letters
    )


@lru_cache(maxsize=32)
def _drawn_by(content: bytes, index: int) -> dict[int, str]:
    """Return which letters, in order of code point, each glyph of a font stands for."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    found: dict[int, str] = {}
    with TTFont(BytesIO(content), fontNumber=index, lazy=True) as opened:
        for letter, name in sorted(opened.getBestCmap().items()):
            glyph = opened.getGlyphID(name)
            found[glyph] = found.get(glyph, "") + chr(letter)
    return found


def _meanings(pdf: Any, name: bytes) -> Any:
    """Return the stream that tells what the glyphs of a font mean."""
    for written in pdf.objects:
        if isinstance(written, dict) and written.get("BaseFont") == name and "ToUnicode" in written:
            return pdf.objects[int(written["ToUnicode"].split()[0])]
    raise LookupError(name)


def _rewritten(line: bytes, better: dict[int, str]) -> bytes:
    found = _MEANING.fullmatch(line)
    if found is None or (letter := better.get(int(found[1], 16))) is None:
        return line
    return b"<%s> <%s>" % (found[1], letter.encode("utf-16-be").hex().encode())
