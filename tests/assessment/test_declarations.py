import pytest
from django.db import IntegrityError, transaction

from applications.models import Proposal, ShutFile
from assessment.access import proposals_known_to
from assessment.domain import declarations
from assessment.errors import DeclarationRefused, StepNotYours
from assessment.models import Assignment, InterestDeclaration
from core.models import AuditEntry
from tests.assessment import road


def declare(proposal, person, *, interest, explanation=""):
    return declarations.declare(proposal_id=proposal.pk, person=person, has_interest=interest, explanation=explanation)


def test_without_an_interest_the_file_stays_open(cast, call):
    proposal = road.assigned_proposal(cast, call)
    declaration = declare(proposal, cast.assessor1, interest=False)
    assert declaration.has_interest is False
    assert proposal in proposals_known_to(cast.assessor1)
    assert Assignment.objects.waiting_for(cast.assessor1).get().is_declared


def test_with_an_interest_the_file_is_gone_at_once_and_it_is_written_down(cast, call):
    proposal = road.assigned_proposal(cast, call)
    declare(proposal, cast.assessor1, interest=True, explanation="  Mijn zus werkt daar  ")
    assert ShutFile.objects.get().user == cast.assessor1
    assert proposal not in proposals_known_to(cast.assessor1)
    assert proposal not in Proposal.objects.visible_to_team(cast.assessor1)
    assert not Assignment.objects.waiting_for(cast.assessor1).exists()
    assert InterestDeclaration.objects.get().explanation == "Mijn zus werkt daar"
    assert AuditEntry.objects.about(proposal).filter(event="assessment.interest_declared").count() == 1
    assert proposal in proposals_known_to(cast.assessor2)


def test_an_interest_needs_an_explanation_and_until_then_nothing_happens(cast, call):
    proposal = road.assigned_proposal(cast, call)
    with pytest.raises(DeclarationRefused):
        declare(proposal, cast.assessor1, interest=True, explanation="  ")
    assert not ShutFile.objects.exists()
    assert not InterestDeclaration.objects.exists()


def test_a_declaration_is_made_once_and_stays(cast, call):
    proposal = road.assigned_proposal(cast, call)
    declare(proposal, cast.assessor1, interest=False)
    with pytest.raises(DeclarationRefused):
        declare(proposal, cast.assessor1, interest=True, explanation="Toch wel")
    with pytest.raises(IntegrityError, match="assessment_declared_once"), transaction.atomic():
        InterestDeclaration.objects.create(
            proposal=proposal, person=cast.assessor1, has_interest=True, declared_at=proposal.submitted_at
        )
    for change in (
        lambda: InterestDeclaration.objects.update(has_interest=True),
        lambda: InterestDeclaration.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_who_was_not_asked_has_nothing_to_declare(cast, call):
    proposal = road.assigned_proposal(cast, call)
    for person in (cast.assessor3, cast.partner, cast.partner2, cast.college):
        with pytest.raises(StepNotYours):
            declare(proposal, person, interest=False)


def test_staff_who_read_files_can_declare_an_interest_too(cast, call):
    proposal = road.assigned_proposal(cast, call)
    for person in (cast.manager, cast.finance, cast.lead):
        declare(proposal, person, interest=True, explanation="Ik ken de aanvrager")
        assert proposal not in proposals_known_to(person)


def test_a_member_of_the_proposing_organisation_does_not_know_the_file_as_team(cast, call):
    proposal = road.assigned_proposal(cast, call)
    cast.manager.memberships.create(organisation=cast.organisation, role="reader")
    assert proposal not in proposals_known_to(cast.manager)
    with pytest.raises(StepNotYours):
        declare(proposal, cast.manager, interest=False)
