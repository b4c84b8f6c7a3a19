"""The page of a ranking, its button and its files."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from applications.domain import shut_files
from assessment.models import Lottery
from core.models import AuditEntry
from tests.assessment import road
from tests.assessment.ranking_world import HIGH, LOW, close, ranked_call


@pytest.fixture
def ranks(cast):
    return ranked_call()


def url(name, call, *more):
    return reverse(f"assessment:{name}", args=[call.pk, "leven", *more])


def test_the_page_draws_and_shows_how_to_check_it(cast, ranks, client_of):
    made = [road.advised_proposal(cast, ranks, title=title, points=LOW) for title in ("Gelijk een", "Gelijk twee")]
    client = client_of(cast.manager)
    assert url("lottery", ranks) not in client.get(url("ranking", ranks)).content.decode()
    assert client.post(url("lottery", ranks)).status_code == 422
    close(ranks)
    assert url("lottery", ranks) in client.get(url("ranking", ranks)).content.decode()
    assert url("lottery", ranks) not in client_of(cast.finance).get(url("ranking", ranks)).content.decode()
    assert client.post(url("lottery", ranks)).status_code == 302
    page = client.get(url("ranking", ranks)).content.decode()
    lottery = Lottery.objects.get()
    assert lottery.seed in page
    assert lottery.participants_sha256 in page
    assert all(ticket in page for ticket in lottery.tickets.values_list("ticket", flat=True))
    assert all(proposal.title in page for proposal in made)
    assert client.post(url("lottery", ranks)).status_code == 422
    assert Lottery.objects.count() == 1


def test_a_proposal_of_interest_is_nowhere_on_the_page_or_in_the_files(cast, ranks, client_of):
    mine = road.advised_proposal(cast, ranks, title="Kanarie in goud", points=HIGH)
    other = road.advised_proposal(cast, ranks, title="Gewoon plan", points=LOW)
    shut_files.shut(proposal=mine, person=cast.finance)
    client = client_of(cast.finance)
    page = client.get(url("ranking", ranks)).content.decode()
    assert other.title in page
    sheets = [client.get(url("ranking_file", ranks, suffix)).content for suffix in ("csv", "xlsx")]
    book = load_workbook(io.BytesIO(sheets[1]))
    cells = [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row]
    for shown in (page, sheets[0].decode("utf-8-sig"), " ".join(cells)):
        assert "Kanarie" not in shown
        assert mine.reference not in shown
    assert "2" in cells  # the other keeps its place


def test_a_file_has_a_row_for_each_proposal_and_is_written_down(cast, ranks, client_of):
    road.advised_proposal(cast, ranks, title="=Eerste", points=HIGH)
    client = client_of(cast.lead)
    text = client.get(url("ranking_file", ranks, "csv")).content.decode("utf-8-sig")
    rows = text.strip().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("1;TF-")
    assert "'=Eerste" in rows[1]
    assert AuditEntry.objects.filter(actor=cast.lead, event="assessment.list_exported").count() == 1
    assert client.get(url("ranking_file", ranks, "pdf")).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_ranking(cast, ranks, client_of, django_assert_max_num_queries):
    client = client_of(cast.manager)
    counted = []
    for _turn in range(2):
        for _number in range(2):
            road.advised_proposal(cast, ranks, points=LOW)
        with django_assert_max_num_queries(40) as captured:
            client.get(url("ranking", ranks))
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_the_list_of_rankings_names_the_lines_that_somebody_reads(cast, ranks, client_of):
    page = client_of(cast.lead).get(reverse("assessment:rankings")).content.decode()
    assert url("ranking", ranks) in page
    assert reverse("assessment:ranking", args=[ranks.pk, "wonen"]) not in page
