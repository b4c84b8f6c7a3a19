"""Decision lists: prepared, proposed and approved by different people; all of it is booked, or nothing."""

from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from applications.errors import MoveNotAllowed
from applications.models import Proposal
from applications.states import ProposalState
from budget.domain import decision_items, decision_lists, proof
from budget.errors import ListNotReady, NoRoom, SamePerson
from budget.models import Balance, Decision, DecisionAmount, DecisionList, LedgerEntry
from budget.states import GRANT_KINDS, EntryKind, ListState, Ruling
from core.domain import clock
from core.errors import RequestKeyReused
from core.models import AuditEntry, OutboxMessage
from tests.assessment.road import advised_proposal
from tests.budget.bare import bare_decision, budget_line

D = Decimal


def start_list(cast):
    return decision_lists.start(by=cast.finance, meeting_on=clock.today())


def put_on(cast, decision_list, proposal):
    return decision_items.put_on(list_id=decision_list.pk, proposal_id=proposal.pk, by=cast.finance)


def proposed_list(cast, *advised):
    decision_list = start_list(cast)
    for proposal in advised:
        put_on(cast, decision_list, proposal)
    return decision_lists.propose(list_id=decision_list.pk, by=cast.finance)


def approve(cast, decision_list, **over):
    arguments = {
        "list_id": decision_list.pk,
        "version": decision_list.version,
        "by": cast.college,
        "request_key": uuid4(),
        **over,
    }
    return decision_lists.approve(**arguments)


def test_an_advised_proposal_stands_on_the_list_as_the_advice_says(cast, call):
    proposal = advised_proposal(cast, call, requested={2026: 35000, 2027: 30000})
    decision = put_on(cast, start_list(cast), proposal)
    assert decision.ruling == Ruling.GRANT
    assert [(item.budget_line.year, item.amount) for item in decision.amounts.all()] == [(2026, 35000), (2027, 30000)]
    assert Proposal.objects.get(pk=proposal.pk).state == ProposalState.LISTED


def test_a_negative_advice_stands_on_the_list_as_a_refusal(cast, call):
    decision = put_on(cast, start_list(cast), advised_proposal(cast, call, outcome="negative"))
    assert decision.ruling == Ruling.REFUSE
    assert not decision.amounts.exists()


def test_a_proposal_stands_on_one_list_only(cast, call):
    proposal = advised_proposal(cast, call)
    put_on(cast, start_list(cast), proposal)
    with pytest.raises(MoveNotAllowed):
        put_on(cast, start_list(cast), proposal)


def test_what_is_taken_off_waits_for_another_list(cast, call):
    proposal = advised_proposal(cast, call)
    decision_list = start_list(cast)
    decision = put_on(cast, decision_list, proposal)
    decision_items.take_off(decision_id=decision.pk, by=cast.finance)
    assert Proposal.objects.get(pk=proposal.pk).state == ProposalState.ADVISED
    put_on(cast, start_list(cast), proposal)


def test_approval_commits_the_money_and_makes_the_decisions_final(cast, call):
    granted = advised_proposal(cast, call, requested={2026: 35000, 2027: 30000})
    refused = advised_proposal(cast, call, outcome="negative")
    approved = approve(cast, proposed_list(cast, granted, refused))

    assert approved.state == ListState.APPROVED
    assert Proposal.objects.get(pk=granted.pk).state == ProposalState.GRANTED
    assert Proposal.objects.get(pk=refused.pk).state == ProposalState.REFUSED
    entries = LedgerEntry.objects.filter(kind__in=GRANT_KINDS).order_by("budget_line__year")
    assert [(entry.budget_line.year, entry.amount, entry.decision.proposal) for entry in entries] == [
        (2026, 35000, granted),
        (2027, 30000, granted),
    ]
    assert all(decision.reference for decision in approved.decisions.all())
    assert OutboxMessage.objects.filter(topic=decision_lists.LETTER_TOPIC).count() == 2
    assert AuditEntry.objects.filter(event="decision_list.approved").count() == 1
    connection.check_constraints()
    assert list(proof.check()) == []


def test_a_list_that_does_not_fit_is_not_proposed_and_says_what_is_missing(cast, call):
    first = advised_proposal(cast, call, requested={2026: 150000})
    second = advised_proposal(cast, call, requested={2026: 120000})
    with pytest.raises(NoRoom) as refusal:
        proposed_list(cast, first, second)
    sentence = str(refusal.value).replace("\u00a0", " ")
    assert "Leven 2026" in sentence
    assert "€ 20.000" in sentence
    assert (refusal.value.shortages[0].asked, refusal.value.shortages[0].missing) == (270000, 20000)


def test_a_list_that_no_longer_fits_books_nothing_at_all(cast, call):
    fits = advised_proposal(cast, call, line="imago", requested={2026: 10000})
    no_longer = advised_proposal(cast, call, requested={2026: 200000})
    decision_list = proposed_list(cast, fits, no_longer)
    approve(cast, proposed_list(cast, advised_proposal(cast, call, requested={2026: 100000})))

    with pytest.raises(NoRoom), transaction.atomic():
        approve(cast, decision_list)

    assert LedgerEntry.objects.filter(kind=EntryKind.GRANT).count() == 1
    assert Proposal.objects.get(pk=fits.pk).state == ProposalState.LISTED
    assert DecisionList.objects.get(pk=decision_list.pk).state == ListState.PROPOSED
    assert list(proof.check()) == []


def test_whoever_prepared_a_list_does_not_approve_it(cast, call):
    cast.finance.role_holdings.create(role="college")
    decision_list = proposed_list(cast, advised_proposal(cast, call))
    with pytest.raises(SamePerson):
        approve(cast, decision_list, by=cast.finance)


def test_the_database_refuses_one_person_for_both_signatures(cast, call):
    decision_list = proposed_list(cast, advised_proposal(cast, call))
    with pytest.raises(IntegrityError, match="budget_list_two_signatures"), transaction.atomic():
        DecisionList.objects.filter(pk=decision_list.pk).update(
            state=ListState.APPROVED, approved_by=cast.finance, approved_at=clock.now(), decided_on=clock.today()
        )


def test_a_page_from_before_a_change_can_not_approve(cast, call):
    decision_list = proposed_list(cast, advised_proposal(cast, call))
    seen = decision_list.version
    decision_lists.give_back(list_id=decision_list.pk, by=cast.college, reason="Bedrag klopt niet")
    decision_lists.propose(list_id=decision_list.pk, by=cast.finance)
    with pytest.raises(ListNotReady, match=r"gewijzigd|changed"):
        approve(cast, decision_list, version=seen)


def test_a_repeated_approval_changes_nothing_and_gives_the_same_list(cast, call):
    decision_list = proposed_list(cast, advised_proposal(cast, call, requested={2026: 35000}))
    key = uuid4()
    first = approve(cast, decision_list, request_key=key)
    again = approve(cast, decision_list, request_key=key)
    assert first.pk == again.pk
    assert LedgerEntry.objects.filter(kind=EntryKind.GRANT).count() == 1


def test_a_key_does_not_serve_for_another_list(cast, call):
    key = uuid4()
    approve(cast, proposed_list(cast, advised_proposal(cast, call)), request_key=key)
    other = proposed_list(cast, advised_proposal(cast, call))
    with pytest.raises(RequestKeyReused), transaction.atomic():
        approve(cast, other, request_key=key)


def test_a_second_approval_with_another_key_finds_the_list_decided(cast, call):
    decision_list = proposed_list(cast, advised_proposal(cast, call))
    approve(cast, decision_list)
    with pytest.raises(ListNotReady):
        approve(cast, decision_list)


@pytest.mark.parametrize(
    ("amounts", "sentence"), [({2026: D("35000.01")}, "35.000"), ({}, "minste|at least"), ({2025: D(1)}, "2025")]
)
def test_a_grant_is_never_more_than_requested_and_never_nothing(cast, call, amounts, sentence):
    proposal = advised_proposal(cast, call, requested={2026: 35000})
    decision = put_on(cast, start_list(cast), proposal)
    with pytest.raises(ListNotReady, match=sentence):
        decision_items.revise(
            decision_id=decision.pk,
            by=cast.finance,
            ruling=Ruling.GRANT,
            amounts=amounts,
            reason="Omdat",
            conditions="",
        )


def test_part_of_the_request_can_be_granted_with_a_reason(cast, call):
    proposal = advised_proposal(cast, call, requested={2026: 35000})
    decision_list = start_list(cast)
    decision = put_on(cast, decision_list, proposal)
    decision_items.revise(
        decision_id=decision.pk,
        by=cast.finance,
        ruling=Ruling.GRANT,
        amounts={2026: D(20000)},
        reason="Een deel past.",
        conditions="",
    )
    approve(cast, decision_lists.propose(list_id=decision_list.pk, by=cast.finance))
    assert LedgerEntry.objects.get(kind=EntryKind.GRANT).amount == 20000


def test_an_approved_decision_is_final_by_the_rule_and_by_the_database(cast, call):
    approve(cast, proposed_list(cast, advised_proposal(cast, call)))
    decision = Decision.objects.get()
    with pytest.raises(ListNotReady), transaction.atomic():
        decision_items.take_off(decision_id=decision.pk, by=cast.finance)
    with pytest.raises(IntegrityError, match="the list is approved"), transaction.atomic():
        Decision.objects.update(reason="Iets anders")
    with pytest.raises(IntegrityError, match="the list is approved"), transaction.atomic():
        DecisionAmount.objects.update(amount=1)
    with pytest.raises(IntegrityError, match="the list is approved"), transaction.atomic():
        DecisionAmount.objects.all().delete()


def test_an_empty_list_is_not_proposed(cast):
    with pytest.raises(ListNotReady):
        decision_lists.propose(list_id=start_list(cast).pk, by=cast.finance)


@pytest.mark.django_db(transaction=True)
def test_two_lists_approved_at_the_same_moment_never_take_the_same_money(cast, call):
    lists = []
    for _number in range(2):
        decision = bare_decision(cast.finance, cast.organisation, call)
        DecisionAmount.objects.create(decision=decision, budget_line=budget_line(), amount=D(150000))
        DecisionList.objects.filter(pk=decision.decision_list_id).update(state=ListState.PROPOSED)
        lists.append(DecisionList.objects.get(pk=decision.decision_list_id))
    barrier, outcomes = Barrier(2), []

    def run(decision_list):
        barrier.wait()
        try:
            approve(cast, decision_list)
            outcomes.append("approved")
        except NoRoom:
            outcomes.append("no room")
        finally:
            connection.close()

    threads = [Thread(target=run, args=[decision_list]) for decision_list in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["approved", "no room"]
    assert Balance.objects.get(budget_line=budget_line()).granted == 150000
    assert list(proof.check()) == []
