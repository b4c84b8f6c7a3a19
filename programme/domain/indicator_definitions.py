"""What an indicator means: written by the programme manager, changed with a reason, every wording kept."""

from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from core.domain import audit, clock, requests
from programme.access import lock_indicator, lock_indicators, require_definer
from programme.domain.indicator_values import checked, definition_of
from programme.errors import IndicatorChanged, IndicatorRefused
from programme.models import Indicator, IndicatorDefinition, Line
from programme.models.indicator import FIRST_YEAR, LAST_YEAR
from programme.states import Direction, Frequency, ProgrammeEvent

# Words that the addresses of the pages use themselves.
RESERVED = {"nieuw", "inlezen", "waarden", "voorbeeld"}
LONGEST_CODE = 40


@dataclass(frozen=True)
class DefinitionSaid:
    """What somebody says that an indicator means. Numbers are in its unit; `line` None is the whole programme."""

    name: str
    unit: str
    definition: str = ""
    source: str = ""
    direction: Direction = Direction.HIGHER
    frequency: Frequency = Frequency.YEAR
    line: Line | None = None
    baseline_value: Decimal | None = None
    baseline_period: str = ""
    baseline_words: str = ""
    target_value: Decimal | None = None
    target_year: int | None = None
    followed: bool = True


NAMES = [field.name for field in fields(DefinitionSaid)]


def add(*, by: User, said: DefinitionSaid, request_key: UUID) -> Indicator:
    """Make an indicator with its first definition; a repeat of the request gives the one that it made.

    Raises IndicatorRefused for a name that another has, or what does not hold together; IndicatorNotYours.
    """
    require_definer(by)
    with transaction.atomic():
        body = _as_words(said)
        request, is_new = requests.take(key=request_key, actor=by, purpose="programme.add_indicator", body=body)
        if not is_new:
            return Indicator.objects.get(pk=(request.answer or {})["indicator"])
        known = lock_indicators()
        _check(said, others=known)
        position = max((one.position for one in known), default=0) + 1
        indicator = Indicator.objects.create(code=_code(said.name, {one.code for one in known}), position=position)
        _write(indicator, 1, said, by=by)
        audit.record(event=ProgrammeEvent.INDICATOR_DEFINED, actor=by, about=indicator, changes=body)
        requests.answer(request, indicator=indicator.pk)
    return indicator


def define(*, indicator_id: int, by: User, said: DefinitionSaid, reason: str, seen: int) -> IndicatorDefinition:
    """Say anew what an indicator means, and why; `seen` is the number of the definition that the page showed.

    Raises IndicatorChanged when somebody else wrote one in between, IndicatorRefused when nothing differs, the reason
    is missing, another unit would change what the values mean, or something does not hold together; IndicatorNotYours.
    """
    require_definer(by)
    with transaction.atomic():
        indicator = lock_indicator(indicator_id)
        now = definition_of(indicator)
        if now.number != seen:
            raise IndicatorChanged(_("Somebody else changed this indicator meanwhile. Look at what it says now."))
        _check(said, others=Indicator.objects.exclude(pk=indicator.pk))
        changed = [name for name in NAMES if getattr(now, name) != getattr(said, name)]
        if not changed:
            raise IndicatorRefused(_("Nothing differs from what is there already."))
        if "unit" in changed and indicator.values.exists():
            raise IndicatorRefused(
                _("There are values in %(unit)s, so the unit stays. Make a new indicator for another unit.")
                % {"unit": now.unit},
                "unit",
            )
        if not reason.strip():
            raise IndicatorRefused(_("Say why this indicator changes."), "reason")
        made = _write(indicator, now.number + 1, said, by=by, reason=reason.strip())
        words = _as_words(said)
        changes = {**{name: words[name] for name in changed}, "reason": made.reason}
        audit.record(event=ProgrammeEvent.INDICATOR_DEFINED, actor=by, about=indicator, changes=changes)
    return made


def said_of(definition: IndicatorDefinition) -> DefinitionSaid:
    """Return what a definition says, for a form or a comparison."""
    return DefinitionSaid(**{name: getattr(definition, name) for name in NAMES})


def _write(
    indicator: Indicator, number: int, said: DefinitionSaid, *, by: User, reason: str = ""
) -> IndicatorDefinition:
    values = {name: getattr(said, name) for name in NAMES}
    return IndicatorDefinition.objects.create(
        indicator=indicator, number=number, reason=reason, written_by=by, written_at=clock.now(), **values
    )


def _check(said: DefinitionSaid, *, others: Any) -> None:
    if not said.name.strip():
        raise IndicatorRefused(_("Give the indicator a name."), "name")
    if not said.unit.strip():
        raise IndicatorRefused(_("Say in what the indicator is measured, such as “%” or “persons”."), "unit")
    names = {definition_of(other).name.casefold() for other in others}
    if said.name.casefold() in names:
        raise IndicatorRefused(_("Another indicator has this name."), "name")
    if (said.target_value is None) != (said.target_year is None):
        field = "target_value" if said.target_value is None else "target_year"
        raise IndicatorRefused(_("A target has a value and a year: fill in both or neither."), field)
    if said.target_year is not None and not FIRST_YEAR <= said.target_year <= LAST_YEAR:
        raise IndicatorRefused(
            _("Write a year from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}, "target_year"
        )
    if said.baseline_period and said.baseline_value is None and not said.baseline_words:
        raise IndicatorRefused(_("Fill in the baseline of this period, as a number or in words."), "baseline_value")
    for number in (said.baseline_value, said.target_value):
        if number is not None:
            checked(number)


def _code(name: str, taken: set[str]) -> str:
    """Return how addresses and files call an indicator: its name in plain letters, with a number when it is taken."""
    stem = slugify(name)[: LONGEST_CODE - 3].strip("-") or "indicator"
    code, number = stem, 1
    while code in taken | RESERVED:
        number += 1
        code = f"{stem}-{number}"
    return code


def _as_words(said: DefinitionSaid) -> dict[str, Any]:
    """Return a definition as JSON values, for the audit trail."""
    words = {name: None if value is None else str(value) for name, value in asdict(said).items() if name != "line"}
    return {**words, "line": said.line.code if said.line else None}
