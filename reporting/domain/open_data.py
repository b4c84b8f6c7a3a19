"""The register as open data: the columns that Dutch municipalities use, as CSV, XLSX and JSON.

The names of the columns are those of the data, the same in every language; what they mean is told in Dutch. Bytes
are the same as long as the figures are, so that a reader who comes back need not fetch them again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.domain import spreadsheets
from reporting.domain.register import RESIDENTS, Row, Totals

# In the public domain: whoever may do with it whatever.
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
LICENCE_NAME = "CC0 1.0"
SHEET = "Subsidieregister"


class Field(NamedTuple):
    """A column: its name in the data, and what it means."""

    name: str
    meaning: Promise


FIELDS: tuple[Field, ...] = (
    Field("kenmerk", _("Reference of the grant; with it the grant has an address of its own that stays.")),
    Field("besluit", _("Reference of the decision that holds. After an objection that is the new decision.")),
    Field("besluitdatum", _("Day on which the college decided.")),
    Field(
        "jaar", _("Year to which the cost belongs, whenever it is paid. A grant over more years has a row for each.")
    ),
    Field("programma", _("Number of the programme in the municipality’s budget.")),
    Field("programmalijn", _("Line of the Programmaplan Talent.")),
    Field(
        "taakveld", _("Task field in Iv3, by which municipalities report nationally. A proposal of this application.")
    ),
    Field("soort", _("In what form the municipality pays: subsidie, opdracht, eigen uitvoering or bijdrage.")),
    Field(
        "aanvrager", _("Organisation that got the grant. A natural person is never named: then it says “Inwoner(s)”.")
    ),
    Field("kvk_nummer", _("Number of the organisation in the trade register; empty for residents.")),
    Field("omschrijving", _("Title of the activity, without the names of people.")),
    Field("aangevraagd", _("Requested for the year, in euros.")),
    Field("verleend", _("Granted for the year by the decision that holds, in euros, without what lapsed (Awb 4:34).")),
    Field(
        "vastgesteld", _("Settled for the year, in euros; empty until the partner has the letter of the settlement.")
    ),
    Field("stand", _("Where the grant is: voorwaardelijk verleend, verleend or vastgesteld.")),
    Field("adres", _("Page of the grant on this site.")),
)
AMOUNTS = ("aangevraagd", "verleend", "vastgesteld")


def values_of(row: Row, address: str) -> dict[str, Any]:
    """Return a row by the names of the columns; `address` is the whole address of the grant's page."""
    values = (
        row.reference,
        row.decision,
        row.decided_on,
        row.year,
        row.line.budget_programme,
        row.line.name,
        row.line.task_field,
        row.kind.value,
        row.applicant or RESIDENTS,
        row.kvk_number,
        row.title,
        row.requested,
        row.granted,
        row.settled,
        row.state.value,
        address,
    )
    return dict(zip((field.name for field in FIELDS), values, strict=True))


def digest(rows: Sequence[Mapping[str, Any]], *more: object) -> str:
    """Return what changes when the data does: the SHA-256 of all values, and of what else a file says."""
    told = json.dumps([rows, [str(one) for one in more]], default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def to_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write rows as CSV."""
    return spreadsheets.to_csv([field.name for field in FIELDS], (list(row.values()) for row in rows))


def to_xlsx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write rows as a workbook."""
    return spreadsheets.to_xlsx(SHEET, [field.name for field in FIELDS], [list(row.values()) for row in rows])


def to_json(
    rows: Sequence[Mapping[str, Any]], *, totals: Totals, asked: Mapping[str, str], publisher: str, address: str
) -> bytes:
    """Write rows as JSON that explains itself: who publishes it, under which licence, what was asked, what fields mean.

    Amounts are numbers in euros, days are written as yyyy-mm-dd, and what is not known is null.
    """
    package = {
        "titel": "Subsidieregister Talentfonds Hengelo",
        "uitgever": publisher,
        "licentie": LICENCE,
        "adres": address,
        "filter": dict(asked),
        "velden": {field.name: str(field.meaning) for field in FIELDS},
        "aantal_rijen": totals.rows,
        "aantal_verleningen": totals.grants,
        "totaal": {
            "aangevraagd": number(totals.requested),
            "verleend": number(totals.granted),
            "vastgesteld": number(totals.settled),
        },
        "verleningen": [{name: _plain(value) for name, value in row.items()} for row in rows],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def number(amount: Decimal) -> int | float:
    """Return euros as JSON knows numbers: whole when they are, else with the cents.

    A binary fraction only passes by on its way out: up to ten thousand billion euros it is written as the very cents.
    """
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value != "" else None
