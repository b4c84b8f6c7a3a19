"""Everything that was ever said of an indicator: each value with who entered it, what it replaced, each definition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.domain.spreadsheets import Exact, Value
from programme.domain import indicators
from programme.domain.indicators import IndicatorState
from programme.domain.periods import Period
from programme.models import Indicator, IndicatorDefinition, IndicatorValue


@dataclass(frozen=True)
class Entered:
    """A period with the row that counts, and those that it replaced, the oldest first. No row: left out."""

    period: Period
    row: IndicatorValue | None
    value: str
    replaced: list[tuple[IndicatorValue, str]]


@dataclass(frozen=True)
class History:
    """An indicator with all that was said of it, now."""

    definition: IndicatorDefinition
    earlier: list[IndicatorDefinition]
    state: IndicatorState
    periods: list[Entered]


def of(indicator: Indicator) -> History:
    """Return everything that was said of an indicator. Two queries."""
    definitions = list(indicator.definitions.select_related("indicator", "line", "written_by").order_by("-number"))
    chains: dict[Period, list[IndicatorValue]] = {}
    for row in indicator.values.select_related("entered_by").order_by("first_day", "frequency", "pk"):
        chains.setdefault(indicators.period_of(row), []).append(row)
    state = indicators.state_of(definitions[0], [chain[-1] for chain in chains.values()])

    def written(row: IndicatorValue) -> str:
        return "" if row.value is None else state.write(row.value)

    entered = [
        Entered(period, chain[-1], written(chain[-1]), [(row, written(row)) for row in chain[:-1]])
        for period, chain in chains.items()
    ]
    entered += [Entered(period, None, "", []) for period in indicators.missing_between(list(chains))]
    entered.sort(key=lambda one: one.period.first_day, reverse=True)
    return History(definitions[0], definitions[1:], state, entered)


def table() -> tuple[list[str], Iterator[Sequence[Value]]]:
    """Return the heading and the rows of everything that was entered, for a spreadsheet; numbers stay exact."""
    header = [
        _("Indicator"),
        _("Code"),
        _("Period"),
        _("First day"),
        _("Value"),
        _("Unit"),
        _("Counts now"),
        _("Source"),
        _("Reason of the correction"),
        _("Who entered it"),
        _("Entered at"),
    ]
    return header, _rows()


def _rows() -> Iterator[Sequence[Value]]:
    latest = IndicatorDefinition.objects.order_by("indicator_id", "-number").distinct("indicator_id")
    names = {one.indicator_id: one for one in latest}
    rows = IndicatorValue.objects.select_related("indicator", "entered_by", "corrected_by")
    for row in rows.order_by("indicator__position", "indicator_id", "first_day", "pk"):
        definition = names[row.indicator_id]
        counts = not hasattr(row, "corrected_by") and row.value is not None
        yield [
            definition.name,
            row.indicator.code,
            indicators.period_of(row).code,
            row.first_day,
            None if row.value is None else Exact(row.value),
            definition.unit,
            _("yes") if counts else _("no"),
            row.source,
            row.reason,
            str(row.entered_by),
            row.entered_at,
        ]
