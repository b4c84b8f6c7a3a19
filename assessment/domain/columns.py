"""The columns of the list of proposals: what each is called, what stands in it, and which ones a person chose."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessment.domain.overview import Row
from assessment.models import ListColumns
from assessment.states import NextStep, Outcome
from core.domain import clock, money
from core.domain.spreadsheets import Value

BY_YEAR = "by_year"


class Kind(StrEnum):
    """How a page writes what stands in a column."""

    TEXT = "text"
    SHORT = "short"
    TITLE = "title"
    LINE = "line"
    STATE = "state"
    MONEY = "money"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """A column: its code in the address, its label, what stands in it, and the order that it gives, if any."""

    code: str
    label: Promise | str
    value: Callable[[Row], Value]
    kind: Kind = Kind.TEXT
    sort: str = ""

    @property
    def css(self) -> str:
        """The class of its cells."""
        return {Kind.MONEY: "tf-num", Kind.DAY: "tf-nowrap", Kind.SHORT: "tf-nowrap"}.get(self.kind, "")

    @property
    def is_numeric(self) -> bool:
        """Whether its figures stand to the right."""
        return self.kind is Kind.MONEY


def _of(name: str) -> Callable[[Row], Any]:
    """Return what a proposal on the list holds under a name of its own or of overview_for()."""
    return lambda row: vars(row.proposal)[name]


def _day_of(name: str) -> Callable[[Row], Any]:
    def day(row: Row) -> Any:
        moment = getattr(row.proposal, name)
        return None if moment is None else clock.local_date(moment)

    return day


def _line(row: Row) -> str:
    return row.proposal.line.name if row.proposal.line else ""


def _step(row: Row) -> str:
    step = _of("step")(row)
    return str(NextStep(step).label) if step else ""


def _outcome(row: Row) -> str:
    outcome = _of("outcome")(row)
    return str(Outcome(outcome).label) if outcome else ""


def _percentage(row: Row) -> str:
    percentage = _of("percentage")(row)
    return "" if percentage is None else f"{formats.number_format(percentage, 1)}%"


def _progress(row: Row) -> str:
    facts = vars(row.proposal)
    if not facts["is_open"] or not row.proposal.complete_at:
        return ""
    return _("%(done)d of %(needed)d") % {
        "done": facts["done"],
        "needed": max(facts["needed"], facts["counting"]),
    }


COLUMNS: tuple[Column, ...] = (
    Column("reference", gettext_lazy("Number"), _of("reference"), Kind.SHORT, "reference"),
    Column("title", gettext_lazy("Title"), _of("title"), Kind.TITLE, "title"),
    Column(
        "organisation", gettext_lazy("Organisation"), lambda row: row.proposal.organisation.name, sort="organisation"
    ),
    Column("line", gettext_lazy("Line"), _line, Kind.LINE, "line"),
    Column("call", gettext_lazy("Call"), lambda row: row.proposal.call.title),
    Column("state", gettext_lazy("State"), lambda row: row.proposal.get_state_display(), Kind.STATE),
    Column("step", gettext_lazy("Waits for"), _step),
    Column("submitted", gettext_lazy("Received"), _day_of("submitted_at"), Kind.DAY, "submitted"),
    Column("complete", gettext_lazy("Complete on"), _day_of("complete_at"), Kind.DAY, "complete"),
    Column("decide_by", gettext_lazy("Decide by"), lambda row: row.decide_by, Kind.DAY, "decide_by"),
    Column("assessed", gettext_lazy("Handed in"), _progress, Kind.SHORT),
    Column("outcome", gettext_lazy("Outcome"), _outcome),
    Column("percentage", gettext_lazy("Percentage"), _percentage, Kind.SHORT, "percentage"),
    Column("requested", gettext_lazy("Requested"), _of("requested_total"), Kind.MONEY, "requested"),
    Column(BY_YEAR, gettext_lazy("Requested by year"), lambda _row: None, Kind.MONEY),
    Column("advised", gettext_lazy("Advised"), _of("advised_total"), Kind.MONEY, "advised"),
)
BY_CODE = {column.code: column for column in COLUMNS}
DEFAULT = ("reference", "title", "organisation", "line", "state", "step", "decide_by", "requested")
# With more than this many, a phone scrolls the table; otherwise each row is a card.
AS_CARDS = 10


def codes_in(values: Iterable[str]) -> tuple[str, ...]:
    """Return the known codes in texts that hold codes with commas between them, in the order of the list.

    The title is always there: a row needs a name. Nothing known: nothing.
    """
    named = {code for value in values for code in value.split(",")} & set(BY_CODE)
    return tuple(code for code in BY_CODE if code in named or code == "title") if named else ()


def chosen_by(user: User) -> tuple[str, ...]:
    """Return the columns that a person chose, or the ones that everybody starts with."""
    kept = ListColumns.objects.filter(person=user).values_list("codes", flat=True).first()
    return codes_in([kept or ""]) or DEFAULT


def choose(*, by: User, codes: Iterable[str]) -> tuple[str, ...]:
    """Keep the columns that a person chose; nothing known brings back the ones that everybody starts with."""
    chosen = codes_in([",".join(codes)])
    with transaction.atomic():
        if chosen:
            ListColumns.objects.update_or_create(person=by, defaults={"codes": ",".join(chosen)})
        else:
            ListColumns.objects.filter(person=by).delete()
    return chosen or DEFAULT


def columns_for(codes: Sequence[str], rows: Iterable[Row]) -> list[Column]:
    """Return the columns of a list; “requested by year” becomes a column for each year with money in these rows."""
    years = sorted({year for row in rows for year in row.by_year})
    found: list[Column] = []
    for code in codes:
        found += [_in_year(year) for year in years] if code == BY_YEAR else [BY_CODE[code]]
    return found


def _in_year(year: int) -> Column:
    label = _("Requested for %(year)d") % {"year": year}
    return Column(f"year_{year}", label, lambda row: row.by_year.get(year, money.ZERO), Kind.MONEY)
