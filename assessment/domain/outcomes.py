"""What the rule of the council's frame makes of the team's scores. Arithmetic only: nothing is read or written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from assessment.states import Outcome

SHOWN = Decimal("0.1")


@dataclass(frozen=True)
class Rule:
    """The rule of the advice as a version of the criteria holds it: points, percent, points."""

    minimum_points: int
    threshold_percentage: int
    highest_points: int


@dataclass(frozen=True)
class Judged:
    """The team's points for one criterion with its weight; points None: not applicable, so it doesn't count."""

    label: str
    points: int | None
    weight: int = 1


@dataclass(frozen=True)
class Result:
    """An outcome with everything that it rests on. Points are weighted."""

    outcome: Outcome
    points: int
    points_possible: int
    passes_gate: bool
    reaches_threshold: bool
    below_minimum: tuple[str, ...]
    at_minimum: tuple[str, ...]

    @property
    def percentage(self) -> Decimal:
        """The share of the possible points in percent, for reading: cut off after one place.

        It is never rounded up, so that 69.96 is not shown as the 70 that it isn't.
        """
        if not self.points_possible:
            return Decimal("0.0")
        return (Decimal(100 * self.points) / self.points_possible).quantize(SHOWN, rounding=ROUND_FLOOR)


def outcome_by(rule: Rule, *, passes_gate: bool, judged: Sequence[Judged]) -> Result:
    """Apply the rule (domain: assessment, 1, 2 and 4).

    Negative when the gate is closed, when a criterion that applies is below the minimum, or when the weighted points
    are less than the threshold of what is possible. Otherwise positive, and conditional when a criterion has exactly
    the minimum. The comparison is in whole numbers: nothing is rounded.
    """
    counting = [(item, item.points) for item in judged if item.points is not None]
    points = sum(item.weight * given for item, given in counting)
    possible = sum(item.weight * rule.highest_points for item, _given in counting)
    below = tuple(item.label for item, given in counting if given < rule.minimum_points)
    at = tuple(item.label for item, given in counting if given == rule.minimum_points)
    enough = possible > 0 and 100 * points >= rule.threshold_percentage * possible
    if not passes_gate or below or not enough:
        outcome = Outcome.NEGATIVE
    else:
        outcome = Outcome.CONDITIONAL if at else Outcome.POSITIVE
    return Result(outcome, points, possible, passes_gate, enough, below, at)
