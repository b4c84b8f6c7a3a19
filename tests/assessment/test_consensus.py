import pytest
from django.db import IntegrityError, transaction

from assessment.domain import assignments, consensus, declarations
from assessment.domain.consensus import Agreed
from assessment.domain.scores import Gate
from assessment.errors import (
    ConsensusIncomplete,
    ConsensusRecorded,
    NotAllHandedIn,
    ScoreNotAllowed,
    StepNotYours,
)
from assessment.models import Consensus, ConsensusScore, Score
from tests.assessment import road

FULL = road.POINTS["positive"]


def record(proposal, by, points=None, **over):
    return consensus.record(
        **{
            "proposal_id": proposal.pk,
            "by": by,
            "gate": road.OPEN_GATE,
            "scores": road.agreed(points or FULL),
            "present": [by],
            **over,
        }
    )


def apart(cast, call, code="netwerk", low=1):
    """A proposal whose assessors are `3 - low` points apart on one criterion."""
    proposal = road.declared_proposal(cast, call)
    road.hand_in(proposal, cast.assessor1, {**FULL, code: 3})
    road.hand_in(proposal, cast.assessor2, {**FULL, code: low})
    return proposal


def test_the_consensus_keeps_the_teams_points_and_leaves_the_assessors_own(cast, call):
    proposal = apart(cast, call, low=2)
    before = list(Score.objects.order_by("pk").values())
    record(proposal, cast.lead, {**FULL, "netwerk": 2}, present=[cast.lead, cast.assessor1])
    kept = proposal.consensus.scores.get(criterion__code="netwerk")
    assert (kept.points, kept.spread) == (2, 1)
    assert set(proposal.consensus.present.all()) == {cast.lead, cast.assessor1}
    assert list(Score.objects.order_by("pk").values()) == before


def test_everybody_must_have_handed_in_first(cast, call):
    proposal = road.declared_proposal(cast, call)
    with pytest.raises(NotAllHandedIn):
        record(proposal, cast.manager)
    road.hand_in(proposal, cast.assessor1, FULL)
    with pytest.raises(NotAllHandedIn, match="1"):
        record(proposal, cast.manager)
    road.hand_in(proposal, cast.assessor2, FULL)
    assignments.assign(proposal_id=proposal.pk, assessor=cast.assessor3, by=cast.manager)
    with pytest.raises(NotAllHandedIn):
        record(proposal, cast.manager)
    road.declare_none(proposal, cast.assessor3)
    road.hand_in(proposal, cast.assessor3, FULL)
    record(proposal, cast.manager)


def test_somebody_with_an_interest_is_not_waited_for_but_must_be_replaced(cast, call):
    proposal = road.assigned_proposal(cast, call)
    road.declare_none(proposal, cast.assessor1)
    road.hand_in(proposal, cast.assessor1, FULL)
    declarations.declare(proposal_id=proposal.pk, person=cast.assessor2, has_interest=True, explanation="Familie")
    with pytest.raises(NotAllHandedIn):
        record(proposal, cast.manager)
    assignments.assign(proposal_id=proposal.pk, assessor=cast.assessor3, by=cast.manager)
    road.declare_none(proposal, cast.assessor3)
    road.hand_in(proposal, cast.assessor3, FULL)
    with pytest.raises(ScoreNotAllowed, match="Assessor2"):
        record(proposal, cast.manager, present=[cast.manager, cast.assessor2])
    record(proposal, cast.manager, present=[cast.manager])


def test_a_spread_of_two_must_be_discussed_and_one_need_not(cast, call):
    with pytest.raises(ConsensusIncomplete) as refusal:
        record(apart(cast, call, low=1), cast.manager)
    assert set(refusal.value.missing) == {"netwerk_discussion"}
    record(apart(cast, call, low=2), cast.manager)
    proposal = apart(cast, call, low=0)
    told = road.agreed(FULL)
    told["netwerk"] = Agreed(points=2, reason="Samen", discussion="Het netwerk bestaat, maar is klein.")
    record(proposal, cast.manager, scores=told)
    assert proposal.consensus.scores.get(criterion__code="netwerk").spread == 3


def test_everything_that_is_missing_is_told_at_once(cast, call):
    proposal = apart(cast, call)
    scores = {"talent": Agreed(points=None, reason="")}
    with pytest.raises(ConsensusIncomplete) as refusal:
        record(proposal, cast.manager, scores=scores, gate=Gate(), present=[])
    missing = refusal.value.missing
    assert {"gate", "gate_reason", "talent", "talent_reason", "netwerk_discussion", "present"} <= set(missing)
    assert not Consensus.objects.exists()


def test_points_stay_within_the_scale_and_not_applicable_is_for_efforts(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    for wrong in ({**FULL, "talent": 4}, {**FULL, "effectief": None}):
        with pytest.raises(ScoreNotAllowed):
            record(proposal, cast.manager, wrong)
    effort = road.handed_in_proposal(cast, call, line="samenwerking", points={**FULL, "effectief": None})
    recorded = record(effort, cast.manager, {**FULL, "effectief": None})
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsensusScore.objects.create(
            consensus=recorded, criterion=recorded.scores.first().criterion, points=9, reason="x", spread=0
        )


def test_only_who_runs_the_assessment_records_it(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    for by in (cast.assessor1, cast.finance, cast.college, cast.partner):
        with pytest.raises(StepNotYours):
            record(proposal, by)


def test_it_is_recorded_once_and_stays(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    record(proposal, cast.manager)
    with pytest.raises(ConsensusRecorded):
        record(proposal, cast.manager)
    for change in (
        lambda: Consensus.objects.update(gate_reason="Anders"),
        lambda: ConsensusScore.objects.update(points=0),
        lambda: ConsensusScore.objects.first().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_stranger_was_not_in_the_meeting(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    for person in (cast.partner, cast.college):
        with pytest.raises(ScoreNotAllowed):
            record(proposal, cast.manager, present=[person])
