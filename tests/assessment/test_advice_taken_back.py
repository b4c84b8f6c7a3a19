"""An advice that turns out to be wrong is taken back with a reason, stays readable, and gives way to another."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessment.domain import advice
from assessment.domain.advice_content import Condition, Content, YearAdvice
from assessment.errors import AdviceBound, AdviceNotAllowed, StepNotYours
from assessment.models import Advice, AdviceDraft
from budget.domain import decision_items, reserved
from core.domain import clock
from core.models import AuditEntry
from tests.assessment import road
from tests.assessment.test_advice_page import typed
from tests.budget.road import empty_list, listed_proposal, put

ASKED = {2026: 35_000}


def advised(cast, call, **over):
    return road.advised_proposal(cast, call, **{"requested": ASKED, **over})


def take_back(proposal, by, reason="Het verkeerde jaar"):
    return advice.take_back(proposal_id=proposal.pk, by=by, reason=reason)


def give_again(cast, proposal, amount=20_000):
    content = Content(amounts={2026: YearAdvice(Decimal(amount), "Minder is genoeg")}, explanation="Nu goed.")
    return advice.give(proposal_id=proposal.pk, by=cast.manager, content=content)


def test_the_proposal_is_in_assessment_again_and_the_old_advice_stays(cast, call):
    proposal = advised(cast, call)
    old = take_back(proposal, cast.lead)
    proposal.refresh_from_db()
    assert proposal.state == "in_assessment"
    assert (old.is_taken_back, old.taken_back_by, old.taken_back_reason) == (True, cast.lead, "Het verkeerde jaar")
    told = AuditEntry.objects.about(proposal).get(event="assessment.advice_taken_back")
    assert told.changes["reason"] == "Het verkeerde jaar"
    new = give_again(cast, proposal)
    proposal = type(proposal).objects.get(pk=proposal.pk)
    assert (proposal.state, proposal.advice) == ("advised", new)
    assert list(proposal.advices.order_by("pk")) == [old, new]
    assert old.amounts.get().advised == 35000


def test_the_draft_begins_with_what_the_old_advice_said(cast, call, page_of):
    proposal = advised(cast, call, outcome="conditional")
    take_back(proposal, cast.manager)
    form = page_of(cast.manager, "advice", proposal).context["form"]
    assert form["explanation"].value() == "Sluit aan bij de gewenste resultaten van de lijn."
    assert form["condition_0"].value() == "Eerst een sluitende begroting."
    assert form["amount_2026"].value() == "35000"
    said = typed(version="1", condition_0="Anders")
    assert page_of(cast.manager, "advice", proposal, data=said).status_code == 302
    assert not AdviceDraft.objects.exists()


def test_it_needs_a_reason_by_rule_and_by_constraint(cast, call):
    proposal = advised(cast, call)
    with pytest.raises(AdviceNotAllowed):
        take_back(proposal, cast.manager, "  ")
    moment = clock.now()
    for said in ({"taken_back_reason": ""}, {"taken_back_reason": "Zo", "taken_back_by": None}):
        change = {"taken_back_at": moment, "taken_back_by": cast.manager, **said}
        with pytest.raises(IntegrityError, match="assessment_taken_back_with_reason"), transaction.atomic():
            Advice.objects.filter(proposal=proposal).update(**change)


def test_only_who_runs_the_assessment_takes_it_back(cast, call):
    proposal = advised(cast, call)
    for by in (cast.assessor1, cast.finance, cast.college, cast.partner):
        with pytest.raises(StepNotYours):
            take_back(proposal, by)


def test_what_stands_on_a_list_or_was_not_given_is_not_taken_back(cast, call):
    for proposal in (listed_proposal(cast, call), road.agreed_proposal(cast, call)):
        with pytest.raises(AdviceBound):
            take_back(proposal, cast.manager)
    proposal = advised(cast, call)
    take_back(proposal, cast.manager)
    with pytest.raises(AdviceBound):
        take_back(proposal, cast.manager)


def test_off_the_list_it_can_be_taken_back_and_another_goes_on(cast, call):
    proposal = advised(cast, call)
    decision_list = empty_list(cast)
    decision_items.take_off(decision_id=put(cast, decision_list, proposal).pk, by=cast.finance)
    take_back(proposal, cast.manager)
    new = give_again(cast, proposal)
    decision = put(cast, decision_list, type(proposal).objects.get(pk=proposal.pk))
    assert (decision.advice, decision.granted_total) == (new, 20000)


def test_taken_back_it_changes_no_more_and_gives_way_once(cast, call):
    proposal = advised(cast, call)
    old = take_back(proposal, cast.manager)
    for change in ({"taken_back_reason": "Anders"}, {"taken_back_at": None}, {"points": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Advice.objects.filter(pk=old.pk).update(**change)
    give_again(cast, proposal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Advice.objects.filter(pk=old.pk).update(proposal=proposal)


def test_the_money_is_reserved_while_it_stands_and_never_twice(cast, call):
    start = clock.now()
    hours = [start + timedelta(hours=number) for number in range(4)]
    with clock.set_to(hours[0]):
        proposal = advised(cast, call)
    with clock.set_to(hours[1]):
        take_back(proposal, cast.manager)
    with clock.set_to(hours[2]):
        give_again(cast, proposal)

    def total_at(moment):
        return sum(one.amount for one in reserved.at(moment) if one.proposal_id == proposal.pk)

    half = timedelta(minutes=30)
    assert [total_at(hour + half) for hour in hours[:3]] == [35000, 0, 20000]


def test_the_page_asks_why_and_the_file_tells_it(cast, call, page_of):
    proposal = advised(cast, call)
    assert "/advies/terugnemen/" in page_of(cast.lead, "file", proposal).content.decode()
    assert "/advies/terugnemen/" not in page_of(cast.finance, "file", proposal).content.decode()
    assert page_of(cast.lead, "advice_take_back", proposal).status_code == 200
    assert page_of(cast.lead, "advice_take_back", proposal, data={"reason": " "}).status_code == 422
    answer = page_of(cast.lead, "advice_take_back", proposal, data={"reason": "Bedrag van het verkeerde jaar"})
    assert answer.url == reverse("assessment:advice", args=[proposal.reference])
    assert page_of(cast.lead, "advice_take_back", proposal).status_code == 302
    page = page_of(cast.finance, "file", proposal).content.decode()
    assert "Bedrag van het verkeerde jaar" in page
    assert "Bedrag van het verkeerde jaar" in page_of(cast.lead, "advice", proposal).content.decode()


def test_the_partner_reads_that_the_team_looks_again_and_not_why(cast, call, client_of):
    proposal = advised(cast, call)
    take_back(proposal, cast.manager, "Geheime reden")
    page = client_of(cast.partner).get(proposal.get_absolute_url()).content.decode()
    assert "Geheime reden" not in page


def test_a_condition_of_an_advice_that_was_taken_back_stays_with_it(cast, call):
    proposal = advised(cast, call, outcome="conditional")
    old = take_back(proposal, cast.manager)
    content = Content(
        amounts={2026: YearAdvice(Decimal(35000))}, explanation="Nu goed.", conditions=[Condition("Een andere")]
    )
    new = advice.give(proposal_id=proposal.pk, by=cast.manager, content=content)
    assert [one.condition_rows.get().text for one in (old, new)] == ["Eerst een sluitende begroting.", "Een andere"]
