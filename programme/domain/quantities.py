"""Numbers of an indicator: read and written the Dutch way, exactly, with at most four decimals."""

import re
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from core.domain.money import NO_BREAK_SPACE
from programme.errors import IndicatorRefused

PERCENT = "%"
MOST_DECIMALS, MOST_DIGITS = 4, 10
_DUTCH = re.compile(r"(?P<minus>[-\u2212]?)(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<part>\d+))?", re.ASCII)


def parse(text: str, *, unit: str = "") -> Decimal:
    """Read a number: a comma for decimals, a point for thousands; the indicator's own unit may stand behind it.

    What could be meant in two ways (`1.5`) or is no number raises IndicatorRefused with the reason: a number is never
    silently changed.
    """
    typed = text.replace(NO_BREAK_SPACE, " ").strip()
    plain = typed.removesuffix(unit).strip() if unit else typed
    found = _DUTCH.fullmatch(plain)
    if found is None:
        raise IndicatorRefused(
            _("“%(typed)s” is not a number that we understand. Write it like 81,2 or 1.250.") % {"typed": typed[:40]}
        )
    whole, part = found["whole"].replace(".", ""), (found["part"] or "").rstrip("0")
    if len(part) > MOST_DECIMALS:
        raise IndicatorRefused(_("At most four decimals are kept."))
    if len(whole.lstrip("0")) > MOST_DIGITS:
        raise IndicatorRefused(_("This number is too large."))
    return Decimal(f"{'-' if found['minus'] else ''}{whole}.{part or '0'}") + 0  # no minus before zero


def plain(number: Decimal) -> Decimal:
    """Return a number without the zeros behind its last decimal."""
    whole = number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
    return whole + 0


def write(number: Decimal, unit: str = "") -> str:
    """Write a number for a reader in the active language, with its unit: `81,2%`, `1.250 personen`."""
    exact = plain(number)
    digits = f"{abs(exact):,f}"
    if not (translation.get_language() or "nl").startswith("en"):
        digits = digits.translate(str.maketrans(",.", ".,"))
    sign = "\u2212" if exact < 0 else ""
    if not unit:
        return f"{sign}{digits}"
    return f"{sign}{digits}{unit}" if unit == PERCENT else f"{sign}{digits}{NO_BREAK_SPACE}{unit}"


def typed(number: Decimal | None) -> str:
    """Write a number as a person would type it in a field; empty for None."""
    return "" if number is None else f"{plain(number):f}".replace(".", ",")
