"""Planning a meeting, its agenda, who is there, and closing it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from assessment.domain import agendas, consensus, declarations, meetings
from assessment.errors import MeetingNotReady, NotForAgenda, ScoreNotAllowed, StepNotYours
from assessment.models import Attendance, Consensus, ConsensusScore, Meeting, MeetingItem
from assessment.states import ItemState, MeetingState, Presence
from core.domain import clock
from core.models import OutboxMessage
from tests.assessment import meeting_world as world
from tests.assessment import road

FULL = road.POINTS["positive"]


def refused_by_the_database(name, act):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act()
    assert refusal.value.__cause__.diag.constraint_name == name


def test_the_manager_and_a_lead_plan_meetings_and_nobody_else(cast):
    for by in (cast.manager, cast.lead):
        meeting = world.planned(cast, by=by)
        assert (meeting.state, meeting.chair) == (MeetingState.PLANNED, by)
    for by in (cast.assessor1, cast.finance, cast.college, cast.partner):
        with pytest.raises(StepNotYours):
            world.planned(cast, by=by)


def test_the_same_request_twice_is_one_meeting(cast):
    said = {
        "starts_at": clock.now() + timedelta(days=1),
        "place": "",
        "chair": cast.manager,
        "invited": [cast.manager],
        "request_key": uuid4(),
    }
    assert meetings.plan(by=cast.manager, **said) == meetings.plan(by=cast.manager, **said)
    assert Meeting.objects.count() == 1


def test_a_meeting_is_to_come_has_a_chair_who_may_preside_and_asks_people_of_the_team(cast):
    wrong = [
        ({"chair": cast.assessor1}, "chair"),
        ({"invited": []}, "invited"),
        ({"invited": [cast.partner]}, "invited"),
    ]
    for over, field in wrong:
        with pytest.raises(MeetingNotReady) as refusal:
            world.planned(cast, **over)
        assert refusal.value.field == field
    meeting = world.planned(cast)
    with pytest.raises(MeetingNotReady) as refusal:
        meetings.change(
            meeting_id=meeting.pk,
            by=cast.manager,
            starts_at=clock.now() - timedelta(hours=1),
            place="",
            chair=cast.manager,
            invited=[cast.manager],
        )
    assert refusal.value.field == "day"


def test_a_lead_runs_the_own_meetings_and_the_manager_all(cast):
    of_the_manager, of_the_lead = world.planned(cast), world.planned(cast, by=cast.lead)
    with pytest.raises(StepNotYours):
        meetings.invite(meeting_id=of_the_manager.pk, by=cast.lead)
    assert meetings.invite(meeting_id=of_the_lead.pk, by=cast.lead) == 4
    assert meetings.invite(meeting_id=of_the_lead.pk, by=cast.manager) == 4


def test_the_invitation_names_when_and_where_and_no_proposal(cast, call):
    proposal = road.handed_in_proposal(cast, call, title="Geheim plan")
    meeting = world.planned(cast, proposal)
    OutboxMessage.objects.all().delete()
    meetings.invite(meeting_id=meeting.pk, by=cast.manager)
    sent = [message.payload for message in OutboxMessage.objects.filter(topic="core.mail")]
    assert {mail["to"] for mail in sent} == {person.email for person in world.people_of(cast)}
    for mail in sent:
        assert "Kamer 2" in mail["body"]
        assert f"/team/overleg/{meeting.pk}/" in mail["body"]
        for secret in ("Geheim plan", proposal.reference, cast.organisation.name, "Manager", "Assessor1"):
            assert secret not in mail["body"] + mail["subject"]


def test_what_is_ready_comes_before_what_is_expected_and_only_what_one_runs(cast, call):
    expected = road.declared_proposal(cast, call, title="Verwacht")
    ready = road.handed_in_proposal(cast, call, title="Klaar")
    other_line = road.handed_in_proposal(cast, call, line="wonen", title="Andere lijn")
    road.agreed_proposal(cast, call)
    found = agendas.candidates_for(cast.manager)
    assert [one.proposal for one in found] == [ready, other_line, expected]
    assert [one.is_ready for one in found] == [True, True, False]
    assert [one.proposal for one in agendas.candidates_for(cast.lead)] == [ready, expected]
    world.planned(cast, ready)
    assert ready not in [one.proposal for one in agendas.candidates_for(cast.manager)]


def test_a_proposal_waits_on_one_agenda_by_rule_and_by_constraint(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    first, second = world.planned(cast, proposal), world.planned(cast)
    assert agendas.put_on(meeting_id=first.pk, proposal_id=proposal.pk, by=cast.manager).meeting == first
    with pytest.raises(NotForAgenda):
        agendas.put_on(meeting_id=second.pk, proposal_id=proposal.pk, by=cast.manager)
    copy = {"proposal": proposal, "position": 1, "put_by": cast.manager, "put_at": clock.now()}
    refused_by_the_database(
        "assessment_waits_on_one_agenda", lambda: MeetingItem.objects.create(meeting=second, **copy)
    )


def test_only_a_proposal_in_assessment_without_consensus_comes_on_an_agenda(cast, call):
    meeting = world.planned(cast)
    for proposal in (road.agreed_proposal(cast, call), road.advised_proposal(cast, call)):
        with pytest.raises(NotForAgenda):
            agendas.put_on(meeting_id=meeting.pk, proposal_id=proposal.pk, by=cast.manager)


def test_items_move_up_and_down_past_those_that_one_knows_of(cast, call):
    first, second, third = (road.handed_in_proposal(cast, call, title=title) for title in "ABC")
    meeting = world.planned(cast, first, second, third)

    def order():
        return [item.proposal for item in meeting.items.select_related("proposal").order_by("position")]

    def move(proposal, *, up, by=cast.manager):
        agendas.move(item_id=world.item_of(meeting, proposal).pk, by=by, up=up)

    move(third, up=True)
    assert order() == [first, third, second]
    move(first, up=True)
    assert order() == [first, third, second]
    declarations.declare(proposal_id=third.pk, person=cast.manager, has_interest=True, explanation="Familie")
    move(second, up=True)
    assert order() == [second, third, first]
    with pytest.raises(StepNotYours):
        move(third, up=True)


def test_an_item_comes_off_a_planned_agenda_and_not_off_one_that_is_going_on(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    meeting = world.planned(cast, proposal)
    agendas.take_off(item_id=world.item_of(meeting, proposal).pk, by=cast.manager)
    assert not meeting.items.exists()
    going = world.begun(cast, proposal)
    with pytest.raises(MeetingNotReady):
        agendas.take_off(item_id=world.item_of(going, proposal).pk, by=cast.manager)


def test_a_meeting_that_is_called_off_frees_its_proposals_and_tells_who_was_invited(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    meeting = world.planned(cast, proposal)
    meetings.invite(meeting_id=meeting.pk, by=cast.manager)
    before = OutboxMessage.objects.count()
    meetings.call_off(meeting_id=meeting.pk, by=cast.manager)
    assert OutboxMessage.objects.count() == before + 4
    assert proposal in [one.proposal for one in agendas.candidates_for(cast.manager)]
    with pytest.raises(MeetingNotReady):
        agendas.put_on(meeting_id=meeting.pk, proposal_id=proposal.pk, by=cast.manager)
    refused_by_the_database(
        "assessment_meeting_is_fixed", lambda: Meeting.objects.filter(pk=meeting.pk).update(place="Elders")
    )


def test_of_everybody_who_was_asked_it_is_noted_whether_they_came(cast):
    meeting = world.planned(cast)
    with pytest.raises(MeetingNotReady, match="Assessor2"):
        meetings.note_attendance(
            meeting_id=meeting.pk, by=cast.manager, present=[cast.manager], absent=[cast.lead, cast.assessor1]
        )
    absent = [cast.lead, cast.assessor1, cast.assessor2]
    with pytest.raises(MeetingNotReady):
        meetings.note_attendance(
            meeting_id=meeting.pk, by=cast.manager, present=[cast.manager, cast.lead], absent=absent
        )
    with pytest.raises(MeetingNotReady):
        meetings.note_attendance(
            meeting_id=meeting.pk, by=cast.manager, present=[cast.manager, cast.partner], absent=absent
        )
    with pytest.raises(MeetingNotReady):
        meetings.note_attendance(meeting_id=meeting.pk, by=cast.manager, present=[], absent=[cast.manager, *absent])
    meetings.note_attendance(
        meeting_id=meeting.pk, by=cast.manager, present=[cast.manager, cast.assessor3], absent=absent
    )
    meeting.refresh_from_db()
    assert meeting.is_open
    came = dict(meeting.attendance.values_list("person__full_name", "presence"))
    assert came == {
        "Manager": Presence.PRESENT,
        "Assessor3": Presence.PRESENT,
        "Lead": Presence.ABSENT,
        "Assessor1": Presence.ABSENT,
        "Assessor2": Presence.ABSENT,
    }


def test_a_meeting_closes_when_every_item_is_done_by_rule_and_by_constraint(cast, call):
    first, second = road.handed_in_proposal(cast, call), road.handed_in_proposal(cast, call)
    meeting = world.begun(cast, first, second)
    world.record(cast, meeting, first)
    with pytest.raises(MeetingNotReady, match=second.reference):
        meetings.close(meeting_id=meeting.pk, by=cast.manager)
    refused_by_the_database(
        "assessment_meeting_over_when_done",
        lambda: Meeting.objects.filter(pk=meeting.pk).update(
            state=MeetingState.CLOSED, closed_at=clock.now(), closed_by=cast.manager
        ),
    )
    item = world.item_of(meeting, second)
    with pytest.raises(MeetingNotReady) as refusal:
        agendas.postpone(item_id=item.pk, by=cast.manager, reason="  ")
    assert refusal.value.field == "reason"
    agendas.postpone(item_id=item.pk, by=cast.manager, reason="De tijd was op")
    assert meetings.close(meeting_id=meeting.pk, by=cast.manager).is_closed


def test_whoever_closes_hears_nothing_of_an_item_with_an_interest(cast, call):
    proposal = road.handed_in_proposal(cast, call, title="Geheim plan")
    meeting = world.begun(cast, proposal)
    declarations.declare(proposal_id=proposal.pk, person=cast.manager, has_interest=True, explanation="Familie")
    with pytest.raises(MeetingNotReady) as refusal:
        meetings.close(meeting_id=meeting.pk, by=cast.manager)
    assert proposal.reference not in str(refusal.value)
    assert "Geheim" not in str(refusal.value)


def test_a_postponed_item_goes_to_the_next_meeting_and_stays_postponed(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    following = world.planned(cast)
    meeting = world.begun(cast, proposal)
    item = world.item_of(meeting, proposal)
    agendas.postpone(item_id=item.pk, by=cast.manager, reason="Een assessor is ziek", to=following)
    item.refresh_from_db()
    assert (item.state, item.postponed_to) == (ItemState.POSTPONED, following)
    assert world.item_of(following, proposal).is_waiting
    with pytest.raises(MeetingNotReady):
        agendas.postpone(item_id=item.pk, by=cast.manager, reason="Nog eens")
    refused_by_the_database(
        "assessment_item_is_fixed", lambda: MeetingItem.objects.filter(pk=item.pk).update(postponed_reason="Anders")
    )
    with pytest.raises(IntegrityError, match="assessment_item_state"), transaction.atomic():
        MeetingItem.objects.filter(meeting=following).update(state=ItemState.POSTPONED, settled_at=clock.now())


def test_nothing_changes_in_a_meeting_that_is_over(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    meeting = world.closed(cast, call, proposal)
    with pytest.raises(MeetingNotReady):
        meetings.note_attendance(meeting_id=meeting.pk, by=cast.manager, present=[cast.manager], absent=[])
    with pytest.raises(MeetingNotReady):
        meetings.close(meeting_id=meeting.pk, by=cast.manager)
    changes = [
        ("assessment_meeting_is_fixed", lambda: Meeting.objects.filter(pk=meeting.pk).update(place="Elders")),
        ("assessment_attendance_is_fixed", lambda: meeting.attendance.all().delete()),
        ("assessment_attendance_is_fixed", lambda: meeting.attendance.update(presence=Presence.ABSENT)),
        (
            "assessment_attendance_is_fixed",
            lambda: Attendance.objects.create(meeting=meeting, person=cast.finance, presence=Presence.PRESENT),
        ),
        ("assessment_item_is_fixed", lambda: meeting.items.all().delete()),
        ("assessment_item_is_fixed", lambda: meeting.items.update(position=F("position") + 5)),
    ]
    for name, change in changes:
        refused_by_the_database(name, change)


def test_a_consensus_outside_a_meeting_makes_a_meeting_of_its_own(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    consensus.record(
        proposal_id=proposal.pk,
        by=cast.manager,
        gate=road.OPEN_GATE,
        scores=road.agreed(FULL),
        present=[cast.manager, cast.assessor1],
    )
    meeting = proposal.consensus.item.meeting
    assert (meeting.is_single, meeting.is_closed, meeting.chair) == (True, True, cast.manager)
    came = dict(meeting.attendance.values_list("person__full_name", "presence"))
    assert came == {"Manager": "present", "Assessor1": "present", "Assessor2": "absent"}


def test_what_waits_on_an_agenda_is_recorded_there(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    meeting = world.planned(cast, proposal)
    said = {"proposal_id": proposal.pk, "by": cast.manager, "gate": road.OPEN_GATE, "scores": road.agreed(FULL)}
    with pytest.raises(NotForAgenda):
        consensus.record(**said, present=[cast.manager])
    with pytest.raises(MeetingNotReady):
        consensus.record(**said, present=[cast.manager], item_id=world.item_of(meeting, proposal).pk)
    other = road.handed_in_proposal(cast, call)
    going = world.begun(cast, other)
    with pytest.raises(NotForAgenda):
        consensus.record(**said, present=[cast.manager], item_id=world.item_of(going, other).pk)
    assert not Consensus.objects.exists()


def test_who_is_there_for_an_item_was_asked_or_came_and_has_no_interest(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    meeting = world.begun(cast, proposal, absent=[cast.assessor2])
    with pytest.raises(ScoreNotAllowed, match="Finance"):
        world.record(cast, meeting, proposal, present=[cast.manager, cast.finance])
    declarations.declare(proposal_id=proposal.pk, person=cast.lead, has_interest=True, explanation="Familie")
    with pytest.raises(ScoreNotAllowed, match="Lead"):
        world.record(cast, meeting, proposal, present=[cast.manager, cast.lead])
    world.record(cast, meeting, proposal, present=[cast.manager, cast.assessor2])
    assert set(proposal.consensus.present.all()) == {cast.manager, cast.assessor2}


def test_the_database_refuses_somebody_with_an_interest_at_the_table(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    declarations.declare(proposal_id=proposal.pk, person=cast.lead, has_interest=True, explanation="Familie")
    bare = {"proposal": proposal, "passes_gate": True, "gate_reason": "Past", "recorded_by": cast.manager}
    for person in (cast.lead, cast.partner):

        def seat(person=person):
            made = Consensus.objects.create(**bare, recorded_at=clock.now())
            made.present.add(person)

        refused_by_the_database("assessment_present_without_interest", seat)


def test_a_consensus_is_sealed_once_recorded_also_against_new_rows(cast, call):
    proposal = road.agreed_proposal(cast, call)
    recorded = proposal.consensus
    spare = road.handed_in_proposal(cast, call)
    rows = {"criterion": recorded.scores.first().criterion, "points": 1, "reason": "Later", "spread": 0}
    refused_by_the_database(
        "assessment_consensus_is_fixed", lambda: ConsensusScore.objects.create(consensus=recorded, **rows)
    )
    refused_by_the_database("assessment_consensus_is_fixed", lambda: recorded.present.add(cast.finance))
    for change in (recorded.present.clear, lambda: recorded.present.through.objects.update(user=cast.lead)):
        refused_by_the_database("assessment_consensus_present_only_grows", change)
    for change in (lambda: Consensus.objects.update(gate_reason="Anders"), lambda: Consensus.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert not spare.meeting_items.exists()


def test_after_the_advice_no_consensus_comes_any_more(cast, call):
    advised = road.advised_proposal(cast, call)
    again = {"passes_gate": True, "gate_reason": "Past", "recorded_by": cast.manager, "recorded_at": clock.now()}
    refused_by_the_database(
        "assessment_consensus_before_advice", lambda: Consensus.objects.create(proposal=advised, **again)
    )


def test_a_consensus_without_a_meeting_does_not_reach_the_end_of_its_transaction(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    bare = {"passes_gate": True, "gate_reason": "Past", "recorded_by": cast.manager, "recorded_at": clock.now()}

    def make():
        Consensus.objects.create(proposal=proposal, **bare)
        transaction.get_connection().check_constraints()

    refused_by_the_database("assessment_consensus_in_meeting", make)


def test_an_item_names_the_consensus_on_its_own_proposal(cast, call):
    proposal, other = road.handed_in_proposal(cast, call), road.handed_in_proposal(cast, call)
    meeting = world.begun(cast, other)

    def mix():
        made = Consensus.objects.create(
            proposal=proposal,
            passes_gate=True,
            gate_reason="Past",
            recorded_by=cast.manager,
            recorded_at=clock.now(),
        )
        meeting.items.update(state=ItemState.RECORDED, consensus=made, settled_at=clock.now())

    refused_by_the_database("assessment_item_of_its_proposal", mix)
