"""Traffic lights in words: what each stands for, and what it rests on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.domain.money import format_whole_euros
from reporting.states import Light, LightOf, LightReason

Stored = Mapping[str, Any]
LONGEST_NAME = 90


@dataclass(frozen=True)
class ShownLight:
    """A light as it is read: about what, the word, its kind for the sign, and the sentence behind it."""

    about: str
    word: str
    kind: str
    why: str

    @property
    def tag(self) -> str:
        """Return the kind of tag that a page gives it: the tag has the sign."""
        return TAGS[Light(self.kind)]


def shown(signals: Iterable[Stored]) -> list[ShownLight]:
    """Return stored lights in words, in the language that is active."""
    return [
        ShownLight(
            about=str(LightOf(one["about"]).label),
            word=str(Light(one["light"]).label),
            kind=one["light"],
            why=SENTENCES[LightReason(one["reason"])](one["values"]),
        )
        for one in signals
    ]


def _overdue(values: Stored) -> str:
    what = values["what"] or _("The account of the grant")
    told = {"what": _short(what), "day": _day(values["due_on"]), "days": values["days"]}
    said = (
        ngettext(
            "“%(what)s” was due on %(day)s, %(days)d day before the cut-off.",
            "“%(what)s” was due on %(day)s, %(days)d days before the cut-off.",
            values["days"],
        )
        % told
    )
    more = values["count"] - 1
    if more:
        said += " " + ngettext("%(more)d more is late.", "%(more)d more are late.", more) % {"more": more}
    return said


def _activities(values: Stored) -> str:
    return _("Granted activities: %(all)d; off course: %(red)d; needing attention: %(amber)d.") % dict(values)


def _reached(values: Stored) -> str:
    return ngettext(
        "%(reached)d of %(counted)d promised result was reached.",
        "%(reached)d of %(counted)d promised results were reached.",
        values["counted"],
    ) % {"reached": values["reached"], "counted": values["counted"]}


TAGS = {Light.GREEN: "ok", Light.AMBER: "warning", Light.RED: "danger", Light.UNKNOWN: "neutral"}

# A sentence for each reason. It is written when it is read, in the language of the reader.
SENTENCES: dict[LightReason, Callable[[Stored], str]] = {
    LightReason.SETTLED: lambda _values: _("It is accounted for, and the grant is settled."),
    LightReason.SETTLED_WITHOUT: lambda _values: _("The grant is settled, without an account."),
    LightReason.OVERDUE: _overdue,
    LightReason.NOTHING_LATE: lambda _values: _("Nothing that was due is missing."),
    LightReason.ON_TIME: lambda values: (
        _("On %(day)s the partner told that it goes as planned.") % {"day": _day(values["told_on"])}
    ),
    LightReason.LATE: lambda values: (
        _("On %(day)s the partner told that it will be later than planned.") % {"day": _day(values["told_on"])}
    ),
    LightReason.STUCK: lambda values: (
        _("On %(day)s the partner told that part of it may not be done.") % {"day": _day(values["told_on"])}
    ),
    LightReason.RECOVERED: lambda values: _("%(amount)s is claimed back.") % {"amount": _euros(values["amount"])},
    LightReason.RELEASED: lambda values: (
        _("%(percent)d%% of the grant was not needed: %(amount)s.")
        % {"percent": values["percent"], "amount": _euros(values["amount"])}
    ),
    LightReason.TIED: lambda values: (
        _("%(amount)s of a year that has ended (%(year)d) is not accounted for yet.")
        % {"amount": _euros(values["amount"]), "year": values["year"]}
    ),
    LightReason.AS_GRANTED: lambda _values: _("The money is used as it was granted."),
    LightReason.NOT_ACCOUNTED: lambda _values: _("The results have yet to be accounted for."),
    LightReason.NO_NUMBERS: lambda _values: _("The results can't be held against each other by number."),
    LightReason.REACHED: _reached,
    LightReason.NO_ACTIVITIES: lambda _values: _("No activity was granted yet."),
    LightReason.ACTIVITIES: _activities,
    LightReason.NO_PLAN: lambda _values: _("There was no budget until the cut-off."),
    LightReason.PLAN: lambda values: (
        _("%(used)s is committed or realised, of %(planned)s that was planned until the cut-off (%(percent)d%%).")
        % {"used": _euros(values["used"]), "planned": _euros(values["planned"]), "percent": values["percent"]}
    ),
}


def _day(stored: str) -> str:
    return formats.date_format(date.fromisoformat(stored), "j F Y")


def _euros(stored: str) -> str:
    return format_whole_euros(Decimal(stored))


def _short(text: str) -> str:
    if len(text) <= LONGEST_NAME:
        return text.rstrip(".")
    return text[:LONGEST_NAME].rsplit(" ", 1)[0] + "…"
