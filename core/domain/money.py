"""Euros: reading, writing, rounding and adding them. The only place where an amount is rounded."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import AmountNotUnderstood

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
LARGEST = Decimal("9999999999.99")
NO_BREAK_SPACE = "\u00a0"

_DUTCH = re.compile(r"(?P<euros>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<cents>\d{1,2}|-))?")


def round_to_cents(amount: Decimal) -> Decimal:
    """Round an amount in euros to whole cents, half a cent away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum in euros, `0.00` for nothing."""
    return sum(amounts, ZERO)


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
        raise AmountNotUnderstood(
            _("“%(typed)s” is not an amount that we understand. Write it like 25000 or 25.000,50.")
            % {"typed": typed[:40]}
        )
    euros = match["euros"].replace(".", "")
    cents = (match["cents"] or "").replace("-", "")
    if len(euros) > len("9999999999"):
        raise AmountNotUnderstood(_("This amount is too large."))
    return Decimal(f"{euros}.{cents:0<2}")


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


def format_input(amount: Decimal | None) -> str:
    """Write euros as a person would type them in a field: `25000` or `25000,50`; empty for None."""
    if amount is None:
        return ""
    whole, _point, cents = f"{round_to_cents(amount):.2f}".partition(".")
    return whole if cents == "00" else f"{whole},{cents}"
