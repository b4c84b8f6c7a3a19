"""The figures of a report as files for a machine: three tables (CSV) and all of it (JSON), exact to the cent.

They go along inside the PDF. docs/report-forms.md tells what each column and key means.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from applications.states import ProposalState
from budget.columns import Column
from core.domain import spreadsheets
from core.domain.pdf import File
from core.domain.spreadsheets import Value
from reporting.models import Report
from reporting.states import Light, Reached

Stored = Mapping[str, Any]

LANGUAGE = "nl"
CSV, JSON = "text/csv", "application/json"
FORMAT = "talentfund-report/1"


def figure_files(report: Report, figures: Stored) -> list[File]:
    """Return the files that go with a report, from its stored figures. The same figures give the same bytes.

    Amounts are euros with two decimals, never rounded to whole euros as on the pages. Text that a spreadsheet could
    take for a formula is marked as text.
    """
    with translation.override(LANGUAGE):
        columns = [column for column in Column if column in figures["total"]]
        return [
            _csv("bedragen.csv", _amounts(figures, columns), _("Amounts by programme line and year")),
            _csv("activiteiten.csv", _activities(figures, columns), _("Amounts by activity and year")),
            _csv("resultaten.csv", _results(figures), _("What was promised and reached, by activity")),
            File("cijfers.json", _json(report, figures), JSON, _("All figures of the report, as it states them")),
        ]


def _csv(name: str, rows: Iterable[Sequence[Value]], description: str) -> File:
    header, *body = rows
    return File(name, spreadsheets.to_csv(header, body), CSV, description)


def _amounts(figures: Stored, columns: list[Column]) -> Iterator[Sequence[Value]]:
    yield [_("Programme line"), _("Year"), *(column.label for column in columns)]
    for line in figures["lines"]:
        for row in line["years"]:
            yield [line["name"], row["year"], *_cells(row["amounts"], columns)]


def _activities(figures: Stored, columns: list[Column]) -> Iterator[Sequence[Value]]:
    head = [_("Programme line"), _("Reference"), _("Activity"), _("Partner"), _("State"), _("Year")]
    yield [*head, *(column.label for column in columns)]
    for line in figures["lines"]:
        for one in line["activities"]:
            state = ProposalState(one["state"]).label
            told = [line["name"], one["reference"], one["title"], one["partner"] or _("Residents or talent"), state]
            for row in one["years"]:
                yield [*told, row["year"], *_cells(row["amounts"], columns)]


def _results(figures: Stored) -> Iterator[Sequence[Value]]:
    yield [
        _("Programme line"),
        _("Reference"),
        _("Activity"),
        _("What is counted"),
        _("At the start"),
        _("Promised"),
        _("How it is measured"),
        _("Reached"),
        _("Judgement"),
        *(_("Time"), _("Money"), _("Quality")),
    ]
    for line in figures["lines"]:
        for one in line["activities"]:
            found = {signal["about"]: Light(signal["light"]).label for signal in one.get("lights", [])}
            shown = [found.get(about, "") for about in ("time", "money", "quality")]
            for result in one.get("promised", []):
                texts = [result[key] for key in ("what", "baseline", "target", "measured_by", "achieved")]
                judged = Reached(result["reached"]).label
                yield [line["name"], one["reference"], one["title"], *texts, judged, *shown]


def _json(report: Report, figures: Stored) -> bytes:
    told = {
        "format": FORMAT,
        "currency": "EUR",
        "report": {
            "reference": report.reference,
            "kind": report.kind,
            "year": report.year,
            "cut_off_on": report.cut_off_on.isoformat(),
            "as_of": report.as_of.isoformat(),
        },
        "figures": figures,
    }
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _cells(amounts: Stored, columns: Iterable[Column]) -> list[Decimal]:
    return [Decimal(amounts[column]) for column in columns]
