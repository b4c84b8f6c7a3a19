"""Fonts of PDFs: the house's own, and others for the letters that it lacks. Each is embedded, each is open.

The house's font goes with every document. Another comes along only where a document has a letter that needs it, so that
a name in Arabic costs the letters around it nothing. What no font here has is left to the fonts of the operating system
(`SYSTEM`), and what those lack comes out as U+FFFD: nothing disappears, and no reference to a missing glyph makes a
file unfit for the archive.
"""

import base64
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import NotRendered

PLACE = settings.NODE_MODULES / "@fontsource"
# Weight and style of the faces that the style sheets use. A font that lacks one is drawn with its nearest, and of the
# other fonts two do: unpacking a face takes a tenth of a second and more.
FACES = ((400, "normal"), (400, "italic"), (600, "normal"), (700, "normal"))
OTHER_FACES = ((400, "normal"), (700, "normal"))
PICTURE_FACES = ((400, "normal"),)
HOUSE = "source-sans-3"
# The files of one font go under a name of their own: two files under one name are mixed up.
HOUSE_PARTS = ("latin", "latin-ext")
# In the order in which they are asked. A part is a name in the font's own unicode.json; none named is all of them.
OTHERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (HOUSE, ("vietnamese", "greek", "greek-ext", "cyrillic", "cyrillic-ext")),
    ("vazirmatn", ("arabic",)),
    ("noto-sans-hebrew", ("hebrew",)),
    ("noto-sans-syriac", ("syriac",)),
    ("noto-sans-ethiopic", ("ethiopic",)),
    ("noto-sans-devanagari", ("devanagari",)),
    ("noto-sans-bengali", ("bengali",)),
    ("noto-sans-tamil", ("tamil",)),
    ("noto-sans-thai", ("thai",)),
    ("noto-emoji", ()),
    ("noto-sans-math", ("math",)),
)
PICTURES = ("noto-emoji", "noto-sans-math")
# Letters and signs of many scripts; Chinese, Japanese and Korean; and everything else, plainly drawn.
SYSTEM = ("DejaVu Sans", "Droid Sans Fallback", "Unifont", "Unifont Upper")
# What DejaVu draws well enough: arrows, mathematical operators, shapes and dingbats. No other font is fetched for them.
_LEFT_TO_SYSTEM = ((0x2000, 0x23CE), (0x2400, 0x25FA), (0x2700, 0x2704), (0x2706, 0x2727))
_VARIANTS = ("\ufe00", "\ufe0f")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Font:
    """A part of a font: the letters of one script, or some of them."""

    package: str
    part: str

    @property
    def family(self) -> str:
        """Return the name under which style sheets know it."""
        return f"{self.package.replace('-', ' ').title()} {self.part}"

    @property
    def faces(self) -> tuple[tuple[int, str], ...]:
        """Return the weights and styles that come along."""
        if self.package == HOUSE:
            return FACES
        return PICTURE_FACES if self.package in PICTURES else OTHER_FACES

    def path(self, weight: int, style: str) -> Path:
        """Return the file of a face, which need not be there."""
        return Path(PLACE / self.package / "files" / f"{self.package}-{self.part}-{weight}-{style}.woff2")


def house() -> list[Font]:
    """Return the fonts that every document has."""
    return [Font(HOUSE, part) for part in HOUSE_PARTS]


def others_for(text: str) -> tuple[Font, ...]:
    """Return which other fonts a text needs, always in the same order."""
    missing = {ord(letter) for letter in set(text) if not _needs_no_glyph(letter)}
    for font in house():
        missing -= _letters(font)
    if not missing:
        return ()
    needed = []
    for font, claimed in _others():
        # The claim tells quickly that a file need not be opened; the file itself tells what is really in it.
        if any(low <= letter <= high for letter in missing for low, high in claimed) and missing & _letters(font):
            needed.append(font)
            missing -= _letters(font)
    return tuple(needed)


def family_names(others: tuple[Font, ...]) -> str:
    """Return what stands after `font-family`, for a document with these other fonts."""
    names = [*(font.family for font in [*house(), *others]), *SYSTEM]
    return ", ".join([*(f'"{name}"' for name in names), "sans-serif"])


def printable(text: str) -> str:
    """Return a text in which every sign can be printed and read back.

    Signs that mean nothing outside one computer (private use, not assigned, control) become U+FFFD; separators of lines
    and paragraphs become a space. What chooses between a coloured and a plain drawing goes: paper has one.
    """
    unfit = {ord(letter): instead for letter in set(text) if (instead := _instead_of(letter)) is not None}
    return text.translate(unfit) if unfit else text


@cache
def face_rule(font: Font, weight: int, style: str) -> str:
    """Return the style rule that brings a face along, as data: nothing has to be opened while typesetting.

    Unpacked here, once for each process: WeasyPrint would do it again for every document. Empty when the font has no
    such face. Raises NotRendered when the font of the house is not there.
    """
    path = font.path(weight, style)
    if not path.is_file():
        if font.package == HOUSE:
            raise NotRendered(_("The font for letters and reports is not installed. Run script/setup."))
        return ""
    content = base64.b64encode(_unpacked(path)).decode("ascii")
    return (
        f'@font-face {{ font-family: "{font.family}"; font-weight: {weight}; font-style: {style}; '
        f"src: url(data:font/ttf;base64,{content}) }}"
    )


def _needs_no_glyph(letter: str) -> bool:
    # Joiners, marks of direction, white space: they shape what stands beside them.
    return unicodedata.category(letter) in {"Cc", "Cf", "Zs"}


def _instead_of(letter: str) -> str | None:
    if letter in "\t\n\r" or " " <= letter <= "~":
        return None
    if _VARIANTS[0] <= letter <= _VARIANTS[1]:
        return ""
    category = unicodedata.category(letter)
    if category in {"Zl", "Zp"}:
        return " "
    return REPLACEMENT if category in {"Cc", "Co", "Cn", "Cs"} else None


@cache
def _others() -> tuple[tuple[Font, tuple[tuple[int, int], ...]], ...]:
    return tuple(_read_others())


def _read_others() -> Iterator[tuple[Font, tuple[tuple[int, int], ...]]]:
    for package, parts in OTHERS:
        source = PLACE / package / "unicode.json"
        if not source.is_file():
            continue
        claims: dict[str, str] = json.loads(source.read_text(encoding="utf-8"))
        for name, claim in claims.items():
            # The parts of a large font have numbers for names, in brackets.
            if name in parts or (not parts and name.startswith("[")):
                yield Font(package, name.strip("[]")), tuple(_ranges(claim))


def _ranges(claim: str) -> Iterator[tuple[int, int]]:
    for part in claim.split(","):
        first, _dash, last = part.strip().removeprefix("U+").partition("-")
        yield int(first, 16), int(last or first, 16)


@cache
def _letters(font: Font) -> frozenset[int]:
    """Return which letters a font really has."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    path = font.path(400, "normal")
    if not path.is_file():
        raise NotRendered(_("The font for letters and reports is not installed. Run script/setup."))
    with TTFont(path, lazy=True) as opened:
        letters = frozenset(opened.getBestCmap())
    if font.package == HOUSE:
        return letters
    return frozenset(letter for letter in letters if not any(low <= letter <= high for low, high in _LEFT_TO_SYSTEM))


def _unpacked(path: Path) -> bytes:
    from fontTools.ttLib import woff2

    unpacked = BytesIO()
    woff2.decompress(str(path), unpacked)
    return unpacked.getvalue()
