from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Proposal
from assessment.domain import saved_filters
from assessment.domain.columns import COLUMNS
from core.domain.references import next_reference
from core.states import Series
from tests.applications.road import complete_proposal, submitted_proposal
from tests.assessment import road


def rows_of(answer):
    return [proposal.title for proposal in answer.context["page_obj"]]


def many(cast, call, number):
    """Copies of one proposal, for bulk: the page reads rows, not how they came about."""
    first = submitted_proposal(cast, call, title="Nummer 0")
    copies = [
        Proposal(
            call=call, organisation=cast.organisation, contact=cast.partner, created_at=first.created_at,
            title=f"Een voorstel met een gewone titel, nummer {n}", state=first.state, line=first.line,
            proposed_line=first.line, submitted_at=first.submitted_at,
            reference=next_reference(Series.PROPOSAL, year=2026),
        )
        for n in range(1, number)
    ]  # fmt: skip
    Proposal.objects.bulk_create(copies)


@pytest.fixture
def three(cast, call):
    return [
        submitted_proposal(cast, call, title="Alfa", line="leven", requested={2025: 1000}),
        complete_proposal(cast, call, title="Bravo", line="wonen", requested={2026: 20_000, 2027: 5}),
        submitted_proposal(
            cast, call, title="Charlie", line="leven", requested={2026: 300}, by=cast.partner2,
            organisation=cast.organisation2,
        ),
    ]  # fmt: skip


def test_the_list_tells_count_and_sum_of_each_line(three, cast, page_of):
    answer = page_of(cast.manager, "proposals")
    assert rows_of(answer) == ["Charlie", "Bravo", "Alfa"]
    found = [(row["line"].code, row["number"], row["requested"]) for row in answer.context["by_line"]]
    assert found == [("wonen", 1, Decimal(20_005)), ("leven", 2, Decimal(1300))]
    assert answer.context["requested_total"] == Decimal(21_305)
    assert "€\xa020.005" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"state": "in_assessment"}, ["Bravo"]),
        ({"state": "granted"}, []),
        ({"line": "leven"}, ["Charlie", "Alfa"]),
        ({"year": "2027"}, ["Bravo"]),
        ({"year": "2026"}, ["Charlie", "Bravo", "Alfa"]),  # the road's co-funding makes 2026 a year with costs
        ({"q": "brav"}, ["Bravo"]),
        ({"q": "STADSTUIN"}, ["Charlie"]),
        ({"q": "%"}, []),
        ({"line": "leven", "q": "alfa", "state": "submitted"}, ["Alfa"]),
        ({"o": "title"}, ["Alfa", "Bravo", "Charlie"]),
        ({"o": "-requested"}, ["Bravo", "Alfa", "Charlie"]),
        ({"o": "line"}, ["Bravo", "Alfa", "Charlie"]),
    ],
)
def test_filters_and_sorting(query, titles, three, cast, page_of):
    answer = page_of(cast.manager, "proposals", **query)
    found = rows_of(answer)
    assert (sorted(found) if query.get("o") == "line" else found) == (
        sorted(titles) if query.get("o") == "line" else titles
    )
    assert answer.context["count"] == len(titles)


def test_the_text_searches_the_number_too(three, cast, page_of):
    assert rows_of(page_of(cast.manager, "proposals", q=three[0].reference.lower())) == ["Alfa"]


@pytest.mark.parametrize(
    "query", [{"state": "bogus"}, {"line": "mars"}, {"year": "abc"}, {"o": "password"}, {"page": "x"}, {"q": "\x00"}]
)
def test_nonsense_in_the_address_does_no_harm(query, three, cast, page_of):
    assert page_of(cast.manager, "proposals", **query).status_code == 200


def test_links_keep_the_filters(three, cast, page_of):
    page = page_of(cast.manager, "proposals", line="leven", o="title").content.decode()
    assert "line=leven&amp;o=-title" in page
    assert 'name="o" value="title"' in page.replace('" id="id_o"', '"')


def test_a_lead_sees_the_own_line_and_no_other(three, cast, page_of):
    assert rows_of(page_of(cast.lead, "proposals")) == ["Charlie", "Alfa"]
    assert rows_of(page_of(cast.lead, "proposals", line="wonen")) == []


def test_the_title_is_a_link_for_who_may_open_the_file(cast, call, page_of):
    proposal = road.assigned_proposal(cast, call)
    address = f'href="/team/voorstellen/{proposal.reference}/"'
    shown = {
        name: address in page_of(getattr(cast, name), "proposals").content.decode()
        for name in ("assessor1", "assessor3", "manager", "finance", "lead")
    }
    assert shown == {"assessor1": True, "assessor3": False, "manager": True, "finance": True, "lead": True}


def test_nothing_yet_and_nothing_found_are_told_apart(cast, call, page_of):
    nothing_yet = page_of(cast.manager, "proposals").content.decode()
    nothing_found = page_of(cast.manager, "proposals", q="zzz").content.decode()
    assert "tf-empty" in nothing_yet
    assert "tf-empty" in nothing_found
    assert ("?" in nothing_yet, nothing_yet.count("tf-empty")) != (nothing_found, 0)
    assert nothing_yet != nothing_found


ALL_COLUMNS = ",".join(column.code for column in COLUMNS)


@pytest.mark.parametrize("query", ["", f"?columns={ALL_COLUMNS}&o=title"])
@pytest.mark.parametrize("number", [1, 50])
def test_few_queries_and_little_html_at_one_and_at_fifty(number, query, cast, call, client_of):
    many(cast, call, number)
    for name in ("Laat", "Van mij", "Leven"):
        saved_filters.save(
            by=cast.manager, name=name, query="line=leven", known=("line",), is_shared=True, is_default=False
        )
    for person in (cast.manager, cast.finance, cast.assessor1, cast.lead):
        client = client_of(person)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(f"/team/voorstellen/{query}")
        assert len(rows_of(answer)) == number
        assert len(seen) <= 12, (person, [query["sql"][:120] for query in seen])
        assert len(answer.content) < 60_000, (person, len(answer.content))


def test_more_than_fifty_go_on_on_a_next_page(cast, call, page_of):
    many(cast, call, 52)
    first, second = page_of(cast.manager, "proposals"), page_of(cast.manager, "proposals", page="2", state="submitted")
    assert (len(rows_of(first)), len(rows_of(second))) == (50, 2)
    assert first.context["count"] == 52
    assert "page=1&amp;state=submitted" in second.content.decode() or "state=submitted" in second.content.decode()


def test_the_work_page_takes_as_many_queries_for_many_as_for_one(cast, call, client_of):
    many(cast, call, 2)
    counts = []
    for _round in range(2):
        client = client_of(cast.manager)
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/team/").status_code == 200
        counts.append(len(seen))
        many(cast, call, 20)
    assert counts[0] == counts[1] <= 12
