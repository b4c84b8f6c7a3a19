from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assessment.domain import assignments, declarations, scores
from assessment.domain.scores import Gate, Given
from assessment.errors import (
    AlreadyHandedIn,
    AssessmentIncomplete,
    DeclarationNeeded,
    SavedElsewhere,
    ScoreNotAllowed,
    StepNotYours,
)
from assessment.models import Assessment, Assignment, Score
from core.domain import clock
from core.models import AuditEntry
from programme.models import CriteriaVersion, Criterion
from tests.assessment import road

FULL = road.POINTS["positive"]


def assignment_of(proposal, person):
    return Assignment.objects.get(proposal=proposal, assessor=person)


def save(proposal, person, points, **over):
    return scores.save(
        **{
            "assignment_id": assignment_of(proposal, person).pk,
            "by": person,
            "gate": road.OPEN_GATE,
            "scores": road.given(points),
            **over,
        }
    )


def test_a_draft_keeps_what_was_filled_in_and_nothing_more(cast, call):
    proposal = road.declared_proposal(cast, call)
    assessment = save(proposal, cast.assessor1, {"talent": 2}, gate=Gate(None, "Twijfel"))
    kept = {score.criterion.code: (score.points, score.reason) for score in assessment.scores.all()}
    assert kept == {"talent": (2, "Omdat het klopt: talent")}
    assert (assessment.passes_gate, assessment.gate_reason, assessment.handed_in_at) == (None, "Twijfel", None)
    assert AuditEntry.objects.filter(event="assessment.saved", actor=cast.assessor1).count() == 1


def test_what_is_saved_later_leaves_the_rest_as_it_was(cast, call):
    proposal = road.declared_proposal(cast, call)
    first = save(proposal, cast.assessor1, {"talent": 2, "netwerk": 1})
    save(proposal, cast.assessor1, {"talent": 3})
    kept = {score.criterion.code: score.points for score in Score.objects.filter(assessment=first)}
    assert kept == {"talent": 3, "netwerk": 1}


def test_points_outside_the_scale_are_refused_by_rule_and_by_constraint(cast, call):
    proposal = road.declared_proposal(cast, call)
    for points in (-1, 4):
        with pytest.raises(ScoreNotAllowed):
            save(proposal, cast.assessor1, {"talent": points})
    assessment = save(proposal, cast.assessor1, {"talent": 3})
    with pytest.raises(IntegrityError, match="assessment_score_in_scale"), transaction.atomic():
        assessment.scores.filter(criterion__code="talent").update(points=4, points_version=2)


def test_a_criterion_of_nowhere_is_refused(cast, call):
    proposal = road.declared_proposal(cast, call)
    with pytest.raises(ScoreNotAllowed):
        save(proposal, cast.assessor1, {"charme": 3})


def test_not_applicable_is_for_efforts_and_criteria_that_allow_it(cast, call):
    effort = road.declared_proposal(cast, call, line="samenwerking")
    activity = road.declared_proposal(cast, call)
    save(effort, cast.assessor1, {"effectief": None})
    for proposal, code in ((effort, "talent"), (activity, "effectief")):
        with pytest.raises(ScoreNotAllowed):
            save(proposal, cast.assessor2, {code: None})


def test_not_applicable_and_points_together_are_refused_by_rule_and_by_constraint(cast, call):
    effort = road.declared_proposal(cast, call, line="samenwerking")
    both = {"effectief": Given(points=2, not_applicable=True, reason="?")}
    with pytest.raises(ScoreNotAllowed):
        save(effort, cast.assessor1, {}, scores=both)
    assessment = save(effort, cast.assessor1, {"effectief": None})
    with pytest.raises(IntegrityError, match="assessment_score_or_not_applicable"), transaction.atomic():
        assessment.scores.filter(criterion__code="effectief").update(points=2, points_version=2)


def test_what_always_applies_can_not_be_skipped_says_the_trigger_too(cast, call):
    effort = road.declared_proposal(cast, call, line="samenwerking")
    activity = road.declared_proposal(cast, call)
    for proposal, code in ((effort, "talent"), (activity, "effectief")):
        assessment = save(proposal, cast.assessor1, {code: 1})
        with pytest.raises(IntegrityError, match="always applies"), transaction.atomic():
            assessment.scores.filter(criterion__code=code).update(points=None, not_applicable=True, points_version=2)


def test_nothing_changes_without_the_next_version_says_the_trigger(cast, call):
    proposal = road.declared_proposal(cast, call)
    assessment = save(proposal, cast.assessor1, {"talent": 2})
    score = assessment.scores.filter(criterion__code="talent")
    for change in (
        lambda: score.update(points=3),
        lambda: score.update(reason="Anders"),
        lambda: score.update(points=3, points_version=3),
        lambda: score.update(points_version=0),
        lambda: Assessment.objects.update(passes_gate=False),
        lambda: Assessment.objects.update(gate_reason="Anders", gate_version=2),
    ):
        with pytest.raises(IntegrityError, match="goes from"), transaction.atomic():
            change()
    score.update(points=3, points_version=2)


def test_nothing_incomplete_is_handed_in_says_the_trigger_too(cast, call):
    proposal = road.declared_proposal(cast, call)
    save(proposal, cast.assessor1, {**FULL, "netwerk": 1})
    Score.objects.filter(criterion__code="netwerk").update(reason="", reason_version=2)
    with pytest.raises(IntegrityError, match="not every criterion"), transaction.atomic():
        Assessment.objects.update(handed_in_at=clock.now())


def test_nobody_scores_before_declaring(cast, call):
    proposal = road.assigned_proposal(cast, call)
    with pytest.raises(DeclarationNeeded):
        save(proposal, cast.assessor1, FULL)


def test_nobody_scores_for_another(cast, call):
    proposal = road.declared_proposal(cast, call)
    with pytest.raises(StepNotYours):
        save(proposal, cast.assessor1, FULL, by=cast.assessor2)


def test_whoever_has_an_interest_does_not_score(cast, call):
    proposal = road.assigned_proposal(cast, call)
    declarations.declare(proposal_id=proposal.pk, person=cast.assessor1, has_interest=True, explanation="Mijn broer")
    with pytest.raises(StepNotYours):
        save(proposal, cast.assessor1, FULL)


def test_the_first_points_of_a_call_freeze_the_criteria_for_good(cast, call):
    proposal = road.declared_proposal(cast, call)
    save(proposal, cast.assessor1, {}, gate=Gate(True, "Ja"))
    assert CriteriaVersion.objects.get().frozen_at is None
    save(proposal, cast.assessor2, {"talent": 1})
    version = CriteriaVersion.objects.get()
    assert version.frozen_at is not None
    for change in (
        lambda: CriteriaVersion.objects.update(threshold_percentage=10),
        lambda: Criterion.objects.filter(code="talent").update(weight=2),
    ):
        with pytest.raises(IntegrityError, match="in use"), transaction.atomic():
            change()


def test_handing_in_tells_everything_that_is_missing(cast, call):
    proposal = road.declared_proposal(cast, call)
    given = road.given({code: points for code, points in FULL.items() if code != "netwerk"})
    given["talent"] = Given(points=2, reason="   ")
    save(proposal, cast.assessor1, {}, gate=Gate(None, ""), scores=given)
    with pytest.raises(AssessmentIncomplete) as refusal:
        scores.hand_in(assignment_id=assignment_of(proposal, cast.assessor1).pk, by=cast.assessor1)
    assert set(refusal.value.missing) == {"gate", "gate_reason", "netwerk", "netwerk_reason", "talent_reason"}


def test_what_changed_after_the_check_is_not_handed_in(cast, call):
    proposal = road.declared_proposal(cast, call)
    checked = save(proposal, cast.assessor1, FULL).saved_at
    save(proposal, cast.assessor1, {"talent": 0})
    assignment = assignment_of(proposal, cast.assessor1)
    with pytest.raises(SavedElsewhere):
        scores.hand_in(assignment_id=assignment.pk, by=cast.assessor1, seen=checked)
    latest = Assessment.objects.get().saved_at
    assert scores.hand_in(assignment_id=assignment.pk, by=cast.assessor1, seen=latest).handed_in_at


def test_what_is_typed_within_ten_minutes_is_one_change_in_the_audit_trail_but_points_always_count(cast, call):
    proposal = road.declared_proposal(cast, call)
    assignment = assignment_of(proposal, cast.assessor1)

    def noted(**values):
        scores.save_answers(assignment_id=assignment.pk, by=cast.assessor1, values=values)
        return AuditEntry.objects.filter(event="assessment.saved").count()

    assert [noted(talent_reason="Een"), noted(talent_reason="Een twee"), noted(talent=2), noted(talent=2)] == [
        1,
        1,
        2,
        2,
    ]
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert noted(talent_reason="Drie") == 3


def test_handing_in_nothing_at_all_is_incomplete(cast, call):
    proposal = road.declared_proposal(cast, call)
    with pytest.raises(AssessmentIncomplete) as refusal:
        scores.hand_in(assignment_id=assignment_of(proposal, cast.assessor1).pk, by=cast.assessor1)
    assert len(refusal.value.missing) == 2 + 2 * 6


def test_what_was_handed_in_is_fixed_by_the_rule(cast, call):
    proposal = road.declared_proposal(cast, call)
    assignment = road.hand_in(proposal, cast.assessor1, FULL)
    with pytest.raises(AlreadyHandedIn):
        save(proposal, cast.assessor1, {"talent": 0})
    with pytest.raises(AlreadyHandedIn):
        scores.hand_in(assignment_id=assignment.pk, by=cast.assessor1)


def test_what_was_handed_in_is_fixed_by_triggers(cast, call):
    proposal = road.declared_proposal(cast, call)
    road.hand_in(proposal, cast.assessor1, FULL)
    for change in (
        lambda: Score.objects.update(points=0),
        lambda: Assessment.objects.update(handed_in_at=None),
        lambda: Score.objects.first().delete(),
        lambda: Assessment.objects.update(gate_reason="Anders"),
    ):
        with pytest.raises(IntegrityError, match="handed in"), transaction.atomic():
            change()


def test_handing_in_needs_a_gate_says_the_constraint_too(cast, call):
    proposal = road.declared_proposal(cast, call)
    save(proposal, cast.assessor1, FULL, gate=Gate(None, ""))
    with pytest.raises(IntegrityError, match="assessment_handed_in_with_gate"), transaction.atomic():
        Assessment.objects.update(handed_in_at=clock.now())


def test_an_assessor_reads_others_only_after_handing_in_and_only_what_was_handed_in(cast, call):
    proposal = road.assigned_proposal(cast, call, assessors=[cast.assessor1, cast.assessor2, cast.assessor3])
    for person in (cast.assessor1, cast.assessor2, cast.assessor3):
        road.declare_none(proposal, person)

    def seen_by(person):
        seen = Assessment.objects.visible_to(person).values_list("assignment__assessor", flat=True)
        points = set(Score.objects.visible_to(person).values_list("assessment__assignment__assessor", flat=True))
        assert set(seen) == points
        return points

    road.hand_in(proposal, cast.assessor1, FULL)
    road.score(proposal, cast.assessor2, FULL)
    assert seen_by(cast.assessor2) == {cast.assessor2.pk}
    assert seen_by(cast.assessor3) == set()
    assert seen_by(cast.assessor1) == {cast.assessor1.pk}
    scores.hand_in(assignment_id=assignment_of(proposal, cast.assessor2).pk, by=cast.assessor2)
    assert seen_by(cast.assessor1) == seen_by(cast.assessor2) == {cast.assessor1.pk, cast.assessor2.pk}
    assert seen_by(cast.assessor3) == set()
    assert seen_by(cast.partner) == seen_by(cast.college) == set()


def test_staff_read_scores_when_everybody_has_handed_in(cast, call):
    proposal = road.declared_proposal(cast, call)
    staff = (cast.manager, cast.lead, cast.finance)
    road.hand_in(proposal, cast.assessor1, FULL)
    assert [Score.objects.visible_to(person).count() for person in staff] == [0, 0, 0]
    road.hand_in(proposal, cast.assessor2, FULL)
    assert [Score.objects.visible_to(person).count() for person in staff] == [12, 12, 12]
    elsewhere = road.handed_in_proposal(cast, call, line="wonen")
    assert not Score.objects.visible_to(cast.lead).filter(assessment__assignment__proposal=elsewhere).exists()


def test_staff_read_nothing_while_too_few_assessors_count(cast, call):
    proposal = road.assigned_proposal(cast, call)
    road.declare_none(proposal, cast.assessor1)
    road.hand_in(proposal, cast.assessor1, FULL)
    declarations.declare(proposal_id=proposal.pk, person=cast.assessor2, has_interest=True, explanation="Bestuurslid")
    assert not Score.objects.visible_to(cast.manager).exists()
    assignments.assign(proposal_id=proposal.pk, assessor=cast.assessor3, by=cast.manager)
    road.declare_none(proposal, cast.assessor3)
    road.hand_in(proposal, cast.assessor3, FULL)
    assert Score.objects.visible_to(cast.manager).count() == 12


def test_a_manager_who_assesses_sees_no_more_than_an_assessor(cast, call):
    cast.manager.role_holdings.create(role="assessor")
    cast.manager = type(cast.manager).objects.get(pk=cast.manager.pk)
    proposal = road.assigned_proposal(cast, call, assessors=[cast.assessor1, cast.assessor2, cast.manager])
    for person in (cast.assessor1, cast.assessor2, cast.manager):
        road.declare_none(proposal, person)
    road.hand_in(proposal, cast.assessor1, FULL)
    road.hand_in(proposal, cast.assessor2, FULL)
    assert not Score.objects.visible_to(cast.manager).exists()


def test_no_score_moves_into_an_assessment_that_was_handed_in_or_out_of_it(cast, call):
    proposal = road.declared_proposal(cast, call)
    done, open_still = road.hand_in(proposal, cast.assessor1, FULL), road.score(proposal, cast.assessor2, FULL)
    for source, target in ((done, open_still), (open_still, done)):
        moved = Score.objects.filter(assessment=source.assessment)
        with pytest.raises(IntegrityError, match="the assessment was handed in"), transaction.atomic():
            moved.update(assessment=target.assessment)
