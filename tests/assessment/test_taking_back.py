"""Taking an assignment back, and what the assessor is told of assigning."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from assessment.domain import assignments, declarations
from assessment.errors import AssignmentNotAllowed, StepNotYours
from assessment.models import Assessment, Assignment, Score, WithdrawnAssignment
from core.domain import clock, terms
from tests.applications.road import complete_proposal
from tests.assessment import road


def take_back(assignment, by, reason="Is ziek"):
    return assignments.take_back(assignment_id=assignment.pk, by=by, reason=reason)


def of(proposal, person):
    return Assignment.objects.get(proposal=proposal, assessor=person)


def test_what_was_written_so_far_goes_and_the_reason_stays(cast, call, page_of):
    proposal = road.declared_proposal(cast, call)
    road.score(proposal, cast.assessor1, road.POINTS["positive"], reason="Kanarie")
    take_back(of(proposal, cast.assessor1), cast.lead)
    assert list(proposal.assignments.values_list("assessor__full_name", flat=True)) == ["Assessor2"]
    assert not Assessment.objects.exists()
    assert not Score.objects.exists()
    kept = WithdrawnAssignment.objects.get()
    assert (kept.assessor, kept.withdrawn_by, kept.reason) == (cast.assessor1, cast.lead, "Is ziek")
    page = page_of(cast.manager, "file", proposal).content.decode()
    assert "Assessor1" in page
    assert "Kanarie" not in page
    # Why is for whoever assigns, not for everybody who reads the file.
    assert "Is ziek" not in page
    assert "Is ziek" in page_of(cast.lead, "assign", proposal).content.decode()
    assert page_of(cast.assessor1, "file", proposal).status_code == 403


def test_who_gets_it_again_begins_anew_and_has_declared_already(cast, call, page_of):
    proposal = road.declared_proposal(cast, call)
    road.score(proposal, cast.assessor1, road.POINTS["positive"], reason="Kanarie")
    take_back(of(proposal, cast.assessor1), cast.manager)
    assignments.assign(proposal_id=proposal.pk, assessor=cast.assessor1, by=cast.manager)
    page = page_of(cast.assessor1, "score", proposal)
    assert page.status_code == 200
    assert "Kanarie" not in page.content.decode()


def test_what_was_handed_in_is_not_taken_back_says_the_rule_and_the_trigger(cast, call):
    proposal = road.declared_proposal(cast, call)
    road.hand_in(proposal, cast.assessor1, road.POINTS["positive"])
    with pytest.raises(AssignmentNotAllowed):
        take_back(of(proposal, cast.assessor1), cast.manager)
    with pytest.raises(IntegrityError, match="was handed in"), transaction.atomic():
        Score.objects.all().delete()


def test_an_interest_stays_with_the_advice(cast, call):
    proposal = road.assigned_proposal(cast, call)
    declarations.declare(proposal_id=proposal.pk, person=cast.assessor1, has_interest=True, explanation="Mijn zus")
    with pytest.raises(AssignmentNotAllowed):
        take_back(of(proposal, cast.assessor1), cast.manager)
    # Somebody else takes the place.
    assignments.assign(proposal_id=proposal.pk, assessor=cast.assessor3, by=cast.manager)
    assert Assignment.objects.that_count().filter(proposal=proposal).count() == 2


def test_taking_back_needs_a_reason_and_the_right_person_and_an_open_file(cast, call):
    proposal = road.assigned_proposal(cast, call)
    for reason in ("", "  ", "x" * 301):
        with pytest.raises(AssignmentNotAllowed):
            take_back(of(proposal, cast.assessor1), cast.manager, reason)
    for by in (cast.assessor1, cast.finance, cast.partner, cast.college):
        with pytest.raises(StepNotYours):
            take_back(of(proposal, cast.assessor1), by)
    agreed = road.agreed_proposal(cast, call)
    with pytest.raises(AssignmentNotAllowed):
        take_back(of(agreed, cast.assessor1), cast.manager)
    assert not WithdrawnAssignment.objects.exists()


def test_what_was_taken_back_stays_written_says_the_trigger_and_needs_a_reason_says_the_constraint(cast, call):
    kept = take_back(of(road.assigned_proposal(cast, call), cast.assessor1), cast.manager)
    for statement in (
        "UPDATE assessment_withdrawnassignment SET reason = 'Anders'",
        "DELETE FROM assessment_withdrawnassignment",
    ):
        with (
            pytest.raises(IntegrityError, match="only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    kept.pk, kept.reason = None, ""
    with pytest.raises(IntegrityError, match="assessment_withdrawn_has_reason"), transaction.atomic():
        kept.save()


def test_the_page_takes_it_back_and_a_second_press_finds_nothing(cast, call, client_of, deliver):
    proposal = road.assigned_proposal(cast, call)
    deliver()
    mail.outbox.clear()
    first = of(proposal, cast.assessor1)
    url = reverse("assessment:take_back", args=[proposal.reference, first.pk])
    client = client_of(cast.manager)
    assert "Assessor1" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Langdurig ziek"}).status_code == 302
    assert client.post(url, {"reason": "Langdurig ziek"}).status_code == 404
    deliver()
    deliver()
    (message,) = mail.outbox
    assert message.to == [cast.assessor1.email]
    for secret in (proposal.title, proposal.reference, "Langdurig ziek", "Stichting", "Assessor1"):
        assert secret not in message.subject + message.body


def test_the_term_is_three_weeks_and_never_ends_in_a_weekend(cast, call, settings):
    settings.ASSESSMENT_TERM_WEEKS = 3
    proposal = road.assigned_proposal(cast, call)
    (due_on,) = set(proposal.assignments.values_list("due_on", flat=True))
    assert due_on >= clock.today() + timedelta(weeks=3)
    assert terms.is_working_day(due_on)


def test_nobody_is_asked_to_hand_in_yesterday_says_the_rule_and_the_constraint(cast, call):
    proposal = complete_proposal(cast, call)
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(AssignmentNotAllowed):
        assignments.assign_all(proposal_id=proposal.pk, assessors=[cast.assessor1], by=cast.manager, due_on=yesterday)
    made = assignments.assign(proposal_id=proposal.pk, assessor=cast.assessor1, by=cast.manager)
    made.due_on = yesterday
    with pytest.raises(IntegrityError, match="assessment_due_after_asked"), transaction.atomic():
        made.save(update_fields=["due_on"])


def test_late_is_what_was_not_handed_in_on_the_day_and_still_can_be(cast, call):
    proposal = road.declared_proposal(cast, call)
    due_on = of(proposal, cast.assessor1).due_on
    after = due_on + timedelta(days=1)
    assert not Assignment.objects.late(due_on).exists()
    assert Assignment.objects.late(after).count() == 2
    road.hand_in(proposal, cast.assessor1, road.POINTS["positive"])
    assert Assignment.objects.late(after).get().assessor == cast.assessor2
    declarations_of_interest = road.assigned_proposal(cast, call)
    declarations.declare(
        proposal_id=declarations_of_interest.pk, person=cast.assessor1, has_interest=True, explanation="Mijn zus"
    )
    late = Assignment.objects.late(after).filter(proposal=declarations_of_interest)
    assert late.get().assessor == cast.assessor2


def test_a_message_of_an_assignment_that_is_gone_is_not_sent(cast, call, deliver):
    proposal = road.assigned_proposal(cast, call)
    take_back(of(proposal, cast.assessor1), cast.manager)
    deliver()
    deliver()
    subjects = [message.subject for message in mail.outbox if message.to == [cast.assessor1.email]]
    assert len(subjects) == 1  # only that it was taken back


def test_one_message_tells_of_a_batch_without_a_word_about_the_proposals(cast, call, deliver):
    proposals = [complete_proposal(cast, call, title=f"Geheim plan {number}") for number in range(3)]
    with transaction.atomic():
        places = [(proposal, [cast.assessor1]) for proposal in proposals]
        assignments.assign_many(places=places, by=cast.manager, due_on=clock.today() + timedelta(days=9))
    deliver()
    deliver()
    (message,) = [message for message in mail.outbox if message.to == [cast.assessor1.email]]
    assert "3" in message.subject
    assert "/team/" in message.body
    for secret in ("Geheim", "TF-", "Stichting", "Assessor1"):
        assert secret not in message.subject + message.body
