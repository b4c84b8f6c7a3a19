"""The pages of supplement, extension and not processing: who may open them, and what they do."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from applications.domain import supplements
from applications.models import Extension, NotProcessed, Proposal, Supplement, SupplementRequest
from applications.states import ProposalState
from core.domain import clock
from tests.applications.asking import ask, change_budget, hand_in
from tests.applications.pages import budget_data, step_url
from tests.applications.road import submitted_proposal


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.AMSTERDAM)


@pytest.fixture
def proposal(cast, call):
    with clock.set_to(at("2026-03-02 12:00:00")):
        return submitted_proposal(cast, call, line="leven")


@pytest.fixture
def asked(cast, proposal):
    with clock.set_to(at("2026-03-10 12:00:00")):
        return ask(proposal, cast)


def team_url(name: str, proposal: Proposal) -> str:
    return reverse(f"applications:{name}", args=[proposal.reference])


def mine_url(proposal: Proposal) -> str:
    return reverse("applications:supplement", args=[proposal.pk])


def state_of(proposal) -> str:
    return Proposal.objects.values_list("state", flat=True).get(pk=proposal.pk)


def test_the_lead_asks_from_the_checklist_on(client_of, cast, proposal):
    client, url = client_of(cast.lead), team_url("supplement_request", proposal)
    with clock.set_to(at("2026-03-10 12:00:00")):
        assert url in client.get(team_url("completeness", proposal)).text
        wrong = client.post(url, {"points": ["budget"], "text": "", "request_key": uuid4()})
        assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["text"])
        data = {"points": ["budget"], "text": "De huur", "steps": ["samenwerking"], "request_key": uuid4()}
        assert client.post(url, data).url == url
        page = client.get(url).text
    assert SupplementRequest.objects.get().steps == ["kosten", "samenwerking"]
    assert "De huur" in page
    assert 'name="points"' not in page


def test_the_partner_reads_what_is_asked_changes_it_and_hands_it_in(client_of, cast, proposal, asked):
    client = client_of(cast.partner)
    with clock.set_to(at("2026-03-12 12:00:00")):
        assert mine_url(proposal) in client.get(reverse("applications:proposal", args=[proposal.pk])).text
        page = client.get(mine_url(proposal)).text
        assert "De huur van de zaal per jaar" in page
        assert step_url(proposal, "kosten") in page
        assert step_url(proposal, "waarom") not in page
        assert client.get(step_url(proposal, "kosten")).status_code == 200
        assert client.get(step_url(proposal, "waarom")).status_code == 302
        change_budget(proposal, cast.partner)
        wrong = client.post(mine_url(proposal), {"answer": "", "request_key": uuid4()})
        assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["answer"])
        data = {"answer": "Dit is de huur.", "request_key": uuid4()}
        assert client.post(mine_url(proposal), data).url == mine_url(proposal)
        assert client.post(mine_url(proposal), data).url == mine_url(proposal)  # a second press of the button
        page = client.get(mine_url(proposal)).text
    assert Supplement.objects.get().answer == "Dit is de huur."
    assert Supplement.objects.get().content_sha256 in page
    assert "<textarea" not in page


def test_saving_a_step_of_a_supplement_leads_back_to_it(client_of, cast, proposal, asked):
    client = client_of(cast.partner)
    with clock.set_to(at("2026-03-12 12:00:00")):
        costs = [{"description": "Huur van de zaal", "year_2026": "30.000", "year_2027": ""}]
        page = client.get(step_url(proposal, "kosten"))
        seen = {f"version-{name}": version for name, version in page.context["versions"]}
        data = budget_data(costs=costs, co_funding=[]) | seen
        assert client.post(step_url(proposal, "kosten"), data).url == mine_url(proposal)


def test_after_the_term_the_partner_reads_that_it_is_over(client_of, cast, proposal, asked):
    client = client_of(cast.partner)
    with clock.set_to(at("2026-03-25 00:00:00")):
        assert client.get(step_url(proposal, "kosten")).status_code == 302
        assert "<textarea" not in client.get(mine_url(proposal)).text
        late = client.post(mine_url(proposal), {"answer": "Te laat", "request_key": uuid4()})
    assert late.status_code == 422
    assert not Supplement.objects.exists()


def test_without_a_request_the_page_does_not_exist(client_of, cast, proposal):
    assert client_of(cast.partner).get(mine_url(proposal)).status_code == 404


def test_the_team_compares_what_changed(client_of, cast, proposal, asked):
    with clock.set_to(at("2026-03-12 12:00:00")):
        change_budget(proposal, cast.partner)
        hand_in(proposal, cast)
        page = client_of(cast.finance).get(team_url("supplement_request", proposal)).text
    assert "Begeleiding en materiaal" in page
    assert "Huur van de zaal" in page


def test_the_file_shows_the_day_of_the_decision_and_hides_what_is_not_handed_in(client_of, cast, proposal, asked):
    with clock.set_to(at("2026-03-12 12:00:00")):
        change_budget(proposal, cast.partner)
        page = client_of(cast.manager).get(reverse("assessment:file", args=[proposal.reference])).text
    assert "15 juni 2026".replace(" ", "\N{NO-BREAK SPACE}") in page
    assert "Huur van de zaal" not in page
    assert "Begeleiding en materiaal" in page


def test_the_receipt_page_shows_the_day_as_it_stands_now(client_of, cast, proposal, asked):
    with clock.set_to(at("2026-03-25 12:00:00")):
        supplements.close_due()
        page = client_of(cast.partner).get(reverse("applications:receipt", args=[proposal.pk])).text
    assert "15 juni 2026".replace(" ", "\N{NO-BREAK SPACE}") in page


def test_the_manager_decides_not_to_process_and_the_lead_may_not(client_of, cast, proposal, asked):
    url = team_url("not_process", proposal)
    data = {"action": "not_process", "reason": "De begroting", "request_key": uuid4()}
    with clock.set_to(at("2026-03-20 12:00:00")):
        assert "<form" not in client_of(cast.manager).get(url).text.split("<main")[1]
    with clock.set_to(at("2026-03-25 00:01:00")):  # nobody has closed the term yet
        assert 'value="not_process"' not in client_of(cast.lead).get(url).text
        assert client_of(cast.lead).post(url, data).status_code == 403
        assert 'value="not_process"' in client_of(cast.manager).get(url).text
        assert client_of(cast.manager).post(url, data | {"reason": ""}).status_code == 422
        assert client_of(cast.manager).post(url, data).status_code == 302
        assert "De begroting" in client_of(cast.manager).get(url).text
    assert NotProcessed.objects.get().decided_by == cast.manager
    assert state_of(proposal) == ProposalState.NOT_PROCESSED


def test_the_lead_goes_on_with_what_there_is(client_of, cast, proposal, asked):
    url = team_url("not_process", proposal)
    with clock.set_to(at("2026-03-26 12:00:00")):
        client = client_of(cast.lead)
        assert client.post(url, {"action": "go_on", "go-points": ["applicant"], "go-reason": ""}).status_code == 422
        data = {"action": "go_on", "go-points": ["applicant"], "go-reason": "De offerte volstaat."}
        assert client.post(url, data).status_code == 302
        page = client.get(team_url("completeness", proposal)).text
    assert state_of(proposal) == ProposalState.IN_ASSESSMENT
    assert "De offerte volstaat." in page


def test_the_period_is_extended_on_its_page(client_of, cast, proposal):
    client, url = client_of(cast.lead), team_url("extension", proposal)
    with clock.set_to(at("2026-05-01 12:00:00")):
        assert client.post(url, {"weeks": "14", "reason": "Te lang", "request_key": uuid4()}).status_code == 422
        data = {"weeks": "4", "reason": "Er is nog advies nodig.", "request_key": uuid4()}
        assert client.post(url, data).url == url
        page = client.get(url).text
    assert Extension.objects.get().weeks == 4
    assert "29 juni 2026".replace(" ", "\N{NO-BREAK SPACE}") in page
