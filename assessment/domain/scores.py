"""An assessor's scores: kept as a draft, and handed in once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from applications.states import ProposalState
from assessment.access import lock_assignment
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


def save(
    *, assignment_id: int, by: User, gate: Gate, scores: Mapping[str, Given], seen: datetime | None = None
) -> Assessment:
    """Keep a draft: the gate, and what was filled in for criteria, by code. What is not named is emptied.

    `seen` is `saved_at` of the draft that the writer had on the screen, None when there was none: when the draft has
    been saved since, SavedElsewhere is raised and nothing changes. The first points of a call freeze the version of
    the criteria. Raises DeclarationNeeded, AlreadyHandedIn, ScoreNotAllowed or StepNotYours.
    """
    with transaction.atomic():
        assignment = _open_assignment(assignment_id, by)
        version = assignment.proposal.call.criteria_version
        criteria = by_code(version, scores)
        highest = version.highest_points
        for criterion, given in _pairs(criteria, scores):
            check_points(
                criterion=criterion,
                proposal=assignment.proposal,
                points=given.points,
                not_applicable=given.not_applicable,
                highest=highest,
            )
        assessment = _claim(assignment, gate, seen)
        if version.frozen_at is None and any(given.points is not None for given in scores.values()):
            programme_criteria.freeze(version, by=by)
        _write(assessment, criteria, scores)
        audit.record(
            event=AssessmentEvent.SAVED, actor=by, about=assignment.proposal, changes={"criteria": sorted(scores)}
        )
    return assessment


def hand_in(*, assignment_id: int, by: User) -> Assessment:
    """Hand in a saved draft. It stays as it is from then on, and colleagues who handed in can read it.

    Raises AssessmentIncomplete with everything that is missing, AlreadyHandedIn, DeclarationNeeded or StepNotYours.
    """
    with transaction.atomic():
        assignment = _open_assignment(assignment_id, by)
        version = assignment.proposal.call.criteria_version
        assessment: Assessment | None = getattr(assignment, "assessment", None)
        kept = {} if assessment is None else {score.criterion_id: score for score in assessment.scores.all()}
        gate = Gate() if assessment is None else Gate(assessment.passes_gate, assessment.gate_reason)
        scores = {
            criterion.code: Given(
                kept[criterion.pk].points, kept[criterion.pk].reason, kept[criterion.pk].not_applicable
            )
            for criterion in version.criteria.all()
            if criterion.pk in kept
        }
        missing = missing_from(version, gate, scores)
        if missing or assessment is None:
            raise AssessmentIncomplete(
                _("The assessment is saved but not complete yet, so it wasn't handed in."), missing
            )
        assessment.handed_in_at = clock.now()
        assessment.save(update_fields=["handed_in_at"])
        audit.record(event=AssessmentEvent.HANDED_IN, actor=by, about=assignment.proposal)
    return assessment


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


def _claim(assignment: Assignment, gate: Gate, seen: datetime | None) -> Assessment:
    """Write the gate if the draft is still the one that was seen."""
    current: Assessment | None = getattr(assignment, "assessment", None)
    if (current.saved_at if current else None) != seen:
        raise SavedElsewhere(
            _("This assessment was saved in another window after you opened this page. Nothing was overwritten.")
        )
    values = {"passes_gate": gate.passes, "gate_reason": gate.reason.strip(), "saved_at": clock.now()}
    if current is None:
        return Assessment.objects.create(assignment=assignment, **values)
    for name, value in values.items():
        setattr(current, name, value)
    current.save(update_fields=list(values))
    return current


def _write(assessment: Assessment, criteria: list[Criterion], scores: Mapping[str, Given]) -> None:
    """Write one row per criterion, in one statement."""
    rows = [
        Score(
            assessment=assessment,
            criterion=criterion,
            points=given.points,
            not_applicable=given.not_applicable,
            reason=given.reason.strip(),
        )
        for criterion, given in _pairs(criteria, scores)
    ]
    Score.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["assessment", "criterion"],
        update_fields=["points", "not_applicable", "reason"],
    )
