"""Charts, drawn on the server as SVG: one picture for page and PDF, with a sentence for who can't see it.

Only geometry is worked out here; the drawing is a template. Everything is a whole number, so that no language puts a
comma in a coordinate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budget.domain.columns import Amounts
from core.domain.money import ZERO, format_whole_euros
from programme.domain.colours import colour_of

WIDTH = 960
LABEL_WIDTH = 180
FIGURE_WIDTH = 250
BAR_WIDTH = WIDTH - LABEL_WIDTH - FIGURE_WIDTH
BAR_HEIGHT = 26
ROW_HEIGHT = 42
HEAD_HEIGHT = 38


@dataclass(frozen=True)
class Bar:
    """One bar: what was budgeted, and what became of it, in euros. `code` gives it its line's colour."""

    label: str
    amounts: Amounts
    code: str = ""


@dataclass(frozen=True)
class Row:
    """A bar as it is drawn, in units of the picture."""

    label: str
    colour: str
    figure: str
    y: int
    bar_y: int
    text_y: int
    ground: int
    spent: int
    granted: int
    reserved: int
    granted_x: int
    reserved_x: int


def draw(bars: Iterable[Bar], *, chart_id: str, heading: str) -> SafeString:
    """Draw budget against spent, granted and reserved euros, one bar each, as SVG.

    `chart_id` makes the ids inside the picture unique on its page. `heading` opens the sentence that stands for the
    picture, such as `Budget and grants for each programme line on 1 October 2026`.
    """
    shown = list(bars)
    longest = max((_longest(bar.amounts) for bar in shown), default=ZERO) or Decimal(1)
    rows = [_row(bar, number, longest) for number, bar in enumerate(shown)]
    context = {
        "chart_id": chart_id,
        "title": " ".join([f"{heading}.", *(_sentence(bar) for bar in shown)]),
        "rows": rows,
        "width": WIDTH,
        "height": HEAD_HEIGHT + len(rows) * ROW_HEIGHT,
        "bar_x": LABEL_WIDTH,
        "bar_height": BAR_HEIGHT,
        "bar_width": BAR_WIDTH,
    }
    return render_to_string("budget/charts/bars.svg.html", context)


def _longest(amounts: Amounts) -> Decimal:
    return max(amounts.budgeted, amounts.spent + amounts.granted + amounts.reserved)


def _row(bar: Bar, number: int, longest: Decimal) -> Row:
    amounts = bar.amounts

    def units(euros: Decimal) -> int:
        return round(max(euros, ZERO) / longest * BAR_WIDTH)

    spent_end = units(amounts.spent)
    granted_end = units(amounts.spent + amounts.granted)
    y = HEAD_HEIGHT + number * ROW_HEIGHT
    return Row(
        label=bar.label,
        colour=colour_of(bar.code),
        figure=_("%(free)s of %(budget)s free")
        % {"free": format_whole_euros(amounts.free), "budget": format_whole_euros(amounts.budgeted)},
        y=y,
        bar_y=y + (ROW_HEIGHT - BAR_HEIGHT) // 2,
        text_y=y + ROW_HEIGHT // 2 + 7,
        ground=units(amounts.budgeted),
        spent=spent_end,
        granted=granted_end - spent_end,
        reserved=units(amounts.spent + amounts.granted + amounts.reserved) - granted_end,
        granted_x=LABEL_WIDTH + spent_end,
        reserved_x=LABEL_WIDTH + granted_end,
    )


def _sentence(bar: Bar) -> str:
    amounts = bar.amounts
    return _(
        "%(label)s: of %(budgeted)s, %(spent)s is realised, %(granted)s is committed, %(reserved)s is reserved and "
        "%(free)s is free.",
    ) % {
        "label": bar.label,
        **{
            name: format_whole_euros(getattr(amounts, name))
            for name in ("budgeted", "spent", "granted", "reserved", "free")
        },
    }
