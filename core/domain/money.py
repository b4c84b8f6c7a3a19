"""Euros: reading, writing, rounding and adding them. The only place where an amount is rounded."""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import AmountNotUnderstood

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
LARGEST = Decimal("9999999999.99")
NO_BREAK_SPACE = "\u00a0"

_DUTCH = re.compile(r"(?P<euros>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<cents>\d{1,2}|-))?")

# A minus (the keyboard's, or the real one) before or after the sign of the euro.
_SIGNED = re.compile(r"(?:€|EUR)?\s*[-\u2212]\s*(?:€|EUR)?\s*(?P<amount>[^€]*)", re.DOTALL)


def round_to_cents(amount: Decimal) -> Decimal:
    """Round an amount in euros to whole cents, half a cent away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum in euros, `0.00` for nothing."""
    return sum(amounts, ZERO)


def percentage_of(amount: Decimal, percent: int) -> Decimal:
    """Return `percent` percent of an amount in euros, in whole cents."""
    return round_to_cents(amount * percent / 100)


def split_by_shares(amount: Decimal, shares: Sequence[int]) -> list[Decimal]:
    """Split an amount of zero or more euros over shares, such as percentages; together the parts are the amount.

    Each part is what the shares up to there come to, less what went before: no part is more than a cent from its exact
    share, and no cent is lost. Raises ValueError without a share above zero, or with one below.
    """
    whole = sum(shares)
    if whole <= 0 or min(shares) < 0:
        raise ValueError("shares are zero or more, and at least one is above zero")
    ends = [round_to_cents(amount * sum(shares[:number]) / whole) for number in range(len(shares) + 1)]
    parts = [end - start for start, end in pairwise(ends)]
    if total(parts) != amount:
        raise ValueError("a split must come to the amount")
    return parts


def parse_euros(text: str) -> Decimal:
    """Read what a person typed as euros, the Dutch way: a point for thousands, a comma for cents.

    `25000`, `25.000`, `25.000,50`, `€ 25.000,-` are understood. Whatever could be meant in two ways (`25.00`,
    `1,000`) or is no amount at all (`nan`, `1e9`, `-1`) raises AmountNotUnderstood with the reason: an amount is
    never silently changed.
    """
    typed = text.replace(NO_BREAK_SPACE, " ").strip()
    plain = typed.removeprefix("€").removeprefix("EUR").strip()
    if not plain:
        raise AmountNotUnderstood(_("Fill in an amount."))
    if plain.startswith(("-", "\u2212")):
        raise AmountNotUnderstood(_("An amount can't be below zero."))
    match = _DUTCH.fullmatch(plain)
    if match is None or not plain.isascii():
        raise _not_understood(typed)
    euros = match["euros"].replace(".", "")
    cents = (match["cents"] or "").replace("-", "")
    if len(euros) > len("9999999999"):
        raise AmountNotUnderstood(_("This amount is too large."))
    return Decimal(f"{euros}.{cents:0<2}")


def parse_signed_euros(text: str) -> Decimal:
    """Read an amount in euros that may be below zero: as `parse_euros`, with a minus in front (`-5.000`, `€ -5.000`).

    A minus behind the amount could be the dash of whole euros, so it is not understood. Raises AmountNotUnderstood.
    """
    typed = text.replace(NO_BREAK_SPACE, " ").strip()
    signed = _SIGNED.fullmatch(typed)
    if signed is None:
        return parse_euros(text)
    if signed["amount"].startswith(("-", "\u2212")):
        raise _not_understood(typed)
    return ZERO - parse_euros(signed["amount"])


def _not_understood(typed: str) -> AmountNotUnderstood:
    return AmountNotUnderstood(
        _("“%(typed)s” is not an amount that we understand. Write it like 25000 or 25.000,50.") % {"typed": typed[:40]}
    )


def format_euros(amount: Decimal) -> str:
    """Write euros for a reader in the active language: `€ 25.000` in Dutch, `€ 25,000` in English.

    Cents appear only when there are any. The sign is a real minus, the spaces don't break.
    """
    cents_exact = round_to_cents(amount)
    digits = f"{abs(cents_exact):,.2f}"
    whole, _point, cents = digits.partition(".")
    if cents == "00":
        digits = whole
    if not (translation.get_language() or "nl").startswith("en"):
        digits = digits.translate(str.maketrans(",.", ".,"))
    sign = "\u2212" if cents_exact < 0 else ""
    return f"€{NO_BREAK_SPACE}{sign}{digits}"


def format_whole_euros(amount: Decimal) -> str:
    """Write euros for a reader of a picture or a report, in whole euros, half a euro away from zero.

    Only for reading: sums are made in cents, so a column of rounded amounts may differ a euro from its rounded sum.
    """
    return format_euros(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_input(amount: Decimal | None) -> str:
    """Write euros as a person would type them in a field: `25000` or `25000,50`; empty for None."""
    if amount is None:
        return ""
    whole, _point, cents = f"{round_to_cents(amount):.2f}".partition(".")
    return whole if cents == "00" else f"{whole},{cents}"
