"""What a version of the criteria must hold to: while it is written, and before it is adopted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from programme.domain import criteria
from programme.errors import CriteriaRefused
from programme.models import CriteriaVersion

# Two people assess each on their own (four eyes); more than a team has makes no round that ends.
ASSESSORS_LEAST, ASSESSORS_MOST = 2, 6
WEIGHT_MOST = 5
PERCENT = 100


@dataclass(frozen=True)
class RuleSaid:
    """What a version says about the advice: points, percent, points and people."""

    source: str
    minimum_points: int
    threshold_percentage: int
    discuss_from_spread: int
    assessor_count: int
    confirmed: bool


@dataclass(frozen=True)
class CriterionSaid:
    """What one criterion says. `anchors` gives the meaning of each number of points; empty text is no anchor."""

    label: str
    meaning: str
    elaboration: str
    conditions: str
    weight: int
    may_be_not_applicable: bool
    concerns_talent: bool
    confirmed: bool
    anchors: Mapping[int, str]


def check_rule(said: RuleSaid, *, highest: int) -> None:
    """Raise CriteriaRefused when the rule can't work on a scale that goes up to `highest` points."""
    if not 0 <= said.minimum_points <= highest:
        raise CriteriaRefused(
            _("The scale goes from 0 to %(highest)d points.") % {"highest": highest}, "minimum_points"
        )
    if not 1 <= said.threshold_percentage <= PERCENT:
        raise CriteriaRefused(_("Choose a percentage from 1 to 100."), "threshold_percentage")
    if not 1 <= said.discuss_from_spread <= highest:
        raise CriteriaRefused(
            _("Scores are 1 to %(highest)d points apart.") % {"highest": highest}, "discuss_from_spread"
        )
    if not ASSESSORS_LEAST <= said.assessor_count <= ASSESSORS_MOST:
        raise CriteriaRefused(
            _("Choose %(least)d to %(most)d assessors.") % {"least": ASSESSORS_LEAST, "most": ASSESSORS_MOST},
            "assessor_count",
        )


def check_labels(labels: Mapping[int, str], levels: Collection[int]) -> None:
    """Raise CriteriaRefused unless every level of the scale has a name of its own."""
    if set(labels) != set(levels) or not all(label.strip() for label in labels.values()):
        raise CriteriaRefused(_("Give every level a name."))
    if len(set(labels.values())) < len(labels):
        raise CriteriaRefused(_("Two levels have the same name."))


def check_criterion(said: CriterionSaid, *, letter: str, levels: Collection[int]) -> None:
    """Raise CriteriaRefused for a criterion that says nothing, has a strange weight or half its anchors."""
    if not said.label.upper().startswith(letter):
        raise CriteriaRefused(
            _("The name begins with %(letter)s: the six letters spell TALENT.") % {"letter": letter}, "label"
        )
    if not said.meaning.strip():
        raise CriteriaRefused(_("Say what the criterion means."), "meaning")
    if not 1 <= said.weight <= WEIGHT_MOST:
        raise CriteriaRefused(_("Choose a weight from 1 to %(most)d.") % {"most": WEIGHT_MOST}, "weight")
    filled = {points for points, text in said.anchors.items() if text.strip()}
    if not set(said.anchors) <= set(levels) or (filled and filled != set(levels)):
        empty = min(set(levels) - filled, default=min(levels))
        raise CriteriaRefused(
            _("Say what every number of points means, or leave all of them empty."), f"anchor_{empty}"
        )


def missing_of(version: CriteriaVersion) -> list[str]:
    """Return the sentences that say why a draft can't be adopted; none when it can."""
    said = criteria.content_of(version)
    before = CriteriaVersion.objects.before(version)
    not_content = {"number", "adopted_on", "document_sha256"}
    if before is not None and _without(said, not_content) == _without(criteria.content_of(before), not_content):
        return [_("It says the same as %(version)s, so there is nothing to adopt.") % {"version": before}]
    return []


def _without(content: Mapping[str, object], names: Collection[str]) -> dict[str, object]:
    return {name: value for name, value in content.items() if name not in names}
