"""The financial adviser's pages: the lists, the room, what stands on a list and what waits."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Proposal
from applications.states import ProposalState
from assessment.domain import declarations
from budget.domain import decision_letters, decision_lists
from budget.models import Decision, DecisionList
from budget.states import ListState, Ruling
from core.domain import clock
from tests.assessment.road import advised_proposal
from tests.budget.bare import bare_decision
from tests.budget.reading import words
from tests.budget.road import approve, decision_of, empty_list, listed_proposal, propose, proposed_list

MOST_QUERIES = 18


def url(decision_list, name="decision_list", *more):
    return reverse(f"budget:{name}", args=[decision_list.reference, *more])


def version_of(decision_list, **more):
    return {"version": DecisionList.objects.get(pk=decision_list.pk).version, **more}


def test_a_new_list_is_for_a_meeting_that_still_comes(cast, client_of):
    client = client_of(cast.finance)
    day = clock.today() + timedelta(days=14)
    body = {"meeting_on": f"{day:%d-%m-%Y}", "request_key": uuid4()}
    response = client.post(reverse("budget:list_new"), body)
    client.post(reverse("budget:list_new"), body)
    started = DecisionList.objects.get()
    assert response["Location"] == url(started)
    assert (started.meeting_on, started.prepared_by) == (day, cast.finance)


@pytest.mark.parametrize("typed", ["", "31-02-2027", "01-01-2020", "01-01-2199", "morgen"])
def test_a_date_that_can_not_be_meant_is_refused_and_stays_in_the_field(cast, client_of, typed):
    response = client_of(cast.finance).post(reverse("budget:list_new"), {"meeting_on": typed})
    assert response.status_code == 422
    assert not DecisionList.objects.exists()
    assert f'value="{typed}"' in response.content.decode() or not typed


def test_a_waiting_proposal_is_put_on_the_list_and_off_again(cast, call, client_of):
    proposal, decision_list, client = advised_proposal(cast, call), empty_list(cast), client_of(cast.finance)
    assert proposal.reference in words(client.get(url(decision_list)))
    client.post(url(decision_list, "put_on"), version_of(decision_list, proposal=proposal.reference))
    assert Decision.objects.get().proposal == proposal
    client.post(url(decision_list, "take_off", proposal.reference), version_of(decision_list))
    assert not Decision.objects.exists()
    assert Proposal.objects.get(pk=proposal.pk).state == ProposalState.ADVISED


def test_a_proposal_that_was_taken_by_another_list_is_refused_with_the_reason(cast, call, client_of):
    proposal = listed_proposal(cast, call)
    other = empty_list(cast)
    response = client_of(cast.finance).post(url(other, "put_on"), version_of(other, proposal=proposal.reference))
    assert response.status_code == 409
    assert proposal.reference in words(response)
    assert not other.decisions.exists()


def test_a_list_that_does_not_fit_says_line_year_amount_and_what_to_do(cast, call, client_of):
    decision_list = empty_list(cast)
    first = listed_proposal(cast, call, decision_list=decision_list, requested={2026: 185000})
    late = listed_proposal(cast, call, decision_list=decision_list, requested={2026: 85000, 2027: 30000})
    text = words(client_of(cast.finance).get(url(decision_list)))
    assert _("This list can't be approved like this.") in text
    assert "Leven 2026" in text
    assert "€ 20.000" in text
    assert _("Lower an amount, or keep a proposal for another list.") in text
    sentence = _("%(line)s %(year)d is %(missing)s short") % {"line": "Leven", "year": 2026, "missing": "€ 20.000"}
    assert sentence in text[text.index(late.reference) :]
    fitting = text[text.index(first.reference) : text.index(late.reference)]
    assert "€ 20.000" not in fitting


def test_the_room_shows_budgeted_granted_free_and_what_stays(cast, call, client_of):
    granted = listed_proposal(cast, call, requested={2026: 60000})
    approve(cast, propose(cast, decision_of(granted).decision_list))
    listed = listed_proposal(cast, call, requested={2026: 40000})
    text = words(client_of(cast.finance).get(url(decision_of(listed).decision_list)))
    assert "Leven 2026 € 250.000 € 60.000 € 0 € 190.000 € 40.000 € 150.000" in text


def test_a_list_that_does_not_fit_is_not_proposed(cast, call, client_of):
    decision_list = decision_of(listed_proposal(cast, call, requested={2026: 250001})).decision_list
    response = client_of(cast.finance).post(url(decision_list, "propose"), version_of(decision_list))
    assert response.status_code == 409
    assert "€ 1 " in words(response)
    assert DecisionList.objects.get().state == ListState.DRAFT


def test_an_empty_list_is_not_proposed(cast, client_of):
    decision_list = empty_list(cast)
    response = client_of(cast.finance).post(url(decision_list, "propose"), version_of(decision_list))
    assert response.status_code == 409
    assert _("This list is empty. Put at least one proposal on it.") in words(response)


def test_a_proposed_list_shows_no_buttons_to_change_it(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    body = client_of(cast.finance).get(url(decision_list)).content.decode()
    proposal = decision_list.decisions.get().proposal
    for name in ("propose", "put_on"):
        assert url(decision_list, name) not in body
    assert url(decision_list, "take_off", proposal.reference) not in body


def test_the_reason_of_the_college_stands_above_a_list_that_came_back(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    decision_lists.give_back(list_id=decision_list.pk, by=cast.college, reason="Vraag eerst de wijkraad.")
    client = client_of(cast.finance)
    assert words(client.get(url(decision_list))).count("Vraag eerst de wijkraad.") == 2
    propose(cast, decision_list)
    assert words(client.get(url(decision_list))).count("Vraag eerst de wijkraad.") == 1


def test_an_approved_list_shows_numbers_and_letters(cast, call, client_of, deliver):
    decision_list = proposed_list(cast, call)
    approve(cast, decision_list)
    client = client_of(cast.finance)
    assert _("Is being made") in words(client.get(url(decision_list)))
    decision = decision_list.decisions.get()
    letter = decision_letters.send(decision_id=decision.pk)
    response = client.get(url(decision_list))
    assert decision.reference in words(response)
    assert letter.document.file_name in words(response)
    pdf = client.get(reverse("budget:letter", args=[decision.reference]))
    assert pdf.content.startswith(b"%PDF")
    assert "attachment" in pdf["Content-Disposition"]


def test_the_pages_ask_few_queries_with_one_and_with_fifty_items(cast, call, client_of):
    decision_list = decision_of(listed_proposal(cast, call)).decision_list
    advised_proposal(cast, call)
    client = client_of(cast.finance)
    pages = [url(decision_list), reverse("budget:decision_lists")]
    few = [count_queries(client, page) for page in pages]
    for _number in range(49):
        Decision.objects.filter(pk=bare_decision(cast.finance, cast.organisation, call).pk).update(
            decision_list=decision_list
        )
    waiting = [bare_decision(cast.finance, cast.organisation, call) for _number in range(49)]
    Proposal.objects.filter(decisions__in=waiting).update(state=ProposalState.ADVISED)
    many = [count_queries(client, page) for page in pages]
    assert many == few
    assert max(many) <= MOST_QUERIES


def count_queries(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def test_a_manager_reads_a_list_and_changes_nothing(cast, call, client_of):
    decision_list = decision_of(listed_proposal(cast, call)).decision_list
    client = client_of(cast.manager)
    assert client.get(url(decision_list)).status_code == 200
    assert client.post(url(decision_list, "propose")).status_code == 403
    assert client.get(reverse("budget:list_new")).status_code == 403
    assert DecisionList.objects.get().state == ListState.DRAFT
    assert Decision.objects.get().ruling == Ruling.GRANT


def test_the_file_leads_to_the_list_and_the_list_to_the_file(cast, call, client_of):
    decision_list = proposed_list(cast, call)
    proposal = decision_list.decisions.get().proposal
    client = client_of(cast.finance)
    link, file = (reverse(name, args=[proposal.reference]) for name in ("budget:proposal", "assessment:file"))
    for decide in (lambda: None, lambda: approve(cast, decision_list)):
        decide()
        assert f'href="{link}"' in client.get(file).content.decode()
        assert client.get(link).url == url(decision_list)
        assert f'href="{file}"' in client.get(url(decision_list)).content.decode()
        assert f'href="{file}"' not in client_of(cast.college).get(url(decision_list)).content.decode()
    assert link not in client_of(cast.assessor1).get(file).content.decode()


def test_a_proposal_on_no_list_or_of_ones_own_interest_leads_nowhere(cast, call, client_of):
    waiting, listed = advised_proposal(cast, call), listed_proposal(cast, call)
    client = client_of(cast.manager)
    assert (
        reverse("budget:proposal", args=[waiting.reference])
        not in client.get(reverse("assessment:file", args=[waiting.reference])).content.decode()
    )
    assert client.get(reverse("budget:proposal", args=[waiting.reference])).status_code == 404
    declarations.declare(proposal_id=listed.pk, person=cast.manager, has_interest=True, explanation="Mijn zus")
    assert client.get(reverse("budget:proposal", args=[listed.reference])).status_code == 404
