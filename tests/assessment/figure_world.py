"""Scores for the team's figures: given by hand with the real verbs, or in bulk for a comparison with a naive count."""

import random
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction

from applications.models import Proposal
from assessment.models import Assessment, Assignment, Score
from core.domain import clock
from tests.assessment import road

CODES = ("talent", "aantrekkelijk", "lokaal", "effectief", "netwerk", "toekomstgericht")


def points(*given: int | None) -> dict[str, int | None]:
    """Points for the six criteria in their order; None is “not applicable”."""
    return dict(zip(CODES, given, strict=True))


def scored(cast, call, *given: tuple[int | None, ...], people=None, **over) -> Proposal:
    """A proposal whose assessors handed in the points given, person by person."""
    people = people or [cast.assessor1, cast.assessor2, cast.assessor3][: len(given)]
    proposal = road.declared_proposal(cast, call, assessors=people, **over)
    for person, its_points in zip(people, given, strict=True):
        road.hand_in(proposal, person, points(*its_points))
    return proposal


def fill_with_scores(cast, proposals: list[Proposal], *, seed: int) -> None:
    """Let two or three people hand in random points for each proposal that has no assessors yet, without the verbs."""
    chance = random.Random(seed)
    people = [cast.assessor1, cast.assessor2, cast.assessor3]
    criteria = list(proposals[0].call.criteria_version.criteria.all())
    for proposal in proposals:
        for person in chance.sample(people, chance.choice([2, 2, 3])):
            values = {"proposal": proposal, "assessor": person, "assigned_by": cast.manager, "assigned_at": clock.now()}
            values["due_on"] = clock.today()
            assessment = Assessment.objects.create(
                assignment=Assignment.objects.create(**values), passes_gate=True, gate_reason="Ja", saved_at=clock.now()
            )
            effort = proposal.line.code == "samenwerking"
            given = [
                chance.choice([0, 1, 1, 2, 2, 2, 3, 3] + [None] * (effort and criterion.may_be_not_applicable) * 3)
                for criterion in criteria
            ]
            Score.objects.bulk_create(
                Score(
                    assessment=assessment, criterion=criterion, points=number, not_applicable=number is None, reason="r"
                )
                for criterion, number in zip(criteria, given, strict=True)
            )
            Assessment.objects.filter(pk=assessment.pk).update(handed_in_at=clock.now())


def naive_figures() -> tuple[dict, dict, dict]:
    """Count everything that was handed in the slow way: how often each score, how far apart, and the mean gaps."""
    given = defaultdict(dict)
    often, apart = defaultdict(Counter), defaultdict(Counter)
    for score in Score.objects.select_related("criterion", "assessment__assignment"):
        assignment = score.assessment.assignment
        often[score.criterion.label][score.points] += 1
        if score.points is not None:
            given[assignment.proposal_id, score.criterion.label][assignment.assessor_id] = score.points
    gaps = defaultdict(lambda: defaultdict(list))
    for (proposal, label), by_person in given.items():
        if len(by_person) < 2:
            continue
        apart[label][max(by_person.values()) - min(by_person.values())] += 1
        for person, number in by_person.items():
            others = [other for someone, other in by_person.items() if someone != person]
            gaps[person][proposal].append(number - Fraction(sum(others), len(others)))
    means = {
        person: [sum(found) / len(found) for found in by_proposal.values()] for person, by_proposal in gaps.items()
    }
    return often, apart, means


def two_places(number: Fraction) -> Decimal:
    """The same rounding as the figures: to the nearest hundredth."""
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal("0.01"))
