"""Dividing many proposals at once: who gets what, what can't be filled and why, all of it or nothing."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import shut_files
from assessment.domain import assigning, assignments, declarations, workload
from assessment.domain.assigning import Wish
from assessment.errors import CapacityRefused, PlanStale, StepNotYours
from assessment.models import AssessorCapacity, Assignment
from assessment.states import AssigningWay
from core.domain import clock
from core.models import AuditEntry, OutboxMessage
from tests.applications.road import complete_proposal
from tests.assessment import road


def wish(cast, *people, line="", way=AssigningWay.EVENLY, due_in=20):
    chosen = people or (cast.assessor1, cast.assessor2, cast.assessor3)
    return Wish(line, tuple(person.pk for person in chosen), way, clock.today() + timedelta(days=due_in))


def carry_out(asked, by, *, key=None, fingerprint=None):
    shown = fingerprint or assigning.plan(asked, by=by).fingerprint
    return assigning.carry_out(wish=asked, fingerprint=shown, by=by, request_key=key or uuid.uuid4())


def bear(person, by, open_files, **away):
    away = {"away_from": None, "away_until": None, **away}
    return workload.set_capacity(person=person, by=by, open_files=open_files, **away)


def test_everything_that_misses_assessors_gets_them_and_the_work_is_level(cast, call):
    road.assigned_proposal(cast, call)
    proposals = [complete_proposal(cast, call, line=line) for line in ("leven", "wonen", "werken", "leven")]
    made = carry_out(wish(cast), cast.manager)
    assert len(made) == 8
    assert all(proposal.assignments.count() == 2 for proposal in proposals)
    assert sorted(load.open for load in workload.loads()) == [3, 3, 4]
    assert {one.due_on for one in made} == {clock.today() + timedelta(days=20)}
    assert not assigning.unfilled(cast.manager).exists()


def test_nobody_with_an_interest_or_of_the_organisation_or_asked_before_gets_it(cast, call):
    shut, mine, asked, back = (complete_proposal(cast, call) for _number in range(4))
    theirs = complete_proposal(cast, call, organisation=cast.organisation2, by=cast.partner2)
    shut_files.shut(proposal=shut, person=cast.assessor1)
    Membership.objects.create(user=cast.assessor2, organisation=cast.organisation2, role=MembershipRole.READER)
    mine.collaborators.create(user=cast.assessor3, role=MembershipRole.EDITOR, since=clock.now(), until=clock.now())
    assignments.assign(proposal_id=asked.pk, assessor=cast.assessor1, by=cast.manager)
    made = assignments.assign(proposal_id=back.pk, assessor=cast.assessor3, by=cast.manager)
    assignments.take_back(assignment_id=made.pk, by=cast.manager, reason="Te druk")
    carry_out(wish(cast), cast.manager)
    got = [
        set(proposal.assignments.values_list("assessor__full_name", flat=True))
        for proposal in (shut, theirs, mine, back)
    ]
    assert got == [
        {"Assessor2", "Assessor3"},
        {"Assessor1", "Assessor3"},
        {"Assessor1", "Assessor2"},
        {"Assessor1", "Assessor2"},
    ]
    assert asked.assignments.count() == 2


def test_nobody_gets_more_than_the_person_can_bear_and_the_page_says_what_stays_open(cast, call):
    proposals = [complete_proposal(cast, call) for _number in range(3)]
    for person, number in ((cast.assessor1, 1), (cast.assessor2, 1), (cast.assessor3, 1)):
        bear(person, cast.manager, number)
    found = assigning.plan(wish(cast), by=cast.manager)
    assert found.count == 3
    assert [(gap.proposal, gap.missing) for gap in found.gaps] == [(proposals[1], 1), (proposals[2], 2)]
    assert "3" in found.gaps[1].reasons[-1]


def test_who_is_away_before_the_day_gets_nothing_by_the_button(cast, call):
    proposal = complete_proposal(cast, call)
    begins = clock.today() + timedelta(days=5)
    bear(cast.assessor1, cast.assessor1, 8, away_from=begins, away_until=begins + timedelta(days=9))
    found = assigning.plan(wish(cast, cast.assessor1, cast.assessor2), by=cast.manager)
    assert [share.person for share in found.shares] == [cast.assessor2]
    assert found.gaps[0].proposal == proposal
    soon = assigning.plan(wish(cast, cast.assessor1, cast.assessor2, due_in=4), by=cast.manager)
    assert not soon.gaps


def test_everybody_that_was_chosen_gets_the_line(cast, call):
    ours = [complete_proposal(cast, call) for _number in range(2)]
    elsewhere = complete_proposal(cast, call, line="wonen")
    bear(cast.assessor1, cast.manager, 1)
    asked = wish(cast, line="leven", way=AssigningWay.EVERYBODY)
    found = assigning.plan(asked, by=cast.manager)
    assert {share.person.full_name: share.is_over for share in found.shares} == {
        "Assessor1": True,
        "Assessor2": False,
        "Assessor3": False,
    }
    carry_out(asked, cast.manager)
    assert all(proposal.assignments.count() == 3 for proposal in ours)
    assert not elsewhere.assignments.exists()


def test_a_lead_divides_the_own_line_only_and_nobody_else_divides(cast, call):
    mine, elsewhere = complete_proposal(cast, call), complete_proposal(cast, call, line="wonen")
    carry_out(wish(cast), cast.lead)
    assert mine.assignments.count() == 2
    assert not elsewhere.assignments.exists()
    for person in (cast.assessor1, cast.finance, cast.partner, cast.college):
        assert not assigning.unfilled(person).exists()
        with pytest.raises(PlanStale):
            carry_out(wish(cast), person)


def test_a_manager_with_an_interest_neither_divides_nor_counts_that_proposal(cast, call):
    theirs = road.assigned_proposal(cast, call, assessors=[cast.assessor1])
    shut_files.shut(proposal=theirs, person=cast.manager)
    assert not assigning.overview(cast.manager).exists()
    assert {load.person.full_name: load.open for load in workload.loads(reader=cast.manager)}["Assessor1"] == 0
    assert {load.person.full_name: load.open for load in workload.loads()}["Assessor1"] == 1
    fresh = complete_proposal(cast, call)
    shown = {person.full_name: person.open_count for person in assignments.candidates(fresh, reader=cast.manager)}
    assert shown["Assessor1"] == 0
    carry_out(wish(cast), cast.manager)
    assert theirs.assignments.count() == 1


def test_a_plan_that_is_out_of_date_is_refused_whole(cast, call):
    proposals = [complete_proposal(cast, call) for _number in range(2)]
    shown = assigning.plan(wish(cast), by=cast.manager).fingerprint
    shut_files.shut(proposal=proposals[0], person=cast.assessor1)
    before = Assignment.objects.count(), AuditEntry.objects.count(), OutboxMessage.objects.count()
    with pytest.raises(PlanStale):
        carry_out(wish(cast), cast.manager, fingerprint=shown)
    assert (Assignment.objects.count(), AuditEntry.objects.count(), OutboxMessage.objects.count()) == before


def test_a_double_press_makes_it_once(cast, call):
    complete_proposal(cast, call)
    key, asked = uuid.uuid4(), wish(cast)
    shown = assigning.plan(asked, by=cast.manager).fingerprint
    first = carry_out(asked, cast.manager, key=key, fingerprint=shown)
    again = carry_out(asked, cast.manager, key=key, fingerprint=shown)
    assert {one.pk for one in first} == {one.pk for one in again}
    assert Assignment.objects.count() == 2


def test_one_message_is_queued_for_each_assessor(cast, call):
    for _number in range(3):
        complete_proposal(cast, call)
    OutboxMessage.objects.filter(topic="assessment.assigned").delete()
    carry_out(wish(cast), cast.manager)
    assert OutboxMessage.objects.filter(topic="assessment.assigned").count() == 3


def test_an_assessor_and_the_manager_say_what_somebody_can_bear(cast, call):
    bear(cast.assessor1, cast.assessor1, 3)
    bear(cast.assessor1, cast.manager, 5)
    assert AssessorCapacity.objects.get().open_files == 5
    assert AuditEntry.objects.filter(event="assessment.capacity_set").count() == 2
    for by in (cast.assessor2, cast.lead, cast.finance, cast.admin):
        with pytest.raises(StepNotYours):
            bear(cast.assessor1, by, 1)
    with pytest.raises(CapacityRefused):
        bear(cast.finance, cast.manager, 1)


def test_a_capacity_is_a_number_and_being_away_a_period_say_the_rule_and_the_constraints(cast, call):
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    wrong = (
        {"open_files": 100},
        {"open_files": -1},
        {"open_files": 1, "away_from": today},
        {"open_files": 1, "away_from": tomorrow, "away_until": today},
    )
    for asked in wrong:
        with pytest.raises(CapacityRefused):
            bear(cast.assessor1, cast.manager, **asked)
    kept = bear(cast.assessor1, cast.manager, 1)
    for field, value, constraint in (
        ("open_files", 100, "assessment_capacity_files"),
        ("away_from", today, "assessment_capacity_away_whole"),
    ):
        kept.refresh_from_db()
        setattr(kept, field, value)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            kept.save()


def test_after_an_interest_the_proposal_misses_somebody_again(cast, call):
    proposal = road.assigned_proposal(cast, call)
    assert not assigning.unfilled(cast.manager).exists()
    declarations.declare(proposal_id=proposal.pk, person=cast.assessor1, has_interest=True, explanation="Mijn zus")
    assert list(assigning.unfilled(cast.manager)) == [proposal]
    carry_out(wish(cast), cast.manager)
    counting = Assignment.objects.that_count().filter(proposal=proposal)
    assert set(counting.values_list("assessor__full_name", flat=True)) == {"Assessor2", "Assessor3"}
