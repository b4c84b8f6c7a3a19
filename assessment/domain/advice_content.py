"""What the team fills in for an advice, and what must be true of it. Nothing is read or saved here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessment.domain.outcomes import Result
from assessment.errors import AdviceNotAllowed
from assessment.models import Advice, AdviceCondition, AdvisedAmount
from assessment.states import Outcome
from core.domain.money import ZERO, format_euros, round_to_cents, total

# A condition is one sentence or two; together they fit in the decision.
CONDITION_LIMIT = 600
CONDITIONS_LIMIT = 3000


@dataclass(frozen=True)
class YearAdvice:
    """What is advised for a year and what of the request is eligible (None: all of it), in euros, with the reasons."""

    advised: Decimal
    reason: str = ""
    eligible: Decimal | None = None
    eligible_reason: str = ""


@dataclass(frozen=True)
class Condition:
    """One condition, and by which day it must be met, if there is one."""

    text: str
    due_on: date | None = None


@dataclass(frozen=True)
class Content:
    """An advice as the team writes it. `outcome` None follows the rule; `explanation` is why, for the college."""

    amounts: Mapping[int, YearAdvice]
    explanation: str
    conditions: Sequence[Condition] = ()
    summary: str = ""
    yields: str = ""
    risks: str = ""
    outcome: Outcome | None = None
    deviation_reason: str = ""

    def deviates_from(self, result: Result) -> bool:
        """Tell whether the outcome is another one than the rule makes of the scores."""
        return self.outcome is not None and self.outcome != result.outcome


@dataclass
class Written:
    """An advice with its amounts and conditions, checked and not saved."""

    advice: Advice
    amounts: list[AdvisedAmount] = field(default_factory=list)
    conditions: list[AdviceCondition] = field(default_factory=list)


def checked(content: Content, *, result: Result, requested: Mapping[int, Decimal], today: date) -> Written:
    """Return the advice that follows from `content`, of which all is in order.

    `requested` is in euros by year. Raises AdviceNotAllowed with the answer that is wrong: `outcome`, `conditions`,
    `condition_<n>` and `condition_<n>_due`, `explanation`, `<year>`, `<year>_reason`, `<year>_eligible` or
    `<year>_eligible_reason`.
    """
    outcome = content.outcome or result.outcome
    deviation = _deviation(content, result)
    conditions = _conditions(content, outcome, today)
    if not content.explanation.strip():
        raise AdviceNotAllowed(_("Explain the advice to the college."), "explanation")
    advice = Advice(
        outcome_by_rule=result.outcome,
        outcome=outcome,
        deviation_reason=deviation,
        points=result.points,
        points_possible=result.points_possible,
        percentage=result.percentage,
        conditions=text_of(conditions),
        summary=content.summary.strip(),
        explanation=content.explanation.strip(),
        yields=content.yields.strip(),
        risks=content.risks.strip(),
    )
    if len(advice.conditions) > CONDITIONS_LIMIT:
        raise AdviceNotAllowed(_("The conditions together are too long. Make them shorter."), "conditions")
    return Written(advice, _rows(outcome, requested, content.amounts), conditions)


def text_of(conditions: Sequence[AdviceCondition]) -> str:
    """Return the conditions as one text in Dutch, for the decision of the college; numbered when there are more."""
    with translation.override("nl"):
        lines = [
            condition.text
            if condition.due_on is None
            else _("%(condition)s (on or before %(day)s)")
            % {"condition": condition.text, "day": date_format(condition.due_on, "j F Y")}
            for condition in conditions
        ]
    return lines[0] if len(lines) == 1 else "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _deviation(content: Content, result: Result) -> str:
    """Return why the outcome is another one than the rule's; nothing when it is the same."""
    if not content.deviates_from(result):
        return ""
    if not result.passes_gate:
        raise AdviceNotAllowed(
            _("This proposal is outside the scope of the programme. Only the council can change that scope."), "outcome"
        )
    reason = content.deviation_reason.strip()
    if not reason:
        raise AdviceNotAllowed(_("Say why you advise another outcome than the rule says."), "deviation_reason")
    return reason


def _conditions(content: Content, outcome: Outcome, today: date) -> list[AdviceCondition]:
    given = [(number, one) for number, one in enumerate(content.conditions) if one.text.strip() or one.due_on]
    if outcome == Outcome.CONDITIONAL and not given:
        raise AdviceNotAllowed(_("A conditional advice says under which conditions it is positive."), "conditions")
    if outcome != Outcome.CONDITIONAL and given:
        raise AdviceNotAllowed(_("Only a conditional advice has conditions."), "conditions")
    for number, one in given:
        if not one.text.strip():
            raise AdviceNotAllowed(_("Say what must be done by this day."), f"condition_{number}")
        if one.due_on is not None and one.due_on < today:
            raise AdviceNotAllowed(_("This day has passed. Choose a day to come."), f"condition_{number}_due")
    return [
        AdviceCondition(position=position, text=one.text.strip(), due_on=one.due_on)
        for position, (_number, one) in enumerate(given, 1)
    ]


def _rows(outcome: Outcome, requested: Mapping[int, Decimal], amounts: Mapping[int, YearAdvice]) -> list[AdvisedAmount]:
    """Return a row for each year with a request, checked against it."""
    asked = {year: amount for year, amount in sorted(requested.items()) if amount > ZERO}
    for year, given in amounts.items():
        if year not in asked and given.advised != ZERO:
            raise AdviceNotAllowed(_("Nothing was requested for %(year)d.") % {"year": year}, str(year))
    rows = [_row(outcome, year, amount, amounts.get(year)) for year, amount in asked.items()]
    if outcome != Outcome.NEGATIVE and asked and not total(row.advised for row in rows):
        raise AdviceNotAllowed(_("A positive advice advises an amount in at least one year."), str(min(asked)))
    return rows


def _row(outcome: Outcome, year: int, requested: Decimal, given: YearAdvice | None) -> AdvisedAmount:
    if outcome == Outcome.NEGATIVE:
        return _nothing(year, requested, given)
    if given is None:
        raise AdviceNotAllowed(_("Fill in what you advise for %(year)d.") % {"year": year}, str(year))
    eligible, eligible_reason = _eligible(year, requested, given)
    advised, reason = round_to_cents(given.advised), given.reason.strip()
    if advised < ZERO or advised > eligible:
        raise AdviceNotAllowed(
            _("Advise € 0 to %(eligible)s for %(year)d: no more than what is eligible.")
            % {"year": year, "eligible": format_euros(eligible)},
            str(year),
        )
    if advised < eligible and not reason:
        raise AdviceNotAllowed(
            _("Say why you advise less than what is eligible for %(year)d.") % {"year": year}, f"{year}_reason"
        )
    return AdvisedAmount(
        year=year,
        requested=requested,
        eligible=eligible,
        eligible_reason=eligible_reason,
        advised=advised,
        reason="" if advised == eligible else reason,
    )


def _eligible(year: int, requested: Decimal, given: YearAdvice) -> tuple[Decimal, str]:
    """Return what of a request is eligible, in euros, and why it is less than all; no reason when it is all."""
    eligible = requested if given.eligible is None else round_to_cents(given.eligible)
    if eligible < ZERO or eligible > requested:
        raise AdviceNotAllowed(
            _("From € 0 to %(requested)s can be eligible for %(year)d: no more than was requested.")
            % {"year": year, "requested": format_euros(requested)},
            f"{year}_eligible",
        )
    if eligible == requested:
        return eligible, ""
    if not given.eligible_reason.strip():
        raise AdviceNotAllowed(
            _("Say which costs of %(year)d are not eligible, and why.") % {"year": year}, f"{year}_eligible_reason"
        )
    return eligible, given.eligible_reason.strip()


def _nothing(year: int, requested: Decimal, given: YearAdvice | None) -> AdvisedAmount:
    """Return the row of a negative advice: whatever was eligible, nothing is advised."""
    if given is not None and given.advised != ZERO:
        raise AdviceNotAllowed(_("A negative advice advises no money."), str(year))
    reason = (given.reason.strip() if given else "") or _("The advice is negative.")
    return AdvisedAmount(year=year, requested=requested, eligible=requested, advised=ZERO, reason=reason)
