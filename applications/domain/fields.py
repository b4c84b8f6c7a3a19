"""Saving fields of a draft, each with its version: nobody overwrites what somebody else wrote and they have not seen.

A page tells for each field which version it showed (`Seen`). What the draft says now differs from it: then whoever did
not touch the field leaves it as it is, and whoever did gets both to choose from (`Conflict`).
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposal
from applications.domain import content, openness
from applications.errors import ContentRefused, FieldChanged
from applications.models import FieldVersion, Proposal
from applications.states import ProposalEvent
from core.domain import audit, clock

# A field is brought back to its most versions once in so many.
_TIDY_EVERY = 50

DIGEST_LENGTH = 16


@dataclass(frozen=True)
class Seen:
    """What a page showed of a field: the number of its version (0: none yet), and the digest of what it said."""

    number: int = 0
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.number}.{self.digest}"

    @classmethod
    def read(cls, text: str) -> "Seen":
        """Read what a page sends back. What can't be read counts as nothing seen."""
        number, _point, digest = text.partition(".")
        known = number.isascii() and number.isdigit() and len(number) < len(str(2**31))
        return cls(int(number), digest[:DIGEST_LENGTH]) if known else cls()


@dataclass(frozen=True)
class Conflict:
    """A field that somebody changed meanwhile: what was typed, and what the draft says."""

    field: str
    mine: Any
    theirs: Any
    seen: Seen
    by: User | None
    at: datetime | None


@dataclass(frozen=True)
class Saved:
    """What became of fields that were sent.

    `seen` is what the page has seen by now; `conflicts` what to choose from; `refused` why a field could not be saved.
    """

    proposal: Proposal
    changed: list[str]
    seen: dict[str, Seen]
    conflicts: list[Conflict] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def digest(value: Any) -> str:
    """Return a short fingerprint of what a field says."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:DIGEST_LENGTH]


def seen_of(proposal: Proposal, shown: Mapping[str, Any]) -> dict[str, Seen]:
    """Return what a page has seen that shows these values.

    The digest is of what the page shows, so a save between reading the values and this is noticed later.
    """
    numbers = {version.field: version.number for version in FieldVersion.objects.latest_of(proposal, shown)}
    return {name: Seen(numbers.get(name, 0), digest(value)) for name, value in shown.items()}


def save_field(
    *, proposal_id: int, by: User, field: str, value: Any, seen_version: int, key: UUID | None = None
) -> Saved:
    """Save one field of a draft, of which version `seen_version` was seen.

    Raises ProposalFrozen, ContentRefused, or FieldChanged when the field has another version by now and says something
    else; the draft then stays as it is.
    """
    saved = save_fields(
        proposal_id=proposal_id, by=by, values={field: value}, seen={field: Seen(seen_version)}, key=key
    )
    for conflict in saved.conflicts:
        raise FieldChanged(_("Somebody else changed this at the same time."), field, conflict.theirs)
    return saved


def save_fields(
    *,
    proposal_id: int,
    by: User,
    values: Mapping[str, Any],
    seen: Mapping[str, Seen] | None = None,
    key: UUID | None = None,
    tried: Collection[UUID] = (),
) -> Saved:
    """Save fields of a draft. `values` as `content` has them; `seen` None writes whatever was seen.

    `key` marks the versions that this save makes. `tried` names keys of saves of the same page whose answer got lost:
    a version with such a key is the page's own. Raises ProposalFrozen, or ContentRefused when the fields that are to
    change don't go together; then nothing was saved. Conflicts don't stop the other fields.
    """
    with transaction.atomic():
        proposal = lock_open(proposal_id, values.keys())
        latest = {version.field: version for version in FieldVersion.objects.latest_of(proposal, values)}
        before = content.read(proposal, values.keys())
        changes: dict[str, Any] = {}
        conflicts: list[Conflict] = []
        for name, value in values.items():
            version, now = latest.get(name), before[name]
            if value == now or (seen is not None and is_untouched(value, seen.get(name, Seen()))):
                continue
            if seen is None or _was_seen(version, now, seen.get(name, Seen()), tried):
                changes[name] = value
            else:
                conflicts.append(_conflict(name, value, now, version))
        if changes:
            content.check(proposal, changes)
            content.write(proposal, changes)
            latest |= _keep(proposal, by, changes, latest, key)
        after = before | changes
        numbers = {name: latest[name].number if name in latest else 0 for name in values}
        # Where the draft says something else than what was sent, the page has seen no more than before.
        by_now = {name: Seen(numbers[name], digest(after[name])) for name in values if values[name] == after[name]}
        known = {name: by_now.get(name) or (seen or {}).get(name, Seen()) for name in values}
        return Saved(proposal, changed=list(changes), seen=known, conflicts=conflicts)


def save_typed(
    *,
    proposal_id: int,
    by: User,
    values: Mapping[str, Any],
    seen: Mapping[str, Seen],
    key: UUID,
    tried: Collection[UUID] = (),
) -> Saved:
    """Save what somebody is typing, as `save_fields`: what can't be saved is told in `refused` and holds up no other.

    Raises ProposalFrozen.
    """
    left: dict[str, Any] = dict(values)
    refused: dict[str, str] = {}
    while True:
        try:
            saved = save_fields(proposal_id=proposal_id, by=by, values=left, seen=seen, key=key, tried=tried)
        except ContentRefused as refusal:
            concerned = refusal.fields & left.keys() or set(left)
            refused |= dict.fromkeys(concerned, str(refusal))
            left = {name: value for name, value in left.items() if name not in concerned}
        else:
            return replace(saved, refused=refused)


def lock_open(proposal_id: int, names: Collection[str]) -> Proposal:
    """Lock a proposal and return it, provided that its partner may change these fields now; else raise ProposalFrozen.

    All of a draft is open; while a supplement is awaited, what was asked for (see `openness`).
    """
    proposal = lock_proposal(proposal_id)
    openness.check_open(proposal, names)
    return proposal


def _was_seen(version: FieldVersion | None, now: Any, seen: Seen, tried: Collection[UUID]) -> bool:
    """Tell whether the page showed what the draft says now, or wrote it itself."""
    if version is None:
        return was_seen(number=0, key=None, now=now, seen=seen, tried=tried)
    return was_seen(number=version.number, key=version.key, now=now, seen=seen, tried=tried)


def was_seen(*, number: int, key: UUID | None, now: Any, seen: Seen, tried: Collection[UUID]) -> bool:
    """Tell whether a page showed version `number` of a field, which says `now`, or wrote it itself with `key`."""
    if key is not None and key in tried:
        return True
    return seen.number == number and seen.digest in {"", digest(now)}


def is_untouched(value: Any, seen: Seen) -> bool:
    """Tell whether what was sent is what the page showed."""
    return bool(seen.digest) and digest(value) == seen.digest


def _conflict(name: str, mine: Any, theirs: Any, version: FieldVersion | None) -> Conflict:
    seen = Seen(0 if version is None else version.number, digest(theirs))
    return Conflict(
        name, mine, theirs, seen, by=None if version is None else version.by, at=None if version is None else version.at
    )


def _keep(
    proposal: Proposal, by: User, changes: Mapping[str, Any], latest: Mapping[str, FieldVersion], key: UUID | None
) -> dict[str, FieldVersion]:
    """Add a version of each changed field; the person's own of the same ten minutes makes room for it.

    A row of the audit trail tells who began to change what; what it says after each save stands in the versions.
    """
    moment = clock.now()
    made = {
        name: FieldVersion(
            proposal=proposal,
            field=name,
            number=latest[name].number + 1 if name in latest else 1,
            value=value,
            by=by,
            at=moment,
            key=key,
        )
        for name, value in changes.items()
    }
    FieldVersion.objects.bulk_create(made.values())
    replaced = [
        last.pk
        for name, last in latest.items()
        if name in made and last.by_id == by.pk and last.window == made[name].window
    ]
    if replaced:
        FieldVersion.objects.filter(pk__in=replaced).delete()
    if len(replaced) < len(made):
        audit.record(event=ProposalEvent.CHANGED, actor=by, about=proposal, changes={"fields": list(changes)})
    for version in made.values():
        if version.number % _TIDY_EVERY == 0:
            _tidy(version)
    return made


def _tidy(newest: FieldVersion) -> None:
    """Let the oldest versions of a field go, so that no more than the most are kept."""
    of_field = FieldVersion.objects.filter(proposal=newest.proposal_id, field=newest.field).order_by("-number")
    too_old = list(of_field.values_list("pk", flat=True)[FieldVersion.MOST :])
    FieldVersion.objects.filter(pk__in=too_old).delete()
