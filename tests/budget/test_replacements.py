"""A decision that replaces another after an objection: the money moves with it, and the old one stays readable."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from applications.models import Letter, Proposal, ShutFile
from applications.states import ProposalState
from budget.domain import decision_items, decision_letters, decision_lists, ledger, objections, proof, room
from budget.domain.ledger import Movement
from budget.domain.obligations import Duty
from budget.errors import HasInterest, ListChanged, ListNotReady, NoRoom, SamePerson
from budget.models import Balance, Decision, DecisionLetter, DecisionList, LedgerEntry, Objection
from budget.states import EntryKind, ObjectionOutcome, ObjectionState, Ruling
from core.domain import clock
from core.models import AuditEntry
from tests.budget.bare import a_document, budget_line
from tests.budget.road import approve, decided_proposal, decision_of, empty_list, listed_proposal, propose
from tests.budget.test_letters import text_of

D = Decimal


def sent(decision):
    """Give a decision its letter, without rendering one."""
    DecisionLetter.objects.create(
        decision=decision, document=a_document(), sent_on=clock.today(), objection_until=clock.today()
    )
    return decision


def objected(cast, decision, *, outcome=ObjectionOutcome.FOUNDED):
    received = objections.receive(
        decision_id=sent(decision).pk,
        received_on=clock.today(),
        summary="Het bedrag is te laag.",
        committee=False,
        by=cast.manager,
        request_key=uuid4(),
    )
    return objections.prepare(
        objection_id=received.pk, outcome=outcome, explanation="De begroting klopt.", by=cast.manager, version=1
    )


def replacement(cast, objection, *, decision_list=None):
    decision_list = decision_list or empty_list(cast)
    return decision_items.put_on_replacement(list_id=decision_list.pk, objection_id=objection.pk, by=cast.finance)


def revise(cast, decision, amounts, **over):
    arguments = {
        "ruling": Ruling.GRANT if amounts else Ruling.REFUSE,
        "refusal_ground": "" if amounts else "criteria",
        "reason": "Na het bezwaar opnieuw gewogen.",
        "conditions": "",
        **over,
    }
    return decision_items.revise(decision_id=decision.pk, by=cast.finance, amounts=amounts, **arguments)


def held(decision, year=2026):
    return ledger.holding(decision, budget_line(year=year))


@pytest.fixture
def granted(cast, call):
    """A grant of 20,000 of the 35,000 that was asked for 2026, of which 8,000 is paid and 5,000 realised."""
    proposal = listed_proposal(cast, call, requested={2026: 35000})
    revise(cast, decision_of(proposal), {2026: D(20000)})
    approve(cast, propose(cast, decision_of(proposal).decision_list))
    decision = decision_of(proposal)
    for book, amount in ((ledger.book_advance, 8000), (ledger.book_expense, 5000)):
        book(decision, [Movement(budget_line(), D(amount))], by=cast.finance, document=a_document())
    return decision


@pytest.mark.django_db
def test_a_founded_objection_gives_a_new_decision_that_takes_over_what_was_paid_and_realised(cast, granted):
    objection = objected(cast, granted, outcome=ObjectionOutcome.PARTLY)
    new = replacement(cast, objection)
    assert (new.ruling, [item.amount for item in new.amounts.all()]) == (granted.ruling, [20000])
    revise(cast, new, {2026: D(30000)})
    approve(cast, propose(cast, new.decision_list))

    assert held(granted) == (0, 0, 0, 0)
    assert held(decision_of(granted.proposal)) == (25000, 5000, 0, 8000)
    balance = Balance.objects.get(budget_line=budget_line())
    assert (balance.granted, balance.spent) == (25000, 5000)
    assert list(Decision.objects.standing()) == [decision_of(granted.proposal)]
    assert Proposal.objects.get(pk=granted.proposal_id).state == ProposalState.GRANTED
    objection.refresh_from_db()
    assert (objection.state, objection.decided_by) == (ObjectionState.DECIDED, cast.college)
    moved = LedgerEntry.objects.filter(decision=granted, kind=EntryKind.RELEASE)
    assert [entry.document for entry in moved] == [objection.record]
    connection.check_constraints()
    assert list(proof.check()) == []


@pytest.mark.django_db
def test_a_replacing_decision_begins_with_what_the_old_one_said(cast, call):
    proposal = listed_proposal(cast, call, requested={2026: 35000, 2027: 4000})
    due = clock.today() + timedelta(weeks=20)
    duties = [Duty("Vertel ieder half jaar hoe het gaat.", due)]
    revise(
        cast, decision_of(proposal), {2026: D(20000), 2027: D(3000)}, conditions="Met een huurcontract.", duties=duties
    )
    approve(cast, propose(cast, decision_of(proposal).decision_list))
    old = decision_of(proposal)
    objection = objected(cast, old)
    decision_list = empty_list(cast)
    new = replacement(cast, objection, decision_list=decision_list)

    for name in ("proposal", "advice", "ruling", "refusal_ground", "reason", "conditions"):
        assert getattr(new, name) == getattr(old, name), name
    assert (new.replaces, new.objection, new.position) == (old, objection, 1)
    assert {item.budget_line.year: item.amount for item in new.amounts.all()} == {2026: 20000, 2027: 3000}
    assert [(duty.text, duty.due_on) for duty in new.obligations.all()] == [(duty.text, duty.due_on) for duty in duties]
    entry = AuditEntry.objects.about(decision_list).last()
    assert entry.actor == cast.finance
    assert (entry.changes["put_on"], entry.changes["replaces"]) == (str(proposal), str(old))


@pytest.mark.django_db
def test_a_replacing_decision_goes_on_the_list_that_was_shown(cast, granted):
    objection = objected(cast, granted)
    decision_list = empty_list(cast)
    with pytest.raises(ListChanged):
        decision_items.put_on_replacement(
            list_id=decision_list.pk, objection_id=objection.pk, by=cast.finance, version=decision_list.version + 1
        )
    assert not decision_list.decisions.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("amount", "figure"), [(7999, "€ 8.000"), (0, "€ 8.000")])
def test_the_new_decision_never_grants_less_than_was_paid_or_realised(cast, granted, amount, figure):
    new = replacement(cast, objected(cast, granted))
    with pytest.raises(ListNotReady) as refusal:
        revise(cast, new, {2026: D(amount)} if amount else {})
    assert figure in str(refusal.value).replace("\u00a0", " ")


@pytest.mark.django_db
def test_what_was_paid_after_the_list_was_made_is_looked_at_again_at_the_approval(cast, granted):
    new = replacement(cast, objected(cast, granted))
    revise(cast, new, {2026: D(9000)})
    decision_list = propose(cast, new.decision_list)
    ledger.book_advance(granted, [Movement(budget_line(), D(2000))], by=cast.finance, document=a_document())
    with pytest.raises(ListNotReady), transaction.atomic():
        approve(cast, decision_list)
    assert held(granted).granted == 15000
    assert Objection.objects.get().state == ObjectionState.OPEN


@pytest.mark.django_db
def test_a_refusal_becomes_a_grant_and_a_grant_a_refusal(cast, call):
    refused = decision_of(decided_proposal(cast, call, outcome="negative", requested={2026: 9000}))
    new = replacement(cast, objected(cast, refused))
    revise(cast, new, {2026: D(9000)})
    approve(cast, propose(cast, new.decision_list))
    assert Proposal.objects.get(pk=refused.proposal_id).state == ProposalState.GRANTED

    granted = decision_of(decided_proposal(cast, call, requested={2026: 9000, 2027: 4000}))
    new = replacement(cast, objected(cast, granted))
    revise(cast, new, {})
    approve(cast, propose(cast, new.decision_list))
    assert Proposal.objects.get(pk=granted.proposal_id).state == ProposalState.REFUSED
    assert held(granted) == held(granted, 2027) == (0, 0, 0, 0)
    # What was firm is released; what hung on the budget of 2027 lapses.
    freed = LedgerEntry.objects.filter(decision=granted).exclude(kind__in=["grant", "conditional_grant"])
    assert set(freed.values_list("kind", "amount")) == {(EntryKind.RELEASE, 9000), (EntryKind.LAPSE, 4000)}
    connection.check_constraints()
    assert list(proof.check()) == []


@pytest.mark.django_db
def test_the_room_of_a_list_counts_what_the_replaced_decision_frees(cast, call):
    first = decision_of(decided_proposal(cast, call, requested={2026: 240000}))
    decision_list = empty_list(cast)
    new = replacement(cast, objected(cast, first), decision_list=decision_list)
    revise(cast, new, {2026: D(100000)})
    listed_proposal(cast, call, decision_list=decision_list, requested={2026: 150000})
    [line] = [one for one in room.now(decision_list=decision_list) if one.budget_line == budget_line()]
    assert (line.free, line.freed, line.on_list, line.free_after) == (10000, 240000, 250000, 0)
    approve(cast, propose(cast, decision_list))
    assert Balance.objects.get(budget_line=budget_line()).granted == 250000

    full = empty_list(cast)
    listed_proposal(cast, call, decision_list=full, requested={2026: 1})
    with pytest.raises(NoRoom):
        propose(cast, full)


@pytest.mark.django_db
def test_who_has_an_interest_puts_no_replacing_decision_on_a_list(cast, call, granted):
    objection = objected(cast, granted)
    decision_list = empty_list(cast)
    ShutFile.objects.create(proposal=granted.proposal, user=cast.finance, since=clock.now())
    with pytest.raises(HasInterest):
        replacement(cast, objection, decision_list=decision_list)
    assert not decision_list.decisions.exists()


@pytest.mark.django_db
def test_only_a_founded_objection_to_a_decision_that_holds_is_put_on_a_list_and_it_is_never_held(cast, call, granted):
    objection = objected(cast, granted, outcome=ObjectionOutcome.UNFOUNDED)
    with pytest.raises(ListNotReady, match=objection.reference):
        replacement(cast, objection)
    objection = objections.prepare(
        objection_id=objection.pk,
        outcome=ObjectionOutcome.FOUNDED,
        explanation="Toch wel.",
        by=cast.manager,
        version=objection.version,
    )
    new = replacement(cast, objection)
    with pytest.raises(ListNotReady):
        revise(cast, new, {}, ruling=Ruling.HOLD)
    with pytest.raises(IntegrityError, match="budget_replacement_is_not_held"), transaction.atomic():
        Decision.objects.filter(pk=new.pk).update(ruling=Ruling.HOLD, refusal_ground="")
    decision_items.take_off(decision_id=new.pk, by=cast.finance)
    assert Proposal.objects.get(pk=granted.proposal_id).state == ProposalState.GRANTED


@pytest.mark.django_db
def test_who_prepared_the_outcome_does_not_approve_the_list(cast, granted):
    decision_list = propose(cast, replacement(cast, objected(cast, granted)).decision_list)
    cast.manager.role_holdings.create(role="college")
    del cast.manager.parts  # kept from before
    with pytest.raises(SamePerson):
        decision_lists.approve(
            list_id=decision_list.pk, version=decision_list.version, by=cast.manager, request_key=uuid4()
        )


@pytest.mark.django_db
def test_the_database_refuses_a_replaced_decision_that_still_holds_money(cast, granted):
    new = replacement(cast, objected(cast, granted))
    revise(cast, new, {2026: D(20000)})
    decision_list = propose(cast, new.decision_list)
    with pytest.raises(IntegrityError, match="still holds money"), transaction.atomic():
        Decision.objects.filter(pk=new.pk).update(reference="B-X", decided_on=clock.today())
        ledger.book_grant(new, [Movement(budget_line(), D(20000))], by=cast.finance)
        DecisionList.objects.filter(pk=decision_list.pk).update(
            state="approved", approved_by=cast.college, approved_at=clock.now(), decided_on=clock.today()
        )
        connection.check_constraints()


@pytest.mark.django_db
def test_the_new_letter_names_the_old_decision_and_the_way_to_court_and_both_letters_stay(cast, call):
    proposal = decided_proposal(cast, call, requested={2026: 9000}, send_letter=True)
    old = decision_of(proposal)
    received = objections.receive(
        decision_id=old.pk,
        received_on=clock.today(),
        summary="De reden klopt niet.",
        committee=True,
        by=cast.finance,
        request_key=uuid4(),
    )
    objection = objections.prepare(
        objection_id=received.pk, outcome="founded", explanation="U hebt gelijk.", by=cast.manager, version=1
    )
    new = replacement(cast, objection)
    approve(cast, propose(cast, new.decision_list))
    letter = decision_letters.send(decision_id=new.pk)
    text = text_of(letter.document)
    for expected in (old.reference, objection.reference, "U hebt gelijk."):
        assert expected in text, expected
    assert "Overijssel" in text
    assert letter.document.facts["replaces"] == old.reference
    assert Letter.objects.filter(proposal=proposal, kind__startswith="decision").count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_advance_and_the_approval_of_the_new_decision_at_once_leave_no_money_behind(cast, call):
    granted = decision_of(decided_proposal(cast, call, requested={2026: 20000}))
    decision_list = propose(cast, replacement(cast, objected(cast, granted)).decision_list)
    barrier = Barrier(2)

    def pay(_turn):
        barrier.wait()
        document = a_document()
        with transaction.atomic():
            ledger.book_advance(granted, [Movement(budget_line(), D(5000))], by=cast.finance, document=document)

    def replace(_turn):
        barrier.wait()
        approve(cast, decision_list)

    def run(step):
        try:
            step(0)
        except Exception as error:  # noqa: BLE001  (either may come too late; what counts is what stands in the books)
            return type(error).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(run, [pay, replace]))
    assert answers[1] == "done"
    assert answers[0] in {"done", "MoreThanGranted"}
    new = decision_of(granted.proposal)
    assert held(granted) == (0, 0, 0, 0)
    assert held(new).paid == (5000 if answers[0] == "done" else 0)
    assert list(proof.check()) == []
