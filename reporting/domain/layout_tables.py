"""Tables of a report: the controller's columns by year, line or activity, and lists of text and amounts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from budget.columns import Column
from budget.domain.columns import NOTHING, Columns
from core.domain.money import format_whole_euros
from reporting.domain.report_forms import Form
from reporting.states import ACTIVITY_COLUMNS

Stored = Mapping[str, Any]


@dataclass(frozen=True)
class TableRow:
    """A row of columns; `cells` are amounts as text with two decimals, in the order of the table's columns."""

    head: str
    cells: list[str]
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """The controller's columns for several years or lines."""

    caption: str
    head: str
    columns: list[str]
    rows: list[TableRow]


@dataclass(frozen=True)
class ListRow:
    """A row of a list: what it is called, its texts, its amounts as they are read."""

    head: str
    texts: list[str]
    amounts: list[str]
    is_total: bool = False


@dataclass(frozen=True)
class ListTable:
    """A list at the end of a report. `empty` is what it says when there is nothing; `notes` stand above it."""

    key: str
    title: str
    caption: str
    head: str
    texts: list[str]
    amounts: list[str]
    rows: list[ListRow]
    empty: str
    notes: list[str] = field(default_factory=list)


def by_year(rows: Iterable[Stored], form: Form, years: list[int], *, caption: str) -> Table:
    """Return the columns of the form, a row for each year that is shown."""
    shown = [(str(row["year"]), Columns.from_dict(row["amounts"])) for row in rows if row["year"] in years]
    return Table(caption, _("Year"), _labels(form.columns), _with_total(shown, form.columns))


def by_line(lines: Iterable[Stored], form: Form, years: list[int]) -> Table:
    """Return the columns of the form, a row for each programme line, with the years that are shown together."""
    caption = _("Programme lines, %(years)s together") % {"years": in_words(years)}
    shown = [(line["name"], sum_of(line["years"], years)) for line in lines]
    return Table(caption, _("Programme line"), _labels(form.columns), _with_total(shown, form.columns))


def by_activity(line: Stored, years: list[int]) -> Table:
    """Return the activities with the columns that they have. Their sum is what the line itself says."""
    caption = _("%(line)s: activities, %(years)s together") % {"line": line["name"], "years": in_words(years)}
    shown = [(f"{one['title']} ({one['reference']})", sum_of(one["years"], years)) for one in line["activities"]]
    return Table(caption, _("Activity"), _labels(ACTIVITY_COLUMNS), _with_total(shown, ACTIVITY_COLUMNS))


def forecast(lines: Iterable[Stored], year: int) -> Table:
    """Return what each line is expected to end the year at, and what could be carried over then."""
    columns = (Column.BUDGETED, Column.GRANTED, Column.SPENT, Column.FORECAST, Column.TO_CARRY)
    shown = [(line["name"], sum_of(line["years"], [year])) for line in lines]
    caption = _("Expected at the end of %(year)s") % {"year": year}
    return Table(caption, _("Programme line"), _labels(columns), _with_total(shown, columns))


def sum_of(rows: Iterable[Stored], years: Iterable[int]) -> Columns:
    """Add up the stored columns of some years."""
    return sum((Columns.from_dict(row["amounts"]) for row in rows if row["year"] in years), NOTHING)


def figure(amount: Decimal | str) -> str:
    """Write an amount for a column, in whole euros without the sign of the euro: `25.000`."""
    return format_whole_euros(Decimal(amount)).lstrip("€\N{NO-BREAK SPACE}")


def in_words(years: list[int]) -> str:
    """Write `2025`, `2025 and 2026` or `2025, 2026 and 2027`."""
    words = [str(year) for year in years]
    if len(words) < 2:  # noqa: PLR2004  (one needs no "and")
        return "".join(words)
    return _("%(others)s and %(last)s") % {"others": ", ".join(words[:-1]), "last": words[-1]}


def _labels(columns: Iterable[Column]) -> list[str]:
    return [str(column.label) for column in columns]


def _with_total(rows: list[tuple[str, Columns]], columns: tuple[Column, ...]) -> list[TableRow]:
    made = [TableRow(head, _cells(amounts, columns)) for head, amounts in rows]
    if len(made) > 1:
        total = sum((amounts for _head, amounts in rows), NOTHING)
        made.append(TableRow(_("Total"), _cells(total, columns), is_total=True))
    return made


def _cells(amounts: Columns, columns: tuple[Column, ...]) -> list[str]:
    stored = amounts.as_dict()
    return [stored[column] for column in columns]
