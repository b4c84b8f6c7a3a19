"""What a version of the criteria says, with its hash; adopted first, and frozen at the first score of a call."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.domain import audit, clock
from programme.errors import CriteriaNotAdopted
from programme.models import CriteriaVersion, Criterion
from programme.states import CriteriaState, ProgrammeEvent

CRITERION_FIELDS = (
    "position", "letter", "code", "label", "meaning", "elaboration", "conditions", "weight",
    "may_be_not_applicable", "concerns_talent", "confirmed",
)  # fmt: skip
RULE_FIELDS = (
    "source", "minimum_points", "threshold_percentage", "discuss_from_spread", "assessor_count", "confirmed",
)  # fmt: skip


def content_of(version: CriteriaVersion) -> dict[str, Any]:
    """Return everything that a version says, as JSON values: what a score under it rests on."""
    criteria = version.criteria.order_by("position", "code").prefetch_related("anchors")
    return {
        "number": version.number,
        "adopted_on": version.adopted_on.isoformat() if version.adopted_on else None,
        "document_sha256": version.document.sha256 if version.document else None,
        **rule_of(version),
        "criteria": [criterion_of(criterion) for criterion in criteria],
        "scale": scale_of(version),
    }


def rule_of(version: CriteriaVersion) -> dict[str, Any]:
    """Return what a version says about the advice, apart from its criteria and scale."""
    return {name: getattr(version, name) for name in RULE_FIELDS}


def scale_of(version: CriteriaVersion) -> list[dict[str, Any]]:
    """Return the levels of a version, from the lowest."""
    return [{"points": level.points, "label": level.label} for level in version.scale.order_by("points")]


def criterion_of(criterion: Criterion) -> dict[str, Any]:
    """Return what one criterion says, with its anchors from the lowest level."""
    anchors = sorted(criterion.anchors.all(), key=lambda anchor: anchor.points)
    return {
        **{name: getattr(criterion, name) for name in CRITERION_FIELDS},
        "anchors": [{"points": anchor.points, "text": anchor.text} for anchor in anchors],
    }


def sha256_of(content: Any) -> str:
    """Return the SHA-256 (hex) of JSON values, over JSON with sorted keys and without spaces."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def content_sha256(version: CriteriaVersion) -> str:
    """Return the SHA-256 (hex) of what a version says."""
    return sha256_of(content_of(version))


def adopt_loaded(version: CriteriaVersion) -> None:
    """Adopt the version that came with the council's frame: it rests on the programme plan, and nobody signed here.

    For loading the frame only; people adopt by `criteria_versions.adopt`.
    """
    version.state, version.adopted_on = CriteriaState.ADOPTED, clock.today()
    version.content_sha256 = content_sha256(version)
    version.save(update_fields=["state", "adopted_on", "content_sha256"])
    changes = {"content_sha256": version.content_sha256}
    audit.record(event=ProgrammeEvent.CRITERIA_ADOPTED, actor=None, about=version, changes=changes)


def freeze(version: CriteriaVersion, by: User | None) -> None:
    """Freeze a version of the criteria for good; does nothing when it is frozen already.

    `by` is who gave the first score. What the version says is fixed since its adoption; from here on nothing of it
    changes at all, and triggers see to that. The version that was handed in learns the moment and the hash. Raises
    CriteriaNotAdopted for a draft, which no call can have.
    """
    with transaction.atomic():
        locked = CriteriaVersion.objects.select_for_update().get(pk=version.pk)
        if locked.is_draft:
            raise CriteriaNotAdopted(_("This version of the criteria is not adopted yet."))
        if locked.frozen_at is None:
            # Adopted before versions got their hash at adoption: it gets one now.
            locked.content_sha256 = locked.content_sha256 or content_sha256(locked)
            locked.frozen_at = clock.now()
            locked.save(update_fields=["content_sha256", "frozen_at"])
            changes = {"content_sha256": locked.content_sha256}
            audit.record(event=ProgrammeEvent.CRITERIA_FROZEN, actor=by, about=locked, changes=changes)
    version.frozen_at, version.content_sha256 = locked.frozen_at, locked.content_sha256
