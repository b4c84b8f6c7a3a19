"""The page with the team's figures and its files: for the team, of what each may know of, in few queries."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from applications.models import ShutFile
from core.domain import clock
from tests.applications.road import complete_proposal, submitted_proposal
from tests.assessment import road
from tests.assessment.figure_world import fill_with_scores, scored

PAGE = "/team/cijfers/"
TABLES = ("trechter", "ruimte", "scores", "spreiding", "strengheid")


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def some(cast, call):
    scored(cast, call, (3, 3, 3, 3, 3, 3), (2, 2, 2, 2, 2, 2), title="Gescoord")
    return call


def test_every_chart_has_its_sentence_and_its_table(some, cast, client_of):
    page = client_of(cast.manager).get(PAGE).content.decode()
    charts = re.findall(
        r'<svg[^>]*class="tf-bars[^>]*role="img" aria-labelledby="([^"]+)"[^>]*>\s*<title id="([^"]+)">', page
    )
    assert len(charts) == 9
    assert all(named == title for named, title in charts)
    assert len({title for _named, title in charts}) == 9
    for table in TABLES:
        assert f"{PAGE}{table}.xlsx" in page
        assert f"{PAGE}{table}.csv" in page


def test_without_a_choice_the_newest_call_is_shown_and_chosen(some, cast, client_of):
    answer = client_of(cast.manager).get(PAGE)
    assert answer.context["chosen"].call == some
    assert f'<option value="{some.pk}" selected>' in answer.content.decode()
    whole = client_of(cast.manager).get(PAGE, {"openstelling": "alle", "lijn": "leven", "jaar": "2026"})
    assert (whole.context["chosen"].call, whole.context["chosen"].year) == (None, 2026)
    assert "openstelling=alle&amp;lijn=leven&amp;jaar=2026" in whole.content.decode()


@pytest.mark.parametrize(
    "query", [{"openstelling": "999"}, {"openstelling": "x"}, {"lijn": "mars"}, {"jaar": "1999"}, {"jaar": "\x00"}]
)
def test_a_wrong_choice_shows_no_figure(query, some, cast, client_of):
    client = client_of(cast.manager)
    answer = client.get(PAGE, query)
    assert answer.status_code == 422
    assert "tf-bars" not in answer.content.decode()
    assert client.get(f"{PAGE}scores.csv", query).status_code == 302


def test_a_call_that_is_still_a_draft_is_no_choice(some, cast, client_of):
    some.__class__.objects.create(
        title="Nog niet", state="draft", opens_at=clock.now(), first_year=2026, last_year=2026,
        criteria_version=some.criteria_version, division_rule="completeness",
    )  # fmt: skip
    assert "Nog niet" not in client_of(cast.manager).get(PAGE).content.decode()


def test_a_page_without_scores_says_so(cast, call, client_of):
    answer = client_of(cast.assessor1).get(PAGE)
    assert answer.status_code == 200
    assert "tf-empty" in answer.content.decode()
    assert rows_of(client_of(cast.assessor1).get(f"{PAGE}strengheid.csv"))[1:] == []


@pytest.mark.parametrize("table", TABLES)
def test_a_file_has_the_same_figures_in_both_forms(table, some, cast, client_of):
    client = client_of(cast.manager)
    answer = client.get(f"{PAGE}{table}.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    written = rows_of(client.get(f"{PAGE}{table}.csv"))
    assert [cell.value for cell in sheet[1]] == written[0]
    assert sheet.max_row == len(written) > 1


def test_a_mean_is_no_amount_in_euros(some, cast, client_of):
    client = client_of(cast.manager)
    sheet = load_workbook(io.BytesIO(client.get(f"{PAGE}scores.xlsx").content)).active
    assert (sheet["H2"].value, sheet["H2"].number_format) == (2.5, "0.00")
    amounts = load_workbook(io.BytesIO(client.get(f"{PAGE}ruimte.xlsx").content)).active
    assert "€" in amounts["C2"].number_format


def test_the_file_on_severity_names_nobody_else(some, cast, client_of):
    mine = rows_of(client_of(cast.assessor1).get(f"{PAGE}strengheid.csv"))
    assert [row[0] for row in mine[1:]] == ["Assessor1"]
    assert "Assessor2" not in client_of(cast.assessor1).get(PAGE).content.decode()
    assert len(rows_of(client_of(cast.manager).get(f"{PAGE}strengheid.csv"))) == 3


def test_few_proposals_come_with_a_plain_warning(some, cast, client_of):
    page = client_of(cast.manager).get(PAGE).content.decode()
    assert page.count("tf-figures__few") == 2
    assert "tf-bars__row--few" in page


def test_a_shut_file_is_in_no_figure_and_no_file_of_that_person(some, cast, client_of):
    client, other = client_of(cast.manager), client_of(cast.finance)
    addresses = [f"{PAGE}{table}.csv" for table in TABLES[:4]]
    before = [client.get(address).content for address in addresses]
    extra = scored(cast, some, (0, 0, 0, 0, 0, 0), (3, 3, 3, 3, 3, 3), title="Belang", requested={2026: 4321})
    ShutFile.objects.create(proposal=extra, user=cast.manager, since=clock.now())
    assert [client.get(address).content for address in addresses] == before
    assert all(other.get(address).content != was for address, was in zip(addresses, before, strict=True))
    assert other.get(PAGE).context["steps"][1].reached == client.get(PAGE).context["steps"][1].reached + 1


def test_before_handing_in_no_file_changes_when_another_hands_in(some, cast, client_of):
    proposal = road.declared_proposal(cast, some)
    client = client_of(cast.assessor1)
    addresses = [f"{PAGE}{table}.csv" for table in TABLES]
    before = [client.get(address).content for address in addresses]
    road.hand_in(proposal, cast.assessor2, road.POINTS["negative"])
    assert [client.get(address).content for address in addresses] == before


def test_as_many_queries_for_many_proposals_as_for_a_few(cast, call, client_of):
    counts = []
    for number in (2, 12):
        fill_with_scores(cast, [complete_proposal(cast, call, title=f"Nr {n}") for n in range(number)], seed=number)
        submitted_proposal(cast, call)
        found = []
        for person in (cast.manager, cast.finance, cast.assessor1, cast.lead):
            client = client_of(person)
            for query in ({}, {"openstelling": "alle", "lijn": "leven", "jaar": "2026"}):
                with CaptureQueriesContext(connection) as seen:
                    answer = client.get(PAGE, query)
                found.append(len(seen))
                assert len(seen) <= 20, [one["sql"][:150] for one in seen]
                assert len(answer.content) < 75_000
        counts.append(found)
    assert counts[0] == counts[1]
