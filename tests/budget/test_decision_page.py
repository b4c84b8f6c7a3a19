"""Changing what a list says about one proposal."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from budget.domain import decision_items
from budget.models import Decision
from budget.states import Ruling
from tests.budget.reading import words
from tests.budget.road import decision_of, listed_proposal, propose


@pytest.fixture
def decision(cast, call):
    return decision_of(listed_proposal(cast, call, requested={2026: 35000, 2027: 30000}))


def url(decision):
    return reverse("budget:decision", args=[decision.decision_list.reference, decision.proposal.reference])


def body(decision, **over):
    decision.decision_list.refresh_from_db()
    return {
        "ruling": "grant",
        "amount_2026": "35000",
        "amount_2027": "30000",
        "reason": "Past bij de lijn, met minder geld.",
        "conditions": "",
        "version": decision.decision_list.version,
        "duty-TOTAL_FORMS": "0",
        "duty-INITIAL_FORMS": "0",
        **over,
    }


def amounts(decision):
    return {item.budget_line.year: item.amount for item in decision.amounts.all()}


def test_the_page_shows_what_was_requested_and_advised_beside_the_fields(cast, client_of, decision):
    text = words(client_of(cast.finance).get(url(decision)))
    assert text.count("€ 35.000") >= 3


def test_a_lower_amount_typed_the_dutch_way_is_kept(cast, client_of, decision):
    response = client_of(cast.finance).post(url(decision), body(decision, amount_2026="15.000,50", amount_2027=""))
    assert response.status_code == 302
    assert amounts(decision) == {2026: Decimal("15000.50")}


@pytest.mark.parametrize("typed", ["nan", "-1", "1e9", "25.00", "35.000,01", "veel"])
def test_an_amount_that_can_not_be_is_refused_and_everything_typed_stays(cast, client_of, decision, typed):
    response = client_of(cast.finance).post(
        url(decision), body(decision, amount_2026=typed, conditions="Eerst een vergunning")
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert f'value="{typed}"' in page
    assert "Eerst een vergunning" in page
    assert 'href="#id_amount_2026"' in page
    assert amounts(decision) == {2026: 35000, 2027: 30000}


def test_a_grant_without_any_amount_is_refused(cast, client_of, decision):
    response = client_of(cast.finance).post(url(decision), body(decision, amount_2026="0", amount_2027=""))
    assert response.status_code == 422
    assert _("A grant needs an amount for at least one year.") in words(response)


def test_a_refusal_needs_no_amounts_and_takes_them_away(cast, client_of, decision):
    typed = body(decision, ruling="refuse", reason="Past niet bij de lijn.")
    response = client_of(cast.finance).post(url(decision), typed)
    assert response.status_code == 422
    assert _("Choose the ground of the refusal.") in words(response)
    client_of(cast.finance).post(url(decision), {**typed, "refusal_ground": "scope"})
    changed = Decision.objects.get(pk=decision.pk)
    assert (changed.ruling, changed.refusal_ground, amounts(changed)) == (Ruling.REFUSE, "scope", {})
    assert not changed.obligations.exists()


def test_what_differs_from_the_advice_needs_a_reason_of_its_own(cast, client_of, decision):
    response = client_of(cast.finance).post(
        url(decision), body(decision, amount_2026="10000", reason=decision.advice.explanation)
    )
    assert response.status_code == 422
    assert _("This differs from the advice. Say in the reason why.") in words(response)
    assert amounts(decision) == {2026: 35000, 2027: 30000}


def test_two_people_do_not_overwrite_each_other(cast, client_of, decision):
    client, stale = client_of(cast.finance), body(decision)
    decision_items.revise(
        decision_id=decision.pk,
        by=cast.finance,
        ruling=Ruling.GRANT,
        amounts={2026: Decimal(20000)},
        reason="Minder ruimte in 2027.",
        conditions="",
    )
    response = client.post(url(decision), {**stale, "conditions": "Getypt"})
    assert response.status_code == 422
    assert amounts(decision) == {2026: 20000}
    assert _("Changed since you opened this page") in words(response)
    assert "2026: € 20.000" in words(response)
    assert "Getypt" in response.content.decode()
    again = client.post(url(decision), body(decision, conditions="Getypt"))
    assert again.status_code == 302


def test_a_list_with_the_college_is_not_changed_any_more(cast, client_of, decision):
    propose(cast, decision.decision_list)
    client = client_of(cast.finance)
    assert client.get(url(decision)).status_code == 302
    response = client.post(url(decision), body(decision, amount_2026="1", amount_2027=""))
    assert response.status_code == 422
    assert amounts(decision) == {2026: 35000, 2027: 30000}
