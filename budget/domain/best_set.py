"""The best set of proposals within the room of every line and year: an exact integer programme, solved by HiGHS.

A proposal is in or out (a binary variable). On every line and year what goes in asks no more than is free. Among the
sets that reach the goal best, ties are settled by the next measure:

- highest score: the sum of the scores; then the least money;
- most results: each desired result counts once, however many proposals serve it; then the score, then the least money.

Amounts are all-or-nothing, or may go down to a stated share of what is advised. A set fits when its smallest amounts
fit, so the programme chooses by those; what then stays free is given out in order of rank, up to what is advised.

All of it is counted in whole cents. HiGHS reckons in floating point, so what it answers is checked again in integers
before anybody sees it. Proposals that share no line and no result are solved apart: that is exact too, and quicker.
"""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import highspy

from budget.domain.columns import LineYear
from budget.states import ScenarioGoal
from core.domain.money import ZERO

SECONDS = 1.9  # so that nobody waits longer than two
ALL = 100  # percent: all-or-nothing
EURO = Decimal(1)
# All objectives are whole numbers: a bound less than one better than the answer proves it.
PROVEN_WITHIN = 0.999
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Candidate:
    """A proposal that may go in: euros advised by line and year, its score, and the desired results that it serves."""

    pk: int
    advised: Mapping[LineYear, Decimal]
    score: Decimal
    results: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Tight:
    """A room that keeps a proposal out: what stays free there, and the first by rank that does not fit, in euros."""

    line_year: LineYear
    left: Decimal
    candidate: int
    asked: Decimal


@dataclass(frozen=True)
class Answer:
    """The set, and how good it is. `value` and `bound` are points of score, or numbers of results."""

    amounts: Mapping[int, Mapping[LineYear, Decimal]]
    value: Decimal
    bound: Decimal
    ties_settled: bool
    tight: Sequence[Tight]
    seconds: float

    @property
    def is_proven(self) -> bool:
        """Whether no other set reaches more."""
        return self.bound <= self.value

    @property
    def gap(self) -> Decimal:
        """How much better another set could be at most, as a percentage of the best that is thinkable."""
        return ZERO if self.is_proven else ((self.bound - self.value) / self.bound * 100).quantize(Decimal("0.1"))


def find(
    candidates: Iterable[Candidate],
    room: Mapping[LineYear, Decimal],
    *,
    goal: ScenarioGoal,
    least: int = ALL,
    seconds: float = SECONDS,
) -> Answer:
    """Return the best set of candidates, which come in order of rank, within the euros that each line and year has.

    `least` is the smallest share of the advised amount that a proposal may get, in percent (100: all-or-nothing). A
    line and year without room in `room` has none. Stops after `seconds` and then tells how far off it may be.
    """
    began = time.perf_counter()
    asking = [candidate for candidate in candidates if any(candidate.advised.values())]
    smallest = {candidate.pk: _smallest(candidate, least) for candidate in asking}
    problems = [_Problem(group, smallest, room, goal) for group in _apart(asking, goal)]
    # A second turn for what was not settled in its share of the time: others may have left some of theirs.
    for _turn in range(2):
        waiting = [problem for problem in problems if not problem.ties_settled]
        for done, problem in enumerate(waiting):
            left = began + seconds - time.perf_counter()
            problem.solve(left / (len(waiting) - done))
    chosen = [candidate for candidate in asking if any(candidate.pk in problem.chosen for problem in problems)]
    amounts = _given_out(chosen, smallest, room)
    unit = 1 if goal == ScenarioGoal.RESULTS else 100
    return Answer(
        amounts=amounts,
        value=Decimal(sum(problem.value for problem in problems)) / unit,
        bound=Decimal(sum(problem.bound for problem in problems)) / unit,
        ties_settled=all(problem.ties_settled for problem in problems),
        tight=_tight(asking, amounts, smallest, room),
        seconds=time.perf_counter() - began,
    )


class _Problem:
    """Proposals that share lines or results, apart from all others. Everything in it is a whole number."""

    def __init__(
        self,
        group: Sequence[Candidate],
        smallest: Mapping[int, Mapping[LineYear, Decimal]],
        room: Mapping[LineYear, Decimal],
        goal: ScenarioGoal,
    ) -> None:
        self.group = group
        self.results = sorted({result for candidate in group for result in candidate.results})
        self.asked: dict[LineYear, dict[int, int]] = {}
        for index, candidate in enumerate(group):
            for key, amount in smallest[candidate.pk].items():
                self.asked.setdefault(key, {})[index] = _cents(amount)
        self.free = {key: max(_cents(room.get(key, ZERO)), 0) for key in self.asked}
        score = _on_proposals(self, [int(candidate.score * 100) for candidate in group])
        money = _on_proposals(self, [-_cents(sum(candidate.advised.values(), ZERO)) for candidate in group])
        covered = [0] * len(group) + [1] * len(self.results)
        self.aims = [covered, score, money] if goal == ScenarioGoal.RESULTS else [score, money]
        self.values = self._greedy()
        self.value = _worth(self.aims[0], self.values)
        self.bound = sum(max(worth, 0) for worth in self.aims[0])
        self.ties_settled = False

    @property
    def chosen(self) -> set[int]:
        """The candidates that are in."""
        return {candidate.pk for candidate, is_in in zip(self.group, self.values, strict=False) if is_in}

    def solve(self, seconds: float) -> None:
        """Reach each aim in turn as far as it goes, and hold on to it while the next one is sought."""
        deadline = time.perf_counter() + seconds
        model = self._model()
        for turn, aim in enumerate(self.aims):
            bound = self._reach(model, aim, deadline)
            self.value = _worth(self.aims[0], self.values)
            if turn == 0:
                self.bound = min(self.bound, max(bound, self.value))
            if bound > _worth(aim, self.values):
                return
            _add_row(model, dict(enumerate(aim)), least=_worth(aim, self.values))
        self.ties_settled = True

    def _reach(self, model: highspy.Highs, aim: Sequence[int], deadline: float) -> int:
        """Improve the values for one aim and return a bound that no set passes, by it and the aims before it."""
        unit = math.gcd(*aim) or 1
        for index, worth in enumerate(aim):
            model.changeColCost(index, worth / unit)
        while (left := deadline - time.perf_counter()) > 0:
            start = highspy.HighsSolution()
            start.col_value = [float(value) for value in self.values]
            model.setSolution(start)
            # HiGHS counts the time of all its runs on a model together.
            model.setOptionValue("time_limit", model.getRunTime() + left)
            model.run()
            info = model.getInfo()
            bound = math.floor(info.mip_dual_bound + TOLERANCE) * unit if math.isfinite(info.mip_dual_bound) else None
            found = [round(value) for value in model.getSolution().col_value]
            too_much = self._too_much(found)
            if found and not too_much and _worth(aim, found) >= _worth(aim, self.values):
                self.values = found
            if bound is not None and not too_much:
                return bound
            if not too_much:
                break
            # Within the tolerance of floating point, but a cent too much: never this combination.
            _add_row(model, dict.fromkeys(too_much, 1), most=len(too_much) - 1)
        return sum(max(worth, 0) for worth in aim)

    def _model(self) -> highspy.Highs:
        model: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
        options = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0}
        for name, value in {**options, "mip_abs_gap": PROVEN_WITHIN}.items():
            model.setOptionValue(name, value)
        count = len(self.group) + len(self.results)
        model.addVars(count, [0.0] * count, [1.0] * count)
        for index in range(count):
            model.changeColIntegrality(index, highspy.HighsVarType.kInteger)
        for key, amounts in self.asked.items():
            unit = math.gcd(*amounts.values())
            _add_row(model, {index: cents // unit for index, cents in amounts.items()}, most=self.free[key] // unit)
        for index, result in enumerate(self.results, len(self.group)):
            serving = {place: 1 for place, candidate in enumerate(self.group) if result in candidate.results}
            _add_row(model, {**serving, index: -1}, least=0)
        model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        return model

    def _greedy(self) -> list[int]:
        """Put in whatever still fits, in order of rank: where the search begins, and what it never falls below."""
        left, values = dict(self.free), []
        for index in range(len(self.group)):
            asks = {key: amounts[index] for key, amounts in self.asked.items() if index in amounts}
            values.append(int(all(cents <= left[key] for key, cents in asks.items())))
            for key, cents in asks.items():
                left[key] -= cents * values[index]
        served = {result for place, candidate in enumerate(self.group) if values[place] for result in candidate.results}
        return values + [int(result in served) for result in self.results]

    def _too_much(self, values: Sequence[int]) -> list[int]:
        """Return the proposals that together ask more than is free on some line and year; [] when all fits."""
        for key, amounts in self.asked.items():
            there = [index for index in amounts if values and values[index]]
            if sum(amounts[index] for index in there) > self.free[key]:
                return there
        return []


def _apart(candidates: Sequence[Candidate], goal: ScenarioGoal) -> list[list[Candidate]]:
    """Divide candidates into groups that share no line and year, nor a result when those are counted."""
    groups: list[tuple[set[object], list[Candidate]]] = []
    for candidate in candidates:
        ties: set[object] = {key for key, amount in candidate.advised.items() if amount}
        if goal == ScenarioGoal.RESULTS:
            ties |= candidate.results
        touched = [group for group in groups if not ties.isdisjoint(group[0])]
        groups = [group for group in groups if ties.isdisjoint(group[0])]
        members = [member for _ties, group in touched for member in group]
        groups.append((ties.union(*(shared for shared, _group in touched)), [*members, candidate]))
    order = {candidate.pk: place for place, candidate in enumerate(candidates)}
    return [sorted(group, key=lambda member: order[member.pk]) for _ties, group in groups]


def _smallest(candidate: Candidate, least: int) -> dict[LineYear, Decimal]:
    """Return the least that a candidate may get by line and year: whole euros, unless all of it is needed."""
    wanted = {key: amount for key, amount in candidate.advised.items() if amount}
    return {
        key: min(amount, (amount * least / 100).quantize(EURO, rounding=ROUND_CEILING)) if least < ALL else amount
        for key, amount in wanted.items()
    }


def _given_out(
    chosen: Sequence[Candidate],
    smallest: Mapping[int, Mapping[LineYear, Decimal]],
    room: Mapping[LineYear, Decimal],
) -> dict[int, dict[LineYear, Decimal]]:
    """Give each its smallest amounts, then by rank what stays free: whole euros, or all that was advised."""
    amounts = {candidate.pk: dict(smallest[candidate.pk]) for candidate in chosen}
    left = _left(room, amounts)
    for candidate in chosen:
        for key, least in smallest[candidate.pk].items():
            most = candidate.advised[key]
            given = most if least + left[key] >= most else (least + left[key]).quantize(EURO, rounding=ROUND_FLOOR)
            given = max(given, least)
            left[key] -= given - least
            amounts[candidate.pk][key] = given
    return amounts


def _tight(
    candidates: Sequence[Candidate],
    amounts: Mapping[int, Mapping[LineYear, Decimal]],
    smallest: Mapping[int, Mapping[LineYear, Decimal]],
    room: Mapping[LineYear, Decimal],
) -> list[Tight]:
    """Name each room that keeps a proposal out, also when all that is in would get no more than the least."""
    at_least = _left(room, {pk: smallest[pk] for pk in amounts})
    left = _left(room, amounts)
    found: dict[LineYear, Tight] = {}
    for candidate in candidates:
        for key, asked in smallest[candidate.pk].items() if candidate.pk not in amounts else ():
            if asked > at_least.get(key, ZERO):
                found.setdefault(key, Tight(key, left.get(key, ZERO), candidate.pk, asked))
    return list(found.values())


def _left(
    room: Mapping[LineYear, Decimal], amounts: Mapping[int, Mapping[LineYear, Decimal]]
) -> dict[LineYear, Decimal]:
    left = dict(room)
    for given in amounts.values():
        for key, amount in given.items():
            left[key] = left.get(key, ZERO) - amount
    return left


def _on_proposals(problem: _Problem, worth: list[int]) -> list[int]:
    return worth + [0] * len(problem.results)


def _worth(aim: Sequence[int], values: Sequence[int]) -> int:
    return sum(worth * value for worth, value in zip(aim, values, strict=True))


def _add_row(
    model: highspy.Highs,
    row: Mapping[int, int],
    *,
    least: float = -highspy.kHighsInf,
    most: float = highspy.kHighsInf,
) -> None:
    filled = {index: float(factor) for index, factor in row.items() if factor}
    model.addRow(least, most, len(filled), list(filled), list(filled.values()))


def _cents(amount: Decimal) -> int:
    return int((amount * 100).quantize(EURO, rounding=ROUND_FLOOR))
