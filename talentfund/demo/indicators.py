"""What the demo's team says of the indicators. Every figure is made up, and says so in its source."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from programme.domain import indicator_definitions, indicator_values, periods
from programme.domain.indicator_definitions import DefinitionSaid
from programme.models import Indicator, Line
from talentfund.demo.people import Cast
from talentfund.demo.proposals import moment

SOURCE = "Demonstratie: verzonnen cijfer"
REASON = "Uitgewerkt voor de demonstratie"
FOCUS_AREAS = "leeftijd-focusgebied"

DEFINED_AT = moment("2025-02-10T10:00")
DEFINITIONS: dict[str, dict[str, Any]] = {
    "stayrate-hbo": {
        "definition": "Van de mensen die een hbo-diploma haalden in Twente: wie een jaar later in Twente woont.",
        "target_value": Decimal(84),
        "target_year": 2027,
    },
    "stayrate-wo": {
        "definition": "Van de mensen die een wo-diploma haalden in Twente: wie een jaar later in Twente woont.",
        "target_value": Decimal(55),
        "target_year": 2027,
    },
    "stayrate-mbo": {
        "definition": "Van de mensen die een mbo-diploma haalden in Twente: wie een jaar later in Twente woont.",
    },
    FOCUS_AREAS: {
        "definition": "Gemiddelde leeftijd van bewoners van de focusgebieden, aan het begin van het halfjaar.",
        "frequency": "halfjaar",
    },
}
# What was measured, when it was entered, and by whom.
VALUES = (
    ("stayrate-hbo", "2022", "80,1", "2025-02-11T09:30", "manager"),
    ("stayrate-hbo", "2023", "79,4", "2025-02-11T09:34", "manager"),
    ("stayrate-wo", "2022", "50,2", "2025-02-11T09:41", "manager"),
    ("stayrate-mbo", "2023", "90,8", "2025-02-11T09:47", "manager"),
    (FOCUS_AREAS, "2025-H1", "43,6", "2025-07-08T11:02", "lead"),
    ("stayrate-hbo", "2024", "81,3", "2025-12-09T15:10", "lead"),
    ("stayrate-wo", "2024", "49,6", "2025-12-09T15:15", "lead"),
    ("stayrate-mbo", "2024", "19,1", "2025-12-09T15:19", "lead"),
    (FOCUS_AREAS, "2025-H2", "43,1", "2026-01-13T10:40", "lead"),
    (FOCUS_AREAS, "2026-H1", "42,7", "2026-07-07T10:25", "lead"),
    ("stayrate-hbo", "2025", "82,6", "2026-10-06T13:30", "manager"),
    ("stayrate-wo", "2025", "51,9", "2026-10-06T13:34", "manager"),
)
CORRECTED_AT = moment("2025-12-10T09:05")


def steps(cast: Cast) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Give what happens to the indicators, each at its own moment."""
    yield DEFINED_AT, partial(_define, cast)
    for code, period, value, at, who in VALUES:
        yield moment(at), partial(_measure, cast, who, code=code, period=period, value=value)
    yield CORRECTED_AT, partial(_correct, cast)


def _define(cast: Cast) -> None:
    for code, changes in DEFINITIONS.items():
        indicator = Indicator.objects.get(code=code)
        now = indicator_values.definition_of(indicator)
        line = Line.objects.get(code="wonen") if code == FOCUS_AREAS else None
        said = {**vars(indicator_definitions.said_of(now)), "source": SOURCE, "line": line, **changes}
        indicator_definitions.define(
            indicator_id=indicator.pk, by=cast["manager"], said=DefinitionSaid(**said), reason=REASON, seen=now.number
        )


def _measure(cast: Cast, who: str, *, code: str, period: str, value: str) -> None:
    measured = periods.parse(period)
    if measured is None:
        raise ValueError(f"{period} is no period")
    indicator_values.enter(
        indicator_id=Indicator.objects.get(code=code).pk,
        by=cast[who],
        period=measured,
        value=Decimal(value.replace(",", ".")),
        source=SOURCE,
        request_key=uuid4(),
    )


def _correct(cast: Cast) -> None:
    """The share of the mbo of 2024 was entered with its first two digits the wrong way round."""
    wrong = Indicator.objects.get(code="stayrate-mbo").values.latest("pk")
    indicator_values.correct(
        value_id=wrong.pk,
        by=cast["lead"],
        value=Decimal("91.1"),
        source=SOURCE,
        reason="Tikfout: er stond 19,1",
        request_key=uuid4(),
    )
