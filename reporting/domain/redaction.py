"""Blacking out: what another party may not read never gets into the document that it is given.

The text itself is replaced, before anything is typeset: there is nothing underneath.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

# The shortest part of a name that is looked for by itself.
SHORTEST_PART = 3
# Parts of Dutch names that are words of their own.
_PARTICLES = frozenset({"van", "der", "den", "ter", "ten", "het", "the", "von", "und", "aan", "bij", "uit", "voor"})
# Signs that nobody sees and that would hide a name from a search.
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])


class Ground(Enum):
    """Why something is blacked out, by the article of the Open Government Act (Woo) that the box names."""

    PRIVACY = "5.1.2e"
    BUSINESS = "5.1.1c"


@dataclass(frozen=True)
class Segment:
    """A piece of text, or a piece that is gone: then only the ground is left."""

    text: str
    ground: Ground | None = None


@dataclass(frozen=True)
class Marker:
    """Finds what must go. `amounts`: figures of the partner's business go too."""

    pattern: re.Pattern[str]
    amounts: bool

    def black_out(self, text: str) -> list[Segment]:
        """Cut a text in what may be read and what is gone."""
        clean = unicodedata.normalize("NFC", text).translate(_UNSEEN)
        segments: list[Segment] = []
        end = 0
        for found in self.pattern.finditer(clean):
            if found.start() > end:
                segments.append(Segment(clean[end : found.start()]))
            segments.append(Segment("", Ground.BUSINESS if found.lastgroup == "amount" else Ground.PRIVACY))
            end = found.end()
        if end < len(clean):
            segments.append(Segment(clean[end:]))
        return segments


# How people are reached: these go first, for a name may be a part of an address.
_MAIL = r"(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
_NUMBERS = (
    r"(?P<iban>(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){10,30}(?!\w))",
    r"(?P<postcode>(?<!\w)[1-9]\d{3} ?[A-Z]{2}(?!\w))",
    # Telephone numbers: from abroad, and with the ten figures of the Netherlands.
    r"(?P<abroad>(?<!\w)(?:\+|00)[1-9](?:[ .()/-]{0,2}\d){7,13}(?!\w))",
    r"(?P<local>(?<![\w.,-])(?!\d\d[-/.]\d\d[-/.]\d{4})0[1-9](?:[ ./-]{0,3}\d){8}(?!\w))",
    # A number of 8 or 9 figures: of the chamber of commerce, or of a citizen.
    r"(?P<number>(?<![\w.,-])\d{8,9}(?!\w))",
)
_SUM = r"\d+(?:\.\d+)*(?:,\d{1,2}|,-)?(?: ?(?:miljoen|mln\.?|duizend))?"
_AMOUNT = (
    rf"(?P<amount>(?:€|(?<!\w)(?:EUR|euro)) ?{_SUM}|(?<![\w.,]){_SUM} ?(?:€|(?:EUR|euro)(?!\w))"
    r"|(?<![\w.,-])\d{1,3}(?:\.\d{3})+(?:,\d{2}|,-)?(?![\w-])|(?<![\w.,-])\d+,(?:\d{2}(?!\w)|-))"
)


def marker(*, names: Iterable[str], words: Collection[str] = (), amounts: bool) -> Marker:
    """Make what finds the names of people, in full or in part, how they are reached, and the words that are given.

    Upper and lower case make no difference. `amounts` finds sums of money and figures with decimals as well.
    """
    patterns = [_MAIL, *_names(names, words), *_NUMBERS, *([_AMOUNT] if amounts else [])]
    return Marker(re.compile("|".join(patterns), re.IGNORECASE), amounts)


def _names(names: Iterable[str], words: Collection[str]) -> Iterator[str]:
    whole = {" ".join(name.split()) for name in (*names, *words)} - {""}
    parts = {part for name in whole.difference(words) for part in (*name.split(), *re.findall(r"\w+", name))}
    found = whole | {part for part in parts if len(part) >= SHORTEST_PART and part.casefold() not in _PARTICLES}
    if found:
        longest_first = sorted(found, key=lambda text: (-len(text), text))
        alternatives = "|".join(r"\s+".join(map(re.escape, one.split())) for one in longest_first)
        yield rf"(?P<name>(?<!\w)(?:{alternatives})(?!\w))"
