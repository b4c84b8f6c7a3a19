"""Messages: kept with the file, told by mail without their text, and shut for whoever has an interest."""

import threading
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, close_old_connections, transaction
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import messages, shut_files
from applications.errors import MoveNotAllowed, NotYours, TextNeeded
from applications.models import Message, MessageReading, Proposal
from applications.states import ProposalEvent, Side
from assessment.domain.work import piles_for
from core.models import AuditEntry
from tests.applications.road import draft_proposal, submitted_proposal
from tests.assessment.road import assigned_proposal

SECRET = "Ons rekeningnummer verandert volgende week."


@pytest.fixture
def proposal(cast, call):
    return submitted_proposal(cast, call)


def new_messages(number):
    return ngettext("%(counter)s new message", "%(counter)s new messages", number) % {"counter": number}


def send(proposal, by, side=Side.PARTNER, text=SECRET, key=None):
    return messages.send(proposal_id=proposal.pk, by=by, side=side, text=text, request_key=key or uuid.uuid4())


def test_a_message_is_kept_with_who_wrote_it_and_when(cast, proposal):
    message = send(proposal, cast.partner)
    assert (message.text, message.by, message.side) == (SECRET, cast.partner, Side.PARTNER)
    assert ProposalEvent.MESSAGE_SENT in AuditEntry.objects.about(proposal).values_list("event", flat=True)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(text="Niets gezegd")
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        Message.objects.filter(pk=message.pk).delete()


def test_an_empty_message_is_refused_by_rule_and_by_constraint(cast, proposal):
    with pytest.raises(TextNeeded):
        send(proposal, cast.partner, text=" \n")
    with pytest.raises(IntegrityError, match="applications_message_says_something"), transaction.atomic():
        Message.objects.create(proposal=proposal, side=Side.TEAM, text="", by=cast.manager, at=proposal.submitted_at)


def test_a_draft_has_no_messages_the_team_does_not_know_of_it(cast, call, client_of):
    draft = draft_proposal(cast, call)
    with pytest.raises(MoveNotAllowed):
        send(draft, cast.partner)
    assert client_of(cast.partner).get(reverse("applications:messages", args=[draft.pk])).status_code == 404


def test_the_mail_goes_to_the_other_side_and_never_says_what_was_written(cast, proposal, deliver_all):
    deliver_all()
    mail.outbox.clear()
    send(proposal, cast.partner)
    send(proposal, cast.manager, side=Side.TEAM, text="Stuur het nieuwe nummer via dit bericht.")
    deliver_all()
    assert [message.to for message in mail.outbox] == [[cast.lead.email], [cast.partner.email]]
    for message in mail.outbox:
        assert "nummer" not in message.body + message.subject
        assert proposal.reference in message.subject
        assert "/berichten/" in message.body


def test_without_a_lead_the_managers_get_the_mail_but_never_one_with_an_interest(cast, call, deliver_all):
    proposal = submitted_proposal(cast, call, line="werken")
    deliver_all()
    mail.outbox.clear()
    send(proposal, cast.partner)
    deliver_all()
    assert [message.to for message in mail.outbox] == [[cast.manager.email]]
    mail.outbox.clear()
    shut_files.shut(proposal=proposal, person=cast.manager)
    send(proposal, cast.partner)
    deliver_all()
    assert mail.outbox == []


def test_a_reader_and_an_outsider_write_nothing_as_partner(cast, proposal):
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=MembershipRole.READER)
    for person in (cast.talent, cast.partner2, cast.manager):
        with pytest.raises(NotYours):
            send(proposal, person)


def test_nobody_with_an_interest_or_without_the_file_writes_or_reads_as_team(cast, call, client_of):
    proposal = assigned_proposal(cast, call)
    send(proposal, cast.partner)
    url = reverse("applications:team_messages", args=[proposal.reference])
    for person in (cast.assessor1, cast.partner, cast.college, cast.council):
        with pytest.raises(NotYours):
            send(proposal, person, side=Side.TEAM)
        assert client_of(person).get(url).status_code in (403, 404)
    assert SECRET in client_of(cast.manager).get(url).content.decode()
    shut_files.shut(proposal=proposal, person=cast.manager)
    assert client_of(cast.manager).get(url).status_code == 404
    with pytest.raises(NotYours):
        send(proposal, cast.manager, side=Side.TEAM)
    Membership.objects.create(user=cast.lead, organisation=cast.organisation, role=MembershipRole.READER)
    assert client_of(cast.lead).get(url).status_code == 404


def test_opening_the_page_marks_what_the_other_side_wrote_as_read_once(cast, proposal, client_of):
    mine, theirs = send(proposal, cast.partner), send(proposal, cast.manager, side=Side.TEAM, text="Dank.")
    url = reverse("applications:team_messages", args=[proposal.reference])
    client_of(cast.lead).get(url)
    client_of(cast.manager).get(url)
    assert MessageReading.objects.get().message == mine
    assert MessageReading.objects.get().by == cast.lead
    client_of(cast.partner).get(reverse("applications:messages", args=[proposal.pk]))
    assert MessageReading.objects.get(message=theirs).by == cast.partner
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        MessageReading.objects.update(by=cast.manager)


def test_the_partner_sees_how_many_are_new_on_the_list_and_on_the_page(cast, proposal, client_of):
    for number in range(3):
        send(proposal, cast.manager, side=Side.TEAM, text=f"Bericht {number}")
    client = client_of(cast.partner)
    assert new_messages(3) in client.get(reverse("applications:mine")).content.decode()
    assert new_messages(3) in client.get(proposal.get_absolute_url()).content.decode()
    client.get(reverse("applications:messages", args=[proposal.pk]))
    assert new_messages(3) not in client.get(reverse("applications:mine")).content.decode()


def test_the_list_of_the_partner_asks_no_more_questions_for_more_proposals(
    cast, call, client_of, django_assert_max_num_queries
):
    client, url = client_of(cast.partner), reverse("applications:mine")
    send(submitted_proposal(cast, call), cast.manager, side=Side.TEAM)
    client.get(url)
    with django_assert_max_num_queries(40) as one:
        client.get(url)
    for number in range(6):
        send(submitted_proposal(cast, call, title=f"Plan {number}"), cast.manager, side=Side.TEAM)
    with django_assert_max_num_queries(40) as many:
        client.get(url)
    assert len(many) == len(one)


def test_the_team_finds_new_messages_on_its_own_page(cast, proposal, client_of):
    send(proposal, cast.partner)
    for person in (cast.manager, cast.lead):
        [pile] = [pile for pile in piles_for(person) if pile.code == "messages"]
        assert [found.pk for found in pile.proposals] == [proposal.pk]
    client = client_of(cast.manager)
    assert reverse("applications:team_messages", args=[proposal.reference]) in client.get("/team/").content.decode()
    client.get(reverse("applications:team_messages", args=[proposal.reference]))
    assert not [pile for pile in piles_for(cast.lead) if pile.code == "messages" and pile.count]


def test_what_is_written_is_shown_as_text_and_never_as_code(cast, proposal, client_of):
    send(proposal, cast.partner, text="<script>alert(1)</script>\nTweede regel")
    page = client_of(cast.manager).get(reverse("applications:team_messages", args=[proposal.reference]))
    assert "<script>alert(1)" not in page.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>Tweede regel" in page.content.decode()


def test_the_page_sends_a_message_and_keeps_a_refused_one(cast, proposal, client_of):
    client, url = client_of(cast.partner), reverse("applications:messages", args=[proposal.pk])
    too_long = client.post(url, {"request_key": str(uuid.uuid4()), "text": "a" * 4001})
    assert too_long.status_code == 422
    assert "a" * 4001 in too_long.content.decode()
    assert client.post(url, {"request_key": str(uuid.uuid4()), "text": "Dag!"}).status_code == 302
    assert Message.objects.get().text == "Dag!"


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sends_one_message_and_one_mail(cast, call, deliver_all):
    proposal = submitted_proposal(cast, call)
    deliver_all()
    mail.outbox.clear()
    key, barrier, found = uuid.uuid4(), threading.Barrier(4), []

    def press():
        barrier.wait()
        try:
            found.append(send(proposal, cast.partner, key=key).pk)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=press) for _turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Message.objects.get().pk] * 4
    deliver_all()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_open_the_page_at_the_same_moment_mark_it_read_once(cast, call):
    proposal = submitted_proposal(cast, call)
    send(proposal, cast.partner)
    barrier, errors = threading.Barrier(2), []

    def read(person):
        barrier.wait()
        try:
            messages.mark_read(proposal=Proposal.objects.get(pk=proposal.pk), by=person, side=Side.TEAM)
        except IntegrityError as error:
            errors.append(error)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=read, args=[person]) for person in (cast.manager, cast.lead)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert MessageReading.objects.count() == 1
