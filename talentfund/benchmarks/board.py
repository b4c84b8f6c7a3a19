"""How long the what-if board takes to find the best set of proposals, and how sure it is of it."""

import os
import random
from decimal import Decimal
from typing import Any

from budget.domain import best_set
from budget.domain.best_set import Candidate
from budget.domain.columns import LineYear
from budget.states import ScenarioGoal

SEEDS = range(5)
YEARS = (2025, 2026, 2027)
LINES = 5
RESULTS_PER_LINE = 5
POINTS_POSSIBLE = 18
CASES = [(goal, least) for goal in ScenarioGoal for least in (best_set.ALL, 60)]


def measure(*, proposals: int) -> dict[str, Any]:
    """Let the board choose from `proposals` proposals over five lines and three years, for every goal, five times.

    Returns for each goal and smallest share: the slowest of the searches in seconds, how many were proven best, and
    the largest gap in percent. The proposals are drawn at random, the same ones in every run.
    """
    return {
        "proposals": proposals,
        "lines": LINES,
        "years": len(YEARS),
        "cores": os.cpu_count(),
        "searches": [_case(proposals, goal, least) for goal, least in CASES],
    }


def _case(proposals: int, goal: ScenarioGoal, least: int) -> dict[str, Any]:
    answers = [best_set.find(*_draw(proposals, seed), goal=goal, least=least) for seed in SEEDS]
    return {
        "goal": goal.value,
        "least_percent": least,
        "runs": len(answers),
        "slowest_seconds": round(max(answer.seconds for answer in answers), 2),
        "proven_best": sum(answer.is_proven for answer in answers),
        "ties_settled": sum(answer.ties_settled for answer in answers),
        "largest_gap_percent": float(max(answer.gap for answer in answers)),
        "chosen": [len(answer.amounts) for answer in answers],
    }


def _draw(proposals: int, seed: int) -> tuple[list[Candidate], dict[LineYear, Decimal]]:
    """Draw proposals that ask three to four times the room, in order of rank, and the room."""
    draw = random.Random(seed)  # noqa: S311
    candidates = []
    for pk in range(proposals):
        line = draw.randrange(LINES)
        years = draw.sample(YEARS, draw.choice([1, 2, 2, 3]))
        points = draw.randint(13, POINTS_POSSIBLE)
        results = draw.sample(range(RESULTS_PER_LINE), draw.choice([1, 1, 2, 3]))
        candidates.append(
            Candidate(
                pk=pk,
                advised={(line, year): Decimal(draw.randrange(10, 160) * 500) for year in years},
                score=(Decimal(points) * 100 / POINTS_POSSIBLE).quantize(Decimal("0.1")),
                results=frozenset(line * RESULTS_PER_LINE + result for result in results),
            )
        )
    room = {(line, year): Decimal(draw.choice([150, 250, 300]) * 1000) for line in range(LINES) for year in YEARS}
    return sorted(candidates, key=lambda candidate: -candidate.score), room
