import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications.models import Proposal, ShutFile
from assessment.access import proposals_known_to
from assessment.domain import consensus, declarations
from assessment.errors import DeclarationRefused, NotAllHandedIn, StepNotYours
from assessment.models import Assessment, Assignment, InterestDeclaration, Score
from core.models import AuditEntry
from core.templatetags.tf import local_date
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
        declare(proposal, cast.assessor1, interest=False)
    with pytest.raises(IntegrityError, match="assessment_declared_once"), transaction.atomic():
        InterestDeclaration.objects.create(
            proposal=proposal, person=cast.assessor1, has_interest=False, declared_at=proposal.submitted_at
        )
    for change in (
        lambda: InterestDeclaration.objects.update(has_interest=True, explanation="Anders"),
        lambda: InterestDeclaration.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_nothing_follows_on_an_interest_says_the_trigger_too(cast, call):
    proposal = road.assigned_proposal(cast, call)
    declare(proposal, cast.assessor1, interest=True, explanation="Mijn zus")
    with pytest.raises(StepNotYours):
        declare(proposal, cast.assessor1, interest=False)
    for has_interest in (False, True):
        with pytest.raises(IntegrityError, match="has declared an interest"), transaction.atomic():
            InterestDeclaration.objects.create(
                proposal=proposal, person=cast.assessor1, has_interest=has_interest, explanation="?",
                declared_at=proposal.submitted_at,
            )  # fmt: skip


def test_an_interest_without_an_explanation_is_refused_by_the_constraint_too(cast, call):
    proposal = road.assigned_proposal(cast, call)
    with pytest.raises(IntegrityError, match="assessment_interest_explained"), transaction.atomic():
        InterestDeclaration.objects.create(
            proposal=proposal, person=cast.assessor1, has_interest=True, declared_at=proposal.submitted_at
        )


def test_an_interest_that_is_found_after_handing_in_takes_the_assessment_out_of_the_count(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    assert Score.objects.visible_to(cast.manager).count() == 12
    declare(proposal, cast.assessor1, interest=True, explanation="Mijn broer solliciteert er")
    assert not Score.objects.visible_to(cast.assessor1).exists()
    assert not Assessment.objects.handed_in().filter(assignment__assessor=cast.assessor1).exists()
    assert not Score.objects.visible_to(cast.manager).exists(), "one assessor is too few"
    with pytest.raises(NotAllHandedIn):
        consensus.require_all_handed_in(proposal, proposal.call.criteria_version)
    assert [one.has_interest for one in InterestDeclaration.objects.filter(person=cast.assessor1)] == [False, True]


def test_the_advice_shows_who_declared_what_and_what_came_too_late(cast, call, page_of):
    proposal = road.agreed_proposal(cast, call)
    declare(proposal, cast.assessor1, interest=True, explanation="Mijn broer solliciteert er")
    made = declarations.made_about(proposal, reader=cast.manager)
    assert [
        (one.declaration.person, one.declaration.has_interest, one.had_handed_in, one.had_agreed) for one in made
    ] == [
        (cast.assessor1, False, False, False),
        (cast.assessor2, False, False, False),
        (cast.assessor1, True, True, True),
    ]
    told = {person: page_of(person, "file", proposal).text for person in (cast.manager, cast.finance, cast.assessor2)}
    for text in told.values():
        assert text.count(str(cast.assessor1)) >= 2
        assert local_date(made[2].declaration.declared_at) in text
    assert ["Mijn broer" in text for text in told.values()] == [True, False, False]
    assert "Mijn broer" in page_of(cast.manager, "advice", proposal).text, "it stands beside the advice in the making"


def test_an_interest_can_not_be_declared_after_the_decision(cast, call, page_of):
    proposal = road.handed_in_proposal(cast, call)
    Proposal.objects.filter(pk=proposal.pk).update(state="granted")
    with pytest.raises(DeclarationRefused):
        declare(proposal, cast.assessor1, interest=True, explanation="Te laat")
    assert page_of(cast.assessor1, "declare", proposal).status_code == 302


def test_the_page_asks_again_only_whether_an_interest_was_found(cast, call, page_of):
    proposal = road.assigned_proposal(cast, call)
    assert page_of(cast.assessor1, "declare", proposal, data={"has_interest": "no"}).url.endswith("/beoordelen/")
    page = page_of(cast.assessor1, "declare", proposal)
    assert 'name="has_interest"' not in page.text
    assert page_of(cast.assessor1, "declare", proposal, data={"explanation": " "}).status_code == 422
    assert page_of(cast.assessor1, "declare", proposal, data={"explanation": "Mijn zus"}).url == reverse(
        "assessment:work"
    )
    assert page_of(cast.assessor1, "declare", proposal).status_code == 404


def test_staff_is_asked_once_before_reading_on(cast, call, page_of):
    proposal = road.assigned_proposal(cast, call)
    for person in (cast.manager, cast.finance, cast.lead):
        assert page_of(person, "file", proposal).context["asks_interest"]
        page_of(person, "declare", proposal, data={"has_interest": "no"})
        assert not page_of(person, "file", proposal).context["asks_interest"]


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
