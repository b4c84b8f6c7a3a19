"""What was measured: entered once for a period, corrected by a row that says why. Nothing is overwritten."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.domain import audit, clock, requests
from programme.access import lock_indicator, require_enterer
from programme.domain import indicators, quantities
from programme.domain.periods import Period
from programme.errors import IndicatorChanged, IndicatorRefused
from programme.models import Indicator, IndicatorDefinition, IndicatorValue
from programme.states import ProgrammeEvent

LONGEST_SOURCE, LONGEST_REASON = 200, 300


def enter(
    *, indicator_id: int, by: User, period: Period, value: Decimal, source: str, request_key: UUID
) -> IndicatorValue:
    """Enter what was measured in a period, in the unit of the indicator; a repeat of the request gives the first row.

    Raises IndicatorRefused when the period is still to come, is of another kind than the indicator is measured by, or
    has a value already (correct that one), or for a value or source that can't be; IndicatorNotYours.
    """
    require_enterer(by)
    with transaction.atomic():
        body = {"indicator": indicator_id, "period": period.code, "value": value, "source": source}
        request, is_new = requests.take(key=request_key, actor=by, purpose="programme.enter_value", body=body)
        if not is_new:
            return IndicatorValue.objects.get(pk=(request.answer or {})["value"])
        indicator = lock_indicator(indicator_id)
        check_period(period, definition_of(indicator))
        if rows_of(indicator, period):
            raise IndicatorRefused(
                _("There is a value for %(period)s already. Correct that one.") % {"period": period.label}, "year"
            )
        found = IndicatorValue.objects.create(
            indicator=indicator,
            frequency=period.frequency,
            first_day=period.first_day,
            value=checked(value),
            source=check_source(source),
            entered_by=by,
            entered_at=clock.now(),
        )
        changes = {"period": period.code, "value": _exact(value), "source": found.source}
        audit.record(event=ProgrammeEvent.INDICATOR_MEASURED, actor=by, about=indicator, changes=changes)
        requests.answer(request, value=found.pk)
    return found


def correct(
    *, value_id: int, by: User, value: Decimal | None, source: str, reason: str, request_key: UUID
) -> IndicatorValue:
    """Put another value in the place of the one that counts, and say why; None takes it back.

    Raises IndicatorChanged when somebody else corrected it meanwhile, IndicatorRefused when nothing differs or the
    reason is missing, IndicatorNotYours. A repeat of the request gives the row that it made.
    """
    require_enterer(by)
    with transaction.atomic():
        body = {"corrects": value_id, "value": value, "source": source, "reason": reason}
        request, is_new = requests.take(key=request_key, actor=by, purpose="programme.correct_value", body=body)
        if not is_new:
            return IndicatorValue.objects.get(pk=(request.answer or {})["value"])
        indicator = lock_indicator(IndicatorValue.objects.get(pk=value_id).indicator_id)
        before = IndicatorValue.objects.get(pk=value_id)
        if IndicatorValue.objects.filter(corrects=before).exists():
            raise IndicatorChanged(_("Somebody else corrected this value meanwhile. Look at what it is now."))
        if (before.value, before.source) == (value, source.strip()):
            raise IndicatorRefused(_("Nothing differs from what is there already."), "value")
        found = IndicatorValue.objects.create(
            indicator=indicator,
            frequency=before.frequency,
            first_day=before.first_day,
            value=None if value is None else checked(value),
            source=check_source(source),
            corrects=before,
            reason=check_reason(reason),
            entered_by=by,
            entered_at=clock.now(),
        )
        changes = {
            "period": indicators.period_of(before).code,
            "before": _exact(before.value),
            "value": _exact(value),
            "reason": found.reason,
        }
        audit.record(event=ProgrammeEvent.INDICATOR_CORRECTED, actor=by, about=indicator, changes=changes)
        requests.answer(request, value=found.pk)
    return found


def definition_of(indicator: Indicator) -> IndicatorDefinition:
    """Return what an indicator means now. Raises IndicatorDefinition.DoesNotExist when nobody ever said so."""
    found = indicator.definitions.select_related("line", "written_by").last()
    if found is None:
        raise IndicatorDefinition.DoesNotExist
    return found


def rows_of(indicator: Indicator, period: Period) -> list[IndicatorValue]:
    """Return everything that was entered for a period, the row that counts last."""
    return list(indicator.values.filter(frequency=period.frequency, first_day=period.first_day).order_by("pk"))


def check_period(period: Period, definition: IndicatorDefinition) -> None:
    """Raise IndicatorRefused for a period that an indicator is not measured by, or that is still to come."""
    if period.frequency != definition.frequency:
        raise IndicatorRefused(
            _("%(name)s is measured over another kind of period: %(frequency)s.")
            % {"name": definition.name, "frequency": definition.get_frequency_display().lower()},
            "year",
        )
    if not indicators.may_be_measured(period, clock.today()):
        raise IndicatorRefused(
            _("%(period)s is still to come, so nothing can have been measured.") % {"period": _upper(period.label)},
            "year",
        )


def checked(value: Decimal) -> Decimal:
    """Return a value that can be kept exactly. Raises IndicatorRefused for more than four decimals or ten digits."""
    if not value.is_finite() or abs(value) >= Decimal(10) ** quantities.MOST_DIGITS:
        raise IndicatorRefused(_("This number is too large."), "value")
    if value != round(value, quantities.MOST_DECIMALS):
        raise IndicatorRefused(_("At most four decimals are kept."), "value")
    return value


def check_source(source: str) -> str:
    """Return where a value comes from. Raises IndicatorRefused when that is missing or too long."""
    said = source.strip()
    if not said:
        raise IndicatorRefused(_("Say where this value comes from."), "source")
    if len(said) > LONGEST_SOURCE:
        raise IndicatorRefused(_("The source is longer than %(most)d characters.") % {"most": LONGEST_SOURCE}, "source")
    return said


def check_reason(reason: str) -> str:
    """Return why a value is corrected. Raises IndicatorRefused when that is missing or too long."""
    said = reason.strip()
    if not said:
        raise IndicatorRefused(_("Say why this value is corrected."), "reason")
    if len(said) > LONGEST_REASON:
        raise IndicatorRefused(_("The reason is longer than %(most)d characters.") % {"most": LONGEST_REASON}, "reason")
    return said


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else f"{quantities.plain(value):f}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
