"""Tables for a spreadsheet: values stay values, and text is never taken for a formula.

Who opens a file of the municipality runs nothing that a partner typed in a title or a name: text that a spreadsheet
could read as a formula is marked as text.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core.domain import clock

# What may stand in a cell. A Decimal is an amount in euros, unless it is a Number; a float is refused, for it is no
# exact amount.
Value = str | Promise | Decimal | int | date | datetime | None

EUROS = '"€" #,##0.00;[Red]-"€" #,##0.00'
DAY = "DD-MM-YYYY"
MOMENT = "DD-MM-YYYY HH:MM"
NUMBER = "0.00"
EXACT = "General"
LONGEST_TEXT = 32_767  # what a cell of XLSX holds
LONGEST_TITLE = 31
WIDEST, NARROWEST = 60, 10

# A cell that begins like this (after blanks) is a formula for some spreadsheet; the last four are the wide signs.
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")


class Number(Decimal):
    """A number with two places that is no amount in euros, such as a mean."""


class Exact(Number):
    """A number with as many decimals as it has, such as something measured."""


def to_csv(header: Sequence[Value], rows: Iterable[Sequence[Value]]) -> bytes:
    """Write a table as CSV the way a Dutch spreadsheet opens it: UTF-8 with a BOM, semicolons, decimals with a comma.

    Amounts have two decimals and no separator of thousands; days are dd-mm-jjjj; moments are Amsterdam's. Text that
    begins like a formula gets an apostrophe in front. Raises TypeError for a float.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([_as_text(_plain(value)) for value in row])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(title: str, header: Sequence[Value], rows: Iterable[Sequence[Value]]) -> bytes:
    """Write a table as a workbook with one sheet: amounts, days and moments are values, text is never a formula.

    `title` names the sheet. The heading stays in sight and can filter. Raises TypeError for a float.
    """
    table = [[_plain(value) for value in row] for row in rows]
    headings = [_plain(value) for value in header]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_TITLE.sub(" ", title)[:LONGEST_TITLE].strip(" '") or None)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(headings), 1))}{len(table) + 1}"
    for number, heading in enumerate(headings):
        longest = max((len(_as_text(row[number])) for row in table if number < len(row)), default=0)
        width = max(longest, len(_as_text(heading))) + 3
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(max(width, NARROWEST), WIDEST)
    sheet.append([_heading(sheet, heading) for heading in headings])
    for row in table:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: Any) -> str | Decimal | int | date | datetime | None:
    """Return the value as a spreadsheet can hold it: moments on Amsterdam's clock, text without control characters."""
    if isinstance(value, float):
        raise TypeError("a float is no exact amount: pass a Decimal")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.astimezone(clock.AMSTERDAM).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, (Decimal, int, date)):
        return value
    return _CONTROL.sub("", str(value))[:LONGEST_TEXT]


def _as_text(value: str | Decimal | int | date | datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        digits = f"{value.normalize():f}" if isinstance(value, Exact) else f"{value:.2f}"
        return digits.replace(".", ",")
    if isinstance(value, datetime):
        return f"{value:%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, int):
        return str(value)
    return f"'{value}" if _FORMULA.match(value) else value


def _cell(sheet: Worksheet, value: str | Decimal | int | date | datetime | None) -> Cell:
    cell: Cell = WriteOnlyCell(sheet)
    cell.value = value
    if isinstance(value, str):
        # Whatever it looks like, it is text; the prefix keeps it text when somebody edits the cell.
        cell.data_type = "s"
        cell.quotePrefix = bool(_FORMULA.match(value))
    elif isinstance(value, Decimal):
        cell.number_format = EXACT if isinstance(value, Exact) else NUMBER if isinstance(value, Number) else EUROS
    elif isinstance(value, datetime):
        cell.number_format = MOMENT
    elif isinstance(value, date):
        cell.number_format = DAY
    return cell


def _heading(sheet: Worksheet, value: str | Decimal | int | date | datetime | None) -> Cell:
    cell = _cell(sheet, value)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E3E7EE")
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell
