"""Obligations: written with the decision, fixed with its list, and met once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from budget.domain import decision_items, decision_letters, obligations
from budget.domain.obligations import Duty
from budget.errors import HasInterest, ListNotReady, StepNotYours
from budget.models import Obligation, ObligationCheck
from budget.states import Ruling
from budget.states.events import BudgetEvent
from core.domain import clock
from core.models import AuditEntry
from tests.budget.bare import a_document
from tests.budget.reading import words
from tests.budget.road import approve, decided_proposal, decision_of, listed_proposal, propose
from tests.budget.test_letters import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty(cast, call):
    """An obligation of a final grant, due at the end of the account's term."""
    decision = decision_of(decided_proposal(cast, call))
    return decision.obligations.exclude(due_on=None).get()


def meet(cast, duty, **over):
    arguments = {"met_on": clock.today(), "remark": "Verslag gezien.", "by": cast.manager, **over}
    return obligations.meet(obligation_id=duty.pk, **arguments)


def test_a_grant_comes_with_the_usual_obligations_and_a_refusal_with_none(cast, call):
    decision = decision_of(listed_proposal(cast, call, ends_on=date(2027, 6, 30)))
    # Thirteen weeks after the end.
    assert [duty.due_on for duty in decision.obligations.all()] == [None, date(2027, 9, 29)]
    refused = decision_of(listed_proposal(cast, call, outcome="negative"))
    assert not refused.obligations.exists()


def test_a_small_grant_asks_no_report(cast, call):
    decision = decision_of(listed_proposal(cast, call, requested={2026: 4000}))
    assert not decision.obligations.exclude(due_on=None).exists()


def test_the_item_page_changes_obligations_and_keeps_what_is_wrong(cast, call, client_of):
    decision = decision_of(listed_proposal(cast, call, requested={2026: 1000}))
    url = reverse("budget:decision", args=[decision.decision_list.reference, decision.proposal.reference])
    decision.decision_list.refresh_from_db()
    body = {
        "ruling": "grant",
        "amount_2026": "1000",
        "reason": decision.advice.explanation,
        "version": decision.decision_list.version,
        "duty-TOTAL_FORMS": "2",
        "duty-INITIAL_FORMS": "1",
        "duty-0-text": "Nodig de raad uit.",
        "duty-0-due_on": "01-02-2027",
        "duty-1-text": "",
        "duty-1-due_on": "01-03-2027",
    }
    client = client_of(cast.finance)
    wrong = client.post(url, body)
    assert wrong.status_code == 422
    assert "Nodig de raad uit." in wrong.content.decode()
    assert client.post(url, {**body, "duty-1-due_on": "01-01-2020", "duty-1-text": "Te laat"}).status_code == 422
    assert client.post(url, {**body, "duty-1-due_on": ""}).status_code == 302
    assert [(one.text, one.due_on) for one in decision.obligations.all()] == [("Nodig de raad uit.", date(2027, 2, 1))]


def test_a_letter_names_each_obligation_with_its_day(cast, call):
    decision = decision_of(listed_proposal(cast, call))
    decision_items.revise(
        decision_id=decision.pk,
        by=cast.finance,
        ruling=Ruling.GRANT,
        amounts={item.budget_line.year: item.amount for item in decision.amounts.all()},
        reason=decision.advice.explanation,
        conditions="",
        duties=[Duty("Nodig de raad uit.", date(2027, 2, 1))],
    )
    approve(cast, propose(cast, decision.decision_list))
    letter = decision_letters.send(decision_id=decision.pk)
    assert "Nodig de raad uit." in text_of(letter.document)
    assert "1 februari 2027" in text_of(letter.document)
    assert letter.document.facts["obligations"] == [{"text": "Nodig de raad uit.", "due_on": "2027-02-01"}]


def test_obligations_are_fixed_with_their_list(duty):
    with pytest.raises(IntegrityError, match="the list is approved"), transaction.atomic():
        Obligation.objects.filter(pk=duty.pk).update(text="Iets anders")
    with pytest.raises(IntegrityError, match="the list is approved"), transaction.atomic():
        Obligation.objects.filter(pk=duty.pk).delete()


def test_that_it_was_met_is_written_down_once_and_stays(cast, duty):
    first = meet(cast, duty)
    assert meet(cast, duty, remark="Nog eens") == first
    with pytest.raises(IntegrityError), transaction.atomic():
        ObligationCheck.objects.update(remark="Iets anders")


def test_nobody_meets_it_early_or_in_the_own_matter_or_without_the_role(cast, duty):
    with pytest.raises(ListNotReady):
        meet(cast, duty, met_on=clock.today() + timedelta(days=1))
    with pytest.raises(StepNotYours):
        meet(cast, duty, by=cast.college)
    cast.organisation.memberships.create(user=cast.manager, role="editor")
    with pytest.raises(HasInterest):
        meet(cast, duty)


def test_nothing_is_met_of_a_decision_in_preparation(cast, call):
    waiting = decision_of(listed_proposal(cast, call)).obligations.first()
    with pytest.raises(ListNotReady):
        meet(cast, waiting)
    with pytest.raises(IntegrityError, match="not decided on yet"), transaction.atomic():
        ObligationCheck.objects.create(obligation=waiting, met_on=clock.today(), by=cast.manager, at=clock.now())


def test_the_team_finds_what_is_due_overdue_and_met(cast, duty, client_of):
    client, url = client_of(cast.manager), reverse("budget:obligations")
    assert duty.text in words(client.get(url))
    assert duty.text not in words(client.get(url, {"stand": "te-laat"}))
    with clock.set_to(datetime(2028, 1, 10, 11, 0, tzinfo=UTC)):
        assert duty.text in words(client.get(url, {"stand": "te-laat"}))
        assert list(Obligation.objects.overdue()) == [duty]
    form = reverse("budget:obligation_meet", args=[duty.pk])
    late = f"{clock.today() + timedelta(days=2):%d-%m-%Y}"
    assert client.post(form, {"met_on": late, "remark": "Gezien"}).status_code == 422
    for _twice in range(2):
        assert client.post(form, {"met_on": f"{clock.today():%d-%m-%Y}", "remark": "Gezien"}).status_code == 302
    assert "Gezien" in words(client.get(url, {"stand": "voldaan"}))
    assert duty.text not in words(client.get(url))
    assert ObligationCheck.objects.count() == 1


def test_the_page_asks_as_many_queries_for_many_as_for_one(cast, call, duty, client_of):
    client, url = client_of(cast.manager), reverse("budget:obligations")
    few = count_queries(client, url)
    for number in range(4):
        decided_proposal(cast, call, title=f"Voorstel {number}", requested={2026: 6000})
    assert Obligation.objects.count() > 5
    assert count_queries(client, url) == few


def count_queries(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def test_the_partner_reads_the_obligations_once_the_letter_was_sent_and_nobody_else_does(cast, call, client_of):
    proposal = decided_proposal(cast, call)
    url = reverse("budget:obligations_mine", args=[proposal.pk])
    assert client_of(cast.partner).get(url).status_code == 404
    decision = decision_of(proposal)
    decision_letters.DecisionLetter.objects.create(
        decision=decision, document=a_document(), sent_on=clock.today(), objection_until=clock.today()
    )
    text = words(client_of(cast.partner).get(url))
    assert decision.obligations.last().text in text
    assert _("Still to be met") in text
    assert client_of(cast.partner2).get(url).status_code == 404


def test_the_trail_tells_which_obligation_was_met_when_and_how(cast, duty):
    met_on = clock.today() - timedelta(days=3)
    check = meet(cast, duty, met_on=met_on)
    meet(cast, duty, remark="Nog eens")

    entry = AuditEntry.objects.about(duty.decision).get(event=BudgetEvent.OBLIGATION_MET)

    assert (check.met_on, check.remark, check.by) == (met_on, "Verslag gezien.", cast.manager)
    assert (entry.actor, entry.changes) == (
        cast.manager,
        {"obligation": duty.text, "met_on": met_on.isoformat(), "remark": "Verslag gezien."},
    )


def test_an_obligation_may_be_met_today(cast, duty):
    assert meet(cast, duty, met_on=clock.today()).met_on == clock.today()


def test_a_day_ten_years_ahead_is_taken_and_the_day_after_is_not():
    with clock.set_to(datetime(2026, 3, 10, 11, 0, tzinfo=UTC)):
        assert obligations.wrong_duty(Duty("Kom langs.", date(2036, 3, 10))) is None
        assert "11-03-2036" in (obligations.wrong_duty(Duty("Kom langs.", date(2036, 3, 11))) or "")
        assert obligations.wrong_duty(Duty("Kom langs.", date(2020, 1, 1))) is None
        assert obligations.wrong_duty(Duty(" ", None))


def test_a_report_halfway_is_asked_halfway_and_eight_weeks_from_now_at_the_soonest(cast, call):
    days = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 12, 1)}
    with clock.set_to(datetime(2026, 3, 10, 11, 0, tzinfo=UTC)):
        proposal = listed_proposal(cast, call, requested={2026: 60000}, **days)

    def halfway(moment):
        with clock.set_to(moment):
            return obligations.usual(proposal, Decimal(60000))[1].due_on

    # Halfway is Saturday 1 August 2026, so Monday; and eight weeks after 1 July is 26 August.
    assert halfway(datetime(2026, 3, 10, 11, 0, tzinfo=UTC)) == date(2026, 8, 3)
    assert halfway(datetime(2026, 7, 1, 11, 0, tzinfo=UTC)) == date(2026, 8, 26)


def test_revising_without_obligations_keeps_them_and_with_none_takes_them_away(cast, call):
    decision = decision_of(listed_proposal(cast, call))
    before = [duty.text for duty in decision.obligations.all()]

    def revise(**over):
        decision_items.revise(
            decision_id=decision.pk,
            by=cast.finance,
            ruling=Ruling.GRANT,
            amounts={item.budget_line.year: item.amount for item in decision.amounts.all()},
            reason=decision.advice.explanation,
            conditions="",
            **over,
        )
        return [duty.text for duty in decision.obligations.all()]

    assert revise() == before != []
    assert revise(duties=[]) == []
