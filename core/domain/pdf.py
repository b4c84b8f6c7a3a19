"""HTML to PDF: one file for screen readers (PDF/UA-1) and the archive (PDF/A-3a), of nothing but what we hand over."""

import atexit
import base64
import gc
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core.domain import fonts, glyphs
from core.domain.fonts import Font
from core.errors import NotRendered

# Every style sheet goes with every document; a sheet speaks to its own kind of document by the class of its body.
STYLE_SHEETS = settings.BASE_DIR / "static" / "css" / "pdf"
VARIANT = "pdf/a-3a"
# A file without a moment has no date; what is attached to it must have one.
_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)

# How often Python looks for what nothing refers to any more, while a document is made.
_RARELY = (20_000, 50, 10)

# They tell of every step; only what goes wrong is news.
for _name in ("fontTools", "weasyprint"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
_EMPTY_TITLE = "<title></title>"
# What looks like one word, longer than any word is, outside tags; a letter keeps its marks, an entity is one letter.
_LETTER = r"(?:&[#\w]+;|[^\s<>&][\u0300-\u036f]*)"
_ENDLESS = re.compile(rf"{_LETTER}{{41,}}(?![^<>]*>)")
_PART = re.compile(rf"{_LETTER}{{1,16}}")
_MAY_BREAK = "\u200b"

# PDF/A knows no word for "this is PDF/UA too": it must be told what the word means (ISO 19005-3, 6.6.2.3.3).
_ALSO_UA = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


@dataclass(frozen=True)
class File:
    """A file that goes along inside a PDF: the figures behind what the pages state.

    `name` has an extension (`figures.csv`), `mime` is its type (`text/csv`), `description` tells what it holds.
    """

    name: str
    content: bytes
    mime: str
    description: str


def render(
    *, template: str, context: Mapping[str, Any], language: str = "nl", attachments: Sequence[File] = ()
) -> tuple[bytes, str]:
    """Render a template as an accessible PDF. Returns the PDF's bytes and the HTML that it was made from.

    The template extends `core/letter.html` or `core/pdf/document.html`; its first h1 is the document's title too.
    `context["moment"]` (aware, may be left out) is the only time that gets into the file, so that the same input
    gives the same bytes. Raises NotRendered when the HTML asks for anything from elsewhere, when it has no heading,
    or when the fonts are not installed.
    """
    moment = context.get("moment")
    with translation.override(language):
        html = _with_title(render_to_string(template, {**context, "created_at": _stamp(moment)}))
    with _looking_rarely():
        return _typeset(_breakable(fonts.printable(html)), attachments, moment or _NO_MOMENT), html


@contextmanager
def _looking_rarely() -> Iterator[None]:
    """Let Python look for rubbish less often: nearly all of a document is in use until its last byte is written.

    Looking as often as usual finds next to nothing and takes a fifth of the time of a long report.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _typeset(html: str, attachments: Sequence[File], moment: datetime) -> bytes:
    # Takes most of a second to import: only who makes a PDF pays for it.
    from weasyprint.urls import FatalURLFetchingError

    try:
        document, content = _drawn(html, attachments, moment)
        if missing := _without_glyph(document):
            instead = dict.fromkeys(missing, fonts.REPLACEMENT)
            _document, content = _drawn(html.translate(instead), attachments, moment)
    except FatalURLFetchingError as error:
        raise NotRendered(_("The document asks for something from outside: %(what)s") % {"what": error}) from error
    return content


def _drawn(html: str, attachments: Sequence[File], moment: datetime) -> tuple[Any, bytes]:
    from weasyprint import HTML

    sheets, faces = _house_style(fonts.others_for(html))
    document = HTML(string=html, url_fetcher=_fetcher()).render(
        stylesheets=sheets, font_config=faces, pdf_variant=VARIANT
    )
    _say_that_it_is_accessible(document.metadata)
    content: bytes = document.write_pdf(
        pdf_variant=VARIANT,
        attachments=[_attachment(file, moment) for file in attachments],
        finisher=glyphs.say_what_they_are,
    )
    return document, content


def _without_glyph(document: Any) -> set[int]:
    """Return the code points that no font could draw."""
    return {letter for font in document.fonts.values() for letter in font.missing}


def _say_that_it_is_accessible(metadata: Any) -> None:
    """Let the description of the file (XMP) say that it keeps to PDF/UA-1 beside PDF/A-3a."""
    described = metadata.generate_rdf_metadata
    end = b"</rdf:RDF>"
    metadata.generate_rdf_metadata = lambda *told: described(*told).replace(end, _ALSO_UA + end)


def _attachment(file: File, moment: datetime) -> Any:
    from weasyprint import Attachment

    return Attachment(
        url=f"data:{file.mime};base64,{base64.b64encode(file.content).decode('ascii')}",
        url_fetcher=_fetcher(),
        name=file.name,
        description=file.description,
        created=moment.astimezone(UTC),
        modified=moment.astimezone(UTC),
        relationship="Data",
    )


def _with_title(html: str) -> str:
    """Let the document's title say what its first heading says."""
    heading = _HEADING.search(html)
    if heading is None or not strip_tags(heading[1]).strip():
        raise NotRendered(_("A document needs a heading."))
    title = " ".join(strip_tags(heading[1]).split())
    return html.replace(_EMPTY_TITLE, f"<title>{title}</title>", 1)


def _breakable(html: str) -> str:
    """Let a word without end break, so that it keeps to its column and its page."""
    head, body, rest = html.partition("<body")
    return head + body + _ENDLESS.sub(lambda word: _MAY_BREAK.join(_PART.findall(word[0])), rest)


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _fetcher() -> Any:
    """Make what fetches for WeasyPrint: it opens nothing but data that the document itself carries."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)


@lru_cache(maxsize=8)
def _house_style(others: tuple[Font, ...]) -> tuple[list[Any], Any]:
    """Read the fonts, once for each process and choice of other fonts: that takes longer than typesetting a letter."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    faces = FontConfiguration()
    _clear_at_exit()
    rules = [fonts.face_rule(font, *face) for font in [*fonts.house(), *others] for face in font.faces]
    style = "\n".join([*rules, f"html {{ font-family: {fonts.family_names(others)} }}"])
    return [_sheets(), CSS(string=style, font_config=faces, url_fetcher=_fetcher())], faces


@cache
def _clear_at_exit() -> None:
    # The fonts lie in directories that must be cleared away while Python is still whole.
    atexit.register(_house_style.cache_clear)


@cache
def _sheets() -> Any:
    """Read the style sheets, once for each process."""
    from weasyprint import CSS

    sheets = [path.read_text(encoding="utf-8") for path in sorted(STYLE_SHEETS.glob("*.css"))]
    return CSS(string="\n".join(sheets), url_fetcher=_fetcher())
