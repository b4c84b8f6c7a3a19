"""The pages of the what-if board: with a plain form, with script, on a stale page, and with what is no amount."""

import uuid
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from assessment.domain import declarations
from budget.domain import scenarios
from budget.models import DecisionList, Scenario, ScenarioAmount, ScenarioItem
from budget.states import ScenarioGoal
from core.domain import clock
from tests.assessment.road import advised_proposal
from tests.budget.bare import bare_decision
from tests.budget.reading import hidden, words
from tests.budget.road import decision_of

MOST_QUERIES = 25
SCRIPT = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def proposal(cast, call):
    return advised_proposal(cast, call, title="Makersloods", requested={2026: 60000, 2027: 20000})


@pytest.fixture
def scenario(cast, proposal):
    return scenarios.make(by=cast.finance, name="Lente")


def url(scenario, name="scenario", *more):
    return reverse(f"budget:{name}", args=[scenario.pk, *more])


def version():
    return Scenario.objects.latest("pk").version


def move(client, scenario, proposal, to="in", *, page_version=None, **how):
    values = {"proposal": proposal.reference, "to": to, "version": page_version or version()}
    return client.post(url(scenario, "scenario_move"), values, **how)


def amounts(client, scenario, proposal, typed, *, page_version=None, **how):
    values = {f"amount_{year}": text for year, text in typed.items()}
    address = url(scenario, "scenario_amounts", proposal.reference)
    return client.post(address, {**values, "version": page_version or version()}, **how)


def test_a_scenario_is_made_and_every_page_says_that_it_is_no_decision(cast, proposal, client_of):
    client = client_of(cast.manager)
    made = client.post(reverse("budget:scenario_new"), {"name": "Lente"})
    scenario = Scenario.objects.get()
    assert made["Location"] == url(scenario)
    twin = scenarios.copy(scenario_id=scenario.pk, by=cast.manager, name="Zomer")
    compare = f"{reverse('budget:scenarios_compare')}?a={scenario.pk}&b={twin.pk}"
    for address in (reverse("budget:scenarios"), reverse("budget:scenario_new"), url(scenario), compare):
        text = words(client.get(address))
        assert _("Scenario: no decision") in text
    assert proposal.reference in words(client.get(url(scenario)))


def test_a_name_that_is_none_is_refused(cast, client_of):
    client = client_of(cast.finance)
    for name in ("", "  ", "x" * 81):
        assert client.post(reverse("budget:scenario_new"), {"name": name}).status_code == 422, name
    assert not Scenario.objects.exists()


def test_without_script_a_proposal_goes_in_and_out_by_a_form_and_comes_back_to_its_card(
    cast, client_of, scenario, proposal
):
    client = client_of(cast.finance)
    answer = move(client, scenario, proposal)
    assert answer["Location"] == f"{url(scenario)}#item-{proposal.pk}"
    assert ScenarioItem.objects.get().included
    assert "€ 190.000" in words(client.get(url(scenario)))
    move(client, scenario, proposal, "out")
    assert not ScenarioItem.objects.get().included


def test_with_script_only_what_changed_comes_back(cast, call, client_of, scenario, proposal):
    client = client_of(cast.finance)
    other = advised_proposal(cast, call, title="Een ander", requested={2026: 1000})
    body = move(client, scenario, proposal, **SCRIPT).content.decode()
    assert "<main" not in body
    assert other.reference not in body
    assert f'id="board-version" value="{version()}"' in body
    assert f'id="item-{proposal.pk}" hx-swap-oob="delete"' in body
    assert "beforeend:#list-in" in body
    said = body[body.index('id="board-said"') :]
    assert proposal.reference in said
    assert "Leven 2026" in said.replace("\u00a0", " ")
    assert "190.000" in said
    body = amounts(client, scenario, proposal, {2026: "45.000,50", 2027: "0"}, **SCRIPT).content.decode()
    assert ScenarioAmount.objects.get(year=2026).amount == Decimal("45000.50")
    assert 'name="amount_2026"' not in body
    assert "204.999,50" in body


def test_a_card_comes_back_at_its_place_by_rank(cast, call, client_of, scenario, proposal):
    client = client_of(cast.finance)
    later = advised_proposal(cast, call, title="Later compleet", requested={2026: 1000})
    move(client, scenario, later)
    assert f"beforebegin:#item-{later.pk}" in move(client, scenario, proposal, **SCRIPT).content.decode()


def test_what_is_no_amount_is_refused_at_its_card_and_stays_there(cast, client_of, scenario, proposal):
    client = client_of(cast.finance)
    move(client, scenario, proposal)
    before = version()
    no_amounts = ["", "veel", "-5", "60.000,01", "1e4", "nan", "60000.00", "0", "9" * 20, "\x00"]
    for typed, how in product(no_amounts, [{}, SCRIPT]):
        answer = amounts(client, scenario, proposal, {2026: typed, 2027: "0"}, **how)
        body = answer.content.decode()
        assert (answer.status_code, f'id="wrong-{proposal.pk}"' in body) == (422, True), typed
        assert (ScenarioAmount.objects.get(year=2026).amount, version()) == (60000, before), typed
        kept = f'name="amount_2026" type="text" value="{typed}"' in body
        assert kept or how or not typed.isprintable(), typed


def test_a_stale_page_changes_nothing_shows_what_happened_and_keeps_what_was_typed(cast, client_of, scenario, proposal):
    client = client_of(cast.finance)
    move(client, scenario, proposal)
    seen = version()
    amounts(client_of(cast.manager), scenario, proposal, {2026: "50000", 2027: "20000"})
    for how in ({}, SCRIPT):
        answer = amounts(client, scenario, proposal, {2026: "41000", 2027: "20000"}, page_version=seen, **how)
        assert answer.status_code == 409
        text = words(answer)
        assert _("%(proposal)s: amounts changed") % {"proposal": proposal.reference} in text
        assert "Manager" in text
        assert 'value="41000"' in answer.content.decode()
        assert f'id="board-version" value="{version()}"' in answer.content.decode()
    assert ScenarioAmount.objects.get(year=2026).amount == 50000
    assert move(client, scenario, proposal, "out", page_version=seen).status_code == 409
    assert ScenarioItem.objects.get().included


def test_a_step_that_says_nothing_clear_is_refused(cast, client_of, scenario, proposal):
    client = client_of(cast.finance)
    for values in ({}, {"to": "sideways"}, {"to": "in", "version": "x"}):
        answer = client.post(url(scenario, "scenario_move"), {"proposal": proposal.reference, **values})
        assert answer.status_code == 422, values
    assert Scenario.objects.get().version == 1


def test_a_proposal_that_is_not_there_is_not_there(cast, client_of, scenario, proposal):
    client = client_of(cast.finance)
    assert (
        client.post(url(scenario, "scenario_move"), {"proposal": "TF-1", "to": "in", "version": 1}).status_code == 404
    )
    assert client.post(url(scenario, "scenario_amounts", "TF-1"), {"version": 1}).status_code == 404
    assert client.get(reverse("budget:scenario", args=[scenario.pk + 9])).status_code == 404


def test_who_has_an_interest_does_not_see_the_proposal_and_reads_that_it_counts(cast, client_of, scenario, proposal):
    move(client_of(cast.finance), scenario, proposal)
    declarations.declare(proposal_id=proposal.pk, person=cast.manager, has_interest=True, explanation="Mijn zus.")
    client = client_of(cast.manager)
    answer = client.get(url(scenario))
    assert _("You don't see all of this scenario") in words(answer)
    assert "€ 80.000" in words(answer)
    assert "Makersloods" not in words(answer)
    assert proposal.reference not in answer.content.decode()
    assert move(client, scenario, proposal, "out").status_code == 404
    compared = client.get(f"{reverse('budget:scenarios_compare')}?a={scenario.pk}&b={scenario.pk}")
    assert _("You don't see all of this scenario") in words(compared)
    assert proposal.reference not in compared.content.decode()


def test_the_college_reads_without_a_button(cast, client_of, scenario, proposal):
    move(client_of(cast.finance), scenario, proposal)
    body = client_of(cast.college).get(url(scenario)).content.decode()
    assert proposal.reference in body
    for name in ("scenario_move", "scenario_best", "scenario_to_list", "scenario_remove"):
        assert url(scenario, name) not in body


def test_what_was_advised_later_stands_out_and_is_marked(cast, call, client_of, scenario):
    late = advised_proposal(cast, call, title="Nieuwkomer")
    text = words(client_of(cast.finance).get(url(scenario)))
    assert "Nieuwkomer" in text
    assert _("advised since") in text
    assert move(client_of(cast.finance), scenario, late).status_code == 302
    assert ScenarioItem.objects.get(proposal=late).included


def test_the_best_set_is_a_new_scenario_that_says_how_good_it_is(cast, call, client_of, scenario, proposal):
    advised_proposal(cast, call, title="Te groot", requested={2026: 200000})
    client = client_of(cast.finance)
    move(client, scenario, proposal)
    step = url(scenario, "scenario_best")
    answer = client.post(step, {"goal": ScenarioGoal.SCORE, "amounts": "all"}, follow=True)
    text = words(answer)
    assert _("This is proven: no other set does better.") in text
    assert _("Best set: %(name)s") % {"name": "Lente"} in text
    assert Scenario.objects.latest("pk").items.get(included=True).proposal == proposal
    client.post(step, {"goal": ScenarioGoal.RESULTS, "amounts": "less", "least": "60"})
    assert Scenario.objects.latest("pk").least_percentage == 60
    assert scenario.items.filter(included=True).count() == 1


def test_a_question_for_the_best_set_that_is_not_clear_is_refused(cast, client_of, scenario):
    client = client_of(cast.finance)
    shares = [{"amounts": "less", "least": least} for least in ("", "0", "100", "veel")]
    for values in ({}, {"goal": "luck", "amounts": "all"}, *shares):
        answer = client.post(url(scenario, "scenario_best"), {"goal": ScenarioGoal.SCORE, **values})
        assert answer.status_code == 422, values
    assert Scenario.objects.count() == 1


def test_a_draft_list_is_made_once_however_often_the_form_is_sent(cast, client_of, scenario, proposal):
    client = client_of(cast.finance)
    move(client, scenario, proposal)
    values = {
        "list-meeting_on": f"{clock.today() + timedelta(days=14):%d-%m-%Y}",
        "list-version": version(),
        "list-request_key": hidden(client.get(url(scenario)), "list-request_key"),
    }
    first, second = (client.post(url(scenario, "scenario_to_list"), values) for _turn in range(2))
    assert first["Location"] == second["Location"] == DecisionList.objects.get().get_absolute_url()
    assert decision_of(proposal).granted_total == 80000
    text = words(client.get(url(scenario)))
    assert _("Something was listed or decided on since") in text
    again = client.post(url(scenario, "scenario_to_list"), {**values, "list-request_key": uuid.uuid4()})
    assert again.status_code == 409
    assert proposal.reference in words(again)
    assert client.post(url(scenario, "scenario_to_list"), {"list-meeting_on": "31-02-2027"}).status_code == 422


def test_a_scenario_gets_a_name_a_copy_and_goes_away(cast, client_of, scenario):
    client = client_of(cast.finance)
    client.post(url(scenario, "scenario_rename"), {"rename-name": "Zomer", "rename-version": 1})
    stale = client.post(url(scenario, "scenario_rename"), {"rename-name": "Herfst", "rename-version": 1})
    assert (stale.status_code, Scenario.objects.get().name) == (409, "Zomer")
    assert 'value="Herfst"' in stale.content.decode()
    assert client.post(url(scenario, "scenario_rename"), {"rename-version": 2}).status_code == 422
    client.post(url(scenario, "scenario_copy"))
    assert Scenario.objects.latest("pk").name == _("Copy of %(name)s") % {"name": "Zomer"}
    assert client.post(url(scenario, "scenario_remove"), {"version": "1"}).status_code == 409
    assert client.post(url(scenario, "scenario_remove"), {"version": "2"})["Location"] == reverse("budget:scenarios")
    assert Scenario.objects.count() == 1


def test_two_scenarios_stand_side_by_side(cast, call, client_of, scenario, proposal):
    client = client_of(cast.finance)
    move(client, scenario, proposal)
    twin = scenarios.copy(scenario_id=scenario.pk, by=cast.finance, name="Zomer")
    amounts(client, twin, proposal, {2026: "45000", 2027: "20000"})
    text = words(client.get(f"{reverse('budget:scenarios_compare')}?a={scenario.pk}&b={twin.pk}"))
    assert "€ 80.000 € 65.000 € −15.000" in text
    assert "Leven 2026 € 250.000 € 190.000 € 205.000" in text


@pytest.mark.parametrize("query", ["a=1", "a=x&b=y", "a=999999&b=999998"])
def test_scenarios_that_are_not_there_are_not_compared(cast, client_of, scenario, query):
    assert client_of(cast.finance).get(f"{reverse('budget:scenarios_compare')}?{query}").status_code == 422


def queries(client, address):
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def many(cast, call, count):
    """Proposals that wait, with the least around them."""
    for _number in range(count):
        decision = bare_decision(cast.finance, cast.organisation, call)
        waiting = decision.proposal
        listed = decision.decision_list
        decision.delete()
        listed.delete()
        type(waiting).objects.filter(pk=waiting.pk).update(state="advised")


def test_every_page_takes_the_same_number_of_queries_for_1_and_for_50_proposals(cast, call, client_of):
    client, found = client_of(cast.finance), []
    for count in (1, 49):
        many(cast, call, count)
        scenario = scenarios.make(by=cast.finance, name="Lente")
        scenario.items.update(included=True)
        twin = scenarios.copy(scenario_id=scenario.pk, by=cast.finance, name="Zomer")
        assert scenario.items.count() in {1, 50}
        pages = (url(scenario), f"{reverse('budget:scenarios_compare')}?a={scenario.pk}&b={twin.pk}")
        found.append([queries(client, address) for address in (*pages, reverse("budget:scenarios"))])
    assert found[0] == found[1]
    assert max(found[0]) <= MOST_QUERIES
