"""The timeline: all that happened, what comes, by when the college decides, and why that day moved."""

import uuid
from datetime import UTC, datetime

from django.urls import reverse

from applications.domain import messages, supplements, timeline, withdrawal
from applications.domain.timeline import Entry
from applications.models import Proposal
from applications.states import PARTNER_HISTORY, POSTPONED_HISTORY, ProposalState, Side
from budget.domain import decision_items
from core.domain import clock
from tests.applications.road import complete_proposal, draft_proposal, submitted_proposal
from tests.budget.road import decision_of, granted_proposal, listed_proposal

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)


def titles(entries):
    return [str(entry.title) for entry in entries]


def word(state):
    return str(PARTNER_HISTORY[state])


def test_each_state_is_told_oldest_first_with_the_letter(cast, call, deliver_all):
    proposal = complete_proposal(cast, call)
    deliver_all()
    told = timeline.timeline_of(Proposal.objects.get(pk=proposal.pk))
    assert titles(told.past)[:2] == [word(ProposalState.SUBMITTED), word(ProposalState.IN_ASSESSMENT)]
    letter = proposal.letters.get()
    assert [entry.url for entry in told.past if entry.url] == [
        reverse("applications:letter", args=[letter.document_id])
    ]
    moments = [entry.at for entry in told.past]
    assert moments == sorted(moments)


def test_what_comes_ends_with_the_day_of_the_decision(cast, call):
    with clock.set_to(NOW):
        proposal = submitted_proposal(cast, call)
    told = timeline.timeline_of(proposal)
    assert told.coming[0].at == proposal.receipt.decide_by
    assert len(told.coming) == 3
    assert told.moves == []


def test_a_request_for_a_supplement_moves_the_day_and_says_why(cast, call, client_of):
    with clock.set_to(NOW):
        proposal = submitted_proposal(cast, call)
        supplements.ask(
            proposal_id=proposal.pk,
            by=cast.manager,
            points=["budget"],
            steps=["kosten"],
            text="De dekking ontbreekt.",
            request_key=uuid.uuid4(),
        )
        told = timeline.timeline_of(Proposal.objects.get(pk=proposal.pk))
        page = client_of(cast.partner).get(proposal.get_absolute_url())
    assert told.decision.decide_by > proposal.receipt.decide_by
    assert [move.after for move in told.moves] == [told.decision.decide_by]
    assert told.coming[0].url == reverse("applications:supplement", args=[proposal.pk])
    assert str(told.moves[0].why) in page.content.decode()


def test_messages_are_told_once_a_day_and_never_what_they_say(cast, call, client_of):
    proposal = submitted_proposal(cast, call)
    for by, side in ((cast.partner, Side.PARTNER), (cast.partner, Side.PARTNER), (cast.manager, Side.TEAM)):
        messages.send(proposal_id=proposal.pk, by=by, side=side, text="Ons geheim", request_key=uuid.uuid4())
    told = timeline.timeline_of(proposal)
    url = reverse("applications:messages", args=[proposal.pk])
    assert len([entry for entry in told.past if entry.url == url]) == 2
    assert "Ons geheim" not in client_of(cast.partner).get(proposal.get_absolute_url()).content.decode()


def test_taken_off_a_list_the_partner_reads_that_it_waits(cast, call):
    proposal = listed_proposal(cast, call)
    decision_items.take_off(decision_id=decision_of(proposal).pk, by=cast.finance)
    assert titles(timeline.timeline_of(Proposal.objects.get(pk=proposal.pk)).past)[-1] == str(POSTPONED_HISTORY)


def test_a_withdrawn_proposal_has_nothing_to_come_and_tells_why(cast, call):
    proposal = submitted_proposal(cast, call)
    withdrawal.withdraw(proposal_id=proposal.pk, by=cast.partner, reason="Te druk.", request_key=uuid.uuid4())
    told = timeline.timeline_of(Proposal.objects.get(pk=proposal.pk))
    assert told.coming == []
    assert told.past[-1].body == "Te druk."
    assert told.decision is None


def test_the_money_adds_the_account_and_payments_once_the_letter_was_sent(cast, call):
    before = timeline.timeline_of(granted_proposal(cast, call, title="Zonder brief"))
    proposal = granted_proposal(cast, call, title="Met brief", send_letter=True)
    told = timeline.timeline_of(proposal)
    assert before.coming == []
    urls = [entry.url for entry in told.coming]
    assert reverse("budget:account_mine", args=[proposal.pk]) in urls
    assert any("20.000" in title for title in titles(told.coming))


def test_what_passed_its_day_is_marked_late(cast, call):
    with clock.set_to(NOW):
        proposal = submitted_proposal(cast, call)
    with clock.set_to(datetime(2026, 12, 1, 11, tzinfo=UTC)):
        assert timeline.timeline_of(proposal).coming[0].is_late
    with clock.set_to(NOW):
        assert not timeline.timeline_of(proposal).coming[0].is_late


def test_another_app_adds_entries_without_being_known(cast, call, monkeypatch):
    monkeypatch.setattr(timeline, "_providers", [])
    timeline.provider(lambda proposal: [Entry(NOW, "Iets van een andere app")])
    proposal = submitted_proposal(cast, call)
    assert titles(timeline.timeline_of(proposal).past) == ["Iets van een andere app"]


def test_a_draft_shows_no_timeline_and_an_outsider_sees_nothing(cast, call, client_of):
    draft = draft_proposal(cast, call)
    assert client_of(cast.partner2).get(draft.get_absolute_url()).status_code == 404
    assert client_of(cast.partner).get(draft.get_absolute_url()).status_code == 302


def test_the_number_of_questions_does_not_grow_with_what_happened(cast, call, django_assert_max_num_queries):
    proposal = submitted_proposal(cast, call)
    with django_assert_max_num_queries(30) as few:
        timeline.timeline_of(Proposal.objects.select_related("call").get(pk=proposal.pk))
    for number in range(5):
        for by, side in ((cast.partner, Side.PARTNER), (cast.manager, Side.TEAM)):
            messages.send(proposal_id=proposal.pk, by=by, side=side, text=f"{number}", request_key=uuid.uuid4())
    with django_assert_max_num_queries(30) as many:
        timeline.timeline_of(Proposal.objects.select_related("call").get(pk=proposal.pk))
    assert len(many) == len(few)
