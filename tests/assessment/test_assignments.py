import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import shut_files
from assessment.domain import assignments, declarations
from assessment.errors import AssignmentNotAllowed, StepNotYours
from assessment.models import Assignment
from core.models import AuditEntry
from programme.models import Line, LineLead
from tests.applications.road import complete_proposal, submitted_proposal
from tests.assessment import road


def assign(proposal, person, by):
    return assignments.assign(proposal_id=proposal.pk, assessor=person, by=by)


def test_the_manager_and_the_lead_of_the_line_assign(cast, call):
    proposal = complete_proposal(cast, call)
    assign(proposal, cast.assessor1, cast.manager)
    assign(proposal, cast.assessor2, cast.lead)
    assert {a.assessor for a in proposal.assignments.all()} == {cast.assessor1, cast.assessor2}
    assert AuditEntry.objects.about(proposal).filter(event="assessment.assigned").count() == 2


def test_nobody_else_assigns(cast, call):
    proposal = complete_proposal(cast, call)
    elsewhere = complete_proposal(cast, call, line="wonen")
    for by in (cast.assessor1, cast.finance, cast.partner, cast.college, cast.admin):
        with pytest.raises(StepNotYours):
            assign(proposal, cast.assessor1, by)
    with pytest.raises(StepNotYours):
        assign(elsewhere, cast.assessor1, cast.lead)
    assert not Assignment.objects.exists()


def test_only_active_assessors_without_an_interest_can_be_asked(cast, call):
    proposal = complete_proposal(cast, call)
    Membership.objects.create(user=cast.assessor1, organisation=cast.organisation, role=MembershipRole.READER)
    shut_files.shut(proposal=proposal, person=cast.assessor2)
    for person in (cast.assessor1, cast.assessor2, cast.finance, cast.partner2):
        with pytest.raises(AssignmentNotAllowed, match=person.full_name):
            assign(proposal, person, cast.manager)
    assert list(assignments.candidates(proposal)) == [cast.assessor3]
    cast.assessor3.is_active = False
    cast.assessor3.save()
    with pytest.raises(AssignmentNotAllowed):
        assign(proposal, cast.assessor3, cast.manager)


def test_the_same_person_is_asked_once_says_the_rule_and_the_constraint(cast, call):
    proposal = complete_proposal(cast, call)
    first = assign(proposal, cast.assessor1, cast.manager)
    with pytest.raises(AssignmentNotAllowed):
        assign(proposal, cast.assessor1, cast.manager)
    first.pk = None
    with pytest.raises(IntegrityError, match="assessment_assigned_once"), transaction.atomic():
        first.save()


def test_several_are_asked_all_or_none(cast, call):
    proposal = complete_proposal(cast, call)
    with pytest.raises(AssignmentNotAllowed):
        assignments.assign_all(proposal_id=proposal.pk, assessors=[cast.assessor1, cast.finance], by=cast.manager)
    assert not proposal.assignments.exists()


def test_assessors_come_after_the_completeness_check_and_before_the_consensus(cast, call):
    early = submitted_proposal(cast, call)
    late = road.agreed_proposal(cast, call)
    for proposal in (early, late):
        with pytest.raises(AssignmentNotAllowed):
            assign(proposal, cast.assessor3, cast.manager)


def test_candidates_come_with_how_much_they_still_have_to_do(cast, call):
    road.assigned_proposal(cast, call)
    road.handed_in_proposal(cast, call)
    fresh = complete_proposal(cast, call)
    found = {person.full_name: person.open_count for person in assignments.candidates(fresh)}
    assert found == {"Assessor1": 1, "Assessor2": 1, "Assessor3": 0}


def test_a_lead_with_an_interest_does_not_run_the_assessment(cast, call):
    proposal = complete_proposal(cast, call)
    declarations.declare(proposal_id=proposal.pk, person=cast.lead, has_interest=True, explanation="Mijn vereniging")
    with pytest.raises(StepNotYours):
        assign(proposal, cast.assessor1, cast.lead)
    LineLead.objects.create(line=Line.objects.get(code="leven"), user=cast.partner)
    with pytest.raises(StepNotYours):
        assign(proposal, cast.assessor1, cast.partner)
