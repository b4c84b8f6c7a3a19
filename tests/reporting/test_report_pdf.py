import io
import re
import subprocess
from datetime import date
from itertools import pairwise

import pikepdf
import pytest
from django.utils import translation

from core.domain import clock, pdf
from reporting.domain import typesetting
from reporting.domain.figure_files import figure_files
from reporting.states import ReportKind
from tests.core.test_pdf import tags_of, text_of
from tests.reporting.making import make_final
from tests.reporting.scenes import day, granted, listed, release, spend

NOW = day(11, 21)
LINES = ["Wonen", "Werken", "Leven", "Imago", "Samenwerking"]


def make(cast, **over):
    report = make_final(cast, **over)
    with report.final_document.file.open("rb") as file:
        return report, file.read()


@pytest.fixture
def made(cast, call, db):
    """A report with something in it, as it was stored."""
    with clock.set_to(NOW):
        decision = granted(cast, call, at=day(3, 1), amounts={2026: 40_000, 2027: 5_000}, title="Podium <b>& co</b>")
        spend(cast, decision, at=day(5, 1), amounts={2026: 12_345.67})
        release(cast, decision, at=day(6, 1), amounts={2026: 1_000})
        listed(cast, call, line="wonen", at=day(9, 1), amounts={2026: 23_456}, title="Woontoren voor starters")
        granted(cast, call, line="imago", at=day(10, 20), amounts={2026: 98_765}, title="Na de peildatum")
        return make(cast)


def pages_of(content):
    return text_of(content).split("\f")[:-1]


def test_the_pdf_says_what_the_figures_say(made):
    report, content = made
    text = " ".join(text_of(content).split())
    assert report.reference in text
    assert report.ledger_head in text.replace(" ", "")
    for words in (
        "Podium <b>& co</b>",
        "Woontoren voor starters",
        "Stichting Makersloods",
        "3.000.000",
        "26.654",
        "12.346",
    ):
        assert words in text
    for name in LINES:
        assert name in text
    assert "Na de peildatum" not in text
    assert "98.765" not in text


def test_the_contents_name_the_page_on_which_a_chapter_begins(made):
    pages = pages_of(made[1])
    for name in LINES:
        number = int(re.search(rf"^\s*{name}\s+(\d+)\s*$", pages[1], re.MULTILINE)[1])
        assert re.search(rf"^\s*{name}\s*$", pages[number - 1], re.MULTILINE)


def test_the_contents_name_the_page_of_a_chapter_and_every_page_but_the_cover_is_numbered(made):
    pages = pages_of(made[1])
    first_chapter = int(re.search(r"Wonen\s+(\d+)", pages[1])[1])
    assert re.search(r"begrotingsprogramma|budget programme", pages[first_chapter - 1])
    for number, page in enumerate(pages[1:], start=2):
        assert re.search(rf"{number} (of|van) {len(pages)}", page)


def test_the_pdf_is_tagged_in_dutch_with_its_own_title(made):
    report, content = made
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang) == "nl"
        assert document.Root.MarkInfo.Marked is True
        assert str(report.year) in str(document.docinfo["/Title"])
        assert len(document.Root.Outlines.First.keys()) > 0
    tags = tags_of(content)
    headings = [tag for tag in tags if re.fullmatch(r"H\d", tag)]
    assert headings[0] == "H1"
    assert headings.count("H1") == 1
    # No level is left out on the way down.
    for above, below in pairwise(headings):
        assert int(below[1]) <= int(above[1]) + 1
    assert {"Table", "TH", "TD", "Caption", "Figure", "L"} <= set(tags)


def test_every_chart_has_its_sentence(made):
    with pikepdf.open(io.BytesIO(made[1])) as document:
        figures = [
            thing
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
        ]
        alternatives = [str(figure.Alt) for figure in figures]
    # All lines together, each line, each line by year, and the reserve.
    assert len(alternatives) == 1 + 5 + 5 + 1
    assert all("€" in sentence and "2026" in sentence for sentence in alternatives[1:])
    assert any("Wonen" in sentence and "700.000" in sentence for sentence in alternatives)


def test_the_stored_figures_give_the_same_bytes_again(made):
    report, content = made
    with translation.override("nl"):
        context = typesetting.context_of(report.final_rendering)
    attachments = figure_files(report, report.figures)
    again, html = pdf.render(template="reporting/pdf/report.html", context=context, attachments=attachments)
    assert again == content
    assert "<b>& co</b>" not in html


def test_the_figures_go_along_inside_to_the_cent(made):
    report, content = made
    with pikepdf.open(io.BytesIO(content)) as document:
        inside = {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}
    assert inside == {file.name: file.content for file in figure_files(report, report.figures)}
    assert "12345,67" in inside["bedragen.csv"].decode("utf-8-sig")


def test_with_today_as_cut_off_the_report_says_that_it_is_provisional(cast, call, db):
    with clock.set_to(NOW):
        _report, content = make(cast, cut_off_on=clock.today())
    # 11:00 in UTC is noon in Hengelo.
    assert "12:00" in pages_of(content)[0]


def test_an_empty_programme_still_gives_a_report(cast, db):
    with clock.set_to(NOW):
        report, content = make(cast, cut_off_on=date(2024, 12, 31), kind=ReportKind.COLLECTED_AMENDMENT)
    assert report.figures["total"]["budgeted"] == "0.00"
    assert len(pages_of(content)) >= 8


def test_fonts_are_embedded(made):
    rows = (
        subprocess.run(["pdffonts", "-"], input=made[1], capture_output=True, check=True).stdout.decode().splitlines()
    )
    assert rows[2:]
    assert all(" yes yes yes " in row for row in rows[2:])
