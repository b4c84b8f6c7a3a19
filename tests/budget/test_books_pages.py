"""The controller's pages: the columns, and every figure walked back to its entry."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget.domain import books, ledger, reserve
from budget.domain.ledger import Movement
from budget.models import LedgerEntry
from core.domain import clock
from tests.assessment.road import advised_proposal
from tests.budget.bare import a_document, budget_line
from tests.budget.reading import words
from tests.budget.road import decision_of, granted_proposal, listed_proposal, refused_proposal
from tests.reporting.scenes import granted

OVERVIEW = "/budget/"
LEVEN_2026 = "/budget/regels/leven/2026/"


def columns(code="leven", year=2026):
    return books.line_year(budget_line(code, year)).columns


def test_the_table_closes_on_what_the_council_set(cast, client_of):
    text = words(client_of(cast.finance).get(OVERVIEW))
    assert "2025 € 1.070.000" in text
    assert "2026 € 1.070.000" in text
    assert "2027 € 860.000" in text
    assert "€ 3.000.000" in text


def test_a_positive_advice_reserves_until_the_college_decides(cast, call, client_of):
    advised_proposal(cast, call, requested={2026: 20000}, amounts={2026: 15000})
    listed_proposal(cast, call, requested={2026: 10000})
    advised_proposal(cast, call, requested={2026: 40000}, outcome="negative")
    granted_proposal(cast, call, requested={2026: 7000})
    refused_proposal(cast, call, requested={2026: 9000})
    found = columns()
    assert (found.reserved, found.granted) == (25000, 7000)
    assert found.free == 250000 - 7000
    assert "€ 25.000" in words(client_of(cast.finance).get(OVERVIEW))


def test_realised_and_released_stand_apart_and_the_free_room_follows(cast, call):
    decision = decision_of(granted_proposal(cast, call, requested={2026: 30000}))
    document = a_document()
    ledger.book_expense(decision, [Movement(budget_line(), Decimal(12000))], by=cast.finance, document=document)
    ledger.book_release(decision, [Movement(budget_line(), Decimal("3000.50"))], by=cast.finance, document=document)
    found = columns()
    assert (found.granted, found.spent, found.released) == (Decimal("14999.50"), 12000, Decimal("3000.50"))
    assert found.free == 250000 - Decimal("26999.50")
    whole = books.sum_of(books.line_years())
    assert whole.free == 3000000 - Decimal("26999.50")
    assert reserve.stand_at(books.moment_of(clock.today()), whole).balance == 3000000 - 12000


def test_a_figure_walks_back_to_decision_proposal_partner_and_person(cast, call, client_of):
    proposal = granted_proposal(cast, call, requested={2026: 25000})
    response = client_of(cast.manager).get(LEVEN_2026)
    text = words(response)
    entry = LedgerEntry.objects.get(decision=decision_of(proposal))
    for expected in (
        "24-NB-9.4",
        "€ 250.000",
        decision_of(proposal).reference,
        proposal.reference,
        "Stichting Makersloods",
        cast.college.full_name,
        entry.hash[:12],
    ):
        assert expected in text, expected
    assert (
        reverse("budget:decision_list", args=[decision_of(proposal).decision_list.reference])
        in response.content.decode()
    )


def test_the_college_gets_no_link_to_a_file_that_is_shut_to_it(cast, call, client_of):
    proposal = granted_proposal(cast, call)
    body = client_of(cast.college).get(LEVEN_2026).content.decode()
    assert proposal.reference in body
    assert reverse("assessment:file", args=[proposal.reference]) not in body


@pytest.mark.parametrize(
    "page", ["/budget/regels/leven/2031/", "/budget/regels/niets/2026/", f"/budget/regels/leven/{9**20}/"]
)
def test_a_line_or_year_without_budget_is_not_there(cast, client_of, page):
    assert client_of(cast.finance).get(page).status_code == 404


def test_the_pages_ask_few_queries_with_one_and_with_fifty_entries(cast, call, client_of):
    client = client_of(cast.finance)
    grant(cast, call)
    few = [count_queries(client, page) for page in (OVERVIEW, LEVEN_2026)]
    for _number in range(49):
        grant(cast, call)
    many = [count_queries(client, page) for page in (OVERVIEW, LEVEN_2026)]
    assert many == few
    assert max(many) <= 15


def grant(cast, call):
    granted(cast, call, at=clock.now() - timedelta(days=2), amounts={2026: 100})


def count_queries(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)
