"""The answers of an assessment one by one, each with its version: nobody writes over what they have not seen.

Answers go by name: `gate` (yes, no or nothing), `gate_reason`, and for each criterion its code (points,
`NOT_APPLICABLE` or nothing) and `<code>_reason`. A page tells for each which version it showed, as the form of a
proposal does (see `applications.domain.fields`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import User
from applications.domain import fields
from applications.domain.fields import Conflict, Seen, digest
from assessment.models import Assessment, Score
from programme.models import Criterion

Answer = bool | int | str | None

NOT_APPLICABLE = "-"
GATE, GATE_REASON = "gate", "gate_reason"


@dataclass(frozen=True)
class Held:
    """What an assessment holds of one answer: its value, the number of its version, and by which save it came."""

    value: Answer
    version: int = 0
    key: UUID | None = None

    @property
    def seen(self) -> Seen:
        """What a page has seen that shows this."""
        return Seen(self.version, digest(self.value))


@dataclass(frozen=True)
class Compared:
    """What becomes of answers that were sent: what changes, and of what there are two versions."""

    changes: dict[str, Answer]
    conflicts: list[Conflict]


def reason_of(code: str) -> str:
    """Return the name of the answer that gives the reason for the points of a criterion."""
    return f"{code}_reason"


def points_of(score: Score) -> Answer:
    """Return the answer about the points of a criterion."""
    return NOT_APPLICABLE if score.not_applicable else score.points


def held_in(assessment: Assessment | None, criteria: Iterable[Criterion]) -> dict[str, Held]:
    """Return all answers of an assessment by name; of one that was not begun they are empty. At most one query."""
    if assessment is None:
        held = {GATE: Held(None), GATE_REASON: Held("")}
        scores: dict[int, Score] = {}
    else:
        held = {
            GATE: Held(assessment.passes_gate, assessment.gate_version, assessment.gate_key),
            GATE_REASON: Held(assessment.gate_reason, assessment.gate_reason_version, assessment.gate_reason_key),
        }
        scores = {score.criterion_id: score for score in assessment.scores.order_by()}
    for criterion in criteria:
        score = scores.get(criterion.pk)
        code, reason = criterion.code, reason_of(criterion.code)
        if score is None:
            held |= {code: Held(None), reason: Held("")}
        else:
            held |= {
                code: Held(points_of(score), score.points_version, score.points_key),
                reason: Held(score.reason, score.reason_version, score.reason_key),
            }
    return held


def compare(
    *,
    values: Mapping[str, Answer],
    held: Mapping[str, Held],
    seen: Mapping[str, Seen] | None,
    tried: Collection[UUID],
    assessment: Assessment | None,
    by: User,
) -> Compared:
    """Tell of the answers that were sent which change, and which somebody else changed meanwhile.

    `seen` is what the page showed, None when it doesn't matter; `tried` names keys of saves of the same page whose
    answer got lost. Whatever was sent as it was shown changes nothing.
    """
    changes: dict[str, Answer] = {}
    conflicts: list[Conflict] = []
    for name, value in values.items():
        now = held[name]
        shown = None if seen is None else seen.get(name, Seen())
        if _is_same(value, now.value) or (shown is not None and fields.is_untouched(value, shown)):
            continue
        if shown is None or was_seen(now, shown, tried):
            changes[name] = value
        else:
            at = None if assessment is None else assessment.saved_at
            conflicts.append(Conflict(name, mine=value, theirs=now.value, seen=now.seen, by=by, at=at))
    return Compared(changes, conflicts)


def was_seen(now: Held, shown: Seen, tried: Collection[UUID]) -> bool:
    """Tell whether a page showed an answer as it is now, or wrote it itself: only then it may change it."""
    return fields.was_seen(number=now.version, key=now.key, now=now.value, seen=shown, tried=tried)


def _is_same(one: Answer, other: Answer) -> bool:
    """Tell whether two answers say the same; line ends say nothing."""
    if isinstance(one, str) and isinstance(other, str):
        return one.splitlines() == other.splitlines()
    return one == other


def seen_after(
    held: Mapping[str, Held], compared: Compared, values: Mapping[str, Answer], seen: Mapping[str, Seen] | None
) -> dict[str, Seen]:
    """Return what the page has seen by now of each answer that it sent; of a conflict no more than before."""
    known: dict[str, Seen] = {}
    for name, value in values.items():
        if name in compared.changes:
            known[name] = Seen(held[name].version + 1, digest(value))
        elif _is_same(value, held[name].value):
            known[name] = held[name].seen
        else:
            known[name] = (seen or {}).get(name, Seen())
    return known


def columns_of_score(changes: Mapping[str, Answer], held: Mapping[str, Held], code: str, key: UUID | None) -> Any:
    """Return all columns of the score on a criterion after some answers changed."""
    points, reason = held[code], held[reason_of(code)]
    given = changes.get(code, points.value)
    return {
        "points": None if given == NOT_APPLICABLE else given,
        "not_applicable": given == NOT_APPLICABLE,
        "reason": changes.get(reason_of(code), reason.value),
        "points_version": points.version + (code in changes),
        "points_key": key if code in changes else points.key,
        "reason_version": reason.version + (reason_of(code) in changes),
        "reason_key": key if reason_of(code) in changes else reason.key,
    }


def columns_of_gate(changes: Mapping[str, Answer], held: Mapping[str, Held], key: UUID | None) -> dict[str, Any]:
    """Return the columns of the gate that change with some answers."""
    columns: dict[str, Any] = {}
    for name, column in ((GATE, "passes_gate"), (GATE_REASON, "gate_reason")):
        if name in changes:
            columns |= {column: changes[name], f"{name}_version": held[name].version + 1, f"{name}_key": key}
    return columns
