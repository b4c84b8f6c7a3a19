"""How a report writes amounts."""

from decimal import ROUND_HALF_UP, Decimal

from core.domain.money import format_euros


def format_whole_euros(amount: Decimal) -> str:
    """Write euros for a reader of a report, in whole euros, half a euro away from zero.

    Only for reading: sums are made in cents, so a column of rounded amounts may differ a euro from its rounded sum.
    """
    return format_euros(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
