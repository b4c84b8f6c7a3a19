"""Several people work on one proposal: owner, editor, reader, invited by e-mail."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Membership, User
from accounts.states import MembershipRole
from applications.access import can_edit, can_read, can_share
from applications.domain import collaboration, contributions, deadlines, drafts, questions, reminders
from applications.errors import (
    ContactStays,
    InvitationRefused,
    LastOwner,
    NotAnOwner,
)
from applications.models import Collaborator, Invitation, Proposal
from assessment.domain import assignments
from assessment.models import Assignment
from core.domain import clock
from core.errors import DomainError
from tests.applications.pages import step_url
from tests.applications.road import complete_proposal, draft_proposal, empty_draft, submitted_proposal
from tests.applications.together import confirm, invite, join, link_in, owner_of
from tests.assessment.road import assigned_proposal

OWNER, EDITOR, READER = MembershipRole.OWNER, MembershipRole.EDITOR, MembershipRole.READER


@pytest.fixture
def draft(cast, call):
    return empty_draft(cast, call)


# Who begins, and who may what


def test_who_begins_a_proposal_owns_it(draft, cast):
    assert owner_of(draft).user == cast.partner
    assert can_share(cast.partner, draft)


@pytest.mark.parametrize(
    ("role", "edits", "shares"), [(OWNER, True, True), (EDITOR, True, False), (READER, False, False)]
)
def test_each_role_may_what_it_says_and_an_outsider_nothing(draft, cast, role, edits, shares):
    assert not can_read(cast.talent, draft)
    join(draft, cast.partner, cast.talent, role)
    assert can_read(cast.talent, draft)
    assert can_edit(cast.talent, draft) is edits
    assert can_share(cast.talent, draft) is shares
    assert not can_read(cast.partner2, draft)


def test_a_reader_sees_the_proposal_but_gets_403_on_every_page_to_change_it(client_of, draft, cast):
    join(draft, cast.partner, cast.talent, READER)
    client = client_of(cast.talent)
    assert client.get(draft.get_absolute_url()).status_code == 200
    for url in [
        *(step_url(draft, step.slug) for step in questions.STEPS),
        reverse("applications:check", args=[draft.pk]),
    ]:
        assert client.get(url).status_code == 403, url
        assert client.post(url, {"request_key": str(uuid4())}).status_code == 403, url
    assert client.post(reverse("applications:together", args=[draft.pk]), {}).status_code == 403


def test_an_editor_fills_in_a_step(client_of, draft, cast):
    join(draft, cast.partner, cast.talent, EDITOR)
    data = {"partners": "ROC van Twente", "afterwards": ""}
    assert client_of(cast.talent).post(step_url(draft, "samenwerking"), data).status_code == 302
    draft.refresh_from_db()
    assert draft.partners == "ROC van Twente"


def test_who_is_no_member_sees_that_proposal_and_nothing_else_of_the_organisation(client_of, draft, cast, call):
    other = draft_proposal(cast, call, title="Ander plan")
    join(draft, cast.partner, cast.talent, OWNER)
    client = client_of(cast.talent)
    assert list(Proposal.objects.of_partner(cast.talent)) == [draft]
    page = client.get(reverse("applications:mine")).text
    assert draft.title in page
    assert other.title not in page
    for url in (
        other.get_absolute_url(),
        reverse("applications:together", args=[other.pk]),
        reverse("applications:who_changed", args=[other.pk]),
        reverse("accounts:organisation", args=[cast.organisation.pk]),
    ):
        assert client.get(url).status_code == 404, url
    # Nor does a new proposal for that organisation begin.
    assert client.get(reverse("applications:start")).url == reverse("accounts:organisation_new")


def test_people_of_the_organisation_keep_what_they_may(draft, cast):
    Membership.objects.create(user=cast.council, organisation=cast.organisation, role=EDITOR)
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=READER)
    assert can_edit(cast.council, draft)
    assert not can_share(cast.council, draft)
    assert not can_edit(cast.talent, draft)
    join(draft, cast.partner, cast.talent, EDITOR)
    assert can_edit(cast.talent, draft)


def test_a_proposal_stands_once_in_the_list_of_a_member_who_works_on_it_too(draft, cast):
    Membership.objects.create(user=cast.council, organisation=cast.organisation, role=EDITOR)
    assert list(Proposal.objects.of_partner(cast.partner)) == [draft]


# Awb 2:4


def test_an_assessor_who_works_on_a_proposal_no_longer_knows_it_as_team_and_never_again(client_of, cast, call):
    proposal = complete_proposal(cast, call)
    assert proposal in Proposal.objects.visible_to_team(cast.assessor1)
    person = join(proposal, cast.partner, cast.assessor1, READER)
    for _turn in ("working on it", "after leaving"):
        assert proposal not in Proposal.objects.visible_to_team(cast.assessor1)
        assert list(Proposal.objects.of_interest_to(cast.assessor1)) == [proposal]
        url = reverse("assessment:file", args=[proposal.reference])
        assert client_of(cast.assessor1).get(url).status_code == 404
        collaboration.remove(collaborator_id=person.pk, by=cast.partner)
        assert cast.assessor1 not in assignments.candidates(proposal)
    assert proposal in Proposal.objects.visible_to_team(cast.assessor2)
    assert cast.assessor2 in assignments.candidates(proposal)


def test_an_assessor_who_joins_a_proposal_loses_the_assignment(client_of, cast, call):
    proposal = assigned_proposal(cast, call)
    join(proposal, cast.partner, cast.assessor1, READER)
    url = reverse("assessment:score", args=[proposal.reference])
    assert client_of(cast.assessor1).get(url).status_code == 404
    assert not Assignment.objects.that_count().filter(proposal=proposal, assessor=cast.assessor1).exists()


def test_who_works_for_the_team_too_is_warned_before_accepting(client_of, draft, cast, deliver_all):
    confirm(cast.assessor1)
    invite(draft, cast.partner, cast.assessor1.email)
    deliver_all()
    page = client_of(cast.assessor1).get(link_in(mail.outbox[-1]))
    assert page.context["of_team"]
    assert page.context["mine"]


def test_staff_who_type_in_a_proposal_for_a_partner_take_no_part_in_it(cast, call):
    typed_in = empty_draft(cast, call, by=cast.manager)
    assert not typed_in.collaborators.exists()
    assert typed_in not in Proposal.objects.of_interest_to(cast.manager)


# Leaving


def test_the_last_owner_stays_says_the_rule_and_the_database(draft, cast):
    owner = owner_of(draft)
    join(draft, cast.partner, cast.talent, EDITOR)
    with pytest.raises(LastOwner):
        collaboration.remove(collaborator_id=owner.pk, by=cast.partner)
    with pytest.raises(LastOwner):
        collaboration.change_role(collaborator_id=owner.pk, by=cast.partner, role=READER)
    for change in ({"until": clock.now()}, {"role": READER}):
        with pytest.raises(IntegrityError, match="applications_keep_an_owner"), transaction.atomic():
            Collaborator.objects.filter(pk=owner.pk).update(**change)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_an_owner_leaves_once_another_owns_it_and_hands_the_contact_over(draft, cast):
    join(draft, cast.partner, cast.talent, OWNER)
    left = collaboration.remove(collaborator_id=owner_of_user(draft, cast.partner).pk, by=cast.partner)
    assert left.until is not None
    draft.refresh_from_db()
    assert draft.contact == cast.talent
    with pytest.raises(LastOwner):
        collaboration.remove(collaborator_id=owner_of_user(draft, cast.talent).pk, by=cast.talent)


def owner_of_user(draft, user):
    return draft.collaborators.now().get(user=user)


def test_the_contact_of_a_submitted_proposal_stays_on_it(cast, call):
    proposal = submitted_proposal(cast, call)
    join(proposal, cast.partner, cast.talent, OWNER)
    with pytest.raises(ContactStays):
        collaboration.remove(collaborator_id=owner_of_user(proposal, cast.partner).pk, by=cast.talent)
    assert owner_of_user(proposal, cast.partner).until is None


def test_everybody_may_leave_and_lands_on_the_own_page(client_of, draft, cast):
    person = join(draft, cast.partner, cast.talent, READER)
    url = reverse("applications:person_remove", args=[draft.pk, person.pk])
    client = client_of(cast.talent)
    assert client.post(url).url == reverse("applications:mine")
    assert client.post(url).status_code == 404
    assert not can_read(cast.talent, draft)


def test_a_person_of_another_proposal_is_not_found_here(client_of, draft, cast, call):
    other = empty_draft(cast, call)
    person, waiting = join(other, cast.partner, cast.talent), invite(other, cast.partner, "nieuw@partner.example")
    client = client_of(cast.partner)
    for url in (
        reverse("applications:person_remove", args=[draft.pk, person.pk]),
        reverse("applications:person_role", args=[draft.pk, person.pk]),
        reverse("applications:invitation_withdraw", args=[draft.pk, waiting.pk]),
    ):
        assert client.post(url, {"role": READER.value}).status_code == 404, url


def test_an_owner_gives_a_role_and_removes_on_the_page(client_of, draft, cast):
    person, client = join(draft, cast.partner, cast.talent), client_of(cast.partner)
    client.post(reverse("applications:person_role", args=[draft.pk, person.pk]), {"role": READER.value})
    assert not can_edit(cast.talent, draft)
    client.post(reverse("applications:person_role", args=[draft.pk, person.pk]), {"role": "koning"})
    person.refresh_from_db()
    assert person.role == READER
    client.post(reverse("applications:person_remove", args=[draft.pk, person.pk]))
    assert not can_read(cast.talent, draft)


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_asks_as_many_queries_for_one_person_as_for_twenty(
    client_of, draft, cast, django_assert_num_queries, count
):
    for number in range(count):
        user = User.objects.create_user(f"p{number}@test.example", None, full_name=f"Persoon {number}")
        Collaborator.objects.create(
            proposal=draft, user=user, role=READER, invited_by=cast.partner, since=draft.created_at
        )
        invite(draft, cast.partner, f"q{number}@test.example") if number < 3 else None
    client, url = client_of(cast.partner), reverse("applications:together", args=[draft.pk])
    client.get(url)
    with django_assert_num_queries(TOGETHER_QUERIES):
        client.get(url)


# Session, person, menu, the proposal, may the person share (two), people, members, invitations.
TOGETHER_QUERIES = 8


def test_who_is_no_member_is_warned_of_deadlines_as_long_as_the_person_works_on_it(draft, cast, monkeypatch):
    asked = []
    monkeypatch.setattr(deadlines, "deadlines_for_partner", lambda user: asked.append(user) or [])
    person = join(draft, cast.partner, cast.talent)
    reminders.send_due()
    assert cast.talent in asked
    collaboration.remove(collaborator_id=person.pk, by=cast.partner)
    asked.clear()
    reminders.send_due()
    assert cast.talent not in asked
    assert cast.partner in asked


# Who changed what


def test_the_page_tells_who_changed_which_question_and_who_joined(client_of, draft, cast):
    join(draft, cast.partner, cast.talent)
    drafts.save_cooperation(proposal_id=draft.pk, by=cast.talent, partners="ROC", afterwards="")
    page = client_of(cast.partner).get(reverse("applications:who_changed", args=[draft.pk])).text
    assert cast.talent.full_name in page
    assert str(questions.question_of(questions.COOPERATION, "partners").label) in page
    assert cast.talent.email in page


def test_changes_of_one_person_within_ten_minutes_are_told_as_one(draft, cast):
    moment = clock.now()
    for minutes, values in ((0, ("a", "")), (9, ("a", "b")), (25, ("c", "b"))):
        with clock.set_to(moment + timedelta(minutes=minutes)):
            drafts.save_cooperation(proposal_id=draft.pk, by=cast.partner, partners=values[0], afterwards=values[1])
    told = contributions.read(contributions.of_proposal(draft))
    changed = [entry for entry in told if entry.fields]
    assert [len(entry.fields) for entry in changed] == [1, 2]
    assert {entry.by for entry in changed} == {cast.partner.full_name}


def test_what_the_team_does_is_not_told_to_the_partner(client_of, cast, call):
    proposal = complete_proposal(cast, call)
    page = client_of(cast.partner).get(reverse("applications:who_changed", args=[proposal.pk]))
    assert cast.manager.full_name not in page.text
    assert page.status_code == 200


# At the same moment


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_owners_who_remove_each_other_leave_one(cast, call, monkeypatch, guarded):
    """With the lock one comes second and is refused; without it the trigger refuses, or else there is no owner left."""
    draft = empty_draft(cast, call)
    join(draft, cast.partner, cast.talent, OWNER)
    mine, other = (owner_of_user(draft, user) for user in (cast.partner, cast.talent))
    both_looked = threading.Barrier(2)
    if not guarded:
        monkeypatch.setattr(collaboration, "lock_proposal", lambda pk: Proposal.objects.get(pk=pk))
        monkeypatch.setattr(collaboration, "_hand_over_contact", lambda *_: both_looked.wait(10))
    refused = run_both(
        lambda: collaboration.remove(collaborator_id=other.pk, by=cast.partner),
        lambda: collaboration.remove(collaborator_id=mine.pk, by=cast.talent),
    )
    assert len(refused) == 1
    assert isinstance(refused[0], (NotAnOwner, LastOwner) if guarded else IntegrityError)
    assert draft.collaborators.now().filter(role=OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_at_the_same_moment_are_one(cast, call):
    draft = empty_draft(cast, call)
    refused = run_both(*[lambda: invite(draft, cast.partner, "nieuw@partner.example")] * 2)
    assert [type(error) for error in refused] == [InvitationRefused]
    assert Invitation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_twice_at_the_same_moment_is_joining_once(cast, call):
    draft = empty_draft(cast, call)
    confirm(cast.talent)
    invitation = invite(draft, cast.partner, cast.talent.email)
    assert run_both(*[lambda: collaboration.accept(invitation_id=invitation.pk, by=cast.talent)] * 2) == []
    assert draft.collaborators.filter(user=cast.talent).count() == 1


def run_both(*works) -> list[Exception]:
    """Run works at the same moment, each on its own connection; return what was refused."""
    refused, together = [], threading.Barrier(len(works))

    def run(work):
        together.wait(10)
        try:
            work()
        except (DomainError, IntegrityError) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return refused
