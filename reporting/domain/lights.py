"""Traffic lights for time, money and quality: a rule that can be followed, and what each light rests on.

The limits stand in data/report_forms.yaml. A light is stored with the figures of its report, so that a rule that
changes later does not change what was stated. docs/report-forms.md tells the rule in words.
"""

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from applications.states import ProposalState
from budget.domain.columns import NOTHING, Columns
from budget.domain.reserved import UNDECIDED
from budget.states import Pace
from core.domain import clock
from core.domain.money import ZERO, round_to_cents
from reporting.domain.activities import Activity
from reporting.domain.report_forms import LightRule
from reporting.states import Light, LightOf, LightReason, Reached

PERCENT = 100


@dataclass(frozen=True)
class Signal:
    """One light: what it is about, how it stands, why, and the values that the reason names (JSON values)."""

    about: LightOf
    light: Light
    reason: LightReason
    values: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return the light as JSON values."""
        return {
            "about": self.about.value,
            "light": self.light.value,
            "reason": self.reason.value,
            "values": dict(self.values),
        }


def of_activity(one: Activity, *, as_of: datetime, rule: LightRule) -> list[Signal]:
    """Return the lights of an activity with a grant, at a moment (aware); none as long as the college has to decide."""
    if one.state in UNDECIDED:
        return []
    return [
        Signal(LightOf.TIME, *_time(one, rule)),
        Signal(LightOf.MONEY, *_money(one, _day(as_of), rule)),
        Signal(LightOf.QUALITY, *_quality(one, rule)),
    ]


def of_line(
    activities: Iterable[Activity], years: Mapping[int, Columns], *, as_of: datetime, rule: LightRule
) -> list[Signal]:
    """Return the lights of a programme line at a moment (aware), from its activities and its money."""
    decided = [one for one in activities if one.has_money and one.state not in UNDECIDED]
    return [
        Signal(LightOf.TIME, *_time_of_line(decided, rule)),
        Signal(LightOf.MONEY, *_money_of_line(years, _day(as_of), rule)),
        Signal(LightOf.QUALITY, *_counted(_reached(decided), rule)),
    ]


def _time(one: Activity, rule: LightRule) -> tuple[Light, LightReason, dict[str, Any]]:
    course = one.course
    if one.state == ProposalState.SETTLED:
        return Light.GREEN, LightReason.SETTLED if course.accounted else LightReason.SETTLED_WITHOUT, {}
    if course.overdue:
        worst = max(course.overdue, key=lambda late: late.days)
        light = Light.RED if worst.days > rule.overdue_red_days else Light.AMBER
        values = {"what": worst.what, "due_on": worst.due_on.isoformat(), "days": worst.days}
        return light, LightReason.OVERDUE, {**values, "count": len(course.overdue)}
    if course.progress is None:
        return Light.GREEN, LightReason.NOTHING_LATE, {}
    light, reason = {
        Pace.ON_TIME: (Light.GREEN, LightReason.ON_TIME),
        Pace.LATE: (Light.AMBER, LightReason.LATE),
        Pace.STUCK: (Light.RED, LightReason.STUCK),
    }[course.progress.pace]
    return light, reason, {"told_on": course.progress.told_on.isoformat()}


def _money(one: Activity, day: date, rule: LightRule) -> tuple[Light, LightReason, dict[str, Any]]:
    total = one.total
    if total.recovered > ZERO:
        return Light.RED, LightReason.RECOVERED, {"amount": _amount(total.recovered)}
    given = total.granted + total.spent + total.released
    share = _percent(total.released, given)
    if share >= rule.released_amber_percent:
        light = Light.RED if share >= rule.released_red_percent else Light.AMBER
        return light, LightReason.RELEASED, {"amount": _amount(total.released), "percent": share}
    tied = {year: found.granted for year, found in one.years.items() if year < day.year and found.granted > ZERO}
    if tied:
        light = Light.RED if day.year - min(tied) >= rule.tied_red_years else Light.AMBER
        amount = sum(tied.values(), ZERO)
        return light, LightReason.TIED, {"amount": _amount(amount), "year": max(tied)}
    return Light.GREEN, LightReason.AS_GRANTED, {}


def _quality(one: Activity, rule: LightRule) -> tuple[Light, LightReason, dict[str, Any]]:
    course = one.course
    if not course.accounted and one.state == ProposalState.SETTLED:
        return Light.UNKNOWN, LightReason.SETTLED_WITHOUT, {}
    if not course.accounted:
        if course.progress is not None and course.progress.pace == Pace.STUCK:
            return Light.AMBER, LightReason.STUCK, {"told_on": course.progress.told_on.isoformat()}
        return Light.UNKNOWN, LightReason.NOT_ACCOUNTED, {}
    return _counted(_reached([one]), rule)


def _time_of_line(decided: list[Activity], rule: LightRule) -> tuple[Light, LightReason, dict[str, Any]]:
    if not decided:
        return Light.UNKNOWN, LightReason.NO_ACTIVITIES, {}
    counts = Counter(_time(one, rule)[0] for one in decided)
    values = {"all": len(decided), "red": counts[Light.RED], "amber": counts[Light.AMBER]}
    light = Light.GREEN
    if counts[Light.RED] * PERCENT >= rule.line_red_percent * len(decided):
        light = Light.RED
    elif counts[Light.RED] or counts[Light.AMBER]:
        light = Light.AMBER
    return light, LightReason.ACTIVITIES, values


def _money_of_line(
    years: Mapping[int, Columns], day: date, rule: LightRule
) -> tuple[Light, LightReason, dict[str, Any]]:
    """Hold what is committed and realised against what could have been by the day: whole years, and a part of this."""
    passed = Decimal(day.timetuple().tm_yday) / (366 if calendar.isleap(day.year) else 365)
    budget = sum((found.budgeted for year, found in years.items() if year < day.year), ZERO)
    planned = round_to_cents(budget + years.get(day.year, NOTHING).budgeted * passed)
    used = sum((found.committed for year, found in years.items() if year <= day.year), ZERO)
    if planned <= ZERO:
        return Light.UNKNOWN, LightReason.NO_PLAN, {}
    share = _percent(used, planned)
    values = {"used": _amount(used), "planned": _amount(planned), "percent": share}
    if share >= rule.plan_green_percent:
        return Light.GREEN, LightReason.PLAN, values
    return (Light.AMBER if share >= rule.plan_amber_percent else Light.RED), LightReason.PLAN, values


def _reached(activities: Iterable[Activity]) -> Counter[Reached]:
    return Counter(result.reached for one in activities if one.course.accounted for result in one.course.promised)


def _counted(counts: Counter[Reached], rule: LightRule) -> tuple[Light, LightReason, dict[str, Any]]:
    counted = counts[Reached.YES] + counts[Reached.NO]
    if not counted:
        reason = LightReason.NO_NUMBERS if counts[Reached.UNKNOWN] else LightReason.NOT_ACCOUNTED
        return Light.UNKNOWN, reason, {}
    share = _percent(Decimal(counts[Reached.YES]), Decimal(counted))
    values = {"reached": counts[Reached.YES], "counted": counted}
    if share >= rule.reached_green_percent:
        return Light.GREEN, LightReason.REACHED, values
    return (Light.AMBER if share >= rule.reached_amber_percent else Light.RED), LightReason.REACHED, values


def _day(as_of: datetime) -> date:
    return clock.local_date(as_of - timedelta(microseconds=1))


def _percent(part: Decimal, whole: Decimal) -> int:
    """Return a share in whole percent, rounded down: a limit is reached, not nearly reached."""
    return int(part * PERCENT / whole) if whole > ZERO else 0


def _amount(euros: Decimal) -> str:
    return f"{euros:.2f}"
