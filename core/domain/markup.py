"""The small markup that people write letters in: paragraphs, headings and lists. Everything else stays plain text."""

import re
import unicodedata

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# From nothing upwards: no HTML, no links, no pictures, no emphasis can come in by itself.
_READER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(["heading", "list", "escape", "newline"])

# The letter's own title is its first heading: what people write begins with `##`, an h2 unless it stands deeper.
_HIGHEST_HEADING = 2
_HEADING_LEVELS = 2

# Signs that turn around what follows them; in a letter only a trick needs them.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"([\\{}#])")
_FIRST_MARK = re.compile(r"^([-+*]|\d+(?=[.)]))")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def to_html(text: str, *, highest_heading: int = _HIGHEST_HEADING) -> SafeString:
    """Return the HTML of a text: paragraphs, headings (##, ###) of two levels without gaps, and lists.

    `highest_heading` is the level of its first heading: one below the heading that the text stands under. HTML in
    the text comes out as text.
    """
    tokens = _READER.parse(text)
    _level_headings(tokens, highest_heading)
    _tighten_lists(tokens)
    html: SafeString = mark_safe(_READER.renderer.render(tokens, _READER.options, {}))  # noqa: S308  (it escapes all)
    return html


def as_text(value: str) -> str:
    """Return a value on one line, written so that nothing in it is read as markup or as a merge field."""
    said = _MARKS.sub(r"\\\1", one_line(value))
    first = _FIRST_MARK.match(said)
    if first is None:
        return said
    mark, rest = first[1], said[first.end() :]
    return f"{mark}\\{rest}" if mark[0].isdigit() else f"\\{mark}{rest}"


def plain(text: str) -> str:
    """Return a line of the markup as it reads, without the signs that keep markup apart from text."""
    return _ESCAPED.sub(r"\1", text)


def one_line(value: str) -> str:
    """Return a value without line breaks, control characters and signs that turn the direction of the text."""
    spaced = " ".join(_TURNS.sub("", value).split())
    return "".join(character for character in spaced if unicodedata.category(character) != "Cc")


def without_tricks(text: str) -> str:
    """Return a text with its lines, without control characters and signs that turn the direction of the text."""
    unix = _TURNS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in unix if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()


def lines_to_html(lines: list[str]) -> SafeString:
    """Return plain lines below each other, as in an address."""
    return mark_safe("<br>".join(escape(line) for line in lines))  # noqa: S308  (each line is escaped)


def _level_headings(tokens: list[Token], highest: int) -> None:
    """Bring headings to the two levels from `highest` down, and let none skip a level."""
    last = highest - 1
    for token in tokens:
        if token.type == "heading_open":
            wished = int(token.tag[1:]) + highest - _HIGHEST_HEADING
            last = min(max(wished, highest), last + 1, highest + _HEADING_LEVELS - 1)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{last}"


def _tighten_lists(tokens: list[Token]) -> None:
    """Let an item of a list hold its text itself: a paragraph within it is refused by PDF/UA."""
    depth = 0
    for token in tokens:
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if depth and token.type in {"paragraph_open", "paragraph_close"}:
            token.hidden = True
