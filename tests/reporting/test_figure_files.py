"""The figures of a report as files: every cent, nothing that a spreadsheet would run."""

import csv
import io
import json
from decimal import Decimal

import pytest

from core.domain import clock
from reporting.domain import figures
from reporting.domain.figure_files import figure_files
from reporting.models import Report
from reporting.states import ReportKind
from tests.reporting.scenes import day, granted, spend

pytestmark = pytest.mark.django_db
NOW = day(11, 21)


def report():
    return Report(
        reference="RA-2026-0001", kind=ReportKind.POLICY_REPORT_2, year=2026, cut_off_on=NOW.date(),
        as_of=clock.end_of_day(NOW.date()),
    )  # fmt: skip


@pytest.fixture
def stored(cast, call):
    decision = granted(cast, call, at=day(3, 1), amounts={2026: 40_000, 2027: 5_000}, title='=HYPERLINK("http://x")')
    spend(cast, decision, at=day(5, 1), amounts={2026: 12_345.67})
    return figures.as_dict(figures.at(NOW))


def rows_of(file):
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))


def test_a_report_has_three_tables_and_all_of_it_as_json(stored):
    files = figure_files(report(), stored)
    assert [(one.name, one.mime) for one in files] == [
        ("bedragen.csv", "text/csv"),
        ("activiteiten.csv", "text/csv"),
        ("resultaten.csv", "text/csv"),
        ("cijfers.json", "application/json"),
    ]
    assert all(one.description for one in files)


def test_the_tables_hold_every_cent(stored):
    amounts, activities, _results, whole = figure_files(report(), stored)
    rows = rows_of(amounts)
    assert len(rows) == 15
    told = [Decimal(row["Gerealiseerd"].replace(",", ".")) for row in rows]
    assert sum(told) == Decimal("12345.67")
    [this_year, next_year] = rows_of(activities)
    assert (this_year["Gerealiseerd"], next_year["Verplicht"]) == ("12345,67", "5000,00")
    assert json.loads(whole.content)["figures"]["total"]["spent"] == "12345.67"


def test_text_that_looks_like_a_formula_is_marked_as_text(stored):
    rows = rows_of(figure_files(report(), stored)[1])
    assert rows[0]["Activiteit"].startswith("'=HYPERLINK")


def test_the_json_holds_the_figures_as_they_are_stored_and_says_what_it_is(stored):
    told = json.loads(figure_files(report(), stored)[3].content)
    assert told["figures"] == json.loads(json.dumps(stored))
    assert (told["format"], told["currency"]) == ("talentfund-report/1", "EUR")
    assert told["report"]["reference"] == "RA-2026-0001"


def test_the_same_figures_give_the_same_bytes(stored):
    again = json.loads(json.dumps(stored))
    assert figure_files(report(), stored) == figure_files(report(), again)


def test_figures_of_before_results_were_stored_still_make_files(stored):
    for line in stored["lines"]:
        del line["lights"]
        for one in line["activities"]:
            for key in ("promised", "lights", "progress", "overdue"):
                del one[key]
    assert rows_of(figure_files(report(), stored)[2]) == []
