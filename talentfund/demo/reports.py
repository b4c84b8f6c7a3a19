"""The reports of the demo: two that are final, and a concept that waits for the second signature."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from reporting.domain import collecting, renderings, report_forms, reports, signing, texts
from reporting.models import Report
from reporting.states import Purpose, ReportKind, SignerRole
from talentfund.demo.people import Cast
from talentfund.demo.proposals import moment

TEXTS = Path(__file__).parent / "report_texts.yaml"
MANAGER, ADVISER = SignerRole.PROGRAMME_MANAGER, SignerRole.FINANCIAL_ADVISER
SIGNERS = {MANAGER: "manager", ADVISER: "finance"}


@dataclass(frozen=True)
class Told:
    """A report of the demo: when it was asked for and written, who signed when, and when a text changed after that."""

    kind: ReportKind
    year: int
    cut_off_on: date
    asked: datetime
    written: datetime
    signed: tuple[tuple[datetime, SignerRole], ...]
    changed: datetime | None = None

    @property
    def key(self) -> str:
        """Its name in the file with the texts."""
        return f"{self.kind.value}-{self.year}"


TOLD = (
    Told(
        kind=ReportKind.ANNUAL_ACCOUNTS,
        year=2025,
        cut_off_on=date(2025, 12, 31),
        asked=moment("2026-03-09T10:00"),
        written=moment("2026-03-12T14:20"),
        signed=((moment("2026-03-16T11:05"), ADVISER), (moment("2026-03-17T09:15"), MANAGER)),
    ),
    Told(
        kind=ReportKind.POLICY_REPORT_1,
        year=2026,
        cut_off_on=date(2026, 4, 30),
        asked=moment("2026-05-06T09:30"),
        written=moment("2026-05-08T15:40"),
        signed=((moment("2026-05-11T16:10"), MANAGER), (moment("2026-05-12T10:30"), ADVISER)),
    ),
    # The programme manager signed before the text about Leven changed: that signature counts no longer.
    Told(
        kind=ReportKind.POLICY_REPORT_2,
        year=2026,
        cut_off_on=date(2026, 10, 31),
        asked=moment("2026-11-16T09:30"),
        written=moment("2026-11-17T13:45"),
        signed=((moment("2026-11-18T11:20"), MANAGER), (moment("2026-11-19T16:30"), ADVISER)),
        changed=moment("2026-11-19T10:10"),
    ),
)


def steps(cast: Cast) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Return what happens to the reports, each step with its moment."""
    for told in TOLD:
        yield told.asked, partial(_ask, told, cast)
        yield told.written, partial(_write, told, cast, 0)
        if told.changed:
            yield told.changed, partial(_write, told, cast, 1)
        for when, role in told.signed:
            yield when, partial(_sign, told, cast, role)


@cache
def _texts() -> Mapping[str, Mapping[str, list[dict[str, Any]]]]:
    found: Mapping[str, Mapping[str, list[dict[str, Any]]]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return found


def _report(told: Told) -> Report:
    return Report.objects.get(kind=told.kind, year=told.year)


def _ask(told: Told, cast: Cast) -> None:
    asked = reports.request(
        by=cast["manager"], kind=told.kind, year=told.year, cut_off_on=told.cut_off_on, request_key=uuid4()
    )
    collecting.collect(asked.pk)


def _write(told: Told, cast: Cast, number: int) -> None:
    """Write the first text of each section, or its change, and have the concept made of it."""
    report = _report(told)
    for section in report_forms.sections(told.kind):
        versions = _texts()[told.key].get(section.key, [])
        if number < len(versions):
            said = versions[number]
            by = cast[said.get("by", "manager")]
            texts.write(report_id=report.pk, section=section.key, text=said["text"], by=by, seen_number=number)
    renderings.queue(report, purpose=Purpose.CONCEPT, by=cast["manager"])
    renderings.make_all()


def _sign(told: Told, cast: Cast, role: SignerRole) -> None:
    report = _report(told)
    by = cast[SIGNERS[role]]
    signing.sign(report_id=report.pk, role=role, by=by, seen_sha256=texts.content_sha256(report))
    renderings.make_all()
