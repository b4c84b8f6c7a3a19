"""What the points mean for each criterion, as we propose it until Hengelo confirms: no part of the council's frame."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from programme.models import CriteriaVersion, CriterionAnchor

DATA = Path(__file__).resolve().parent.parent / "data" / "anchors.yaml"


@dataclass(frozen=True)
class Proposed:
    """What we propose for a criterion: the meaning of each number of points, and whether the talent panel marks it."""

    levels: dict[int, str]
    concerns_talent: bool


@cache
def proposed() -> dict[str, Proposed]:
    """Return what we propose, by the code of a criterion."""
    data: Any = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {
        code: Proposed({int(points): text for points, text in row["niveaus"].items()}, row["talentpanel"])
        for code, row in data.items()
    }


def propose(version: CriteriaVersion) -> None:
    """Give every criterion of a draft without anchors those that we propose, at the levels that its scale has.

    What Hengelo confirmed of such a criterion had no anchors, so it counts as not confirmed. The caller holds the lock.
    """
    levels = set(version.scale.values_list("points", flat=True))
    known = proposed()
    bare = list(version.criteria.filter(anchors=None, code__in=known))
    CriterionAnchor.objects.bulk_create(
        CriterionAnchor(criterion=criterion, points=points, text=text)
        for criterion in bare
        for points, text in known[criterion.code].levels.items()
        if points in levels
    )
    version.criteria.filter(pk__in=[criterion.pk for criterion in bare]).update(confirmed=False)
