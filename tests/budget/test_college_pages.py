"""The college reads everything, approves once, or gives back; never what a member prepared."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import RoleHolding
from accounts.states import Role
from applications.models import Proposal
from applications.states import ProposalState
from budget.domain import decision_items, decision_lists
from budget.models import Decision, DecisionList, LedgerEntry
from budget.states import EntryKind, ListState, Ruling
from core.domain import clock
from tests.assessment.road import advised_proposal
from tests.budget.bare import bare_decision
from tests.budget.reading import hidden, words
from tests.budget.road import approve, decision_of, empty_list, listed_proposal, propose, proposed_list


def url(decision_list, name="college_list"):
    return reverse(f"budget:{name}", args=[decision_list.reference])


def sign(client, decision_list, page=None):
    page = page or client.get(url(decision_list))
    body = {
        "version": hidden(page, "version"),
        "request_key": hidden(page, "request_key"),
        "decided_on": f"{clock.today():%d-%m-%Y}",
    }
    return client.post(url(decision_list, "approve"), body)


def grants():
    return LedgerEntry.objects.filter(kind=EntryKind.GRANT)


def test_the_college_reads_the_proposal_its_scores_and_the_advice(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    text = words(client_of(cast.college).get(url(decision_list)))
    for expected in (
        "Makersweekend in de magneet",
        "Jong talent maakt een weekend lang samen iets nieuws.",
        "Drie dagen open werkplaats, met begeleiding van vakmensen uit de stad.",
        "Zo dient het voorstel",
        "Samen gezien: talent",
        "Sluit aan bij de gewenste resultaten van de lijn.",
        "ROC van Twente en drie makers uit de stad.",
        "15/18",
        "€ 25.000",
    ):
        assert expected in text, expected


def test_approving_commits_the_money_and_tells_the_numbers(cast, call, client_of):
    decision_list = proposed_list(cast, call, requested={2026: 25000, 2027: 8000})
    client = client_of(cast.college)
    response = sign(client, decision_list)
    assert response["Location"] == url(decision_list)
    decision = Decision.objects.get()
    assert decision.reference in words(client.get(url(decision_list)))
    assert set(LedgerEntry.objects.exclude(decision=None).values_list("kind", "amount")) == {
        (EntryKind.GRANT, 25000),
        (EntryKind.CONDITIONAL_GRANT, 8000),
    }
    assert Proposal.objects.get().state == ProposalState.GRANTED


def test_a_double_click_approves_once(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    client = client_of(cast.college)
    page = client.get(url(decision_list))
    assert sign(client, decision_list, page).status_code == 302
    assert sign(client, decision_list, page).status_code == 302
    assert grants().count() == 1


def test_a_second_member_who_comes_late_reads_that_it_was_approved(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    late = client_of(cast.college2)
    page = late.get(url(decision_list))
    sign(client_of(cast.college), decision_list)
    response = sign(late, decision_list, page)
    assert response.status_code == 409
    assert str(ListState.APPROVED.label) in words(response)
    assert grants().count() == 1


def test_who_prepared_the_list_reads_why_somebody_else_approves_it(cast, call, client_of):
    RoleHolding.objects.create(user=cast.finance, role=Role.COLLEGE)
    decision_list = proposed_list(cast, call)
    client = client_of(cast.finance)
    page = client.get(url(decision_list))
    sentence = _("You prepared this list, so somebody else has to approve it.")
    assert sentence in words(page)
    day = f"{clock.today():%d-%m-%Y}"
    body = {"version": DecisionList.objects.get().version, "request_key": uuid.uuid4(), "decided_on": day}
    response = client.post(url(decision_list, "approve"), body)
    assert response.status_code == 409
    assert words(response).count(sentence) == 2
    assert not grants().exists()


def test_who_only_put_something_on_the_list_is_not_offered_to_approve_it(cast, call, client_of):
    RoleHolding.objects.create(user=cast.college2, role=Role.FINANCIAL_ADVISER)
    decision_list = empty_list(cast)
    proposal = advised_proposal(cast, call)
    decision_items.put_on(list_id=decision_list.pk, proposal_id=proposal.pk, by=cast.college2)
    propose(cast, decision_list)
    page = client_of(cast.college2).get(url(decision_list))
    assert _("You prepared this list, so somebody else has to approve it.") in words(page)
    assert url(decision_list, "approve") not in page.content.decode()


def test_a_stale_page_is_refused_with_what_changed(cast, call, client_of):
    decision_list = proposed_list(cast, call, requested={2026: 25000})
    client = client_of(cast.college)
    page = client.get(url(decision_list))
    decision_lists.give_back(list_id=decision_list.pk, by=cast.college2, reason="Te duur")
    decision_items.revise(
        decision_id=Decision.objects.get().pk,
        by=cast.finance,
        ruling=Ruling.GRANT,
        amounts={2026: Decimal(12000)},
        reason="Minder dan gevraagd.",
        conditions="",
    )
    propose(cast, decision_list)
    response = sign(client, decision_list, page)
    text = words(response)
    assert response.status_code == 409
    assert "Te duur" in text
    assert "2026: € 12.000" in text
    assert not grants().exists()
    assert sign(client, decision_list, response).status_code == 302
    assert [entry.amount for entry in grants()] == [12000]


def test_a_list_that_no_longer_fits_names_line_year_and_the_missing_amount(cast, call, client_of):
    first = proposed_list(cast, call, requested={2026: 185000})
    second = proposed_list(cast, call, requested={2026: 85000})
    client = client_of(cast.college)
    page = client.get(url(second))
    approve(cast, first)
    response = sign(client, second, page)
    assert response.status_code == 409
    assert "Leven 2026" in words(response)
    assert "€ 20.000" in words(response)
    assert DecisionList.objects.get(pk=second.pk).state == ListState.PROPOSED
    assert grants().count() == 1


def test_giving_back_takes_a_reason_and_books_nothing(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    client = client_of(cast.college)
    version = decision_list.version
    assert client.post(url(decision_list, "give_back"), {"reason": "  ", "version": version}).status_code == 422
    for _twice in range(2):
        body = {"reason": "Te duur", "version": version}
        assert client.post(url(decision_list, "give_back"), body).status_code == 302
    assert DecisionList.objects.get().state == ListState.DRAFT
    assert not grants().exists()


@pytest.mark.parametrize("body", [{}, {"version": "x", "request_key": "y"}, {"version": "1"}])
def test_a_broken_form_approves_nothing(cast, call, client_of, body):
    decision_list = proposed_list(cast, call)
    assert client_of(cast.college).post(url(decision_list, "approve"), body).status_code == 409
    assert not grants().exists()


def test_the_college_finds_what_waits_and_what_it_approved(cast, call, client_of):
    approved = proposed_list(cast, call)
    approve(cast, approved)
    waiting = proposed_list(cast, call)
    draft = decision_of(listed_proposal(cast, call)).decision_list
    text = words(client_of(cast.college).get(reverse("budget:college")))
    assert text.index(waiting.reference) < text.index(approved.reference)
    assert draft.reference not in text


def test_the_pages_ask_few_queries_with_one_and_with_fifty_items(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    client = client_of(cast.college)
    pages = [url(decision_list), reverse("budget:college")]
    few = [count_queries(client, page) for page in pages]
    for _number in range(49):
        made = bare_decision(cast.finance, cast.organisation, call)
        Decision.objects.filter(pk=made.pk).update(decision_list=decision_list)
        DecisionList.objects.filter(pk=made.decision_list_id).update(state=ListState.PROPOSED)
    many = [count_queries(client, page) for page in pages]
    assert many == few
    assert max(many) <= 24


def count_queries(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def test_a_list_in_preparation_does_not_exist_for_the_college(cast, client_of):
    draft = empty_list(cast)
    client = client_of(cast.college)
    for page in (url(draft), reverse("budget:decision_list", args=[draft.reference])):
        assert client.get(page).status_code == 404
    for name in ("approve", "give_back"):
        assert client.post(url(draft, name), {"reason": "Nee"}).status_code == 404
