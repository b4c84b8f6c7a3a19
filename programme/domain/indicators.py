"""The indicators as they were known at a moment: what they meant then, and what had been entered by then."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from programme.domain import periods, quantities
from programme.domain.periods import Period
from programme.models import IndicatorDefinition, IndicatorValue
from programme.states import Direction, Frequency


@dataclass(frozen=True)
class Measured:
    """What was measured in a period. `reason` says why it was corrected; empty when it never was."""

    period: Period
    value: Decimal
    source: str
    entered_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Baseline:
    """Where it began. A value may be missing and words may stand alone: the plan says `about 80`."""

    value: Decimal | None = None
    period: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return self.value is not None or bool(self.words)


@dataclass(frozen=True)
class Target:
    """What the programme wants to reach, and in which year."""

    value: Decimal
    year: int


@dataclass(frozen=True)
class IndicatorState:
    """An indicator as it was known at a moment; `line` is the code of its programme line, empty for all together."""

    code: str
    name: str
    definition: str
    source: str
    unit: str
    direction: Direction
    frequency: Frequency
    line: str
    baseline: Baseline
    target: Target | None
    values: list[Measured] = field(default_factory=list)

    @property
    def latest(self) -> Measured | None:
        """What was measured in the last period that has a value."""
        return self.values[-1] if self.values else None

    def write(self, number: Decimal) -> str:
        """Write a number with the unit of this indicator."""
        return quantities.write(number, self.unit)

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON values, for the figures of a report; numbers are exact text. Names nobody."""
        return {
            "code": self.code,
            "name": self.name,
            "definition": self.definition,
            "source": self.source,
            "unit": self.unit,
            "direction": self.direction.value,
            "frequency": self.frequency.value,
            "line": self.line,
            "baseline": {
                "value": None if self.baseline.value is None else _exact(self.baseline.value),
                "period": self.baseline.period,
                "words": self.baseline.words,
            },
            "target": {"value": _exact(self.target.value), "year": self.target.year} if self.target else None,
            "values": [
                {
                    "period": one.period.code,
                    "value": _exact(one.value),
                    "source": one.source,
                    "entered_at": one.entered_at.isoformat(),
                    "reason": one.reason,
                }
                for one in self.values
            ],
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "IndicatorState":
        """Return the state that `to_json` wrote down."""
        baseline, target = said["baseline"], said["target"]
        number = baseline["value"]
        return cls(
            **{name: said[name] for name in ("code", "name", "definition", "source", "unit", "line")},
            direction=Direction(said["direction"]),
            frequency=Frequency(said["frequency"]),
            baseline=Baseline(None if number is None else Decimal(number), baseline["period"], baseline["words"]),
            target=Target(Decimal(target["value"]), target["year"]) if target else None,
            values=[_measured(one) for one in said["values"]],
        )


def at(moment: datetime) -> list[IndicatorState]:
    """Return every indicator that the council followed at a moment, as it was known then, in their fixed order.

    Two queries. What was written, entered or corrected after the moment does not count; a value that was taken back
    before it is not there.
    """
    values = values_at(moment)
    return [state_of(one, values[one.indicator_id]) for one in definitions_at(moment) if one.followed]


def definitions_at(moment: datetime) -> list[IndicatorDefinition]:
    """Return the definition that counted at a moment, for each indicator, in their fixed order."""
    written = (
        IndicatorDefinition.objects.filter(written_at__lte=moment)
        .order_by("indicator_id", "-number")
        .distinct("indicator_id")
        .select_related("indicator", "line", "written_by")
    )
    return sorted(written, key=lambda one: (one.indicator.position, one.indicator_id))


def values_at(moment: datetime, **about: Any) -> dict[int, list[IndicatorValue]]:
    """Return the rows that counted at a moment by indicator, also those that take a value back, in order of time.

    `about` narrows them, such as `indicator=1`.
    """
    rows = (
        IndicatorValue.objects.filter(entered_at__lte=moment, **about)
        .order_by("indicator_id", "first_day", "frequency", "-pk")
        .distinct("indicator_id", "first_day", "frequency")
    )
    found: dict[int, list[IndicatorValue]] = defaultdict(list)
    for row in rows:
        found[row.indicator_id].append(row)
    return found


def state_of(definition: IndicatorDefinition, values: list[IndicatorValue]) -> IndicatorState:
    """Return the state that a definition and the rows that count make together."""
    number, year = definition.target_value, definition.target_year
    return IndicatorState(
        code=definition.indicator.code,
        name=definition.name,
        definition=definition.definition,
        source=definition.source,
        unit=definition.unit,
        direction=Direction(definition.direction),
        frequency=Frequency(definition.frequency),
        line=definition.line.code if definition.line else "",
        baseline=Baseline(definition.baseline_value, definition.baseline_period, definition.baseline_words),
        target=None if number is None or year is None else Target(number, year),
        values=[
            Measured(period_of(row), row.value, row.source, row.entered_at, row.reason)
            for row in values
            if row.value is not None
        ],
    )


def period_of(row: IndicatorValue) -> Period:
    """Return the period that a value is about."""
    return Period(row.first_day, Frequency(row.frequency))


def missing_between(found: list[Period]) -> list[Period]:
    """Return the periods that lie between others, one after the other in time, and have no value."""
    missing = []
    for number, period in enumerate(found[1:], start=1):
        before = found[number - 1]
        while before.following.first_day < period.first_day:
            before = before.following
            missing.append(before)
    return missing


def may_be_measured(period: Period, today: date) -> bool:
    """Tell whether a period has begun, so that something can have been measured in it."""
    return period.first_day <= today


def _exact(number: Decimal) -> str:
    return f"{quantities.plain(number):f}"


def _measured(said: Mapping[str, Any]) -> Measured:
    period = periods.parse(said["period"])
    if period is None:
        raise ValueError(f"{said['period']} is no period")
    return Measured(
        period, Decimal(said["value"]), said["source"], datetime.fromisoformat(said["entered_at"]), said["reason"]
    )
