"""Files of the bank and of the finance package: read whole, by a mapping, or refused with every line that is wrong."""

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.errors import BadLine, ImportRefused
from budget.models import ImportMapping
from core.domain import clock, documents, file_names
from core.domain.money import LARGEST
from core.models import Document

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 20_000
LONGEST_REFERENCE, LONGEST_DESCRIPTION = 80, 200


class Line(NamedTuple):
    """One line of a file. `number` counts the lines of the file from 1, the heading included; amounts in euros."""

    number: int
    reference: str
    amount: Decimal
    on: date
    line: str = ""
    year: int | None = None
    description: str = ""


class _Wrong(Exception):
    """Why a line can't be used."""


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a file, by which the same file is recognised."""
    return hashlib.sha256(content).hexdigest()


def keep(*, kind: str, title: str, file_name: str, content: bytes, mapping: ImportMapping, count: int) -> Document:
    """Keep a file that came in, as it came in."""
    return documents.store(
        kind=kind,
        title=title,
        file_name=file_names.safe(file_name, extension="csv", otherwise="import"),
        content=content,
        facts={"mapping": mapping.name, "lines": count},
    )


def read(content: bytes, mapping: ImportMapping) -> list[Line]:
    """Read a whole file. Raises ImportRefused with every line that can't be read, and why."""
    if len(content) > MOST_BYTES:
        raise ImportRefused(_("This file is larger than 5 MB. Divide it into smaller ones."))
    rows, problems = _rows(_text(content, mapping), mapping)
    columns = _columns(rows[0][1] if rows else [], mapping)
    width = len(rows[0][1])
    lines = []
    for number, row in rows[1:]:
        try:
            lines.append(_line(number, row, width, columns, mapping))
        except _Wrong as wrong:
            problems.append(BadLine(number, str(wrong)))
    if problems:
        raise refused(problems)
    if not lines:
        raise ImportRefused(_("There is no line in this file beside the heading."))
    return lines


def refused(problems: list[BadLine]) -> ImportRefused:
    """Make the refusal of a whole file for its bad lines."""
    message = ngettext(
        "The whole file is refused, because %(count)d line is not right. Nothing was booked.",
        "The whole file is refused, because %(count)d lines are not right. Nothing was booked.",
        len({problem.number for problem in problems}),
    )
    return ImportRefused(message % {"count": len({problem.number for problem in problems})}, sorted(problems))


def _text(content: bytes, mapping: ImportMapping) -> str:
    """Decode a file; when that fails, name every line with a character that is none in this encoding."""
    try:
        return content.decode(mapping.encoding)
    except UnicodeDecodeError:
        problems = []
        for number, raw in enumerate(content.split(b"\n"), start=1):
            try:
                raw.decode(mapping.encoding)
            except UnicodeDecodeError:
                reason = _("A character here is not %(encoding)s.") % {"encoding": mapping.get_encoding_display()}
                problems.append(BadLine(number, reason))
        raise refused(problems) from None


def _rows(text: str, mapping: ImportMapping) -> tuple[list[tuple[int, list[str]]], list[BadLine]]:
    """Divide a file in rows with the number of the line that each begins on; empty lines are left out."""
    problems = [
        BadLine(number, _("This line holds a sign that is not text."))
        for number, line in enumerate(text.split("\n"), start=1)
        if "\0" in line
    ]
    if problems:
        raise refused(problems)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mapping.delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            problems.append(BadLine(begins, _("The quotation marks on this line don't match.")))
        else:
            if any(cell.strip() for cell in row):
                rows.append((begins, [cell.strip() for cell in row]))
        begins = reader.line_num + 1
        if len(rows) > MOST_LINES:
            raise ImportRefused(_("This file has more than 20,000 lines. Divide it into smaller ones."))
    if not rows and not problems:
        raise ImportRefused(_("This file is empty."))
    if not rows:
        raise refused(problems)
    return rows, problems


def _columns(heading: list[str], mapping: ImportMapping) -> dict[str, int]:
    """Return where each field stands. Raises ImportRefused for names that are missing or there twice."""
    wanted = {
        "reference": mapping.reference_column,
        "amount": mapping.amount_column,
        "on": mapping.date_column,
        "line": mapping.line_column,
        "year": mapping.year_column,
        "description": mapping.description_column,
    }
    names = {field: name for field, name in wanted.items() if name}
    wrong = [name for name in names.values() if heading.count(name) != 1]
    if wrong:
        reason = _("The heading must name each of these columns once: %(columns)s.") % {"columns": ", ".join(wrong)}
        raise refused([BadLine(1, reason)])
    return {field: heading.index(name) for field, name in names.items()}


def _line(number: int, row: list[str], width: int, columns: Mapping[str, int], mapping: ImportMapping) -> Line:
    if len(row) != width:
        raise _Wrong(
            _("%(found)d columns, where the heading has %(expected)d.") % {"found": len(row), "expected": width}
        )
    value = {field: row[column] for field, column in columns.items()}
    reasons, read_values = [], {}
    for field, reader in (("reference", _reference), ("amount", _amount), ("on", _day), ("year", _year)):
        try:
            read_values[field] = reader(value.get(field, ""), mapping)
        except _Wrong as wrong:
            reasons.append(str(wrong))
    if reasons:
        raise _Wrong(" ".join(reasons))
    return Line(
        number=number,
        line=value.get("line", "").casefold(),
        description=value.get("description", "")[:LONGEST_DESCRIPTION],
        **read_values,  # type: ignore[arg-type]
    )


def _reference(text: str, _mapping: ImportMapping) -> str:
    if not text:
        raise _Wrong(_("The reference is missing."))
    if len(text) > LONGEST_REFERENCE:
        raise _Wrong(_("The reference is too long."))
    return text


def _amount(text: str, mapping: ImportMapping) -> Decimal:
    """Read an amount in euros as the mapping writes it; cents may be left out, thousands may be marked."""
    sign, mark = re.escape(mapping.decimal_sign), r"\." if mapping.decimal_sign == "," else ","
    pattern = (
        rf"(?P<minus>-?)(?P<euros>[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+|[0-9]{{1,10}})(?:{sign}(?P<cents>[0-9]{{2}}))?"
    )
    match = re.fullmatch(pattern, text)
    if match is None:
        raise _Wrong(_("“%(text)s” is not an amount.") % {"text": text[:40]})
    euros = re.sub(mark, "", match["euros"])
    amount = Decimal(f"{match['minus']}{euros}.{match['cents'] or '00'}")
    if amount == 0:
        raise _Wrong(_("The amount is zero."))
    if abs(amount) > LARGEST:
        raise _Wrong(_("This amount is too large."))
    return -amount if mapping.paid_is_negative else amount


def _day(text: str, mapping: ImportMapping) -> date:
    try:
        moment = datetime.strptime(text, mapping.date_format)  # noqa: DTZ007  (a day, not a moment)
    except ValueError:
        moment = None
    if moment is None or moment.strftime(mapping.date_format) != text:
        raise _Wrong(
            _("“%(text)s” is not a date like %(example)s.")
            % {"text": text[:40], "example": mapping.get_date_format_display()}
        )
    if moment.date() > clock.today():
        raise _Wrong(_("The date is still to come."))
    return moment.date()


def _year(text: str, mapping: ImportMapping) -> int | None:
    if not mapping.year_column:
        return None
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise _Wrong(_("“%(text)s” is not a year.") % {"text": text[:40]})
    return int(text)
