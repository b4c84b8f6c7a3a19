"""Change notices: told after a grant, answered once by the team, and never a way to move money."""

import threading
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, close_old_connections, transaction
from django.urls import reverse

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import changes, shut_files
from applications.errors import ContentRefused, MoveNotAllowed, NotYours, TextNeeded
from applications.models import ChangeNotice, Letter
from applications.states import ChangeState, ChangeSubject, ProposalEvent
from assessment.domain.work import piles_for
from budget.models import LedgerEntry
from core.domain import clock
from core.models import AuditEntry
from tests.applications.road import submitted_proposal
from tests.budget.road import granted_proposal, refused_proposal

MOMENT = datetime(2026, 4, 1, 11, tzinfo=UTC)


@pytest.fixture
def proposal(cast, call):
    return granted_proposal(cast, call)


def report(cast, proposal, *, by=None, key=None, moves_money=False, **over):
    told = {
        "subject": ChangeSubject.PLANNING,
        "what": "We beginnen een maand later.",
        "why": "De werkplaats is nog niet klaar.",
        "known_on": clock.today() - timedelta(days=1),
        **over,
    }
    return changes.report(
        proposal_id=proposal.pk,
        by=by or cast.partner,
        moves_money=moves_money,
        request_key=key or uuid.uuid4(),
        **told,
    )


def answer(notice, by, state=ChangeState.ACCEPTED, text="Dat is goed.", key=None):
    return changes.answer(notice_id=notice.pk, by=by, state=state, text=text, request_key=key or uuid.uuid4())


def test_a_partner_tells_of_a_change_and_the_team_has_eight_weeks(cast, proposal, deliver_all):
    deliver_all()
    mail.outbox.clear()
    with clock.set_to(MOMENT):
        notice = report(cast, proposal)
    # Eight weeks after 1 April 2026 is a Wednesday.
    assert notice.answer_by == date(2026, 5, 27)
    assert notice.days_known == 1
    assert ProposalEvent.CHANGE_REPORTED in AuditEntry.objects.about(proposal).values_list("event", flat=True)
    deliver_all()
    assert [message.to for message in mail.outbox] == [[cast.lead.email]]
    assert "werkplaats is nog" not in mail.outbox[0].body


@pytest.mark.parametrize("made", [submitted_proposal, refused_proposal])
def test_only_what_was_granted_can_change_by_rule_and_by_trigger(cast, call, made):
    proposal = made(cast, call)
    with pytest.raises(MoveNotAllowed):
        report(cast, proposal)
    with pytest.raises(IntegrityError, match="was granted"), transaction.atomic():
        ChangeNotice.objects.create(
            proposal=proposal,
            subject=ChangeSubject.OTHER,
            what="Iets",
            why="Daarom",
            moves_money=False,
            known_on=clock.today(),
            by=cast.partner,
            at=clock.now(),
            answer_by=clock.today(),
        )


def test_a_notice_says_what_and_why_and_no_day_to_come(cast, proposal):
    for over in ({"what": " "}, {"why": ""}):
        with pytest.raises(TextNeeded):
            report(cast, proposal, **over)
    with pytest.raises(ContentRefused):
        report(cast, proposal, known_on=clock.today() + timedelta(days=1))
    assert not ChangeNotice.objects.exists()


def test_a_reader_an_outsider_and_the_team_report_nothing(cast, proposal):
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=MembershipRole.READER)
    for person in (cast.talent, cast.partner2, cast.manager):
        with pytest.raises(NotYours):
            report(cast, proposal, by=person)


@pytest.mark.parametrize("state", [ChangeState.ACCEPTED, ChangeState.REFUSED, ChangeState.NEEDS_DECISION])
def test_the_team_answers_and_the_partner_gets_a_letter_once(cast, proposal, deliver_all, state):
    notice = report(cast, proposal)
    deliver_all()
    mail.outbox.clear()
    answered = answer(notice, cast.manager, state, "Hierom.")
    deliver_all()
    changes.send_answer(notice_id=notice.pk)
    deliver_all()
    assert (answered.state, answered.answer, answered.answered_by) == (state, "Hierom.", cast.manager)
    letter = Letter.objects.get(proposal=proposal, kind=f"change-{notice.pk}")
    assert letter.document.facts["state"] == state
    assert [message.to for message in mail.outbox] == [[cast.partner.email]]
    assert "Hierom." not in mail.outbox[0].body


def test_what_moves_money_is_never_accepted_by_rule_and_by_constraint(cast, proposal):
    notice = report(cast, proposal, moves_money=True, subject=ChangeSubject.COST)
    with pytest.raises(MoveNotAllowed):
        answer(notice, cast.manager)
    with (
        pytest.raises(IntegrityError, match="applications_change_accepted_moves_no_money"),
        transaction.atomic(),
    ):
        ChangeNotice.objects.filter(pk=notice.pk).update(
            state=ChangeState.ACCEPTED, answer="Toch", answered_by=cast.manager, answered_at=clock.now()
        )
    assert answer(notice, cast.manager, ChangeState.NEEDS_DECISION).state == ChangeState.NEEDS_DECISION


def test_no_answer_touches_the_books(cast, proposal, deliver_all):
    before = list(LedgerEntry.objects.order_by("pk").values_list("pk", "hash"))
    for money, state in (
        (False, ChangeState.ACCEPTED),
        (True, ChangeState.REFUSED),
        (True, ChangeState.NEEDS_DECISION),
    ):
        answer(report(cast, proposal, moves_money=money), cast.manager, state)
    deliver_all()
    assert list(LedgerEntry.objects.order_by("pk").values_list("pk", "hash")) == before


def test_an_answer_has_reasons_is_given_once_and_stays(cast, proposal):
    notice = report(cast, proposal)
    with pytest.raises(TextNeeded):
        answer(notice, cast.manager, text="  ")
    with pytest.raises(MoveNotAllowed):
        answer(notice, cast.manager, ChangeState.OPEN)
    answer(notice, cast.manager)
    with pytest.raises(MoveNotAllowed):
        answer(notice, cast.lead, ChangeState.REFUSED)
    for values in ({"state": ChangeState.REFUSED}, {"what": "Iets anders"}, {"answer": "Toch niet"}):
        with pytest.raises(IntegrityError, match="told, or answered"), transaction.atomic():
            ChangeNotice.objects.filter(pk=notice.pk).update(**values)
    with pytest.raises(IntegrityError, match="told, or answered"), transaction.atomic():
        notice.delete()


def test_what_a_partner_told_can_not_be_changed_before_the_answer_either(cast, proposal):
    notice = report(cast, proposal, moves_money=True)
    with pytest.raises(IntegrityError, match="told, or answered"), transaction.atomic():
        ChangeNotice.objects.filter(pk=notice.pk).update(moves_money=False)


def test_only_who_handles_the_file_answers_and_nobody_with_an_interest(cast, proposal, client_of):
    notice = report(cast, proposal)
    url = reverse("applications:change_answer", args=[proposal.reference, notice.pk])
    for person in (cast.finance, cast.assessor1, cast.college, cast.partner):
        with pytest.raises(NotYours):
            answer(notice, person)
        assert client_of(person).get(url).status_code in (403, 404)
    assert client_of(cast.lead).get(url).status_code == 200
    shut_files.shut(proposal=proposal, person=cast.manager)
    with pytest.raises(NotYours):
        answer(notice, cast.manager)
    assert client_of(cast.manager).get(url).status_code == 404


def test_the_team_finds_it_on_its_own_page_until_it_is_answered(cast, proposal, client_of):
    notice = report(cast, proposal)
    [pile] = [pile for pile in piles_for(cast.manager) if pile.code == "changes"]
    assert [found.pk for found in pile.proposals] == [proposal.pk]
    client = client_of(cast.manager)
    url = reverse("applications:change_answer", args=[proposal.reference, notice.pk])
    assert url in client.get(reverse("applications:team_changes", args=[proposal.reference])).content.decode()
    data = {"request_key": str(uuid.uuid4()), "state": "accepted", "text": "Akkoord."}
    assert client.post(url, data).status_code == 302
    assert [pile.count for pile in piles_for(cast.manager) if pile.code == "changes"] == [0]


def test_the_page_of_a_change_with_money_offers_no_acceptance(cast, proposal, client_of):
    notice = report(cast, proposal, moves_money=True)
    client = client_of(cast.manager)
    url = reverse("applications:change_answer", args=[proposal.reference, notice.pk])
    assert 'value="accepted"' not in client.get(url).content.decode()
    data = {"request_key": str(uuid.uuid4()), "state": "accepted", "text": "Akkoord."}
    assert client.post(url, data).status_code == 422


def test_the_partner_fills_in_the_page_and_sees_the_answer_there(cast, proposal, client_of):
    client, url = client_of(cast.partner), reverse("applications:changes", args=[proposal.pk])
    assert client.post(url, {"request_key": str(uuid.uuid4()), "what": "Later"}).status_code == 422
    data = {
        "request_key": str(uuid.uuid4()),
        "subject": "planning",
        "what": "Wij beginnen later.",
        "why": "De zaal is bezet.",
        "moves_money": "no",
        "known_on": f"{clock.today():%d-%m-%Y}",
    }
    assert client.post(url, data).status_code == 302
    notice = ChangeNotice.objects.get()
    assert not notice.moves_money
    answer(notice, cast.manager, ChangeState.REFUSED, "Dit kan niet meer.")
    assert "Dit kan niet meer." in client.get(url).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_notice_and_two_answers_at_once_one_answer(cast, call):
    proposal, key = granted_proposal(cast, call), uuid.uuid4()
    known_on = clock.today()

    def at_once(*acts):
        barrier, outcomes = threading.Barrier(len(acts)), []

        def run(act):
            barrier.wait()
            try:
                outcomes.append(act().pk)
            except MoveNotAllowed:
                outcomes.append("refused")
            finally:
                close_old_connections()

        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    made = at_once(*[lambda: report(cast, proposal, key=key, known_on=known_on)] * 4)
    notice = ChangeNotice.objects.get()
    assert made == [notice.pk] * 4
    answered = at_once(lambda: answer(notice, cast.manager), lambda: answer(notice, cast.lead, ChangeState.REFUSED))
    assert sorted(map(str, answered)) == sorted([str(notice.pk), "refused"])
