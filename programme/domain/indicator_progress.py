"""How far an indicator is, in words: never a colour alone, and never more than the figures say."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from programme.domain import quantities
from programme.domain.indicators import IndicatorState
from programme.domain.quantities import PERCENT
from programme.states import Direction

# Which sign goes with a progress: see the state tag of the pages.
OK, INFO, WARNING, NEUTRAL = "ok", "info", "warning", "neutral"


@dataclass(frozen=True)
class Progress:
    """Where an indicator stands: a few words for a label, a sentence, and the kind of sign."""

    label: str
    words: str
    kind: str = NEUTRAL


def progress_of(state: IndicatorState) -> Progress:
    """Tell how far an indicator is, from its last value, where it began and what it should become."""
    latest = state.latest
    if latest is None:
        return Progress(_("No value yet"), _("No value has been entered yet."))
    said = _("The last value is %(value)s (%(period)s).") % {
        "value": state.write(latest.value),
        "period": latest.period.label,
    }
    label, kind = _label(state)
    return Progress(label, " ".join([said, *_against_baseline(state), *_against_target(state)]), kind)


def baseline_text(state: IndicatorState) -> str:
    """Return where an indicator began, in words; empty when that is not known."""
    baseline = state.baseline
    number = "" if baseline.value is None else state.write(baseline.value)
    said = baseline.words or number
    return f"{said}, {baseline.period}" if said and baseline.period else said


def target_text(state: IndicatorState) -> str:
    """Return what an indicator should become and when, in words; empty without a target."""
    if state.target is None:
        return ""
    return _("%(value)s in %(period)s") % {"value": state.write(state.target.value), "period": state.target.year}


def _label(state: IndicatorState) -> tuple[str, str]:
    """Return a few words and the kind of sign."""
    latest, baseline = state.latest, state.baseline.value
    if latest is None or state.direction is Direction.NEITHER:
        return _("Followed"), NEUTRAL
    if state.target is not None and _good(state, latest.value - state.target.value) >= 0:
        return _("Target reached"), OK
    if baseline is None:
        return (_("Target not reached yet"), INFO) if state.target else (_("Followed"), NEUTRAL)
    moved = _good(state, latest.value - baseline)
    if moved > 0:
        return _("Better than the baseline"), INFO
    return (_("Worse than the baseline"), WARNING) if moved < 0 else (_("Same as the baseline"), NEUTRAL)


def _good(state: IndicatorState, difference: Decimal) -> Decimal:
    """Turn a difference so that above zero is good."""
    return -difference if state.direction is Direction.LOWER else difference


def _against_baseline(state: IndicatorState) -> list[str]:
    latest, baseline = state.latest, state.baseline.value
    if latest is None or baseline is None:
        return []
    difference = latest.value - baseline
    if not difference:
        return [_("That is the same as the baseline.")]
    said = {"difference": _apart(state, abs(difference))}
    if difference > 0:
        return [_("That is %(difference)s above the baseline.") % said]
    return [_("That is %(difference)s below the baseline.") % said]


def _against_target(state: IndicatorState) -> list[str]:
    latest, target = state.latest, state.target
    if latest is None or target is None:
        return []
    said = {"target": state.write(target.value), "year": target.year}
    if state.direction is Direction.NEITHER:
        return [_("The target is %(target)s in %(year)s.") % said]
    if _good(state, latest.value - target.value) >= 0:
        return [_("The target of %(target)s in %(year)s is reached.") % said]
    said["difference"] = _apart(state, abs(latest.value - target.value))
    return [_("Still %(difference)s to go to the target of %(target)s in %(year)s.") % said]


def _apart(state: IndicatorState, number: Decimal) -> str:
    """Write the distance between two values: between percentages it is in percentage points."""
    return quantities.write(number, _("percentage points") if state.unit == PERCENT else state.unit)
