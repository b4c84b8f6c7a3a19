"""Withdrawing: by the partner, once, with a reason, and never from the table of the college."""

import subprocess
import threading
import uuid

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, close_old_connections, transaction
from django.urls import reverse

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import withdrawal
from applications.errors import MoveNotAllowed, NotYours, TextNeeded
from applications.models import Letter, Proposal, StateChange, Withdrawal
from applications.states import MAY_BE_WITHDRAWN, ProposalEvent, ProposalState
from assessment.domain import scores
from assessment.domain.work import piles_for
from assessment.models import Assignment
from budget.domain import decision_items
from core.domain import documents
from core.errors import DomainError, RequestKeyReused
from core.models import AuditEntry
from tests.applications.road import draft_proposal, submitted_proposal
from tests.assessment.road import advised_proposal, declared_proposal
from tests.budget.road import decided_proposal, empty_list, listed_proposal


def withdraw(cast, proposal, *, key=None, by=None, reason="Wij gaan het anders doen."):
    return withdrawal.withdraw(
        proposal_id=proposal.pk, by=by or cast.partner, reason=reason, request_key=key or uuid.uuid4()
    )


def state_of(proposal):
    return Proposal.objects.get(pk=proposal.pk).state


@pytest.mark.parametrize("made", [submitted_proposal, declared_proposal, advised_proposal])
def test_a_partner_withdraws_as_long_as_the_college_has_it_not_on_its_table(cast, call, made):
    proposal = made(cast, call)
    kept = withdraw(cast, proposal)
    assert state_of(proposal) == ProposalState.WITHDRAWN
    assert kept.reason == "Wij gaan het anders doen."
    assert StateChange.objects.filter(proposal=proposal).last().by == cast.partner
    assert ProposalEvent.WITHDRAWN in AuditEntry.objects.about(proposal).values_list("event", flat=True)


def test_what_is_on_a_list_of_the_college_can_not_be_withdrawn_and_the_sentence_says_so(cast, call):
    proposal = listed_proposal(cast, call)
    with pytest.raises(MoveNotAllowed, match="college"):
        withdraw(cast, proposal)
    assert state_of(proposal) == ProposalState.LISTED
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize("outcome", ["positive", "negative"])
def test_what_was_decided_can_not_be_withdrawn(cast, call, outcome):
    proposal = decided_proposal(cast, call, outcome=outcome)
    with pytest.raises(MoveNotAllowed):
        withdraw(cast, proposal)


def test_a_draft_is_not_withdrawn(cast, call):
    with pytest.raises(MoveNotAllowed):
        withdraw(cast, draft_proposal(cast, call))


def test_without_a_reason_nothing_is_withdrawn(cast, call):
    proposal = submitted_proposal(cast, call)
    with pytest.raises(TextNeeded):
        withdraw(cast, proposal, reason="  \n ")
    with pytest.raises(IntegrityError, match="applications_withdrawal_says_why"), transaction.atomic():
        Withdrawal.objects.create(proposal=proposal, reason="", by=cast.partner, at=proposal.submitted_at)
    assert state_of(proposal) == ProposalState.SUBMITTED


def test_a_reader_of_the_organisation_and_an_outsider_withdraw_nothing(cast, call):
    proposal = submitted_proposal(cast, call)
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=MembershipRole.READER)
    for person in (cast.talent, cast.partner2, cast.manager):
        with pytest.raises(NotYours):
            withdraw(cast, proposal, by=person)


@pytest.mark.parametrize("state", [state for state in ProposalState if state not in MAY_BE_WITHDRAWN])
def test_the_database_lets_only_the_same_states_be_withdrawn(cast, call, state):
    proposal = listed_proposal(cast, call)
    if state not in (ProposalState.LISTED, ProposalState.WITHDRAWN, ProposalState.DRAFT):
        Proposal.objects.filter(pk=proposal.pk).update(state=state)
    if state in (ProposalState.WITHDRAWN, ProposalState.DRAFT):
        return
    with pytest.raises(IntegrityError, match="can not go from"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state=ProposalState.WITHDRAWN)


def test_what_was_withdrawn_never_comes_back_and_its_reason_stays(cast, call):
    proposal = submitted_proposal(cast, call)
    kept = withdraw(cast, proposal)
    with pytest.raises(IntegrityError, match="can not go from"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state=ProposalState.SUBMITTED)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        Withdrawal.objects.filter(pk=kept.pk).update(reason="Iets anders")
    with pytest.raises(MoveNotAllowed, match=proposal.reference):
        withdraw(cast, proposal)


def test_assessors_who_waited_for_it_are_free_and_can_not_score_any_more(cast, call):
    proposal = declared_proposal(cast, call)
    assert sum(pile.count for pile in piles_for(cast.assessor1)) == 1
    withdraw(cast, proposal)
    assert sum(pile.count for pile in piles_for(cast.assessor1)) == 0
    assignment = Assignment.objects.get(proposal=proposal, assessor=cast.assessor1)
    with pytest.raises(DomainError, match=proposal.reference):
        scores.hand_in(assignment_id=assignment.pk, by=cast.assessor1)


def test_the_partner_gets_a_letter_once_and_the_team_a_mail_without_the_reason(cast, call, deliver_all):
    proposal = submitted_proposal(cast, call)
    deliver_all()
    mail.outbox.clear()
    withdraw(cast, proposal)
    deliver_all()
    withdrawal.send_confirmation(proposal_id=proposal.pk)
    deliver_all()
    letter = Letter.objects.get(proposal=proposal, kind="withdrawal")
    run = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=documents.read(letter.document), capture_output=True, check=True
    )
    text = " ".join(run.stdout.decode().split())
    assert proposal.reference in text
    assert "Wij gaan het anders doen." in text
    assert sorted(to for message in mail.outbox for to in message.to) == sorted([cast.partner.email, cast.lead.email])
    assert not any("anders doen" in message.body for message in mail.outbox)


def test_the_page_asks_first_and_keeps_what_was_typed(cast, call, client_of):
    proposal = submitted_proposal(cast, call)
    client, url = client_of(cast.partner), reverse("applications:withdraw", args=[proposal.pk])
    page = client.get(url)
    assert page.status_code == 200
    key = str(page.context["form"]["request_key"].initial)
    assert client.post(url, {"request_key": key, "reason": ""}).status_code == 422
    answer = client.post(url, {"request_key": key, "reason": "Te druk."})
    assert answer.status_code == 302
    assert state_of(proposal) == ProposalState.WITHDRAWN
    assert "Te druk." in client.get(proposal.get_absolute_url()).content.decode()


def test_the_page_of_what_is_with_the_college_has_no_button(cast, call, client_of):
    proposal = listed_proposal(cast, call)
    client, url = client_of(cast.partner), reverse("applications:withdraw", args=[proposal.pk])
    page = client.get(url).content.decode()
    assert withdrawal.why_not(proposal)[:40] in page
    assert "tf-button--danger" not in page
    assert client.post(url, {"request_key": str(uuid.uuid4()), "reason": "Toch"}).status_code == 422


def at_once(*acts):
    """Do all acts at the same moment, each on a connection of its own; return what became of each."""
    barrier, outcomes = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number, act):
        barrier.wait()
        try:
            act()
            outcomes[number] = "done"
        except MoveNotAllowed:
            outcomes[number] = "refused"
        except DatabaseError:
            outcomes[number] = "refused by the database"
        finally:
            close_old_connections()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_a_double_click_withdraws_once(cast, call, deliver_all):
    proposal, key = submitted_proposal(cast, call), uuid.uuid4()
    assert at_once(*[lambda: withdraw(cast, proposal, key=key)] * 4) == ["done"] * 4
    assert Withdrawal.objects.count() == 1
    deliver_all()
    assert Letter.objects.filter(kind="withdrawal").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_pages_withdraw_once_and_the_other_reads_that_it_was_done(cast, call):
    proposal = submitted_proposal(cast, call)
    outcomes = at_once(*[lambda: withdraw(cast, proposal)] * 4)
    assert sorted(outcomes) == ["done", "refused", "refused", "refused"]


@pytest.mark.django_db(transaction=True)
def test_withdrawing_while_the_team_lists_it_lets_one_of_the_two_win(cast, call):
    proposal, agenda = advised_proposal(cast, call), empty_list(cast)
    outcomes = at_once(
        lambda: withdraw(cast, proposal),
        lambda: decision_items.put_on(list_id=agenda.pk, proposal_id=proposal.pk, by=cast.finance),
    )
    assert sorted(outcomes) == ["done", "refused"]
    won = ProposalState.WITHDRAWN if outcomes[0] == "done" else ProposalState.LISTED
    assert state_of(proposal) == won
    assert Withdrawal.objects.exists() == (won == ProposalState.WITHDRAWN)
    assert agenda.decisions.exists() == (won == ProposalState.LISTED)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_go_on_and_the_database_still_stops_one(cast, call, monkeypatch):
    """The control: with the lock off both look at the same moment, and the rule no longer holds by itself."""
    proposal, agenda = advised_proposal(cast, call), empty_list(cast)
    both_looked = threading.Barrier(2)

    def look_without_locking(pk):
        found = Proposal.objects.get(pk=pk)
        both_looked.wait(10)
        return found

    monkeypatch.setattr(withdrawal, "lock_proposal", look_without_locking)
    monkeypatch.setattr(decision_items, "lock_proposal", look_without_locking)
    outcomes = at_once(
        lambda: withdraw(cast, proposal),
        lambda: decision_items.put_on(list_id=agenda.pk, proposal_id=proposal.pk, by=cast.finance),
    )
    assert sorted(outcomes) == ["done", "refused by the database"]


def test_the_same_key_with_another_reason_is_refused(cast, call):
    proposal, key = submitted_proposal(cast, call), uuid.uuid4()
    withdraw(cast, proposal, key=key)
    with pytest.raises(RequestKeyReused):
        withdraw(cast, proposal, key=key, reason="Toch iets anders")
