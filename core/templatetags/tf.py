"""Filters and tags that every template has: amounts, shares, dates, the meter of a budget line."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Paginator
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.domain import alarms
from core.domain.money import NO_BREAK_SPACE, ZERO, format_euros

register = template.Library()

LINE_CODES = frozenset({"wonen", "werken", "leven", "imago", "samenwerking"})
ALERT_TYPES = {"success": "ok", "debug": "info", "info": "info", "warning": "warning", "error": "error"}
EMPTY = "–"
HASH_SHOWN = 12


@register.filter
def euros(amount: Decimal | int | None) -> str:
    """Write an amount in euros for a reader, `€ 25.000`; a dash for nothing known."""
    return EMPTY if amount is None or amount == "" else format_euros(Decimal(amount))


@register.filter
def figure(amount: Decimal | int | None) -> str:
    """Write an amount for a column whose heading says that it is in euros: `25.000`; a dash for nothing known."""
    return euros(amount).lstrip(f"€{NO_BREAK_SPACE}")


@register.filter
def percent(ratio: Decimal | float | None) -> str:
    """Write a share between 0 and 1 as a whole percentage, `56%`; a dash for nothing known."""
    if ratio is None or ratio == "":
        return EMPTY
    whole = (Decimal(str(ratio)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return f"{whole}%"


@register.filter
def percent_of(part: Decimal | int | None, whole: Decimal | int | None) -> str:
    """Write a part of a whole as a whole percentage; a dash when there is no whole."""
    return percent(Decimal(part) / Decimal(whole)) if part is not None and whole else EMPTY


@register.filter
def line_class(code: object) -> str:
    """Return the class that gives a programme line its colour; nothing for a line without a colour of its own."""
    return f"tf-line--{code}" if str(code) in LINE_CODES else ""


@register.filter
def alert_type(level_tag: str) -> str:
    """Return the kind of alert for a message of Django's messages framework."""
    return ALERT_TYPES.get(level_tag, "info")


@register.filter
def local_date(day: date | datetime | None) -> str:
    """Write a day in the active language, in the Dutch time zone: `21 november 2026`."""
    if not day:
        return ""
    if isinstance(day, datetime) and timezone.is_aware(day):
        day = timezone.localtime(day)
    return _unbroken(formats.date_format(day, "j F Y"))


@register.filter
def local_datetime(moment: datetime | None) -> str:
    """Write a moment in the active language, in the Dutch time zone: `21 november 2026, 14:03 uur`."""
    if not moment:
        return ""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return _("%(date)s, %(time)s") % {
        "date": _unbroken(formats.date_format(local, "j F Y")),
        "time": formats.date_format(local, "H:i"),
    }


def _unbroken(day: str) -> str:
    """Keep a written day on one line."""
    return day.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def short_hash(digest: str | None) -> str:
    """Return the first characters of a SHA-256, enough to recognise it by."""
    return f"{digest[:HASH_SHOWN]}…" if digest else ""


@register.filter
def item(mapping: Mapping[Any, Any], key: object) -> object:
    """Return what a mapping holds for a key, or nothing."""
    return mapping.get(key)


class MeterParts(NamedTuple):
    """The bar of a budget line: widths in percent of the budget, amounts in euros."""

    granted_width: str
    pending_x: str
    pending_width: str
    free: Decimal
    short: Decimal

    @property
    def over(self) -> bool:
        """Tell whether more is asked than there is."""
        return self.short > 0


@register.simple_tag
def meter_parts(granted: Decimal | None, pending: Decimal | None, budget: Decimal | None) -> MeterParts:
    """Work out the parts of a meter: granted and pending euros of a budget in euros.

    The bar is never longer than the budget; what doesn't fit is told as `short`.
    """
    granted, pending, budget = granted or ZERO, pending or ZERO, budget or ZERO
    room = budget - granted - pending
    granted_width = _width(granted, budget)
    pending_width = min(_width(pending, budget), Decimal(100) - granted_width)
    return MeterParts(
        granted_width=f"{granted_width}%",
        pending_x=f"{granted_width}%",
        pending_width=f"{pending_width}%",
        free=max(room, ZERO),
        short=max(-room, ZERO),
    )


def _width(amount: Decimal, budget: Decimal) -> Decimal:
    """Return an amount as a percentage of the budget, between 0 and 100, with one place."""
    if amount <= 0:
        return Decimal(0)
    if budget <= 0:
        return Decimal(100)
    share = (amount / budget * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return min(share, Decimal(100))


@register.simple_tag
def share_width(part: int, whole: int) -> str:
    """Return the width of a part in a bar, in percent: `37.5%`."""
    return f"{_width(Decimal(part), Decimal(whole))}%"


@register.simple_tag(takes_context=True)
def sort_state(context: template.Context, field: str, param: str = "o") -> str:
    """Tell how the list is sorted by a field at the moment: `ascending`, `descending` or nothing."""
    current = context["request"].GET.get(param, "")
    return {field: "ascending", f"-{field}": "descending"}.get(current, "")


@register.simple_tag(takes_context=True)
def sort_query(context: template.Context, field: str, param: str = "o") -> str:
    """Return the query string that sorts by a field, or turns the order round; the list starts at its first page."""
    query = context["request"].GET.copy()
    query[param] = f"-{field}" if query.get(param) == field else field
    query.pop("page", None)
    return f"?{query.urlencode()}"


@register.filter
def page_numbers(paginator: "Paginator[Any]", current: int) -> list[int]:
    """Return the page numbers to offer around the current one; 0 stands for a gap."""
    numbers = paginator.get_elided_page_range(current, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in numbers]


@register.filter
def local_moment(at: date | datetime | None) -> str:
    """Write a moment with its time, or a day without."""
    return local_datetime(at) if isinstance(at, datetime) else local_date(at)


@register.filter
def inline_svg(svg: str) -> SafeString:
    """Put a drawing that this site made itself into the page, without its XML declaration."""
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308


@register.inclusion_tag("components/alarms.html")
def open_alarms() -> dict[str, Any]:
    """Show the alarms that hold now, above everything else on the page. One query."""
    return {"alarms": alarms.open_alarms()}
