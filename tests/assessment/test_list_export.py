"""Columns that a person chooses, and the list as a file."""

import csv
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from assessment.domain import columns, declarations
from assessment.domain.columns import COLUMNS, DEFAULT
from assessment.models import ListColumns
from assessment.states import Outcome
from core.models import AuditEntry
from tests.applications.road import submitted_proposal
from tests.assessment import road

ALL = ",".join(column.code for column in COLUMNS)


def rows_in(answer) -> list[dict[str, str]]:
    """The rows of a file, by the codes of its columns."""
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    codes = {str(column.label): column.code for column in COLUMNS}
    return [{codes.get(label, label): cell for label, cell in zip(header, row, strict=True)} for row in rows]


@pytest.fixture
def three(cast, call):
    submitted_proposal(cast, call, title='=HYPERLINK("http://x","y")', requested={2026: 1500})
    road.declared_proposal(cast, call, title="Bravo", requested={2025: 100, 2026: 200})
    road.advised_proposal(cast, call, title="Charlie", outcome="conditional", amounts={2026: 3000})


def test_the_file_holds_what_was_found_in_the_chosen_columns(three, cast, client_of):
    client = client_of(cast.manager)
    answer = client.get(f"/team/voorstellen/lijst.csv?columns={ALL}&o=title&q=a")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="talentfonds-')
    bravo, charlie = sorted(rows_in(answer), key=lambda row: row["title"])[-2:]
    assert [charlie[name] for name in ("title", "requested", "advised")] == ["Charlie", "3000,00", "3000,00"]
    assert charlie["percentage"] == "83,3%"
    assert bravo["advised"] == ""
    assert answer.content.count(b"\r\n") == len(rows_in(answer)) + 1
    narrowed = client.get("/team/voorstellen/lijst.csv?columns=reference,title&q=bravo")
    assert [list(row) for row in rows_in(narrowed)] == [["reference", "title"]]
    assert rows_in(narrowed)[0]["title"] == "Bravo"


def test_the_workbook_holds_amounts_as_amounts_and_text_as_text(three, cast, client_of):
    answer = client_of(cast.manager).get("/team/voorstellen/lijst.xlsx?columns=title,requested,by_year&o=title")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == str(columns.BY_CODE["title"].label)
    assert len(rows[0]) == 4  # two years with money
    by_title = {row[0]: row[1:] for row in rows[1:]}
    assert by_title["Bravo"][0] == 300
    assert sum(by_title["Bravo"][1:]) == 300
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert '=HYPERLINK("http://x","y")' in by_title


def test_a_formula_in_a_title_is_text_in_the_csv_too(three, cast, client_of):
    content = (
        client_of(cast.manager).get("/team/voorstellen/lijst.csv?columns=title&q=HYPER").content.decode("utf-8-sig")
    )
    assert "'=HYPERLINK" in content


def test_only_the_ticked_ones_when_some_are_ticked(three, cast, client_of, page_of):
    ticked = [row["proposal"] for row in page_of(cast.manager, "proposals", o="title").context["rows"]][1:]
    client = client_of(cast.manager)
    answer = client.get(
        "/team/voorstellen/samen/", {"p": [one.pk for one in ticked], "action": "csv", "query": "o=title"}
    )
    assert answer.url.startswith("/team/voorstellen/lijst.csv?")
    assert [row["title"] for row in rows_in(client.get(answer.url))] == ["Bravo", "Charlie"]
    assert client.get("/team/voorstellen/samen/", {"action": "csv"}).url.startswith("/team/voorstellen/?")


def test_a_file_writes_down_who_took_what(three, cast, client_of):
    client_of(cast.manager).get("/team/voorstellen/lijst.csv?columns=title&q=bravo")
    entry = AuditEntry.objects.get(event="assessment.list_exported")
    assert entry.actor == cast.manager
    assert entry.changes == {
        "rows": 1,
        "columns": [str(columns.BY_CODE["title"].label)],
        "query": "q=bravo&columns=title",
        "file": "csv",
    }


def test_a_file_holds_nothing_that_its_reader_may_not_know(three, cast, call, client_of):
    proposal = road.assigned_proposal(cast, call, title="Kanarieplein")
    outsider = rows_in(client_of(cast.assessor3).get(f"/team/voorstellen/lijst.csv?columns={ALL}"))
    assert {row["title"] for row in outsider} >= {"Charlie", "Kanarieplein"}
    assert {(row["outcome"], row["percentage"], row["advised"], row["assessed"]) for row in outsider} == {
        ("", "", "", "")
    }
    declarations.declare(proposal_id=proposal.pk, person=cast.assessor1, has_interest=True, explanation="Bestuurslid")
    for suffix in ("csv", "xlsx"):
        content = (
            client_of(cast.assessor1).get(f"/team/voorstellen/lijst.{suffix}?columns={ALL}&p={proposal.pk}").content
        )
        assert b"Kanarie" not in content
    lead = rows_in(client_of(cast.lead).get(f"/team/voorstellen/lijst.csv?columns={ALL}"))
    assert {row["outcome"] for row in lead} == {"", str(Outcome.CONDITIONAL.label)}


def test_other_suffixes_and_people_outside_get_nothing(cast, client_of):
    assert client_of(cast.manager).get("/team/voorstellen/lijst.exe").status_code == 404
    assert client_of(cast.partner).get("/team/voorstellen/lijst.csv").status_code == 403


def test_chosen_columns_stay_and_stand_in_the_address(three, cast, client_of):
    client = client_of(cast.manager)
    answer = client.post(
        "/team/voorstellen/kolommen/", {"columns": ["advised", "title", "x"], "query": "q=bravo&evil=1"}
    )
    assert answer.url == "/team/voorstellen/?q=bravo&columns=title,advised"
    assert [column.code for column in client.get("/team/voorstellen/").context["columns"]] == ["title", "advised"]
    # A colleague with the link sees the same columns, and keeps the own ones.
    colleague = client_of(cast.finance)
    assert [column.code for column in colleague.get(answer.url).context["columns"]] == ["title", "advised"]
    assert [column.code for column in colleague.get("/team/voorstellen/").context["columns"]] == list(DEFAULT)
    client.post("/team/voorstellen/kolommen/", {"query": "q="})
    assert not ListColumns.objects.exists()
    assert columns.chosen_by(cast.manager) == DEFAULT


def test_requested_by_year_is_a_column_for_each_year_with_money(three, cast, page_of):
    answer = page_of(cast.manager, "proposals", columns="title,by_year", o="title")
    years = [column.code for column in answer.context["columns"]]
    assert years[0] == "title"
    assert years[1:] == sorted(years[1:])
    bravo = next(row for row in answer.context["rows"] if row["proposal"].title == "Bravo")
    assert sum(value for _column, value in bravo["cells"][1:]) == Decimal(300)
