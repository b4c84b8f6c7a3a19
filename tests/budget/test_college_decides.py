"""What the college can say beside yes and no: hold, no room, abstaining, a number and a date of its own."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Proposal
from applications.states import HELD_HISTORY, ProposalState
from budget.domain import abstentions, decision_items, decision_letters, decision_lists, item_rules
from budget.errors import HasInterest, ListChanged, ListNotReady, StepNotYours
from budget.models import Abstention, DecisionAmount, DecisionList, LedgerEntry
from budget.states import ListState, RefusalGround, Ruling
from budget.states.events import BudgetEvent
from core.domain import clock
from core.models import AuditEntry, OutboxMessage
from tests.assessment.road import advised_proposal
from tests.budget.reading import words
from tests.budget.road import approve, decision_of, empty_list, listed_proposal, propose, proposed_list, put
from tests.budget.test_letters import text_of
from tests.conftest import adopt

pytestmark = pytest.mark.django_db
D = Decimal
BEFORE = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)


def revise(cast, decision, ruling, *, ground="", amounts=None, reason="Anders dan het advies."):
    return decision_items.revise(
        decision_id=decision.pk,
        by=cast.finance,
        ruling=ruling,
        refusal_ground=ground,
        amounts=amounts or {},
        reason=reason,
        conditions="",
    )


def abstain(cast, decision_list, proposal, **over):
    arguments = {"member": cast.college, "reason": "Zit in het bestuur.", "by": cast.college, "request_key": uuid4()}
    proposal_id = proposal and proposal.pk
    return abstentions.record(list_id=decision_list.pk, proposal_id=proposal_id, **{**arguments, **over})


def sign(cast, decision_list, **over):
    arguments = {"version": decision_list.version, "by": cast.college, "request_key": uuid4(), **over}
    return decision_lists.approve(list_id=decision_list.pk, **arguments)


def test_what_is_held_waits_for_another_list_and_gets_no_letter(cast, call, client_of):
    proposal = listed_proposal(cast, call)
    decision = decision_of(proposal)
    with pytest.raises(ListNotReady):
        revise(cast, decision, Ruling.HOLD, reason=decision.advice.explanation)
    revise(cast, decision, Ruling.HOLD)
    approve(cast, propose(cast, decision.decision_list))
    decision.refresh_from_db()
    assert decision.reference
    assert not LedgerEntry.objects.filter(decision=decision).exists()
    assert not OutboxMessage.objects.filter(topic=decision_lists.LETTER_TOPIC).exists()
    with pytest.raises(ListNotReady):
        decision_letters.send(decision_id=decision.pk)
    partner = client_of(cast.partner).get(reverse("applications:proposal", args=[proposal.pk]))
    assert str(HELD_HISTORY) in words(partner)

    again = put(cast, empty_list(cast), Proposal.objects.get(pk=proposal.pk))
    approve(cast, propose(cast, again.decision_list))
    assert Proposal.objects.get(pk=proposal.pk).state == ProposalState.GRANTED
    first = client_of(cast.finance).get(decision.decision_list.get_absolute_url())
    assert _("Held") in words(first)
    link = client_of(cast.finance).get(reverse("budget:proposal", args=[proposal.reference]))
    assert link["Location"] == again.decision_list.get_absolute_url()


def test_less_than_was_asked_is_called_a_grant_in_part(cast, call, client_of):
    proposal = listed_proposal(cast, call, requested={2026: 30000})
    revise(cast, decision_of(proposal), Ruling.GRANT, amounts={2026: D(29999)})
    decision_list = decision_of(proposal).decision_list
    client = client_of(cast.finance)
    assert _("Proposed: grant in part") in words(client.get(decision_list.get_absolute_url()))
    approve(cast, propose(cast, decision_list))
    assert _("Granted in part") in words(client.get(decision_list.get_absolute_url()))


def test_a_proposal_that_finds_no_room_is_refused_with_the_figures_of_the_decision(cast, call, client_of):
    decision_list = empty_list(cast)
    listed_proposal(cast, call, decision_list=decision_list, requested={2026: 200000})
    late = listed_proposal(cast, call, decision_list=decision_list, requested={2026: 85000})
    client = client_of(cast.finance)
    page = client.get(decision_list.get_absolute_url()).content.decode()
    item = reverse("budget:decision", args=[decision_list.reference, late.reference])
    assert f'href="{item}?voorzet=geen-ruimte"' in page
    assert f'href="{item}?voorzet=aanhouden"' in page
    assert page.count("voorzet=geen-ruimte") == 1
    prefilled = words(client.get(f"{item}?voorzet=geen-ruimte"))
    assert "€ 85.000" in prefilled
    assert "€ 50.000" in prefilled

    revise(cast, decision_of(late), Ruling.REFUSE, ground=RefusalGround.NO_ROOM, reason="Het geld is verdeeld.")
    approve(cast, propose(cast, decision_list))
    decision = decision_of(late)
    assert decision.room == [{"line": "Leven", "year": 2026, "asked": "85000.00", "free": "50000.00"}]
    letter = decision_letters.send(decision_id=decision.pk)
    text = text_of(letter.document)
    for expected in ("Awb 4:25", "€ 85.000", "€ 50.000", "Leven 2026"):
        assert expected in text, expected
    assert letter.document.facts["room"] == decision.room


def test_nothing_is_refused_for_want_of_room_where_there_is_room(cast, call):
    proposal = listed_proposal(cast, call, requested={2026: 85000})
    revise(cast, decision_of(proposal), Ruling.REFUSE, ground=RefusalGround.NO_ROOM)
    with pytest.raises(ListNotReady, match=proposal.reference):
        propose(cast, decision_of(proposal).decision_list)


def test_the_college_s_own_number_and_date_stand_on_the_list_and_in_the_letter(cast, call, client_of):
    with clock.set_to(BEFORE):
        decision_list = proposed_list(cast, call)
    with clock.set_to(BEFORE + timedelta(days=3)):
        approved = sign(cast, decision_list, decided_on=date(2026, 3, 10), number="C-26-117")
    decision = approved.decisions.get()
    assert (approved.number, approved.decided_on, decision.decided_on) == ("C-26-117", *[date(2026, 3, 10)] * 2)
    with clock.set_to(BEFORE + timedelta(days=5)):
        letter = decision_letters.send(decision_id=decision.pk)
    assert letter.sent_on == date(2026, 3, 14)
    text = text_of(letter.document)
    assert "C-26-117" in text
    assert "10 maart 2026" in text
    assert "C-26-117" in words(client_of(cast.finance).get(approved.get_absolute_url()))
    mine = client_of(cast.partner).get(reverse("budget:obligations_mine", args=[decision.proposal_id]))
    assert "C-26-117" in words(mine)


@pytest.mark.parametrize("days", [-1, 1])
def test_the_date_lies_between_the_proposal_to_the_college_and_today(cast, call, days, client_of):
    decision_list = proposed_list(cast, call, outcome="negative")
    day = clock.today() + timedelta(days=days)
    with pytest.raises(ListNotReady), transaction.atomic():
        sign(cast, decision_list, decided_on=day)
    with pytest.raises(IntegrityError, match="not whole"), transaction.atomic():
        decision_list.decisions.update(reference="B-X", decided_on=day)
        DecisionList.objects.filter(pk=decision_list.pk).update(
            state=ListState.APPROVED, approved_by=cast.college, approved_at=clock.now(), decided_on=day
        )
        connection.check_constraints()
    body = {"version": decision_list.version, "request_key": uuid4(), "decided_on": f"{day:%d-%m-%Y}"}
    url = reverse("budget:approve", args=[decision_list.reference])
    assert client_of(cast.college).post(url, body).status_code == 422


def test_who_abstains_from_one_proposal_does_not_approve_the_list(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    proposal = decision_list.decisions.get().proposal
    abstain(cast, decision_list, proposal)
    with pytest.raises(HasInterest, match="Awb 2:4"):
        sign(cast, decision_list)
    with pytest.raises(IntegrityError, match="abstained"), transaction.atomic():
        DecisionList.objects.filter(pk=decision_list.pk).update(
            state=ListState.APPROVED, approved_by=cast.college, approved_at=clock.now(), decided_on=clock.today()
        )
    page = client_of(cast.college).get(reverse("budget:college_list", args=[decision_list.reference]))
    assert reverse("budget:approve", args=[decision_list.reference]) not in page.content.decode()
    sign(cast, decision_list, by=cast.college2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Abstention.objects.update(reason="Iets anders")


def test_one_abstains_once_and_only_while_the_list_is_with_the_college(cast, call):
    draft = decision_of(listed_proposal(cast, call)).decision_list
    proposal = draft.decisions.get().proposal
    with pytest.raises(ListNotReady):
        abstain(cast, draft, proposal)
    with pytest.raises(IntegrityError, match="not with the college"), transaction.atomic():
        Abstention.objects.create(
            decision_list=draft,
            proposal=proposal,
            member=cast.college,
            reason="X",
            recorded_by=cast.college,
            recorded_at=clock.now(),
        )
    decision_list, key = propose(cast, draft), uuid4()
    first = abstain(cast, decision_list, proposal, request_key=key)
    assert abstain(cast, decision_list, proposal, request_key=key) == first
    for wrong in ({}, {"reason": " "}, {"member": cast.finance}, {"member": None}):
        with pytest.raises(ListNotReady):
            abstain(cast, decision_list, proposal, **wrong)
    with pytest.raises(StepNotYours):
        abstain(cast, decision_list, proposal, by=cast.finance)
    assert Abstention.objects.count() == 1


def test_a_member_with_an_interest_abstains_without_seeing_the_proposal(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    cast.organisation.memberships.create(user=cast.college, role="editor")
    client, url = client_of(cast.college), reverse("budget:abstain", args=[decision_list.reference])
    body = {
        "abstain-proposal": "mine",
        "abstain-member": cast.college.pk,
        "abstain-reason": "Mijn organisatie.",
        "abstain-request_key": uuid4(),
    }
    assert client.post(url, {**body, "abstain-reason": ""}).status_code == 422
    assert client.post(url, body).status_code == 302
    assert Abstention.objects.get().proposal == decision_list.decisions.get().proposal
    shown = words(client_of(cast.college2).get(reverse("budget:college_list", args=[decision_list.reference])))
    assert "Mijn organisatie." in shown


def test_no_step_is_taken_from_a_stale_page(cast, call, client_of):
    decision_list = decision_of(listed_proposal(cast, call)).decision_list
    decision = decision_list.decisions.get()
    revise(cast, decision, Ruling.GRANT, amounts={2026: D(1)})
    seen = decision_list.version
    with pytest.raises(ListChanged):
        decision_items.take_off(decision_id=decision.pk, by=cast.finance, version=seen)
    with pytest.raises(ListChanged):
        decision_items.put_on(list_id=decision_list.pk, proposal_id=decision.proposal_id, by=cast.finance, version=seen)
    url = reverse("budget:propose", args=[decision_list.reference])
    answer = client_of(cast.finance).post(url, {"version": seen})
    assert answer.status_code == 409
    assert "2026: € 1" in words(answer)
    assert client_of(cast.finance).post(url, {}).status_code == 409
    assert DecisionList.objects.get().state == ListState.DRAFT
    proposed = propose(cast, decision_list)
    with pytest.raises(ListChanged):
        decision_lists.give_back(list_id=proposed.pk, by=cast.college, reason="Te duur", version=seen)


def test_taking_off_twice_says_that_it_is_off_already(cast, call, client_of):
    decision = decision_of(listed_proposal(cast, call))
    url = reverse("budget:take_off", args=[decision.decision_list.reference, decision.proposal.reference])
    client, body = client_of(cast.finance), {"version": decision.decision_list.version}
    assert [client.post(url, body).status_code for _twice in range(2)] == [302, 409]


@pytest.mark.parametrize(
    ("amounts", "figure"),
    [({2026: D(-1)}, "1"), ({2026: D(0)}, "minste|at least"), ({2026: D(35001)}, "35.001"), ({2031: D(5)}, "2031")],
)
def test_an_amount_that_can_not_be_is_refused_with_its_figure(cast, call, amounts, figure):
    decision = decision_of(listed_proposal(cast, call, requested={2026: 35000}))
    with pytest.raises(ListNotReady, match=figure):
        revise(cast, decision, Ruling.GRANT, amounts=amounts)


def test_a_year_outside_the_activity_is_refused_also_when_something_was_requested_for_it(cast, call):
    proposal = listed_proposal(cast, call, requested={2026: 35000, 2027: 5000}, ends_on=date(2027, 6, 30))
    assert item_rules.wrong_amount(proposal, 2027, D(5000), D(5000)) is None
    proposal.ends_on = date(2026, 12, 31)
    assert "31-12-2026" in str(item_rules.wrong_amount(proposal, 2027, D(5000), D(5000)))


def test_the_database_refuses_more_than_was_requested_and_a_year_outside_the_activity(cast, call):
    decision = decision_of(listed_proposal(cast, call, requested={2026: 35000}))
    with pytest.raises(IntegrityError, match="was requested"), transaction.atomic():
        DecisionAmount.objects.filter(decision=decision).update(amount=D("35000.01"))
    short = decision_of(
        listed_proposal(cast, call, requested={2026: 1000}, starts_on=date(2026, 2, 1), ends_on=date(2026, 5, 1))
    )
    with pytest.raises(IntegrityError, match=r"was requested|outside the activity"), transaction.atomic():
        amount = DecisionAmount.objects.get(decision=short)
        amount.budget_line = type(amount.budget_line).objects.get(line__code="leven", year=2027)
        amount.save()


def test_the_page_says_which_year_hangs_on_a_budget_before_and_after_the_approval(cast, call, client_of):
    proposal = listed_proposal(cast, call, requested={2026: 1000, 2027: 2000})
    decision_list = propose(cast, decision_of(proposal).decision_list)
    sentence = _("subject to the budget of %(year)s") % {"year": 2027}
    college = reverse("budget:college_list", args=[decision_list.reference])
    assert sentence in words(client_of(cast.college).get(college))
    approve(cast, decision_list)
    adopt(2027)
    assert sentence in words(client_of(cast.college).get(college))
    later = propose(cast, decision_of(listed_proposal(cast, call, requested={2027: 2000})).decision_list)
    page = client_of(cast.college).get(reverse("budget:college_list", args=[later.reference]))
    assert sentence not in words(page)


def test_somebody_without_an_account_abstains_by_name_and_each_name_once(cast, call):
    decision_list = proposed_list(cast, call)
    proposal = decision_list.decisions.get().proposal
    for empty in ("", "  "):
        with pytest.raises(ListNotReady):
            abstain(cast, decision_list, proposal, member=None, name=empty)
    (first,) = abstain(cast, decision_list, proposal, member=None, name=" A. de Vries ", reason=" Buurman. ")
    assert (first.name, first.member, first.who, first.reason) == ("A. de Vries", None, "A. de Vries", "Buurman.")
    with pytest.raises(ListNotReady):
        abstain(cast, decision_list, proposal, member=None, name="A. de Vries ")
    abstain(cast, decision_list, proposal, member=None, name="B. Jansen")
    (member,) = abstain(cast, decision_list, proposal, name="Wordt niet bewaard")
    assert (member.name, member.member) == ("", cast.college)
    assert Abstention.objects.count() == 3


def test_the_trail_tells_who_abstains_from_what_and_why(cast, call):
    decision_list = proposed_list(cast, call)
    proposal = decision_list.decisions.get().proposal
    abstain(cast, decision_list, proposal, member=None, name=" A. de Vries ", reason=" Buurman. ", by=cast.college2)
    abstain(cast, decision_list, proposal)

    named, member = AuditEntry.objects.about(decision_list).filter(event=BudgetEvent.ABSTENTION_RECORDED).order_by("pk")

    assert (named.actor, named.changes) == (
        cast.college2,
        {"abstention": "A. de Vries", "about": str(proposal), "reason": "Buurman."},
    )
    assert (member.actor, member.changes["abstention"]) == (cast.college, str(cast.college))


def test_abstaining_from_ones_own_matters_is_about_those_on_this_list_alone(cast, call):
    decision_list = empty_list(cast)
    theirs = {"by": cast.partner2, "organisation": cast.organisation2}
    mine = listed_proposal(cast, call, decision_list=decision_list)
    listed_proposal(cast, call, decision_list=decision_list, title="Van een ander", **theirs)
    listed_proposal(cast, call, title="Op een andere lijst")
    cast.organisation.memberships.create(user=cast.college, role="editor")
    propose(cast, decision_list)

    assert [one.proposal for one in abstain(cast, decision_list, None)] == [mine]
    for nobody in ({"member": cast.college2}, {"member": None, "name": "A. de Vries"}):
        with pytest.raises(ListNotReady):
            abstain(cast, decision_list, None, **nobody)


def test_nobody_abstains_from_what_stands_on_another_list(cast, call):
    other = listed_proposal(cast, call, title="Op een andere lijst")
    with pytest.raises(ListNotReady):
        abstain(cast, proposed_list(cast, call), other)


def test_a_list_takes_what_was_advised_in_its_own_version_or_in_any_while_it_is_a_draft(cast, call):
    first, second, third = (advised_proposal(cast, call, title=title) for title in ("Een", "Twee", "Drie"))
    draft = empty_list(cast)

    def put_on(proposal, version):
        decision_items.put_on(list_id=draft.pk, proposal_id=proposal.pk, by=cast.finance, version=version)

    put_on(first, draft.version)
    with pytest.raises(ListChanged):
        put_on(second, draft.version)
    put_on(second, None)
    assert list(draft.decisions.order_by("position").values_list("proposal", "position")) == [
        (first.pk, 1),
        (second.pk, 2),
    ]
    propose(cast, draft)
    draft.refresh_from_db()
    for version in (None, draft.version):
        with pytest.raises(ListNotReady):
            put_on(third, version)
