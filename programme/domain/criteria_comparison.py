"""What differs between two versions of the criteria, told part by part, with the words that went and came."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.domain import criteria
from programme.models import CriteriaVersion

RULE: dict[str, Any] = {
    "source": gettext_lazy("Rests on"),
    "minimum_points": gettext_lazy("Minimum points for each criterion"),
    "threshold_percentage": gettext_lazy("Percentage of the points for a positive advice"),
    "discuss_from_spread": gettext_lazy("Discuss from this difference in points"),
    "assessor_count": gettext_lazy("Number of assessors"),
    "confirmed": gettext_lazy("Scale and rule confirmed by Hengelo"),
}
CRITERION: dict[str, Any] = {
    "label": gettext_lazy("Name"),
    "meaning": gettext_lazy("Meaning"),
    "elaboration": gettext_lazy("Elaboration"),
    "conditions": gettext_lazy("Conditions"),
    "weight": gettext_lazy("Weight"),
    "may_be_not_applicable": gettext_lazy("May be not applicable for efforts"),
    "concerns_talent": gettext_lazy("The talent panel gives a mark"),
    "confirmed": gettext_lazy("Confirmed by Hengelo"),
}


@dataclass(frozen=True)
class Words:
    """A piece of text; `changed` when only one of the versions has it."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Difference:
    """One thing that differs, as it was and as it is."""

    what: str
    was: list[Words]
    now: list[Words]


@dataclass(frozen=True)
class Part:
    """A part of a version with what differs in it; `letter` for a criterion."""

    title: str
    letter: str = ""
    differences: list[Difference] = field(default_factory=list)


def compare(old: CriteriaVersion, new: CriteriaVersion) -> list[Part]:
    """Return the parts in which two versions differ, the rule first, then the scale and the criteria in their order."""
    was, now = criteria.content_of(old), criteria.content_of(new)
    parts = [
        Part(_("From points to advice"), differences=list(_fields(RULE, was, now))),
        Part(_("The scale"), differences=list(_levels(was["scale"], now["scale"], "label"))),
    ]
    earlier = {said["code"]: said for said in was["criteria"]}
    nothing: dict[str, Any] = {"anchors": []}
    for said in now["criteria"]:
        before = earlier.pop(said["code"], nothing)
        differences = [
            *_fields(CRITERION, before, said),
            *_levels(before["anchors"], said["anchors"], "text"),
        ]
        parts.append(Part(said["label"], said["letter"], differences))
    parts += [Part(said["label"], said["letter"], list(_fields(CRITERION, said, nothing))) for said in earlier.values()]
    return [part for part in parts if part.differences]


def differing_words(was: str, now: str) -> tuple[list[Words], list[Words]]:
    """Return two texts in pieces, each marked when the other text doesn't have it."""
    old, new = re.findall(r"\s+|\S+", was), re.findall(r"\s+|\S+", now)
    left, right = [], []
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if from_old < to_old:
            left.append(Words("".join(old[from_old:to_old]), tag != "equal"))
        if from_new < to_new:
            right.append(Words("".join(new[from_new:to_new]), tag != "equal"))
    return left, right


def _fields(labels: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for name, label in labels.items():
        if was.get(name) != now.get(name):
            yield Difference(str(label), *differing_words(_shown(was.get(name)), _shown(now.get(name))))


def _levels(was: list[dict[str, Any]], now: list[dict[str, Any]], name: str) -> Iterator[Difference]:
    old, new = ({level["points"]: level[name] for level in levels} for levels in (was, now))
    for points in sorted({*old, *new}):
        if old.get(points) != new.get(points):
            what = _("%(points)d points") % {"points": points} if points != 1 else _("1 point")
            yield Difference(what, *differing_words(old.get(points, ""), new.get(points, "")))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)
