"""The controller's tables as a file: exact amounts, and in every row the moment that they tell of.

`stamp` is that moment as a reader knows it: the day at whose end it was so, or for today the moment itself.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from budget.columns import Column
from budget.domain import books
from budget.domain.books import Group, LineYear
from budget.domain.columns import Columns
from budget.domain.entries import Waiting
from budget.models import LedgerEntry
from core.domain.spreadsheets import Value

Table = tuple[list[Value], list[list[Value]]]


def overview(rows: list[LineYear], stamp: Value) -> Table:
    """Return header and rows of the whole overview: every line and year, and every total."""
    header: list[Value] = [
        _("Row"),
        _("Programme line"),
        _("Year"),
        _("Budget programme"),
        *(column.label for column in Column),
        _("As of"),
    ]
    table = [
        _row(
            _("Line and year"),
            row.budget_line.line.name,
            row.budget_line.year,
            row.budget_line.line.budget_programme,
            row.columns,
            stamp,
        )
        for row in rows
    ]
    for label, groups in (
        (_("Total of a line"), books.by_line(rows)),
        (_("Total of a year"), books.by_year(rows)),
        (_("Total of a budget programme"), books.by_programme(rows)),
    ):
        table += [_total(label, group, stamp) for group in groups]
    return header, [*table, _row(_("Total"), "", None, "", books.sum_of(rows), stamp)]


def entries(found: Iterable[LedgerEntry], stamp: Value, column: Column | None) -> Table:
    """Return header and rows of ledger entries; with a column also what each adds to it."""
    header: list[Value] = [
        _("Programme line"),
        _("Year"),
        _("Budget programme"),
        _("No."),
        _("Moment"),
        _("Kind"),
        _("Amount"),
        *([_("Counts in “%(column)s”") % {"column": column.label}] if column else []),
        _("Council decision"),
        _("Decision"),
        _("Decision list"),
        _("Proposal"),
        _("Title"),
        _("Partner"),
        _("Document"),
        _("Remark"),
        _("By"),
        _("Hash"),
        _("As of"),
    ]
    return header, [_entry(entry, stamp, with_counted=column is not None) for entry in found]


def waiting(found: Iterable[Waiting], stamp: Value, column: Column) -> Table:
    """Return header and rows of the reserved proposals behind a figure."""
    header: list[Value] = [
        _("Programme line"),
        _("Year"),
        _("Budget programme"),
        _("Proposal"),
        _("Title"),
        _("Partner"),
        _("Counts in “%(column)s”") % {"column": column.label},
        _("As of"),
    ]
    rows: list[list[Value]] = [
        [
            one.budget_line.line.name,
            one.budget_line.year,
            one.budget_line.line.budget_programme,
            one.proposal.reference,
            one.proposal.title,
            one.proposal.organisation.name,
            one.counted,
            stamp,
        ]
        for one in found
    ]
    return header, rows


def _row(label: str, line: str, year: int | None, programme: str, columns: Columns, stamp: Value) -> list[Value]:
    return [label, line, year, programme, *(getattr(columns, column) for column in Column), stamp]


def _total(label: str, group: Group, stamp: Value) -> list[Value]:
    scope = group.scope
    return _row(label, group.heading if scope.line else "", scope.year, scope.programme, group.total, stamp)


def _entry(entry: LedgerEntry, stamp: Value, *, with_counted: bool) -> list[Value]:
    line = entry.budget_line
    return [
        line.line.name,
        line.year,
        line.line.budget_programme,
        entry.sequence,
        entry.booked_at,
        entry.get_kind_display(),
        entry.amount,
        *([entry.counted] if with_counted else []),
        *_origin(entry),
        entry.document.title if entry.document else "",
        entry.remark,
        str(entry.actor) if entry.actor else _("The application"),
        entry.hash,
        stamp,
    ]


def _origin(entry: LedgerEntry) -> list[Any]:
    """Return council decision, decision, list, proposal, title and partner."""
    if entry.council_decision:
        return [str(entry.council_decision), "", "", "", "", ""]
    if entry.decision is None:
        return [""] * 6
    proposal = entry.decision.proposal
    return [
        "",
        entry.decision.reference,
        entry.decision.decision_list.reference,
        proposal.reference,
        proposal.title,
        proposal.organisation.name,
    ]
