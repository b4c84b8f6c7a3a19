"""The criteria: frozen with a hash at the first score of a call, so that the rubric can't change half-way."""

import hashlib
import json
from typing import Any

from django.db import transaction

from accounts.models import User
from core.domain import audit, clock
from programme.models import CriteriaVersion
from programme.states import ProgrammeEvent


def content_of(version: CriteriaVersion) -> dict[str, Any]:
    """Return everything that a version says, as JSON values: what a score under it rests on."""
    criterion_fields = (
        "position", "letter", "code", "label", "meaning", "elaboration", "conditions", "weight",
        "may_be_not_applicable", "confirmed",
    )  # fmt: skip
    return {
        "number": version.number,
        "source": version.source,
        "minimum_points": version.minimum_points,
        "threshold_percentage": version.threshold_percentage,
        "discuss_from_spread": version.discuss_from_spread,
        "assessor_count": version.assessor_count,
        "confirmed": version.confirmed,
        "criteria": list(version.criteria.order_by("position", "code").values(*criterion_fields)),
        "scale": list(version.scale.order_by("points").values("points", "label")),
    }


def content_sha256(version: CriteriaVersion) -> str:
    """Return the SHA-256 of what a version says, over JSON with sorted keys and without spaces."""
    canonical = json.dumps(content_of(version), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def freeze(version: CriteriaVersion, by: User | None) -> None:
    """Freeze a version of the criteria for good; does nothing when it is frozen already.

    `by` is who gave the first score. From here on triggers refuse every change to the version, its criteria and its
    scale. The version that was handed in learns the moment and the hash.
    """
    with transaction.atomic():
        locked = CriteriaVersion.objects.select_for_update().get(pk=version.pk)
        if locked.frozen_at is None:
            locked.content_sha256 = content_sha256(locked)
            locked.frozen_at = clock.now()
            locked.save(update_fields=["content_sha256", "frozen_at"])
            changes = {"content_sha256": locked.content_sha256}
            audit.record(event=ProgrammeEvent.CRITERIA_FROZEN, actor=by, about=locked, changes=changes)
    version.frozen_at, version.content_sha256 = locked.frozen_at, locked.content_sha256
