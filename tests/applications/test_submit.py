"""Handing in: once, in time, complete, with a receipt that proves what was received."""

import json
import threading
import uuid
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from django.core import mail
from django.db import IntegrityError, close_old_connections, transaction

from applications.domain import drafts, proposals, questions, readiness, receipts
from applications.domain.drafts import BudgetRow
from applications.errors import CallClosed, ProposalFrozen, ProposalIncomplete
from applications.models import Letter, Proposal, Receipt, StateChange
from applications.states import ProposalEvent, ProposalState
from core.domain import clock, documents
from core.errors import RequestKeyReused
from core.models import AuditEntry, OutboxMessage
from programme.models import Line
from tests.applications.road import draft_proposal, empty_draft, submitted_proposal

# 31 March 2026 ends in Amsterdam at 22:00 UTC: summer time began two days before.
LAST_DAY = date(2026, 3, 31)
LAST_SECOND = datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC)
TOO_LATE = datetime(2026, 3, 31, 22, 0, 0, tzinfo=UTC)


def submit(proposal, cast, key=None):
    return proposals.submit(proposal_id=proposal.pk, by=cast.partner, request_key=key or uuid.uuid4())


def test_submitting_gives_a_reference_of_the_year_the_line_and_a_state(cast, call):
    draft = draft_proposal(cast, call, line="werken")
    with clock.set_to(datetime(2026, 3, 10, 11, tzinfo=UTC)):
        receipt = submit(draft, cast)
    proposal = Proposal.objects.get(pk=draft.pk)
    assert proposal.reference.startswith("TF-2026-")
    assert proposal.state == ProposalState.SUBMITTED
    assert proposal.line == Line.objects.get(code="werken")
    assert proposal.submitted_at == receipt.received_at
    assert StateChange.objects.get(proposal=proposal).to_state == ProposalState.SUBMITTED
    events = AuditEntry.objects.about(proposal).values_list("event", flat=True)
    assert ProposalEvent.SUBMITTED in events
    assert ProposalEvent.MOVED in events


def test_the_year_of_the_reference_is_that_of_amsterdam(cast, call):
    draft = draft_proposal(cast, call)
    with clock.set_to(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        submit(draft, cast)
    assert Proposal.objects.get(pk=draft.pk).reference.startswith("TF-2027-")


def test_the_college_decides_within_the_weeks_of_the_call_on_a_working_day(cast, call):
    draft = draft_proposal(cast, call)
    # Thirteen weeks after Monday 23 February 2026 is Whit Monday.
    with clock.set_to(datetime(2026, 2, 23, 11, tzinfo=UTC)):
        receipt = submit(draft, cast)
    assert receipt.decide_by == date(2026, 5, 26)


def test_the_receipt_holds_everything_and_its_hash_can_be_made_again(cast, call):
    proposal = submitted_proposal(cast, call, requested={2026: "25000.50"}, co_funding={2026: 5000})
    receipt = Receipt.objects.get(proposal=proposal)
    canonical = json.dumps(receipt.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(canonical.encode()).hexdigest() == receipt.content_sha256
    assert receipts.hash_of(receipts.snapshot(proposal)) == receipt.content_sha256
    assert receipt.content["requested"] == {"2025": "0.00", "2026": "25000.50", "2027": "0.00"}
    assert receipt.content["applicant"]["kvk_number"] == "12345678"
    assert len(receipt.content["criteria"]) == 6
    receipt.content["title"] += "!"
    assert receipts.hash_of(receipt.content) != receipt.content_sha256


def test_a_receipt_can_not_be_changed(cast, call):
    receipt = submitted_proposal(cast, call).receipt
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(decide_by=date(2030, 1, 1))


def test_until_the_last_second_of_the_closing_day_a_proposal_is_received(cast, call):
    call.closes_on = LAST_DAY
    call.save()
    with clock.set_to(LAST_SECOND):
        draft = draft_proposal(cast, call)
        assert submit(draft, cast).received_at == LAST_SECOND


def test_at_midnight_it_is_too_late_and_the_sentence_names_both_moments(cast, call):
    call.closes_on = LAST_DAY
    call.save()
    with clock.set_to(LAST_SECOND):
        draft = draft_proposal(cast, call)
    with clock.set_to(TOO_LATE), pytest.raises(CallClosed, match=r"31 maart 2026.*24:00.*1 april 2026.*00:00:00"):
        submit(draft, cast)
    draft.refresh_from_db()
    assert draft.is_draft
    assert not Receipt.objects.exists()
    assert not OutboxMessage.objects.filter(topic="applications.receipt").exists()


def test_before_the_opening_nothing_starts_and_nothing_is_received(cast, call):
    draft = draft_proposal(cast, call)
    call.opens_at = datetime(2026, 6, 1, tzinfo=UTC)
    call.save()
    with clock.set_to(datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC)):
        with pytest.raises(CallClosed):
            submit(draft, cast)
        with pytest.raises(CallClosed):
            proposals.start(by=cast.partner, call=call, organisation=cast.organisation, title="Te vroeg")


def test_an_incomplete_draft_is_refused_with_what_is_missing(cast, call):
    with pytest.raises(ProposalIncomplete) as refusal:
        submit(empty_draft(cast, call), cast)
    slugs = [slug for slug, _sentence in refusal.value.missing]
    assert slugs == sorted(slugs, key=[step.slug for step in questions.STEPS].index)
    assert {"wie-en-wat", "doel", "waarom", "kosten", "samenwerking", "verklaringen"} <= set(slugs)


@pytest.mark.parametrize(
    ("spoil", "step"),
    [
        (lambda draft: draft.criterion_answers.all()[3].delete(), "waarom"),
        (lambda draft: draft.desired_results.clear(), "doel"),
        (lambda draft: draft.target_groups.clear(), "doel"),
        (lambda draft: draft.areas.clear(), "doel"),
        (lambda draft: draft.promised_results.all().delete(), "resultaten"),
        (lambda draft: draft.promised_results.update(target=""), "resultaten"),
        (lambda draft: draft.budget_items.filter(side="cost").delete(), "kosten"),
        (lambda draft: draft.budget_items.update(description=""), "kosten"),
        (lambda draft: Proposal.objects.filter(pk=draft.pk).update(declared_truth=False), "verklaringen"),
        (lambda draft: Proposal.objects.filter(pk=draft.pk).update(de_minimis_aid=None), "verklaringen"),
        (lambda draft: Proposal.objects.filter(pk=draft.pk).update(starts_on=date(2027, 1, 1)), "kosten"),
        (lambda draft: draft.call.lines.remove(draft.proposed_line), "doel"),
        (
            lambda draft: Proposal.objects.filter(pk=draft.pk).update(summary="", description="", partners=""),
            "wie-en-wat",
        ),
    ],
)
def test_each_thing_that_is_needed_is_asked_for_at_its_own_step(cast, call, spoil, step):
    draft = draft_proposal(cast, call)
    spoil(draft)
    assert step in [slug for slug, _sentence in readiness.missing(Proposal.objects.get(pk=draft.pk))]
    with pytest.raises(ProposalIncomplete):
        submit(draft, cast)


def test_the_brand_is_asked_of_imago_only(cast, call):
    for line, asked in (("imago", True), ("leven", False)):
        draft = draft_proposal(cast, call, line=line)
        Proposal.objects.filter(pk=draft.pk).update(on_brand="")
        assert bool(readiness.missing(Proposal.objects.get(pk=draft.pk))) is asked


def test_an_effort_may_promise_no_results(cast, call):
    draft = draft_proposal(cast, call, line="samenwerking")
    drafts.save_results(proposal_id=draft.pk, by=cast.partner, rows=[])
    assert readiness.missing(Proposal.objects.get(pk=draft.pk)) == []


@pytest.mark.parametrize(
    ("costs", "co_funding"),
    [({2026: 100}, {2026: 101}), ({2026: 100, 2027: 100}, {2027: 150}), ({2026: 50}, {2026: 50})],
)
def test_a_year_in_which_others_pay_more_and_a_total_of_nothing_are_refused(cast, call, costs, co_funding):
    draft = draft_proposal(cast, call)
    rows = {"costs": [BudgetRow("Zaal", costs)], "co_funding": [BudgetRow("Fonds", co_funding)]}
    drafts.save_budget(proposal_id=draft.pk, by=cast.partner, **rows)
    assert [slug for slug, _sentence in readiness.missing(draft)] == ["kosten"] * len(readiness.missing(draft)) != []


def test_the_same_key_gives_the_same_receipt(cast, call):
    draft, key = draft_proposal(cast, call), uuid.uuid4()
    assert submit(draft, cast, key) == submit(draft, cast, key)
    assert Receipt.objects.count() == 1
    assert StateChange.objects.count() == 1


def test_the_same_key_for_another_proposal_is_refused(cast, call):
    key = uuid.uuid4()
    submit(draft_proposal(cast, call), cast, key)
    with pytest.raises(RequestKeyReused):
        submit(draft_proposal(cast, call), cast, key)


def test_another_key_after_submitting_is_refused(cast, call):
    with pytest.raises(ProposalFrozen):
        submit(submitted_proposal(cast, call), cast)


def test_the_receipt_is_rendered_filed_and_mailed_once_with_a_copy(cast, call, deliver_all):
    proposal = submitted_proposal(cast, call)
    deliver_all()
    OutboxMessage.objects.filter(topic="applications.receipt").update(done_at=None, claimed_at=None)
    deliver_all()
    letter = Letter.objects.get(proposal=proposal)
    assert letter.kind == "receipt"
    assert documents.read(letter.document)
    (message,) = mail.outbox
    assert message.to == [cast.partner.email]
    assert proposal.reference in message.subject
    name, content, content_type = message.attachments[0]
    assert (name, content_type) == (f"{proposal.reference}-receipt.pdf", "application/pdf")
    assert sha256(content).hexdigest() == letter.document.sha256
    assert letter.document.facts["content_sha256"] == proposal.receipt.content_sha256


@pytest.fixture
def two_at_once(cast, call):
    def run(keys):
        draft = draft_proposal(cast, call)
        barrier, outcomes = threading.Barrier(len(keys)), []

        def press(key):
            barrier.wait()
            try:
                outcomes.append(submit(draft, cast, key).pk)
            except ProposalFrozen:
                outcomes.append("frozen")
            finally:
                close_old_connections()

        threads = [threading.Thread(target=press, args=[key]) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    return run


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_makes_one_receipt_and_one_mail(two_at_once, deliver_all):
    key = uuid.uuid4()
    outcomes = two_at_once([key] * 6)
    assert outcomes == [Receipt.objects.get().pk] * 6
    assert Proposal.objects.exclude(reference=None).count() == 1
    deliver_all()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_pages_at_the_same_moment_make_one_receipt(two_at_once):
    outcomes = two_at_once([uuid.uuid4() for _turn in range(6)])
    assert sorted(map(str, outcomes)) == sorted([str(Receipt.objects.get().pk), *["frozen"] * 5])
    assert StateChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_rule_no_longer_holds_and_the_database_still_does(cast, call, monkeypatch):
    draft, keys = draft_proposal(cast, call), [uuid.uuid4() for _turn in range(4)]
    barrier = threading.Barrier(len(keys))

    def look_without_locking(pk):
        proposal = Proposal.objects.get(pk=pk)
        barrier.wait()
        return proposal

    monkeypatch.setattr(proposals, "lock_proposal", look_without_locking)
    outcomes = []

    def press(key):
        try:
            submit(draft, cast, key)
            outcomes.append("received")
        except ProposalFrozen:
            outcomes.append("frozen")
        except IntegrityError:
            outcomes.append("refused by the database")
        finally:
            close_old_connections()

    threads = [threading.Thread(target=press, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["received", *["refused by the database"] * 3]
    assert Receipt.objects.count() == 1
