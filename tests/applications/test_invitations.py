"""Inviting somebody to work on a proposal, and accepting: once, by the right person, in time."""

import re
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from accounts.states import MembershipRole
from applications.access import can_edit, can_read
from applications.domain import collaboration
from applications.errors import (
    InvitationClosed,
    InvitationNotYours,
    InvitationRefused,
    NotAnOwner,
)
from applications.models import Invitation
from applications.states import ProposalEvent
from core.domain import clock
from core.models import AuditEntry, OutboxMessage
from tests.applications.road import empty_draft
from tests.applications.together import confirm, invite, join, link_in, owner_of

OWNER, EDITOR, READER = MembershipRole.OWNER, MembershipRole.EDITOR, MembershipRole.READER


@pytest.fixture
def draft(cast, call):
    return empty_draft(cast, call)


def test_an_invitation_goes_by_mail_once_with_a_link_that_is_kept_nowhere(draft, cast, deliver_all):
    invitation = invite(draft, cast.partner, " Nieuw@Partner.Example ")
    deliver_all()
    (message,) = mail.outbox
    assert message.to == ["nieuw@partner.example"]
    token = link_in(message).rstrip("/").rpartition("/")[2]
    assert invitation.token_sha256 == Invitation.hash_of(token)
    assert token not in str(list(OutboxMessage.objects.values())) + str(list(AuditEntry.objects.values()))
    deliver_all()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("role", [EDITOR, READER])
def test_only_an_owner_invites_withdraws_removes_and_gives_roles(draft, cast, role):
    join(draft, cast.partner, cast.talent, role)
    waiting = invite(draft, cast.partner, "nieuw@partner.example")
    owner = owner_of(draft)
    for refused in (
        lambda: invite(draft, cast.talent, "derde@partner.example"),
        lambda: collaboration.withdraw_invitation(invitation_id=waiting.pk, by=cast.talent),
        lambda: collaboration.remove(collaborator_id=owner.pk, by=cast.talent),
        lambda: collaboration.change_role(collaborator_id=owner.pk, by=cast.talent, role=READER),
        lambda: invite(draft, cast.partner2, "derde@partner.example"),
    ):
        with pytest.raises(NotAnOwner):
            refused()
    assert Invitation.objects.unanswered().count() == 1


def test_an_address_is_invited_once_until_the_invitation_ends(draft, cast):
    first = invite(draft, cast.partner, "nieuw@partner.example")
    with pytest.raises(InvitationRefused, match=re.escape("nieuw@partner.example")):
        invite(draft, cast.partner, "Nieuw@partner.example")
    with clock.set_to(first.expires_at):
        second = invite(draft, cast.partner, "nieuw@partner.example")
    first.refresh_from_db()
    assert first.withdrawn_at == first.expires_at
    assert list(Invitation.objects.unanswered()) == [second]
    fields = {"proposal": draft, "email": "nieuw@partner.example", "role": READER, "invited_by": cast.partner}
    with pytest.raises(IntegrityError, match="applications_invited_once"), transaction.atomic():
        Invitation.objects.create(
            **fields, token_sha256="0" * 64, invited_at=first.invited_at, expires_at=first.expires_at
        )


def test_who_works_on_it_is_not_invited_again(draft, cast):
    with pytest.raises(InvitationRefused, match=re.escape(cast.partner.email)):
        invite(draft, cast.partner, cast.partner.email)


def test_a_proposal_has_room_for_so_many_people_and_a_person_sends_so_many_invitations(draft, cast, monkeypatch):
    monkeypatch.setattr(collaboration, "PEOPLE_MOST", 2)
    invite(draft, cast.partner, "een@partner.example")
    with pytest.raises(InvitationRefused):
        invite(draft, cast.partner, "twee@partner.example")
    monkeypatch.setattr(collaboration, "PEOPLE_MOST", 99)
    monkeypatch.setattr(collaboration, "INVITATIONS_A_DAY", 1)
    with pytest.raises(InvitationRefused):
        invite(draft, cast.partner, "twee@partner.example")
    with clock.set_to(clock.now() + timedelta(days=1, minutes=1)):
        invite(draft, cast.partner, "twee@partner.example")


def test_a_double_click_sends_one_invitation(client_of, draft, cast, deliver_all):
    client, url = client_of(cast.partner), reverse("applications:together", args=[draft.pk])
    data = {"email": "nieuw@partner.example", "role": EDITOR.value, "request_key": str(uuid4())}
    assert [client.post(url, data).status_code for _turn in range(2)] == [302, 302]
    deliver_all()
    assert Invitation.objects.count() == len(mail.outbox) == 1
    again = client.post(url, {**data, "request_key": str(uuid4())})
    assert again.status_code == 422
    assert list(again.context["form"].errors) == ["email"]


@pytest.mark.parametrize("email", ["", "geen adres", "a@b", "x" * 250 + "@partner.example"])
def test_what_is_no_address_is_refused_and_stays_as_typed(client_of, draft, cast, email):
    data = {"email": email, "role": EDITOR.value, "request_key": str(uuid4())}
    answer = client_of(cast.partner).post(reverse("applications:together", args=[draft.pk]), data)
    assert answer.status_code == 422
    assert email in answer.text
    assert not Invitation.objects.exists()


# Accepting


def test_the_link_of_the_mail_lets_the_person_join_once(client_of, draft, cast, deliver_all):
    confirm(cast.talent)
    invite(draft, cast.partner, cast.talent.email, READER)
    deliver_all()
    link, client = link_in(mail.outbox[0]), client_of(cast.talent)
    assert draft.title in client.get(link).text
    assert not draft.collaborators.filter(user=cast.talent).exists()
    for _turn in range(2):
        assert client.post(link).url == draft.get_absolute_url()
    person = draft.collaborators.get(user=cast.talent)
    assert (person.role, person.invited_by) == (READER, cast.partner)
    joined = AuditEntry.objects.about(draft).filter(event=ProposalEvent.JOINED)
    assert [entry.actor for entry in joined] == [cast.talent]


def test_the_link_is_of_no_use_to_somebody_else(client_of, draft, cast, deliver_all):
    confirm(cast.partner2)
    EmailAddress.objects.create(user=cast.partner2, email=cast.talent.email, verified=False)
    invitation = invite(draft, cast.partner, cast.talent.email)
    deliver_all()
    client, link = client_of(cast.partner2), link_in(mail.outbox[0])
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 422
    accept = reverse("applications:invitation_accept", args=[invitation.pk])
    assert client.post(accept).status_code == 404
    with pytest.raises(InvitationNotYours):
        collaboration.accept(invitation_id=invitation.pk, by=cast.partner2)
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_a_guessed_or_forged_link_does_not_exist(client, draft, cast):
    invite(draft, cast.partner, "nieuw@partner.example")
    for token in ("x", "x:y", "0" * 64, "%00"):
        assert client.get(f"/mijn/uitnodiging/{token}/").status_code == 404


def test_an_invitation_ends_after_fourteen_days_to_the_second(draft, cast):
    confirm(cast.talent)
    invitation = invite(draft, cast.partner, cast.talent.email)
    assert invitation.expires_at - invitation.invited_at == timedelta(days=14)
    with clock.set_to(invitation.expires_at), pytest.raises(InvitationClosed):
        collaboration.accept(invitation_id=invitation.pk, by=cast.talent)
    with clock.set_to(invitation.expires_at - timedelta(seconds=1)):
        collaboration.accept(invitation_id=invitation.pk, by=cast.talent)


def test_a_withdrawn_invitation_opens_nothing_and_says_so(client_of, draft, cast, deliver_all):
    confirm(cast.talent)
    invitation = invite(draft, cast.partner, cast.talent.email)
    deliver_all()
    for _turn in range(2):
        collaboration.withdraw_invitation(invitation_id=invitation.pk, by=cast.partner)
    client, link = client_of(cast.talent), link_in(mail.outbox[0])
    page = client.get(link)
    assert page.context["closed"]
    assert 'method="post"' not in page.text[page.text.index("<main") : page.text.index("</main")]
    assert client.post(link).url == reverse("applications:mine")
    assert client.get(draft.get_absolute_url()).status_code == 404
    with pytest.raises(IntegrityError, match="applications_invitation_is_fixed"), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=None)


def test_who_was_removed_does_not_come_back_by_the_old_link(draft, cast):
    person = join(draft, cast.partner, cast.talent)
    collaboration.remove(collaborator_id=person.pk, by=cast.partner)
    with pytest.raises(InvitationClosed):
        collaboration.accept(invitation_id=Invitation.objects.get().pk, by=cast.talent)
    assert not can_read(cast.talent, draft)
    with pytest.raises(InvitationClosed):
        collaboration.withdraw_invitation(invitation_id=Invitation.objects.get().pk, by=cast.partner)


def test_accepting_never_takes_rights_away(draft, cast):
    confirm(cast.talent)
    confirm(cast.talent, "anders@partner.example")
    join(draft, cast.partner, cast.talent, OWNER)
    second = invite(draft, cast.partner, "anders@partner.example", READER)
    assert collaboration.accept(invitation_id=second.pk, by=cast.talent).role == OWNER


def test_invitations_wait_on_the_own_page_and_are_accepted_there(client_of, draft, cast):
    confirm(cast.talent)
    invitation = invite(draft, cast.partner, cast.talent.email)
    client = client_of(cast.talent)
    page = client.get(reverse("applications:mine"))
    assert list(page.context["invitations"]) == [invitation]
    assert client.post(reverse("applications:invitation_accept", args=[invitation.pk])).url == draft.get_absolute_url()
    assert not client.get(reverse("applications:mine")).context["invitations"]


def test_who_has_no_account_registers_and_comes_back_to_the_invitation(client, draft, cast, deliver_all):
    invite(draft, cast.partner, "nieuw@partner.example")
    deliver_all()
    link = link_in(mail.outbox.pop())
    page = client.get(link)
    assert f"{reverse('account_signup')}?next={quote(link, safe='')}" in page.text
    form = {"full_name": "Noor Nieuw", "email": "nieuw@partner.example", "password1": "een lang wachtwoord 2026"}
    client.post(reverse("account_signup"), {**form, "next": link})
    deliver_all()
    confirmation = next(link_in(message) for message in mail.outbox if "/account/" in message.body)
    assert client.post(confirmation).url == link
    assert client.post(link).url == draft.get_absolute_url()
    assert can_edit(User.objects.get(email="nieuw@partner.example"), draft)
