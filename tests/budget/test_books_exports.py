"""The controller's tables as a file: the same figures, exact, with the moment in it."""

import csv
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from budget.columns import Column
from budget.domain import books, entries
from budget.domain.books import Scope
from core.domain import clock
from tests.reporting.scenes import advised, day, granted, spend

NOW = day(11, 21)
OVERVIEW, ENTRIES = "/budget/export/overzicht", "/budget/export/posten"


@pytest.fixture
def history(cast, call):
    decision = granted(cast, call, at=day(3, 3), amounts={2026: 20_000.10}, title="=HYPERLINK(1)")
    spend(cast, decision, at=day(5, 1), amounts={2026: 0.33})
    advised(cast, call, at=day(10, 1), amounts={2026: 7_000})
    with clock.set_to(NOW):
        yield


def sheet(response):
    assert response.status_code == 200
    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def table(response):
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def cents(value):
    return Decimal(str(value)).quantize(Decimal("0.01"))


def test_the_overview_as_a_file_has_every_column_of_every_row_and_total(cast, history, client_of):
    rows = sheet(client_of(cast.finance).get(f"{OVERVIEW}.xlsx"))
    line_years = books.line_years()
    assert len(rows) == len(line_years) + 5 + 3 + len(books.by_programme(line_years)) + 1
    for shown, row in zip(rows, line_years, strict=False):
        for column in Column:
            assert cents(shown[str(column.label)]) == getattr(row.columns, column)
    whole = books.sum_of(line_years)
    assert [cents(rows[-1][str(column.label)]) for column in Column] == [getattr(whole, column) for column in Column]


def test_a_file_tells_of_the_chosen_day_and_says_so(cast, history, client_of):
    response = client_of(cast.finance).get(f"{OVERVIEW}.csv", {"peildatum": "30-04-2026"})
    assert (
        response.headers["Content-Disposition"] == 'attachment; filename="talentfonds-budget-overzicht-2026-04-30.csv"'
    )
    assert response.headers["Content-Type"].startswith("text/csv")
    rows = table(response)
    assert {list(row.values())[-1] for row in rows} == {"30-04-2026"}
    assert rows[-1][str(Column.GRANTED.label)] == "20000,10"
    assert rows[-1][str(Column.SPENT.label)] == "0,00"


@pytest.mark.parametrize("column", ["granted", "spent", "free", "budgeted"])
def test_the_entries_as_a_file_add_up_to_the_figure(cast, history, client_of, column):
    query = {"kolom": column, "regel": "leven", "jaar": "2026"}
    rows = sheet(client_of(cast.finance).get(f"{ENTRIES}.xlsx", query))
    as_of = books.moment_of(NOW.date())
    figure = entries.behind(books.line_years(as_of), Scope("leven", 2026), as_of, Column(column)).figure
    counted = next(name for name in rows[0] if str(Column(column).label) in name)
    assert sum(cents(row[counted]) for row in rows) == figure


def test_the_reserved_figure_as_a_file_lists_the_proposals(cast, history, client_of):
    (row,) = table(client_of(cast.manager).get(f"{ENTRIES}.csv", {"kolom": "reserved"}))
    assert "7000,00" in row.values()


def test_a_title_that_looks_like_a_formula_is_text_in_the_file(cast, history, client_of):
    client = client_of(cast.finance)
    assert any("'=HYPERLINK(1)" in row.values() for row in table(client.get(f"{ENTRIES}.csv")))
    book = load_workbook(io.BytesIO(client.get(f"{ENTRIES}.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("query", ["peildatum=xyz", "peildatum=%00", "kolom=foo", "jaar=x", "regel=%00"])
def test_a_file_of_nonsense_sends_to_the_page_that_says_what_is_wrong(cast, client_of, query):
    response = client_of(cast.finance).get(f"{ENTRIES}.xlsx?{query}", follow=True)
    assert response.redirect_chain
    assert response.status_code == 422


@pytest.mark.parametrize("name", ["niets.xlsx", "overzicht.pdf", "posten.exe"])
def test_other_files_are_not_there(cast, client_of, name):
    assert client_of(cast.finance).get(f"/budget/export/{name}").status_code == 404


def test_the_overview_page_names_its_files_with_the_same_day(cast, history, client_of):
    body = client_of(cast.college).get("/budget/?peildatum=2026-06-30").content.decode()
    assert "/budget/export/overzicht.xlsx?peildatum=2026-06-30" in body
    assert "/budget/export/overzicht.csv?peildatum=2026-06-30" in body
