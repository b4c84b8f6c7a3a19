"""Indicators for tests: entered, corrected and defined with the real verbs."""

from decimal import Decimal
from uuid import uuid4

from accounts.models import User
from programme.domain import indicator_definitions, indicator_values, periods
from programme.domain.indicator_definitions import DefinitionSaid
from programme.models import Indicator, IndicatorDefinition, IndicatorValue

HBO = "stayrate-hbo"
SOURCE = "Meting 2026"


def measured(by: User, period: str, value: str | int, code: str = HBO, source: str = SOURCE) -> IndicatorValue:
    """Return a value that was entered for a period, such as `2025` or `2025-K1`."""
    return indicator_values.enter(
        indicator_id=Indicator.objects.get(code=code).pk,
        by=by,
        period=periods.parse(period),
        value=Decimal(value),
        source=source,
        request_key=uuid4(),
    )


def corrected(before: IndicatorValue, by: User, value: str | int | None, reason: str = "Tikfout") -> IndicatorValue:
    """Return the row that stands in the place of another; None takes it back."""
    return indicator_values.correct(
        value_id=before.pk,
        by=by,
        value=None if value is None else Decimal(value),
        source=before.source,
        reason=reason,
        request_key=uuid4(),
    )


def defined(by: User, code: str = HBO, reason: str = "Afgesproken", **said: object) -> IndicatorDefinition:
    """Return what an indicator means from now on: as it was, but for what is said."""
    indicator = Indicator.objects.get(code=code)
    now = indicator_values.definition_of(indicator)
    whole = {**vars(indicator_definitions.said_of(now)), **said}
    return indicator_definitions.define(
        indicator_id=indicator.pk, by=by, said=DefinitionSaid(**whole), reason=reason, seen=now.number
    )
