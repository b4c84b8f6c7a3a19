"""Asking for a supplement, changing what was asked, handing it in, and the end of the term (Awb 4:5, 4:15)."""

import threading
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, close_old_connections, transaction

from applications.domain import de_minimis, drafts, openness, receipts, supplements, versions, withdrawal
from applications.errors import MoveNotAllowed, ProposalFrozen, ProposalIncomplete, TextNeeded
from applications.models import Letter, OutgoingLetter, Proposal, Supplement, SupplementRequest, Suspension
from applications.states import ProposalEvent, ProposalState, SuspensionEnd
from core.domain import clock
from core.models import AuditEntry, OutboxMessage
from programme.models import Area
from tests.applications.asking import TEXT, ask, change_budget, hand_in
from tests.applications.road import complete_proposal, draft_proposal, submitted_proposal


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.AMSTERDAM)


ASKED, LAST_SECOND, TOO_LATE = at("2026-03-10 12:00:00"), at("2026-03-24 23:59:59"), at("2026-03-25 00:00:00")


@pytest.fixture
def proposal(cast, call):
    with clock.set_to(at("2026-03-02 12:00:00")):
        return submitted_proposal(cast, call)


@pytest.fixture
def asked(cast, proposal):
    with clock.set_to(ASKED):
        return ask(proposal, cast)


def state_of(proposal) -> str:
    return Proposal.objects.values_list("state", flat=True).get(pk=proposal.pk)


def test_a_request_waits_for_the_partner_until_the_end_of_the_calls_term(cast, proposal, asked):
    assert state_of(proposal) == ProposalState.SUPPLEMENT
    assert asked.due_on == date(2026, 3, 24)
    assert (asked.number, asked.points, asked.steps, asked.is_open) == (1, ["budget"], ["kosten"], True)
    assert asked.text == "De huur van de zaal per jaar\nWie de cofinanciering betaalt"
    assert AuditEntry.objects.about(proposal).filter(event=ProposalEvent.SUPPLEMENT_ASKED).count() == 1


def test_the_letter_lists_what_is_missing_and_the_mail_only_points_to_it(cast, proposal, asked, deliver_all):
    deliver_all()
    letter = OutgoingLetter.objects.get(proposal=proposal)
    assert "- De huur van de zaal per jaar\n- Wie de cofinanciering betaalt" in letter.body
    assert "24 maart 2026" in letter.body
    assert letter.document is not None
    message = [message for message in mail.outbox if message.to == [cast.partner.email]][-1]
    assert proposal.reference in message.subject + message.body
    assert message.attachments == []
    assert "huur van de zaal" not in message.body


def test_the_same_key_asks_once(cast, proposal):
    key = uuid4()
    values = {"proposal_id": proposal.pk, "by": cast.manager, "points": ["budget"], "steps": [], "text": TEXT}
    assert supplements.ask(**values, request_key=key) == supplements.ask(**values, request_key=key)
    assert OutgoingLetter.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"points": []}, {"points": ["nonsense"]}, {"text": " \n - \n"}])
def test_a_request_says_what_is_not_in_order_and_what_is_missing(cast, proposal, wrong):
    with pytest.raises(TextNeeded):
        ask(proposal, cast, **wrong)
    assert state_of(proposal) == ProposalState.SUBMITTED


def test_only_what_waits_for_the_check_can_be_asked_about(cast, call, proposal, asked):
    for other in (proposal, draft_proposal(cast, call), complete_proposal(cast, call)):
        with clock.set_to(ASKED), pytest.raises(MoveNotAllowed):
            ask(other, cast)


# What opens, and what stays shut ------------------------------------------------------------------------------------


def test_only_the_steps_that_were_asked_about_open(cast, proposal, asked):
    with clock.set_to(LAST_SECOND):
        assert [step.slug for step in openness.open_steps(Proposal.objects.get(pk=proposal.pk))] == ["kosten"]
        change_budget(proposal, cast.partner)
        with pytest.raises(ProposalFrozen, match=proposal.reference):
            drafts.save_cooperation(proposal_id=proposal.pk, by=cast.partner, partners="Anders", afterwards="Anders")
    assert proposal.budget_items.filter(description="Huur van de zaal").exists()


def test_other_steps_open_when_the_team_names_them(cast, proposal):
    with clock.set_to(ASKED):
        ask(proposal, cast, points=["authority"], steps=["samenwerking"])
        drafts.save_cooperation(proposal_id=proposal.pk, by=cast.partner, partners="Anders", afterwards="Anders")
        with pytest.raises(ProposalFrozen):
            change_budget(proposal, cast.partner)


def test_after_the_term_nothing_can_be_changed_even_when_nobody_closed_it_yet(cast, proposal, asked):
    with clock.set_to(TOO_LATE):
        assert state_of(proposal) == ProposalState.SUPPLEMENT
        with pytest.raises(ProposalFrozen):
            change_budget(proposal, cast.partner)


WAYS_AROUND = {
    "the reference": lambda p: Proposal.objects.filter(pk=p.pk).update(reference="TF-2026-9999"),
    "the moment of receipt": lambda p: Proposal.objects.filter(pk=p.pk).update(submitted_at=ASKED),
    "the organisation": lambda p: Proposal.objects.filter(pk=p.pk).update(organisation=p.organisation_id + 1),
    "the whole proposal": lambda p: Proposal.objects.filter(pk=p.pk)._raw_delete("default"),
    "content together with the state": lambda p: Proposal.objects.filter(pk=p.pk).update(
        title="Anders", state=ProposalState.SUBMITTED
    ),
}


@pytest.mark.parametrize("way", WAYS_AROUND)
def test_the_database_keeps_what_a_supplement_can_not_change(proposal, asked, way):
    with pytest.raises(IntegrityError, match="submitted"), transaction.atomic():
        WAYS_AROUND[way](proposal)


def test_the_database_shuts_the_content_again_once_it_is_handed_in(cast, proposal, asked):
    with clock.set_to(LAST_SECOND):
        hand_in(proposal, cast)
    for change in (
        lambda: Proposal.objects.filter(pk=proposal.pk).update(title="Anders"),
        lambda: proposal.budget_items.update(description="Anders"),
        lambda: proposal.areas.add(Area.objects.last()),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# Handing in ---------------------------------------------------------------------------------------------------------


def test_handing_in_freezes_a_new_version_and_leaves_the_first_receipt_alone(cast, proposal, asked):
    before = proposal.receipt
    with clock.set_to(LAST_SECOND):
        change_budget(proposal, cast.partner)
        supplement = hand_in(proposal, cast)
    assert state_of(proposal) == ProposalState.SUBMITTED
    assert supplement.received_at == LAST_SECOND
    assert supplement.content_sha256 == receipts.hash_of(supplement.content) != before.content_sha256
    proposal.receipt.refresh_from_db()
    assert (proposal.receipt.content, proposal.receipt.content_sha256) == (before.content, before.content_sha256)
    pause = Suspension.objects.get()
    assert (pause.starts_on, pause.resumes_on, pause.ended) == (
        date(2026, 3, 11),
        date(2026, 3, 24),
        SuspensionEnd.SUPPLIED,
    )


def test_the_team_sees_exactly_what_changed(cast, proposal, asked):
    with clock.set_to(LAST_SECOND):
        change_budget(proposal, cast.partner)
        hand_in(proposal, cast)
    first, second = versions.versions_of(proposal)
    differences = versions.compare(first.content, second.content)
    assert [difference.step.slug for difference in differences] == ["kosten"]
    assert "Begeleiding en materiaal" in differences[0].before[0]
    assert "Huur van de zaal" in differences[0].after[0]


def test_while_the_partner_changes_it_the_team_reads_what_was_received_last(cast, proposal, asked):
    with clock.set_to(LAST_SECOND):
        change_budget(proposal, cast.partner)
        found = versions.read_by_team(Proposal.objects.get(pk=proposal.pk))
    told = " ".join(item for section in found for answer in section.answers for item in versions.lines_of(answer))
    assert "Begeleiding en materiaal" in told
    assert "Huur van de zaal" not in told


def test_one_moment_after_the_last_second_is_too_late(cast, proposal, asked):
    with clock.set_to(TOO_LATE), pytest.raises(ProposalFrozen, match="24 maart 2026"):
        hand_in(proposal, cast)
    assert not Supplement.objects.exists()


def test_without_a_word_about_what_was_added_it_is_not_handed_in(cast, proposal, asked):
    with clock.set_to(ASKED), pytest.raises(TextNeeded):
        hand_in(proposal, cast, answer="  ")


def test_what_is_missing_in_an_open_step_is_asked_for_first(cast, proposal, asked):
    with clock.set_to(ASKED):
        drafts.save_budget(proposal_id=proposal.pk, by=cast.partner, costs=[], co_funding=[])
        with pytest.raises(ProposalIncomplete) as refusal:
            hand_in(proposal, cast)
    assert {slug for slug, _sentence in refusal.value.missing} == {"kosten"}


def test_a_change_of_a_shut_step_past_the_rules_is_not_received(cast, proposal, asked):
    Proposal.objects.filter(pk=proposal.pk).update(partners="Langs de achterdeur")
    with clock.set_to(ASKED), pytest.raises(ProposalFrozen):
        hand_in(proposal, cast)


def test_without_a_request_there_is_nothing_to_hand_in(cast, proposal):
    with pytest.raises(ProposalFrozen):
        hand_in(proposal, cast)


def test_the_confirmation_is_filed_once_with_a_copy_and_mailed_as_a_link(cast, proposal, asked, deliver_all):
    with clock.set_to(LAST_SECOND):
        supplement = hand_in(proposal, cast)
    deliver_all()
    OutboxMessage.objects.filter(topic="applications.supplement").update(done_at=None, claimed_at=None)
    deliver_all()
    letter = Letter.objects.get(proposal=proposal, kind="supplement-1")
    assert letter.document.facts["content_sha256"] == supplement.content_sha256
    told = [message for message in mail.outbox if message.to == [cast.partner.email]]
    assert len(told) == 3  # the receipt, the request, and this one
    assert told[-1].attachments == []
    assert [message.to for message in mail.outbox if message not in told] == [[cast.lead.email]]  # who handles Leven


# The end of the term ------------------------------------------------------------------------------------------------


def test_what_was_not_handed_in_is_put_back_when_the_term_has_passed(cast, proposal, asked):
    before = receipts.snapshot(proposal)
    with clock.set_to(LAST_SECOND):
        change_budget(proposal, cast.partner)
        assert supplements.close_due() == 0
    with clock.set_to(TOO_LATE):
        assert supplements.close_due() == 1
        assert supplements.close_due() == 0
    assert state_of(proposal) == ProposalState.SUBMITTED
    assert receipts.snapshot(Proposal.objects.get(pk=proposal.pk)) == before
    pause = Suspension.objects.get()
    assert (pause.resumes_on, pause.ended) == (date(2026, 3, 25), SuspensionEnd.TERM_PASSED)


def test_aid_that_was_specified_meanwhile_is_put_back_too(cast, proposal):
    with clock.set_to(ASKED):
        ask(proposal, cast, points=["declarations"])
        aid = de_minimis.Aid(date(2026, 1, 5), "Provincie Overijssel", Decimal(2500))
        linked = de_minimis.Linked("Makersloods B.V.", "11223344")
        de_minimis.declare(proposal_id=proposal.pk, by=cast.partner, aids=[aid], linked=[linked])
        assert (proposal.de_minimis_aids.count(), proposal.linked_undertakings.count()) == (1, 1)
    with clock.set_to(TOO_LATE):
        supplements.close_due()
    proposal.refresh_from_db()
    assert (proposal.de_minimis_aids.count(), proposal.linked_undertakings.count()) == (0, 0)
    assert proposal.de_minimis_aid == 0


def test_a_withdrawal_in_the_meantime_closes_the_request_and_puts_the_text_back(cast, proposal, asked):
    before = receipts.snapshot(proposal)
    with clock.set_to(at("2026-03-12 12:00:00")):
        change_budget(proposal, cast.partner)
        withdrawal.withdraw(proposal_id=proposal.pk, by=cast.partner, reason="Het gaat niet door.", request_key=uuid4())
    assert state_of(proposal) == ProposalState.WITHDRAWN
    assert receipts.snapshot(Proposal.objects.get(pk=proposal.pk)) == before
    assert Suspension.objects.get().ended == SuspensionEnd.WITHDRAWN


def test_suspensions_of_one_proposal_never_overlap_in_the_database(cast, proposal, asked):
    with clock.set_to(LAST_SECOND):
        hand_in(proposal, cast)
    again = SupplementRequest.objects.create(
        proposal=proposal,
        number=2,
        points=["budget"],
        steps=[],
        text="Nog iets",
        asked_at=ASKED,
        asked_by=cast.manager,
        due_on=date(2026, 3, 24),
        before={},
    )
    with pytest.raises(IntegrityError, match="applications_suspensions_apart"), transaction.atomic():
        Suspension.objects.create(
            proposal=proposal,
            request=again,
            starts_on=date(2026, 3, 20),
            resumes_on=date(2026, 4, 1),
            ended=SuspensionEnd.TERM_PASSED,
            closed_at=TOO_LATE,
        )


@pytest.mark.parametrize("model", [SupplementRequest, Supplement, Suspension])
def test_what_was_asked_and_received_only_grows(cast, proposal, asked, model):
    with clock.set_to(LAST_SECOND):
        hand_in(proposal, cast)
    row = model.objects.get()
    field = {"SupplementRequest": "text", "Supplement": "answer", "Suspension": "ended"}[model.__name__]
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{field: "supplied"})
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete("default")


# Two at the same moment ---------------------------------------------------------------------------------------------


def at_once(*presses):
    """Press buttons at the same moment; returns what each got."""
    barrier, outcomes = threading.Barrier(len(presses)), []

    def run(press):
        barrier.wait()
        try:
            press()
            outcomes.append("done")
        except (MoveNotAllowed, ProposalFrozen) as refusal:
            outcomes.append(type(refusal).__name__)
        except IntegrityError:
            outcomes.append("refused by the database")
        finally:
            close_old_connections()

    threads = [threading.Thread(target=run, args=[press]) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_ask_at_once_ask_once(cast, call):
    proposal = submitted_proposal(cast, call)
    assert at_once(*[lambda: ask(proposal, cast)] * 4) == ["MoveNotAllowed"] * 3 + ["done"]
    assert SupplementRequest.objects.count() == OutgoingLetter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_hand_in_at_once_hand_in_once(cast, call):
    proposal = submitted_proposal(cast, call)
    ask(proposal, cast)
    assert at_once(*[lambda: hand_in(proposal, cast)] * 4) == ["ProposalFrozen"] * 3 + ["done"]
    assert Supplement.objects.count() == Suspension.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_rule_no_longer_holds_and_the_database_still_does(cast, call, monkeypatch):
    proposal = submitted_proposal(cast, call)
    ask(proposal, cast)
    together = threading.Barrier(3)

    def look_without_locking(pk):
        found = Proposal.objects.get(pk=pk)
        together.wait()
        return found

    monkeypatch.setattr(supplements, "lock_proposal", look_without_locking)
    assert at_once(*[lambda: hand_in(proposal, cast)] * 3) == ["done"] + ["refused by the database"] * 2
    assert Supplement.objects.count() == Suspension.objects.count() == 1
