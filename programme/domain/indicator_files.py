"""A file of values as it comes out of a spreadsheet: read whole, or refused with every line that is wrong."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programme.domain import indicator_values, periods, quantities
from programme.domain.periods import Period
from programme.errors import BadLine, IndicatorFileRefused, IndicatorRefused
from programme.models import IndicatorDefinition

MOST_BYTES = 1024 * 1024
MOST_LINES = 10_000
# What a column is called, in the template and in files of others.
COLUMNS = {
    "indicator": ("indicator", "code"),
    "period": ("periode", "period"),
    "value": ("waarde", "value"),
    "source": ("bron", "source"),
    "reason": ("reden", "reason"),
}
NEEDED = ("indicator", "period", "value")
OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
WIDE = (b"\xff\xfe", b"\xfe\xff")


class Line(NamedTuple):
    """One line of a file. `number` counts the lines of the file from 1, the heading included."""

    number: int
    definition: IndicatorDefinition
    period: Period
    value: Decimal
    source: str
    reason: str


def read(content: bytes, definitions: Sequence[IndicatorDefinition]) -> list[Line]:
    """Read a whole file about these indicators: UTF-8 or Windows-1252; semicolons, commas or tabs; Dutch decimals.

    Raises IndicatorFileRefused with every line that can't be taken in, and why.
    """
    heading, rows, problems = _rows(_text(content))
    columns = _columns(heading)
    known = {name: one for one in definitions for name in (one.indicator.code.casefold(), one.name.casefold())}
    lines: list[Line] = []
    seen: dict[tuple[int, Period], int] = {}
    for number, row in rows:
        try:
            line = _line(number, row, len(heading), columns, known)
        except IndicatorRefused as wrong:
            problems.append(BadLine(number, str(wrong)))
            continue
        place = (line.definition.indicator_id, line.period)
        if place in seen:
            said = {"name": line.definition.name, "period": line.period.label, "number": seen[place]}
            problems.append(BadLine(number, _("%(name)s, %(period)s stands on line %(number)d too.") % said))
        seen.setdefault(place, number)
        lines.append(line)
    if problems:
        raise refused(problems)
    if not lines:
        raise IndicatorFileRefused(_("There is no line in this file beside the heading."))
    return lines


def refused(problems: list[BadLine]) -> IndicatorFileRefused:
    """Make the refusal of a whole file for its bad lines."""
    count = len({problem.number for problem in problems})
    message = ngettext(
        "The whole file is refused, because %(count)d line is not right. Nothing was taken in.",
        "The whole file is refused, because %(count)d lines are not right. Nothing was taken in.",
        count,
    )
    return IndicatorFileRefused(message % {"count": count}, sorted(problems))


def _text(content: bytes) -> str:
    """Decode a file: UTF-8 when it is that, else Windows-1252, as Excel saves it."""
    if len(content) > MOST_BYTES:
        raise IndicatorFileRefused(_("This file is larger than 1 MB. Divide it into smaller ones."))
    if content.startswith(OFFICE + WIDE):
        raise IndicatorFileRefused(_("This is no CSV file. Save the spreadsheet as “CSV UTF-8” and choose that file."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise IndicatorFileRefused(_("This file holds signs that are no text. Save the spreadsheet as “CSV UTF-8”."))
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        raise refused(
            [
                BadLine(number, _("This line holds a sign that is not text."))
                for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1)
                if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", line)
            ]
        )
    return text


def _rows(text: str) -> tuple[list[str], list[tuple[int, list[str]]], list[BadLine]]:
    """Divide a file in its heading and rows with the number of the line that each begins on; empty lines don't count.

    A line of `sep=;`, which Excel likes, is no heading.
    """
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    problems = []
    begins = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            problems.append(BadLine(begins, _("The quotation marks on this line don't match.")))
        else:
            cells = [cell.strip() for cell in row]
            if any(cells) and not (begins == 1 and cells[0].startswith("sep=")):
                rows.append((begins, cells))
        begins = reader.line_num + 1
        if len(rows) > MOST_LINES + 1:
            raise IndicatorFileRefused(_("This file has more than 10,000 lines. Divide it into smaller ones."))
    if not rows:
        raise refused(problems) if problems else IndicatorFileRefused(_("This file is empty."))
    return rows[0][1], rows[1:], problems


def _columns(heading: Sequence[str]) -> dict[str, int]:
    """Return where each field stands. Raises IndicatorFileRefused when one is missing, unknown or there twice."""
    names = [name.casefold() for name in heading]
    found: dict[str, int] = {}
    reasons = []
    for place, name in enumerate(names):
        field = next((field for field, words in COLUMNS.items() if name in words), None)
        if field is None:
            reasons += [_("“%(name)s” is no column that we know.") % {"name": heading[place][:40]}] if name else []
        elif field in found:
            reasons.append(_("The column “%(name)s” is there twice.") % {"name": heading[place]})
        else:
            found[field] = place
    missing = [COLUMNS[field][0] for field in NEEDED if field not in found]
    if missing:
        reasons.append(_("The heading lacks: %(columns)s.") % {"columns": ", ".join(missing)})
    if reasons:
        raise refused([BadLine(1, " ".join(reasons))])
    return found


def _line(
    number: int, row: Sequence[str], width: int, columns: Mapping[str, int], known: Mapping[str, IndicatorDefinition]
) -> Line:
    """Read one line. Raises IndicatorRefused with everything that is wrong with it."""
    if len(row) != width:
        raise IndicatorRefused(
            _("%(found)d columns, where the heading has %(expected)d.") % {"found": len(row), "expected": width}
        )
    cell = {field: row[place] for field, place in columns.items()}
    reasons: list[str] = []
    definition = known.get(cell["indicator"].casefold())
    if definition is None:
        reasons.append(_("There is no indicator “%(name)s”.") % {"name": cell["indicator"][:60]})
    period = periods.parse(cell["period"])
    if period is None:
        reasons.append(
            _("“%(text)s” is no period such as 2025, 2025-H1, 2025-K3 or 2025-04.") % {"text": cell["period"][:40]}
        )
    elif definition is not None:
        _collect(reasons, lambda: indicator_values.check_period(period, definition))
    values: list[Decimal] = []
    if cell["value"]:
        unit = definition.unit if definition else ""
        _collect(reasons, lambda: values.append(quantities.parse(cell["value"], unit=unit)))
    else:
        reasons.append(_("The value is missing. Fill one in, or leave the line out."))
    source = cell.get("source", "") or (definition.source if definition else "")
    if definition is not None:
        _collect(reasons, lambda: indicator_values.check_source(source))
    if len(cell.get("reason", "")) > indicator_values.LONGEST_REASON:
        reasons.append(_("The reason is longer than %(most)d characters.") % {"most": indicator_values.LONGEST_REASON})
    if reasons or definition is None or period is None:
        raise IndicatorRefused(" ".join(reasons))
    return Line(number, definition, period, values[0], source, cell.get("reason", ""))


def _collect(reasons: list[str], check: Callable[[], object]) -> None:
    """Run a check and keep what it says."""
    try:
        check()
    except IndicatorRefused as wrong:
        reasons.append(str(wrong))
