"""What assessors gave, in figures: how often each score, how far apart, and who is milder or stricter than others.

Only of proposals whose assessors all handed in, and only of what the reader may read: before somebody hands in, what
others hand in changes nothing in that person's figures. People are never ranked.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, QuerySet

from accounts.models import User
from accounts.states import Role
from assessment.domain.statistics import Scope
from assessment.models import Assessment, Assignment, Score

# Below this many proposals a difference between people is likely to be chance.
FEW = 10
POINTS = (0, 1, 2, 3)

# Every score that counts, seen by one reader; the rows of the queries below.
SEEN = ("proposal", "assessor", "code", "points")

SPREAD = """
SELECT code, apart, count(*) FROM (
    SELECT code, max(points) - min(points) AS apart FROM seen
    WHERE points IS NOT NULL GROUP BY proposal, code HAVING count(*) > 1
) AS compared GROUP BY code, apart
"""

# Each score less the mean of what the others gave the same criterion of the same proposal; of those the mean by
# proposal; of those the figures by person. So a proposal with many criteria or assessors weighs no more than another.
SEVERITY = """
, compared AS (
    SELECT proposal, assessor, points - (sum(points) OVER same - points)::numeric
        / nullif(count(points) OVER same - 1, 0) AS gap
    FROM seen WHERE points IS NOT NULL WINDOW same AS (PARTITION BY proposal, code)
), of_proposal AS (
    SELECT proposal, assessor, avg(gap) AS gap FROM compared WHERE gap IS NOT NULL GROUP BY proposal, assessor
)
SELECT assessor, count(*), avg(gap), min(gap), max(gap),
    percentile_cont(0.25) WITHIN GROUP (ORDER BY gap)::numeric,
    percentile_cont(0.75) WITHIN GROUP (ORDER BY gap)::numeric
FROM of_proposal GROUP BY assessor
"""


@dataclass(frozen=True)
class Basis:
    """What the figures rest on: how many assessments, of how many proposals."""

    assessments: int
    proposals: int


@dataclass(frozen=True)
class Distribution:
    """How often a criterion got 0, 1, 2 and 3 points (`counts`), and how often it was not applicable."""

    letter: str
    label: str
    counts: tuple[int, ...]
    not_applicable: int

    @property
    def total(self) -> int:
        """How many scores there are, those that were not applicable too."""
        return sum(self.counts) + self.not_applicable

    @property
    def mean(self) -> Decimal | None:
        """The mean of the points, two places; None when nobody gave any."""
        given = sum(self.counts)
        if not given:
            return None
        points = sum(points * number for points, number in enumerate(self.counts))
        return _two_places(Decimal(points) / given)


@dataclass(frozen=True)
class Spread:
    """How many points the assessors of a proposal were apart on a criterion: how often 0, 1, 2 and 3."""

    letter: str
    label: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many proposals were scored on it by two people or more."""
        return sum(self.counts)

    @property
    def mean(self) -> Decimal | None:
        """The mean number of points apart, two places; None when nothing can be compared."""
        points = sum(points * number for points, number in enumerate(self.counts))
        return _two_places(Decimal(points) / self.total) if self.total else None


@dataclass(frozen=True)
class Severity:
    """How a person's points differ from the other assessors' of the same proposals, in points a criterion.

    Above zero is milder, below is stricter. `lowest` and `highest` are of single proposals; between `lower` and
    `upper` lies the middle half of them.
    """

    name: str
    is_reader: bool
    proposals: int
    mean: Decimal
    lowest: Decimal
    highest: Decimal
    lower: Decimal
    upper: Decimal

    @property
    def is_few(self) -> bool:
        """Whether there are too few proposals to read much into it."""
        return self.proposals < FEW


@dataclass(frozen=True)
class ScoreFigures:
    """All figures about scores for one reader."""

    basis: Basis
    distributions: list[Distribution]
    spreads: list[Spread]
    severities: list[Severity]


def figures_for(scope: Scope, *, reader: User) -> ScoreFigures:
    """Return the figures about the scores of a part of the programme that a person may read. At most five queries.

    The severity of all assessors is for the programme manager; others get their own only, against the rest.
    """
    assessments = counted(scope, reader)
    numbers = assessments.aggregate(assessments=Count("pk"), proposals=Count("assignment__proposal", distinct=True))
    basis = Basis(**numbers)
    if not basis.assessments:
        return ScoreFigures(basis, [], [], [])
    scores = Score.objects.filter(assessment__in=assessments).order_by()
    by_code = _distributions(scores)
    spreads = [_spread(by_code[code], apart) for code, apart in _spreads(scores, list(by_code)).items()]
    return ScoreFigures(basis, list(by_code.values()), spreads, _severities(scores, reader))


def counted(scope: Scope, reader: User) -> QuerySet[Assessment]:
    """Return the assessments that count in the figures: handed in, of proposals where everybody did, and readable."""
    same = Assignment.objects.that_count().filter(proposal=OuterRef("assignment__proposal"))
    return (
        Assessment.objects.visible_to(reader)
        .handed_in()
        .filter(
            ~Exists(same.still_out()),
            assignment__proposal__in=scope.proposals(reader).values("pk"),
            assignment__proposal__call__criteria_version__assessor_count__lte=same.handed_in().number_by_proposal(),
        )
        .order_by()
    )


def _distributions(scores: QuerySet[Score]) -> dict[str, Distribution]:
    """Return the distribution of each criterion by its code, in the order of the criteria. One query."""
    keys = ("criterion__code", "criterion__letter", "criterion__label", "criterion__position")
    rows = scores.values_list(*keys, "points").annotate(number=Count("pk")).order_by("criterion__position", "points")
    found: dict[str, dict[int | None, int]] = {}
    names: dict[str, tuple[str, str]] = {}
    for code, letter, label, _position, points, number in rows:
        names[code] = letter, label
        counts = found.setdefault(code, {})
        counts[points] = counts.get(points, 0) + number
    return {
        code: Distribution(*names[code], tuple(counts.get(points, 0) for points in POINTS), counts.get(None, 0))
        for code, counts in found.items()
    }


def _spreads(scores: QuerySet[Score], codes: list[str]) -> dict[str, dict[int, int]]:
    """Return for each criterion (its code) how often the assessors were so many points apart. One query."""
    found: dict[str, dict[int, int]] = {code: {} for code in codes}
    for code, apart, number in _over_seen(scores, SPREAD):
        found[code][apart] = number
    return found


def _spread(of: Distribution, apart: dict[int, int]) -> Spread:
    return Spread(of.letter, of.label, tuple(apart.get(points, 0) for points in POINTS))


def _severities(scores: QuerySet[Score], reader: User) -> list[Severity]:
    """Return the severity of the people whose it may be told, by name: never by figure. Two queries."""
    rows = {row[0]: row[1:] for row in _over_seen(scores, SEVERITY)}
    people = User.objects.filter(pk__in=rows)
    if not reader.holds(Role.PROGRAMME_MANAGER):
        people = people.filter(pk=reader.pk)
    return [_severity(person, reader, *rows[person.pk]) for person in people.order_by("full_name", "pk")]


def _severity(person: User, reader: User, proposals: int, *gaps: Decimal) -> Severity:
    return Severity(person.full_name, person == reader, proposals, *(_two_places(gap) for gap in gaps))


def _over_seen(scores: QuerySet[Score], query: str) -> list[tuple[Any, ...]]:
    """Run a query over the scores that were seen: the queryset decides on who sees what, SQL adds up."""
    seen = scores.annotate(
        proposal=F("assessment__assignment__proposal"),
        assessor=F("assessment__assignment__assessor"),
        code=F("criterion__code"),
    ).values_list(*SEEN)
    sql, values = seen.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH seen AS ({sql}) {query}", values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _two_places(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"))
