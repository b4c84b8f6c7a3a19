"""The list of proposals as a file: exactly the rows that were found, with the columns that were chosen."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from assessment.domain import columns
from assessment.domain.overview import Row
from assessment.states import AssessmentEvent
from core.domain import audit, spreadsheets
from core.domain.spreadsheets import Value

Table = tuple[list[Value], list[list[Value]]]


def table(rows: Sequence[Row], codes: Sequence[str]) -> Table:
    """Return the heading and the cells of a list: only what its reader may know (see overview_for)."""
    chosen = columns.columns_for(codes, rows)
    return [column.label for column in chosen], [[column.value(row) for column in chosen] for row in rows]


def hand_over(*, by: User, found: Table, title: str, suffix: str, query: str) -> bytes:
    """Make the file (`csv` or `xlsx`) and write down who took it: it holds what partners told of themselves (BIO2).

    `query` says what was asked. It is written down before anything leaves.
    """
    header, rows = found
    changes = {"rows": len(rows), "columns": [str(label) for label in header], "query": query, "file": suffix}
    with transaction.atomic():
        audit.record(event=AssessmentEvent.LIST_EXPORTED, actor=by, about=by, changes=changes)
        if suffix == "csv":
            return spreadsheets.to_csv(header, rows)
        return spreadsheets.to_xlsx(title, header, rows)
