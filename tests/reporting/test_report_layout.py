"""What a report states of its stored figures, by the form of its kind, and how it lies on the page."""

import json
import re
import subprocess

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from core.domain import clock, pdf
from reporting.domain import figures, layout
from reporting.domain.texts import SectionText
from reporting.models import Report
from reporting.states import Purpose, ReportKind
from tests.core.test_pdf import text_of
from tests.reporting.scenes import day, granted, listed, spend

pytestmark = pytest.mark.django_db
NOW = day(11, 21)
TEXT = SectionText(mark_safe("<p>Het gaat goed.</p>"), ["Manon Meijer", "Fleur Financiën"])


@pytest.fixture
def stored(cast, call):
    decision = granted(cast, call, at=day(3, 1), amounts={2026: 40_000, 2027: 5_000})
    spend(cast, decision, at=day(5, 1), amounts={2026: 12_345.67})
    listed(cast, call, line="wonen", at=day(9, 1), amounts={2026: 23_456}, title="Woontoren")
    return json.loads(json.dumps(figures.as_dict(figures.at(NOW))))


def context(cast, stored, kind, *, purpose=Purpose.FINAL, texts=None):
    day_of = NOW.date()
    report = Report(
        reference="R-2026-0001", kind=kind, year=2026, cut_off_on=day_of, as_of=clock.end_of_day(day_of),
        requested_by=cast.manager, requested_at=NOW,
    )  # fmt: skip
    with translation.override("nl"):
        return layout.context(
            report, figures=stored, ledger_head="ab" * 32, moment=NOW, purpose=purpose, texts=texts or {}
        )  # fmt: skip


def html(cast, stored, kind, **over):
    shown = context(cast, stored, kind, **over)
    with translation.override("nl"):
        more = {"created_at": "", "authors": [], "signed": [], "content_sha256": ""}
        return render_to_string("reporting/pdf/report.html", {**shown, **more})


def test_lights_stand_in_the_kinds_that_have_them_with_a_word_and_what_they_rest_on(cast, stored):
    shown = context(cast, stored, ReportKind.ANNUAL_ACCOUNTS)
    leven = next(line for line in shown["lines"] if line["code"] == "leven")
    assert [bool(light.word and light.why) for light in leven["lights"]] == [True] * 3
    assert [bool(light.word and light.why) for light in leven["activities"][0]["lights"]] == [True] * 3
    assert not any(line["lights"] for line in context(cast, stored, ReportKind.POLICY_BUDGET)["lines"])
    assert 'class="light' not in html(cast, stored, ReportKind.POLICY_BUDGET)
    told = html(cast, stored, ReportKind.ANNUAL_ACCOUNTS)
    # No light without its word.
    assert re.search(r'<span class="light light--\w+">\w', told)
    assert not re.search(r'<span class="light light--\w+">\s*</span>', told)


def test_a_forecast_stands_in_the_kinds_that_have_it(cast, stored):
    assert context(cast, stored, ReportKind.SUMMER_NOTE)["forecast"].rows
    assert context(cast, stored, ReportKind.ANNUAL_ACCOUNTS)["forecast"] is None


def test_what_was_written_stands_in_its_place_with_who_wrote_it(cast, stored):
    told = html(cast, stored, ReportKind.ANNUAL_ACCOUNTS, texts={"foreword": TEXT, "leven": TEXT, "lawfulness": TEXT})
    assert told.count("<p>Het gaat goed.</p>") == 3
    assert told.count("Manon Meijer, Fleur Financiën") == 3
    places = [told.index(f'id="{place}"') for place in ("summary", "text-foreword", "line-leven", "text-lawfulness")]
    assert places == sorted(places)


def test_a_text_that_another_kind_has_stays_out(cast, stored):
    assert "Het gaat goed" not in html(cast, stored, ReportKind.POLICY_BUDGET, texts={"lawfulness": TEXT})


def test_a_concept_says_so(cast, stored):
    assert 'class="cover__state"' in html(cast, stored, ReportKind.SUMMER_NOTE, purpose=Purpose.CONCEPT)
    assert 'class="cover__state"' not in html(cast, stored, ReportKind.SUMMER_NOTE)


def test_a_report_of_before_results_were_stored_still_opens(cast, stored):
    for key in ("indicators", "incidental", "council_decisions", "months"):
        del stored[key]
    for line in stored["lines"]:
        del line["lights"]
        for one in line["activities"]:
            for key in ("promised", "lights", "progress", "overdue", "accounted", "starts_on", "ends_on"):
                del one[key]
    assert "Podium voor jong talent" in html(cast, stored, ReportKind.ANNUAL_ACCOUNTS)


def test_a_long_list_repeats_its_heading_on_every_page_and_breaks_between_rows(cast, stored):
    [row] = stored["incidental"]
    stored["incidental"] = [{**row, "title": f"Activiteit nummer {number}"} for number in range(120)]
    more = {"authors": [], "signed": [], "content_sha256": ""}
    shown = {**context(cast, stored, ReportKind.ANNUAL_ACCOUNTS), **more}
    content, _html = pdf.render(template="reporting/pdf/report.html", context=shown)
    pages = [page for page in text_of(content).split("\f") if "Activiteit nummer" in page]
    assert len(pages) >= 3
    whole = "".join(pages)
    assert [number for number in range(120) if f"Activiteit nummer {number} " in " ".join(whole.split())] == list(
        range(120)
    )
    heads = [" ".join(page.split()) for page in pages]
    assert all("Partner" in head for head in heads)


def test_the_chapters_are_bookmarks(cast, stored, tmp_path):
    more = {"authors": [], "signed": [], "content_sha256": ""}
    shown = {**context(cast, stored, ReportKind.COLLECTED_AMENDMENT, texts={"foreword": TEXT}), **more}
    content, _html = pdf.render(template="reporting/pdf/report.html", context=shown)
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdfinfo", "-dests", str(file)], capture_output=True, check=True).stdout.decode()
    for name in ("summary", "text-foreword", "money", "line-wonen", "line-samenwerking", "lists", "colophon"):
        assert f'"{name}"' in told
