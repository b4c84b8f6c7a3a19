"""Searching proposals in Dutch, within what a person may read (see docs/search.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.contrib.postgres.search import CombinedSearchQuery, SearchHeadline, SearchQuery, SearchRank
from django.db.models import Case, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value, When

from applications.models import Proposal, ProposalSearch

# Dutch with accents laid aside; the migration makes it.
CONFIG = "applications_dutch"
LONGEST = 200  # characters of a question
WORDS_MOST = 12
# Signs that nobody types, around what was found: the page writes its own tags around the text between them.
START, STOP = "\u0002", "\u0003"

_REFERENCE = re.compile(r"[A-Z]{2}-(?:\d{0,4}|\d{4}-\d{0,4})")
_NUMBER = re.compile(r"\d{4}-\d{1,4}")
_OR = re.compile(r"\bof\b", re.IGNORECASE)
_PIECE = re.compile(f"{START}([^{START}{STOP}]*){STOP}")

Question = SearchQuery | CombinedSearchQuery


@dataclass(frozen=True)
class Readable:
    """What a person may find. Each proposal counts once, for the first of these that holds it."""

    mine: QuerySet[Proposal]  # as a partner: all words
    files: QuerySet[Proposal]  # as a member of the team: all words
    listed: QuerySet[Proposal]  # known from a list: title, reference and organisation only


@dataclass(frozen=True)
class Piece:
    """A part of a text; `found` when it is what was asked for."""

    text: str
    found: bool


@dataclass(frozen=True)
class Hit:
    """A proposal that was found. `is_mine`: as a partner; `is_open`: with all its words."""

    proposal: Proposal
    title: list[Piece]
    snippet: list[Piece]
    is_mine: bool
    is_open: bool


def tidy(text: str) -> str:
    """Return a question without what PostgreSQL can't hold, without needless blanks, and not too long."""
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]


def question_of(text: str, *, beginnings: bool = False) -> Question | None:
    """Return what to ask the database: the words, "a phrase", of (or), -not; None when there is no word in it.

    With `beginnings` a word is also found inside a longer one that it begins, as Dutch makes them.
    """
    if not beginnings:
        # PostgreSQL knows the English “or” only; within quotation marks nothing changes.
        parts = text.split('"')
        parts[::2] = [_OR.sub("or", part) for part in parts[::2]]
        return SearchQuery('"'.join(parts), config=CONFIG, search_type="websearch")
    words = re.findall(r"\w+", text)[:WORDS_MOST]
    if not words:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config=CONFIG, search_type="raw")


def find(text: str, readable: Readable, *, beginnings: bool = False) -> QuerySet[Proposal]:
    """Return the proposals that a person finds with a text, the best first.

    A reference or its beginning finds by reference.
    """
    mine, files, listed = (part.order_by().values("pk") for part in (readable.mine, readable.files, readable.listed))
    found = Proposal.objects.select_related("organisation", "line", "proposed_line")
    whole_is_open = Q(pk__in=mine) | Q(pk__in=files)
    if (reference := _reference_in(text)) is not None:
        return found.filter(whole_is_open | Q(pk__in=listed), reference__startswith=reference).order_by("-reference")
    question = question_of(text, beginnings=beginnings)
    if question is None:
        return found.none()
    # First the words, by the indexes; then whether the person may find them.
    words = ProposalSearch.objects.filter(Q(whole=question) | Q(head=question)).values("pk")
    all_words, head_words = Q(search__whole=question) & whole_is_open, Q(search__head=question, pk__in=listed)
    rank = Case(
        When(whole_is_open, then=SearchRank(F("search__whole"), question)),
        default=SearchRank(F("search__head"), question),
    )
    return found.filter(all_words | head_words, pk__in=words).annotate(rank=rank).order_by("-rank", "-pk")


def hits(found: Sequence[Proposal], text: str, readable: Readable, *, beginnings: bool = False) -> list[Hit]:
    """Return proposals of `find` with what was asked marked in the title and in pieces of the text: one query.

    Of a proposal that the person knows from a list only, there are no pieces of the text.
    """
    question = question_of(text, beginnings=beginnings) or SearchQuery("", config=CONFIG)
    whole = Func(F("pk"), function="applications_search_text", output_field=TextField())
    headline = partial(SearchHeadline, query=question, config=CONFIG, start_sel=START, stop_sel=STOP)
    title = headline("title", highlight_all=True)
    snippet = headline(whole, max_fragments=2, max_words=28, min_words=12)
    is_mine = Exists(readable.mine.order_by().filter(pk=OuterRef("pk")))
    is_open = Exists(readable.files.order_by().filter(pk=OuterRef("pk")))
    shown = Case(When(is_mine | is_open, then=snippet), default=Value(""), output_field=TextField())
    rows = Proposal.objects.filter(pk__in=[proposal.pk for proposal in found])
    by_id = {row[0]: row[1:] for row in rows.values_list("pk", title, shown, is_mine, is_open)}
    return [_hit(proposal, *by_id[proposal.pk]) for proposal in found]


def _hit(proposal: Proposal, title: str, snippet: str, is_mine: bool, is_open: bool) -> Hit:  # noqa: FBT001
    return Hit(proposal, pieces(title), pieces(snippet), is_mine=is_mine, is_open=is_mine or is_open)


def pieces(marked: str) -> list[Piece]:
    """Cut a text at the signs around what was found. The text itself is returned as it is: the page escapes it."""
    found = []
    for number, part in enumerate(_PIECE.split(marked)):
        text = part.replace(START, "").replace(STOP, "")
        if text:
            found.append(Piece(text, found=number % 2 == 1))
    return found


def _reference_in(text: str) -> str | None:
    """Return the reference that a text is, or begins; `2026-0014` lacks its series."""
    upper = text.upper()
    if _REFERENCE.fullmatch(upper):
        return upper
    return f"TF-{upper}" if _NUMBER.fullmatch(upper) else None
