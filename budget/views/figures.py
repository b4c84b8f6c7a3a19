"""The controller's tables as they stand on a page: every figure is a link to what is behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from budget.columns import Column
from budget.domain import books
from budget.domain.books import Group, LineYear, Scope
from budget.domain.columns import Columns
from core.domain import clock


class Cell(NamedTuple):
    """One figure in euros."""

    column: Column
    amount: Decimal
    url: str


@dataclass(frozen=True)
class Row:
    """A row of figures; `code` gives it its line's colour."""

    heading: str
    url: str
    cells: list[Cell]
    code: str = ""
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """A table of figures: groups of rows, and the whole."""

    id: str
    caption: str
    first: str
    groups: list[list[Row]]
    whole: Row


def tables(rows: list[LineYear], day: date) -> list[Table]:
    """Lay the books on a page three ways: by line and year, by year, and by programme of the municipality's budget."""
    whole = _row(_("Total"), Scope(), books.sum_of(rows), day, is_total=True)
    return [
        Table(
            id="by-line",
            caption=_("By programme line and year"),
            first=_("Line and year"),
            groups=[_with_total(group, day) for group in books.by_line(rows)],
            whole=whole,
        ),
        _totals("by-year", _("By year, all lines together"), _("Year"), books.by_year(rows), whole, day),
        _totals(
            "by-programme",
            _("By programme of the municipality's budget"),
            _("Budget programme"),
            books.by_programme(rows),
            whole,
            day,
        ),
    ]


def cells(scope: Scope, columns: Columns, day: date) -> list[Cell]:
    """Return every column of a part of the books, each with the address of what is behind it."""
    return [Cell(column, getattr(columns, column), url_of(scope, day, column)) for column in Column]


def url_of(scope: Scope, day: date, column: Column | None = None) -> str:
    """Return the address of the entries of a part of the books, as of a day."""
    query = {
        "regel": scope.line,
        "jaar": scope.year,
        "programma": scope.programme,
        "kolom": column.value if column else "",
        # Without a day the page tells of now, and goes on doing so.
        "peildatum": "" if day == clock.today() else day.isoformat(),
    }
    if scope.line and scope.year is not None:
        address = reverse("budget:line", args=[scope.line, scope.year])
        query = {name: query[name] for name in ("kolom", "peildatum")}
    else:
        address = reverse("budget:entries")
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"{address}?{asked}" if asked else address


def _with_total(group: Group, day: date) -> list[Row]:
    rows = [_row(str(row.budget_line), row.scope, row.columns, day, code=group.code) for row in group.rows]
    heading = _("%(name)s total") % {"name": group.heading}
    return [*rows, _row(heading, group.scope, group.total, day, is_total=True)]


def _totals(table_id: str, caption: str, first: str, groups: Iterable[Group], whole: Row, day: date) -> Table:
    rows = [_row(group.heading, group.scope, group.total, day) for group in groups]
    return Table(id=table_id, caption=caption, first=first, groups=[rows], whole=whole)


def _row(heading: str, scope: Scope, columns: Columns, day: date, *, code: str = "", is_total: bool = False) -> Row:
    return Row(heading, url_of(scope, day), cells(scope, columns, day), code=code, is_total=is_total)
