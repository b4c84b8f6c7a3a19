"""The team's charts, drawn on the server as SVG, with a sentence for who can't see them.

Only geometry is worked out here, in whole numbers: a bar is measured on a scale of 1000 that stretches with the page,
and the text beside it keeps its size. So one picture is readable on a telephone, on a wide screen and on paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.domain.asked import LineYear
from assessment.domain.funnel import Kind, Step
from assessment.domain.score_figures import FEW, Distribution, Severity, Spread
from core.domain.money import ZERO, format_whole_euros
from programme.domain.colours import colour_of

SCALE = 1000
HUNDRED = 100
LEGEND_HEIGHT = 34
ROW_HEIGHT = 50
# A number is written inside a part that is at least this long, of SCALE.
ROOM_FOR_A_NUMBER = 45
MINUS = "\N{MINUS SIGN}"


class Piece(NamedTuple):
    """A part of a bar, of SCALE: how it looks, where it begins, how long; and the number in its middle, if it fits."""

    look: str
    x: int
    length: int
    figure: str = ""
    middle: int = 0  # of HUNDRED


@dataclass(frozen=True)
class Bar:
    """A row as it is drawn: a label and a figure above, a bar below."""

    label: str
    figure: str
    y: int
    pieces: list[Piece]
    look: str = ""


class Key(NamedTuple):
    """An entry of the legend, with where it stands."""

    look: str
    label: str
    x: int


def of_funnel(steps: Sequence[Step], *, chart_id: str) -> SafeString:
    """Draw how many proposals came to each step; the dark part of a bar stands there now."""
    longest = max((step.reached for step in steps), default=0) or 1
    bars = [_step(step, place, longest) for place, step in enumerate(steps)]
    keys = [Key("been", _("came this far"), 0), Key("here", _("stands here now"), 150)]
    return _draw("bars", chart_id, " ".join([_("The funnel."), *(_step_sentence(step) for step in steps)]), bars, keys)


def of_distributions(shown: Sequence[Distribution], *, chart_id: str) -> SafeString:
    """Draw how often each criterion got 0, 1, 2 and 3 points, each bar the whole of the scores."""
    bars, sentences = [], [_("How often each score was given.")]
    for place, one in enumerate(shown):
        parts = [*((f"points-{points}", number) for points, number in enumerate(one.counts))]
        parts.append(("not-applicable", one.not_applicable))
        bars.append(Bar(f"{one.letter} · {one.label}", _mean(one.mean), _y(place), _stacked(parts, one.total)))
        told = {"criterion": one.label, **{f"n{points}": number for points, number in enumerate(one.counts)}}
        told["none"] = one.not_applicable
        sentences.append(
            _("%(criterion)s: 0 points %(n0)s×, 1 point %(n1)s×, 2 points %(n2)s×, 3 points %(n3)s×, n.a. %(none)s×.")
            % told
        )
    keys = [Key(f"points-{points}", str(points), points * 44) for points in range(4)]
    keys.append(Key("not-applicable", _("n.a."), 4 * 44))
    return _draw("bars", chart_id, " ".join(sentences), bars, keys)


def of_spreads(shown: Sequence[Spread], *, chart_id: str) -> SafeString:
    """Draw how often assessors were 0, 1, 2 and 3 points apart on each criterion."""
    bars, sentences = [], [_("How far the assessors of a proposal are apart.")]
    for place, one in enumerate(shown):
        parts = [(f"apart-{points}", number) for points, number in enumerate(one.counts)]
        bars.append(Bar(f"{one.letter} · {one.label}", _mean(one.mean), _y(place), _stacked(parts, one.total)))
        told = {"criterion": one.label, **{f"n{points}": number for points, number in enumerate(one.counts)}}
        sentences.append(_("%(criterion)s: equal %(n0)s×, 1 apart %(n1)s×, 2 apart %(n2)s×, 3 apart %(n3)s×.") % told)
    keys = [Key("apart-0", _("equal"), 0), Key("apart-1", "1", 76), Key("apart-2", "2", 120)]
    keys.append(Key("apart-3", _("3 points apart"), 164))
    return _draw("bars", chart_id, " ".join(sentences), bars, keys)


def of_severities(shown: Sequence[Severity], *, chart_id: str) -> SafeString:
    """Draw for each person the range of differences from the others; the middle of the picture is no difference."""
    furthest = max((abs(number) for one in shown for number in (one.lowest, one.highest)), default=ZERO)
    limit = next(whole for whole in (1, 2, 3) if furthest <= whole)

    def place_of(number: Decimal, whole: int) -> int:
        return round((number + limit) / (2 * limit) * whole)

    rows = []
    for place, one in enumerate(shown):
        pieces = [_between("range", one.lowest, one.highest, place_of)]
        if not one.is_few:
            pieces.append(_between("half", one.lower, one.upper, place_of))
        mean = Piece("mean", 0, 0, "", place_of(one.mean, HUNDRED))
        rows.append((Bar(one.name, _severity_figure(one), _y(place), pieces, "few" if one.is_few else ""), mean))
    title = " ".join([_("How each assessor differs from the others."), *(_severity_sentence(one) for one in shown)])
    scale = {"stricter": f"{MINUS}{limit}", "milder": f"+{limit}"}
    return _draw("severity", chart_id, title, rows, [], **scale)


def of_room(rows: Iterable[LineYear], *, chart_id: str) -> list[SafeString]:
    """Draw what is asked and waits against the room, one picture for each line, all on one scale of euros."""
    shown = list(rows)
    longest = max((max(row.free, row.waiting) for row in shown), default=ZERO) or Decimal(1)
    pictures = []
    for number, (line, years) in enumerate(groupby(shown, key=lambda row: row.line)):
        of_line = list(years)
        bars = [_year(row, place, longest) for place, row in enumerate(of_line)]
        title = " ".join([f"{line.name}.", *(_year_sentence(row) for row in of_line)])
        pictures.append(
            _draw(
                "room",
                f"{chart_id}-{number}",
                title,
                bars,
                [],
                name=line.name,
                code=line.code,
                colour=colour_of(line.code),
            )
        )
    return pictures


def _draw(template: str, chart_id: str, title: str, bars: Sequence[Any], keys: list[Key], **more: object) -> SafeString:
    context = {
        "chart_id": chart_id,
        "title": title,
        "bars": bars,
        "keys": keys,
        "height": LEGEND_HEIGHT + len(bars) * ROW_HEIGHT,
        "scale": SCALE,
        **more,
    }
    return render_to_string(f"assessment/charts/{template}.svg.html", context)


def _y(place: int) -> int:
    return LEGEND_HEIGHT + place * ROW_HEIGHT


def _units(part: Decimal | int, whole: Decimal | int) -> int:
    return round(Decimal(max(part, 0)) / Decimal(whole) * SCALE)


def _stacked(parts: Iterable[tuple[str, int]], whole: int) -> list[Piece]:
    """Return parts that together are the whole bar: each begins where the one before it ends."""
    pieces, before = [], 0
    for look, number in parts:
        start, end = _units(before, whole or 1), _units(before + number, whole or 1)
        before += number
        if number:
            figure = str(number) if end - start >= ROOM_FOR_A_NUMBER else ""
            pieces.append(Piece(look, start, end - start, figure, round((start + end) * HUNDRED / (2 * SCALE))))
    return pieces


def _step(step: Step, place: int, longest: int) -> Bar:
    been, here = _units(step.reached, longest), _units(step.here or 0, longest)
    pieces = [Piece("been", 0, been - here), Piece("here", been - here, here)]
    return Bar(str(step.label), _step_figure(step), _y(place), [one for one in pieces if one.length], step.kind.value)


def _step_figure(step: Step) -> str:
    return str(step.reached) if not step.asked else f"{step.reached} · {format_whole_euros(step.asked)}"


def _step_sentence(step: Step) -> str:
    if step.here is None or step.kind is not Kind.STEP:
        return f"{step.label}: {step.reached}."
    return _("%(step)s: %(reached)s, of which %(here)s stand here now.") % {
        "step": step.label,
        "reached": step.reached,
        "here": step.here,
    }


def _mean(mean: Decimal | None) -> str:
    return "" if mean is None else _("mean %(number)s") % {"number": formats.number_format(mean, 2)}


def _between(look: str, low: Decimal, high: Decimal, place_of: Any) -> Piece:
    """Return a piece from one difference to another, never too thin to be seen."""
    start, end = place_of(low, SCALE), place_of(high, SCALE)
    return Piece(look, start, max(end - start, 4))


def signed(number: Decimal) -> str:
    """Write a difference in points for a reader, `+0,25` or `−0,10`."""
    sign = "+" if number > 0 else MINUS if number < 0 else ""
    return f"{sign}{formats.number_format(abs(number), 2)}"


def _severity_figure(one: Severity) -> str:
    of = ngettext("%(number)s proposal", "%(number)s proposals", one.proposals) % {"number": one.proposals}
    return f"{signed(one.mean)} · {of}"


def _severity_sentence(one: Severity) -> str:
    sentence = _(
        "%(name)s: on average %(mean)s, by proposal from %(lowest)s to %(highest)s, over %(number)s proposals.",
    ) % {
        "name": one.name,
        "mean": signed(one.mean),
        "lowest": signed(one.lowest),
        "highest": signed(one.highest),
        "number": one.proposals,
    }
    few = _("Fewer than %(few)s proposals: don’t read much into it.") % {"few": FEW}
    return f"{sentence} {few}" if one.is_few else sentence


def _year(row: LineYear, place: int, longest: Decimal) -> Bar:
    advised = min(row.advised, row.waiting)
    asked_end, advised_end = _units(row.waiting, longest), _units(advised, longest)
    pieces = [
        Piece("free", 0, _units(row.free, longest)),
        Piece("advised", 0, advised_end),
        Piece("asked", advised_end, asked_end - advised_end),
    ]
    figure = _("%(asked)s of %(free)s") % {
        "asked": format_whole_euros(row.waiting),
        "free": format_whole_euros(row.free),
    }
    return Bar(str(row.year), figure, _y(place), [one for one in pieces if one.length], "short" if row.left < 0 else "")


def _year_sentence(row: LineYear) -> str:
    return _("%(year)s: %(asked)s asked and not decided on, of which %(advised)s advised; %(free)s is free.") % {
        "year": row.year,
        "asked": format_whole_euros(row.waiting),
        "advised": format_whole_euros(row.advised),
        "free": format_whole_euros(row.free),
    }
