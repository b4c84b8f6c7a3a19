"""Values from a file: first shown, then taken in as a whole. The same file a second time does nothing."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.domain import audit, clock, documents, requests
from core.domain.spreadsheets import Value, to_csv
from programme.access import lock_indicators, require_enterer
from programme.domain import indicator_files, indicators, periods, quantities
from programme.domain.indicator_files import COLUMNS, Line
from programme.domain.indicators import definitions_at
from programme.errors import BadLine, IndicatorChanged, IndicatorFileRefused
from programme.models import IndicatorImport, IndicatorValue
from programme.states import Frequency, PlannedKind, ProgrammeEvent

KIND = "indicator_import"
AT_ONCE = 1000


class Planned(NamedTuple):
    """What a line of a file will do: add a value, correct the row that counts, or nothing."""

    line: Line
    kind: PlannedKind
    before: IndicatorValue | None

    @property
    def value(self) -> str:
        """The value in the file, with its unit."""
        return quantities.write(self.line.value, self.line.definition.unit)

    @property
    def now(self) -> str:
        """The value that counts until then, with its unit; empty when there is none."""
        number = self.before.value if self.before else None
        return "" if number is None else quantities.write(number, self.line.definition.unit)


@dataclass(frozen=True)
class Plan:
    """What a file will do when it is taken in. `sha256` changes when somebody else enters a value meanwhile."""

    rows: list[Planned]
    sha256: str

    def count(self, kind: PlannedKind) -> int:
        """Return how many lines do this."""
        return sum(row.kind is kind for row in self.rows)

    @property
    def changes(self) -> list[Planned]:
        """The lines that do something."""
        return [row for row in self.rows if row.kind is not PlannedKind.SAME]


def plan(content: bytes, *, by: User) -> Plan:
    """Tell what a file will do, without doing it.

    Raises IndicatorFileRefused with every line that is not right, or when this very file came in before;
    IndicatorNotYours.
    """
    require_enterer(by)
    _refuse_known(content)
    lines = indicator_files.read(content, definitions_at(clock.now()))
    counting = {
        (row.indicator_id, indicators.period_of(row)): row
        for rows in indicators.values_at(clock.now()).values()
        for row in rows
    }
    rows, problems = [], []
    for line in lines:
        before = counting.get((line.definition.indicator_id, line.period))
        kind = _kind(line, before)
        if kind is PlannedKind.CORRECTION and not line.reason:
            problems.append(BadLine(line.number, _lacks_reason(line, before)))
        rows.append(Planned(line, kind, before))
    if problems:
        raise indicator_files.refused(problems)
    return Plan(rows, _sha256_of(rows))


def take_in(*, content: bytes, file_name: str, by: User, seen: str, request_key: UUID) -> IndicatorImport:
    """Take a file in as a whole. `seen` is the hash of the plan that the page showed; the file is kept as it came.

    Raises IndicatorChanged when it would do something else by now, IndicatorFileRefused as `plan` or when there is
    nothing new in it, IndicatorNotYours. A repeat of the request gives the import that it made.
    """
    require_enterer(by)
    with transaction.atomic():
        body = {"sha256": hashlib.sha256(content).hexdigest(), "seen": seen}
        request, is_new = requests.take(key=request_key, actor=by, purpose="programme.import_values", body=body)
        if not is_new:
            return IndicatorImport.objects.get(pk=(request.answer or {})["import"])
        lock_indicators()
        found = plan(content, by=by)
        if found.sha256 != seen:
            raise IndicatorChanged(_("Somebody entered a value meanwhile. Look again at what this file will do."))
        if not found.changes:
            raise IndicatorFileRefused(_("There is nothing new in this file."))
        made = _keep(content, file_name, found, by=by)
        _write(found.changes, made, by=by)
        counts = {"added": made.added, "corrected": made.corrected, "unchanged": made.unchanged}
        codes = sorted({row.line.definition.indicator.code for row in found.changes})
        changes = {**counts, "sha256": made.sha256, "indicators": codes}
        audit.record(event=ProgrammeEvent.INDICATORS_IMPORTED, actor=by, about=made, changes=changes)
        requests.answer(request, **{"import": made.pk})
    return made


def template() -> bytes:
    """Return a CSV to fill in: a line for each indicator, with the period that comes after its last value."""
    now = clock.now()
    values = indicators.values_at(now)
    rows: list[Sequence[Value]] = []
    for one in definitions_at(now):
        if one.followed:
            measured = [row.first_day for row in values[one.indicator_id] if row.frequency == one.frequency]
            ended = periods.last_ended(clock.today(), Frequency(one.frequency))
            after = periods.around(max(measured), ended.frequency).following if measured else ended
            rows.append([one.indicator.code, min(after, ended).code, "", one.source, ""])
    return to_csv([words[0] for words in COLUMNS.values()], rows)


def _refuse_known(content: bytes) -> None:
    before = (
        IndicatorImport.objects.select_related("imported_by").filter(sha256=hashlib.sha256(content).hexdigest()).first()
    )
    if before is not None:
        raise IndicatorFileRefused(
            _("This file came in before, on %(day)s by %(person)s. Nothing was changed.")
            % {"day": f"{clock.local_date(before.imported_at):%d-%m-%Y}", "person": before.imported_by}
        )


def _kind(line: Line, before: IndicatorValue | None) -> PlannedKind:
    if before is None:
        return PlannedKind.NEW
    same = (before.value, before.source) == (line.value, line.source)
    return PlannedKind.SAME if same else PlannedKind.CORRECTION


def _lacks_reason(line: Line, before: IndicatorValue | None) -> str:
    value = None if before is None else before.value
    said = {"name": line.definition.name, "period": line.period.label}
    if value is None:
        return _("The value of %(name)s, %(period)s was taken back. Give a reason to enter one again.") % said
    now = quantities.write(value, line.definition.unit)
    return _("%(name)s, %(period)s is %(now)s now. Give a reason to correct it.") % {**said, "now": now}


def _sha256_of(rows: Sequence[Planned]) -> str:
    told = [[row.line.number, row.kind.value, row.before.pk if row.before else None] for row in rows]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _keep(content: bytes, file_name: str, found: Plan, *, by: User) -> IndicatorImport:
    stem = PurePath(file_name.replace("\\", "/")).stem.strip()[:80] or KIND
    counts = {kind: found.count(kind) for kind in PlannedKind}
    document = documents.store(
        kind=KIND,
        title=stem,
        file_name=f"{stem}.csv",
        content=content,
        facts={"handed_in_as": file_name[:200], "lines": len(found.rows)},
    )
    return IndicatorImport.objects.create(
        document=document,
        sha256=hashlib.sha256(content).hexdigest(),
        added=counts[PlannedKind.NEW],
        corrected=counts[PlannedKind.CORRECTION],
        unchanged=counts[PlannedKind.SAME],
        imported_by=by,
        imported_at=clock.now(),
    )


def _write(rows: Sequence[Planned], made: IndicatorImport, *, by: User) -> None:
    def row_of(planned: Planned) -> IndicatorValue:
        line, before = planned.line, planned.before
        said: dict[str, Any] = {"corrects": before, "reason": line.reason} if before else {}
        return IndicatorValue(
            indicator_id=line.definition.indicator_id,
            frequency=line.period.frequency,
            first_day=line.period.first_day,
            value=Decimal(line.value),
            source=line.source,
            imported=made,
            entered_by=by,
            entered_at=made.imported_at,
            **said,
        )

    IndicatorValue.objects.bulk_create([row_of(planned) for planned in rows], batch_size=AT_ONCE)
