"""Tables for a spreadsheet: exact amounts, Dutch signs, and nothing that runs."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from core.domain.spreadsheets import EUROS, to_csv, to_xlsx

FORMULAS = ["=1+1", "+31612345678", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", '=HYPERLINK("x")']


def sheet_of(content):
    return load_workbook(io.BytesIO(content)).active


def lines_of(content):
    return content.decode("utf-8-sig").split("\r\n")


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_is_text_in_a_workbook(text):
    cell = sheet_of(to_xlsx("Blad", ["Titel"], [[text]])).cell(2, 1)
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert cell.value.strip() == text.strip()


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_gets_an_apostrophe_in_csv(text):
    body = to_csv(["Titel"], [[text]]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert body.lstrip('"').startswith("'")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_heading_is_no_formula_either(text):
    assert sheet_of(to_xlsx("Blad", [text], [])).cell(1, 1).data_type == "s"
    assert to_csv([text], []).decode("utf-8-sig").lstrip('"').startswith("'")


def test_plain_text_stays_as_it_is():
    sheet = sheet_of(to_xlsx("Blad", ["Titel"], [["Talent - nu"]]))
    assert sheet.cell(2, 1).value == "Talent - nu"
    assert not sheet.cell(2, 1).quotePrefix
    assert lines_of(to_csv(["Titel"], [["Talent - nu"]]))[1] == "Talent - nu"


@pytest.mark.parametrize("amount", ["0.01", "-5000.00", "9999999999.99", "0.10", "1234567.89"])
def test_an_amount_is_a_number_to_the_cent(amount):
    cell = sheet_of(to_xlsx("Blad", ["Bedrag"], [[Decimal(amount)]])).cell(2, 1)
    assert cell.data_type == "n"
    assert cell.number_format == EUROS
    assert Decimal(str(cell.value)) == Decimal(amount)
    assert lines_of(to_csv(["Bedrag"], [[Decimal(amount)]]))[1] == amount.replace(".", ",")


def test_days_and_moments_are_values_on_amsterdams_clock():
    late = datetime(2026, 6, 30, 22, 5, 9, 7, tzinfo=UTC)
    row = [date(2026, 6, 30), late]
    sheet = sheet_of(to_xlsx("Blad", ["Dag", "Moment"], [row]))
    assert sheet.cell(2, 1).value.date() == date(2026, 6, 30)
    assert sheet.cell(2, 2).value.isoformat() == "2026-07-01T00:05:09"
    assert lines_of(to_csv(["Dag", "Moment"], [row]))[1] == "30-06-2026;01-07-2026 00:05"


def test_numbers_nothing_truth_and_translated_words():
    row = [2026, None, True, gettext_lazy("Kind")]
    sheet = sheet_of(to_xlsx("Blad", ["a", "b", "c", "d"], [row]))
    assert [sheet.cell(2, 1).value, sheet.cell(2, 2).value] == [2026, None]
    assert lines_of(to_csv(["a", "b", "c", "d"], [row]))[1].startswith("2026;;")
    assert all(isinstance(sheet.cell(2, number).value, str) for number in (3, 4))


@pytest.mark.parametrize("write", [to_csv, lambda header, rows: to_xlsx("Blad", header, rows)])
def test_a_float_is_refused(write):
    with pytest.raises(TypeError):
        write(["Bedrag"], [[0.1]])


def test_csv_has_a_bom_and_quotes_what_would_break_a_row():
    content = to_csv(["Naam"], [['Stichting; "De Loods"\nHengelo']])
    assert content.startswith(b"\xef\xbb\xbf")
    assert '"Stichting; ""De Loods""\nHengelo"' in content.decode("utf-8-sig")


def test_control_characters_and_endless_text_break_no_file():
    row = ["a\x00b\x0bc", "x" * 40_000]
    sheet = sheet_of(to_xlsx("Blad", ["a", "b"], [row]))
    assert sheet.cell(2, 1).value == "abc"
    assert len(sheet.cell(2, 2).value) == 32_767
    assert b"\x00" not in to_csv(["a", "b"], [row])


def test_the_heading_stays_in_sight_and_the_columns_fit():
    sheet = sheet_of(to_xlsx("Blad", ["Kort", "Lang"], [["a", "Podium voor jong talent in de binnenstad"]]))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B2"
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width
    assert sheet.cell(1, 1).font.bold


@pytest.mark.parametrize("title", ["Budget: regels / jaren [2026]?", "x" * 90, "'", ""])
def test_any_title_can_name_a_sheet(title):
    assert 1 <= len(sheet_of(to_xlsx(title, ["a"], [])).title) <= 31
