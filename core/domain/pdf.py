"""HTML to PDF: tagged for screen readers (PDF/UA-1), reading nothing but what we hand over."""

import atexit
import base64
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core.errors import NotRendered

# Every style sheet goes with every document; a sheet speaks to its own kind of document by the class of its body.
STYLE_SHEETS = settings.BASE_DIR / "static" / "css" / "pdf"
FONTS = settings.NODE_MODULES / "@fontsource" / "source-sans-3"
# Weight and style of the faces that the style sheets use.
FACES = ((400, "normal"), (400, "italic"), (600, "normal"), (700, "normal"))
# Letters of the languages around us: the font's files under a family name of their own (two files under one name are
# mixed up: the wrong letters appear), with the part of Unicode that each covers (the font's own unicode.json).
SUBSETS = {
    "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, "
    "U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
    "latin-ext": "U+0100-0130, U+0132-0151, U+0154-02BA, U+1E00-1E9F, U+1EF2-1EFF, U+2113",
}

# They tell of every step; only what goes wrong is news.
for _name in ("fontTools", "weasyprint"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
_EMPTY_TITLE = "<title></title>"


def render(*, template: str, context: Mapping[str, Any], language: str = "nl") -> tuple[bytes, str]:
    """Render a template as an accessible PDF. Returns the PDF's bytes and the HTML that it was made from.

    The template extends `core/letter.html` or `core/pdf/document.html`; its first h1 is the document's title too.
    `context["moment"]` (aware, may be left out) is the only time that gets into the file, so that the same input
    gives the same bytes. Raises NotRendered when the HTML asks for anything from elsewhere, when it has no heading,
    or when the fonts are not installed.
    """
    with translation.override(language):
        html = _with_title(render_to_string(template, {**context, "created_at": _stamp(context.get("moment"))}))
    return _typeset(html), html


def _typeset(html: str) -> bytes:
    # Takes most of a second to import: only who makes a PDF pays for it.
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    sheet, fonts = _house_style()
    try:
        document = HTML(string=html, url_fetcher=_fetcher())
        pdf: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:
        raise NotRendered(_("The document asks for something from outside: %(what)s") % {"what": error}) from error
    return pdf


def _with_title(html: str) -> str:
    """Let the document's title say what its first heading says."""
    heading = _HEADING.search(html)
    if heading is None or not strip_tags(heading[1]).strip():
        raise NotRendered(_("A document needs a heading."))
    title = " ".join(strip_tags(heading[1]).split())
    return html.replace(_EMPTY_TITLE, f"<title>{title}</title>", 1)


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _fetcher() -> Any:
    """Make what fetches for WeasyPrint: it opens nothing but data that the document itself carries."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)


@cache
def _house_style() -> tuple[Any, Any]:
    """Read the style sheets and fonts, once for each process: that takes longer than typesetting a letter."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    # Its fonts lie in a directory that must be cleared away while Python is still whole.
    atexit.register(_house_style.cache_clear)
    sheets = [path.read_text(encoding="utf-8") for path in sorted(STYLE_SHEETS.glob("*.css"))]
    style = "\n".join([*_font_faces(FONTS), *sheets])
    return CSS(string=style, font_config=fonts, url_fetcher=_fetcher()), fonts


def _font_faces(directory: Path) -> Iterator[str]:
    """Return the rules that bring the fonts along, as data: nothing has to be opened while typesetting.

    Unpacked here, once for each process: WeasyPrint would do it again for every document, which takes most of a second.
    """
    from fontTools.ttLib import woff2  # type: ignore[import-untyped]

    for weight, style in FACES:
        for subset, characters in SUBSETS.items():
            path = directory / "files" / f"source-sans-3-{subset}-{weight}-{style}.woff2"
            if not path.is_file():
                raise NotRendered(_("The font for letters and reports is not installed. Run script/setup."))
            unpacked = BytesIO()
            woff2.decompress(str(path), unpacked)
            content = base64.b64encode(unpacked.getvalue()).decode("ascii")
            yield (
                f'@font-face {{ font-family: "Source Sans 3 {subset}"; font-weight: {weight}; font-style: {style}; '
                f"src: url(data:font/ttf;base64,{content}); unicode-range: {characters} }}"
            )
