"""Filters of the reports: amounts in whole euros."""

from decimal import Decimal

from django import template

from core.domain.money import format_whole_euros
from programme.domain import quantities

register = template.Library()


@register.filter
def report_euros(amount: Decimal | str) -> str:
    """Write an amount, or an amount stored as text, in whole euros: `€ 25.000`."""
    return format_whole_euros(Decimal(amount))


@register.filter
def report_figure(amount: Decimal | str) -> str:
    """Write an amount for a column of a table, in whole euros without the sign of the euro: `25.000`."""
    return report_euros(amount).lstrip("€\N{NO-BREAK SPACE}")


@register.filter
def quantity(number: Decimal) -> str:
    """Write something measured, without its unit: `81,2`."""
    return quantities.write(number)
