"""An assessor's scores: kept as a draft, and handed in once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.domain.fields import Conflict, Seen
from applications.models import Proposal
from applications.states import ProposalState
from assessment.access import lock_assignment
from assessment.domain import answers
from assessment.domain.answers import Answer, Held
from assessment.errors import (
    AlreadyHandedIn,
    AssessmentIncomplete,
    DeclarationNeeded,
    SavedElsewhere,
    ScoreNotAllowed,
    StepNotYours,
)
from assessment.models import Assessment, Assignment, Score
from assessment.states import AssessmentEvent
from core.domain import audit, clock
from programme.domain import criteria as programme_criteria
from programme.models import CriteriaVersion, Criterion
from programme.states import WorkKind

# What somebody types within this time is one change in the audit trail.
ONE_CHANGE = timedelta(minutes=10)


@dataclass(frozen=True)
class Gate:
    """Whether the proposal is within scope and serves a desired result of its line; None: not answered yet."""

    passes: bool | None = None
    reason: str = ""


@dataclass(frozen=True)
class Given:
    """What one assessor gives for one criterion: points on the version's scale (None: none yet) and a reason."""

    points: int | None = None
    reason: str = ""
    not_applicable: bool = False


def may_skip(criterion: Criterion, proposal: Proposal) -> bool:
    """Tell whether “not applicable” is an answer: for efforts, on criteria that allow it (domain: assessment, 2)."""
    return criterion.may_be_not_applicable and proposal.work_kind == WorkKind.EFFORT


def check_points(
    *, criterion: Criterion, proposal: Proposal, points: int | None, not_applicable: bool, highest: int
) -> None:
    """Raise ScoreNotAllowed when points fall outside the scale or “not applicable” isn't possible here."""
    if points is not None and not 0 <= points <= highest:
        raise ScoreNotAllowed(
            _("Give 0 to %(highest)d points for %(criterion)s.") % {"highest": highest, "criterion": criterion.label}
        )
    if not_applicable and points is not None:
        raise ScoreNotAllowed(
            _("%(criterion)s has points and is not applicable; choose one.") % {"criterion": criterion.label}
        )
    if not_applicable and not may_skip(criterion, proposal):
        raise ScoreNotAllowed(
            _("%(criterion)s always applies to this proposal; give it points.") % {"criterion": criterion.label}
        )


def by_code(version: CriteriaVersion, codes: Mapping[str, object]) -> list[Criterion]:
    """Return the criteria of a version in their order. Raises ScoreNotAllowed when `codes` names another one."""
    criteria = list(version.criteria.order_by("position"))
    unknown = set(codes) - {criterion.code for criterion in criteria}
    if unknown:
        raise ScoreNotAllowed(_("Unknown criterion: %(codes)s.") % {"codes": ", ".join(sorted(unknown))})
    return criteria


@dataclass(frozen=True)
class Saved:
    """What became of answers that were sent: `seen` is what the page has seen by now, `conflicts` what to choose from.

    `assessment` is None as long as nothing was ever saved.
    """

    assessment: Assessment | None
    changed: list[str]
    seen: dict[str, Seen]
    conflicts: list[Conflict]


def answers_for(gate: Gate, scores: Mapping[str, Given]) -> dict[str, Answer]:
    """Return what somebody gives, as answers by name."""
    values: dict[str, Answer] = {answers.GATE: gate.passes, answers.GATE_REASON: gate.reason}
    for code, given in scores.items():
        if given.not_applicable and given.points is not None:
            raise ScoreNotAllowed(
                _("%(criterion)s has points and is not applicable; choose one.") % {"criterion": code}
            )
        values[code] = answers.NOT_APPLICABLE if given.not_applicable else given.points
        values[answers.reason_of(code)] = given.reason
    return values


def save(*, assignment_id: int, by: User, gate: Gate, scores: Mapping[str, Given]) -> Assessment:
    """Keep a draft: the gate, and what is given for criteria, by code. What is not named stays as it was.

    Writes whatever was seen, for whoever holds all answers at once; a page says what it showed (`save_answers`).
    Raises DeclarationNeeded, AlreadyHandedIn, ScoreNotAllowed or StepNotYours.
    """
    saved = save_answers(assignment_id=assignment_id, by=by, values=answers_for(gate, scores))
    return saved.assessment or Assessment.objects.get(assignment=assignment_id)


def save_answers(
    *,
    assignment_id: int,
    by: User,
    values: Mapping[str, Answer],
    seen: Mapping[str, Seen] | None = None,
    key: UUID | None = None,
    tried: Collection[UUID] = (),
) -> Saved:
    """Keep answers of a draft, by name (see `answers`). `seen` None writes whatever was seen.

    An answer that changed after the page showed it stays as it is and comes back as a conflict with both texts; the
    other answers are saved. `key` marks this save; `tried` names keys of saves of the same page whose answer got lost.
    The first points of a call freeze the version of the criteria. Raises DeclarationNeeded, AlreadyHandedIn,
    ScoreNotAllowed or StepNotYours.
    """
    with transaction.atomic():
        assignment = _open_assignment(assignment_id, by)
        version = assignment.proposal.call.criteria_version
        criteria = list(version.criteria.order_by("position"))
        assessment: Assessment | None = getattr(assignment, "assessment", None)
        held = answers.held_in(assessment, criteria)
        _check(assignment.proposal, version, criteria, held, values)
        compared = answers.compare(
            values=_trimmed(values), held=held, seen=seen, tried=tried, assessment=assessment, by=by
        )
        if compared.changes:
            given = [compared.changes.get(criterion.code) for criterion in criteria]
            if version.frozen_at is None and any(isinstance(points, int) for points in given):
                programme_criteria.freeze(version, by=by)
            note = _is_worth_a_note(assessment, criteria, compared.changes)
            assessment = _write(assignment, assessment, criteria, held, compared.changes, key)
            if note:
                changes = {"answers": sorted(compared.changes)}
                audit.record(event=AssessmentEvent.SAVED, actor=by, about=assignment.proposal, changes=changes)
        known = answers.seen_after(held, compared, _trimmed(values), seen)
    return Saved(assessment, list(compared.changes), known, compared.conflicts)


def hand_in(*, assignment_id: int, by: User, seen: datetime | None = None) -> Assessment:
    """Hand in a saved draft. It stays as it is from then on, and colleagues who handed in can read it.

    `seen` is `saved_at` of the draft that the person has checked: when it was saved since, SavedElsewhere is raised.
    Raises AssessmentIncomplete with everything that is missing, AlreadyHandedIn, DeclarationNeeded or StepNotYours.
    """
    with transaction.atomic():
        assignment = _open_assignment(assignment_id, by)
        version = assignment.proposal.call.criteria_version
        assessment: Assessment | None = getattr(assignment, "assessment", None)
        missing = missing_of(version, assessment)
        if missing or assessment is None:
            raise AssessmentIncomplete(
                _("The assessment is saved but not complete yet, so it wasn't handed in."), missing
            )
        if seen is not None and assessment.saved_at != seen:
            raise SavedElsewhere(
                _("This assessment was saved in another window after you opened this page. Check it once more.")
            )
        assessment.handed_in_at = clock.now()
        assessment.save(update_fields=["handed_in_at"])
        audit.record(event=AssessmentEvent.HANDED_IN, actor=by, about=assignment.proposal)
    return assessment


def missing_of(version: CriteriaVersion, assessment: Assessment | None) -> dict[str, str]:
    """Return what a draft still misses, see `missing_from`."""
    kept = {} if assessment is None else {score.criterion_id: score for score in assessment.scores.order_by()}
    gate = Gate() if assessment is None else Gate(assessment.passes_gate, assessment.gate_reason)
    scores = {
        criterion.code: Given(kept[criterion.pk].points, kept[criterion.pk].reason, kept[criterion.pk].not_applicable)
        for criterion in version.criteria.all()
        if criterion.pk in kept
    }
    return missing_from(version, gate, scores)


def missing_from(version: CriteriaVersion, gate: Gate, scores: Mapping[str, Given]) -> dict[str, str]:
    """Return what an assessment still misses, by the name of the answer, each with what to do."""
    missing = {}
    if gate.passes is None:
        missing["gate"] = _("Choose yes or no.")
    if not gate.reason.strip():
        missing["gate_reason"] = _("Say why it does or doesn't.")
    for criterion, given in _pairs(version.criteria.order_by("position"), scores):
        if given.points is None and not given.not_applicable:
            missing[criterion.code] = _("Choose points.")
        if not given.reason.strip():
            missing[f"{criterion.code}_reason"] = _("Give a reason.")
    return missing


def _pairs(criteria: Iterable[Criterion], scores: Mapping[str, Given]) -> list[tuple[Criterion, Given]]:
    return [(criterion, scores.get(criterion.code, Given())) for criterion in criteria]


def _open_assignment(assignment_id: int, by: User) -> Assignment:
    """Lock an assignment that `by` may still write on."""
    assignment = lock_assignment(assignment_id)
    if assignment is None or assignment.assessor_id != by.pk:
        raise StepNotYours(_("You were not asked to assess this proposal."))
    if not assignment.is_declared:
        raise DeclarationNeeded(_("Declare first whether you have an interest in this proposal."))
    assessment: Assessment | None = getattr(assignment, "assessment", None)
    if assessment is not None and assessment.handed_in_at is not None:
        raise AlreadyHandedIn(_("You have handed in this assessment; it can't be changed any more."))
    proposal = assignment.proposal
    if proposal.state != ProposalState.IN_ASSESSMENT:
        raise StepNotYours(
            _("%(proposal)s is now “%(state)s”, so it isn't assessed any more.")
            % {"proposal": proposal, "state": proposal.get_state_display()}
        )
    return assignment


def _check(
    proposal: Proposal,
    version: CriteriaVersion,
    criteria: Iterable[Criterion],
    held: Mapping[str, Held],
    values: Mapping[str, Answer],
) -> None:
    """Raise ScoreNotAllowed for an answer that can't be."""
    unknown = sorted(set(values) - set(held))
    if unknown:
        raise ScoreNotAllowed(_("Unknown criterion: %(codes)s.") % {"codes": ", ".join(unknown)})
    given = [(criterion, values[criterion.code]) for criterion in criteria if values.get(criterion.code) is not None]
    if not given:
        return
    highest = version.highest_points
    for criterion, answer in given:
        check_points(
            criterion=criterion,
            proposal=proposal,
            points=answer if isinstance(answer, int) else None,
            not_applicable=answer == answers.NOT_APPLICABLE,
            highest=highest,
        )


def _trimmed(values: Mapping[str, Answer]) -> dict[str, Answer]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _is_worth_a_note(
    assessment: Assessment | None, criteria: Iterable[Criterion], changes: Mapping[str, Answer]
) -> bool:
    """Tell whether a save is for the audit trail: what is typed within ten minutes is one change, points always are."""
    if assessment is None or any(criterion.code in changes for criterion in criteria):
        return True
    return assessment.saved_at <= clock.now() - ONE_CHANGE


def _write(
    assignment: Assignment,
    assessment: Assessment | None,
    criteria: Iterable[Criterion],
    held: Mapping[str, Held],
    changes: Mapping[str, Answer],
    key: UUID | None,
) -> Assessment:
    """Write the answers that change, each with its next version."""
    columns = {**answers.columns_of_gate(changes, held, key), "saved_at": clock.now()}
    if assessment is None:
        assessment = Assessment.objects.create(assignment=assignment, **columns)
    else:
        for name, value in columns.items():
            setattr(assessment, name, value)
        assessment.save(update_fields=list(columns))
    rows = [
        Score(
            assessment=assessment,
            criterion=criterion,
            **answers.columns_of_score(changes, held, criterion.code, key),
        )
        for criterion in criteria
        if {criterion.code, answers.reason_of(criterion.code)} & set(changes)
    ]
    if rows:
        written = ["points", "not_applicable", "reason"]
        written += ["points_version", "points_key", "reason_version", "reason_key"]
        Score.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["assessment", "criterion"], update_fields=written
        )
    return assessment
