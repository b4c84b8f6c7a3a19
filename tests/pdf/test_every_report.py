"""Every kind of report is fit for the archive and for screen readers, with its figures inside, and stays the same."""

import csv
import io
import json

import pikepdf
import pytest

from core.domain import clock, documents
from reporting.domain import renderings
from reporting.models import Report
from reporting.states import Purpose, ReportKind
from tests.pdf.reading import check_what_it_says_of_itself, tagged
from tests.reporting.making import make_concept
from tests.reporting.scenes import day, granted, listed, release, spend
from tests.reporting.signed import sign_both

NOW = day(11, 21)


@pytest.fixture
def history(cast, call, db):
    """Money that was granted, spent and given back, and a proposal on its way."""
    with clock.set_to(NOW):
        decision = granted(cast, call, at=day(3, 1), amounts={2026: 40_000, 2027: 5_000}, title="Podium <b>& co</b> 🎉")
        spend(cast, decision, at=day(5, 1), amounts={2026: 12_345.67})
        release(cast, decision, at=day(6, 1), amounts={2026: 1_000})
        listed(cast, call, line="wonen", at=day(9, 1), amounts={2026: 23_456}, title="Woontoren voor starters")


def final(cast, kind):
    """A report that is final, with every text that its form needs; and its rendering."""
    report = make_concept(cast, kind=kind)
    sign_both(report, cast)
    rendering = report.renderings.get(purpose=Purpose.FINAL)
    renderings.render(rendering.pk)
    return Report.objects.get(pk=report.pk), rendering.pk


def files_in(content):
    """What is attached: the name, and the file with its description and its relation to the pages."""
    with pikepdf.open(io.BytesIO(content)) as document:
        related = {str(one.UF): str(one.AFRelationship) for one in document.Root.AF}
        return {
            name: (found.get_file().read_bytes(), found.get_file().mime_type, found.description, related[name])
            for name, found in document.attachments.items()
        }


@pytest.mark.parametrize("kind", list(ReportKind))
def test_a_report_is_fit_for_the_archive_and_for_screen_readers(kind, cast, history, verapdf):
    with clock.set_to(NOW):
        report, _rendering = final(cast, kind)
    content = documents.read(report.final_document)
    assert verapdf(content) == []
    check_what_it_says_of_itself(content, language="nl")
    tags = [tag for tag, _alt in tagged(content)]
    assert tags.count("H1") == 1
    assert {"Table", "TH", "TOC" if "TOC" in tags else "L"} <= set(tags)
    with pikepdf.open(io.BytesIO(content)) as document, document.open_outline() as outline:
        chapters = [item.title for item in outline.root]
    assert len(chapters) > 3
    files = files_in(content)
    assert {name.rpartition(".")[2] for name in files} == {"csv", "json"}
    for name, (body, mime, description, relation) in files.items():
        assert relation == "/Data"
        assert description.strip()
        assert mime == {"csv": "text/csv", "json": "application/json"}[name.rpartition(".")[2]]
        if mime == "application/json":
            assert json.loads(body)
        else:
            heads, *_rows = csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";")
            assert len(heads) > 1


def test_a_concept_is_fit_too(cast, history, verapdf):
    with clock.set_to(NOW):
        report = make_concept(cast, kind=ReportKind.SUMMER_NOTE)
    content = documents.read(report.renderings.get().document)
    assert verapdf(content) == []
    check_what_it_says_of_itself(content, language="nl")


def test_the_same_report_gives_the_same_bytes(cast, history):
    with clock.set_to(NOW):
        report, _rendering = final(cast, ReportKind.POLICY_REPORT_2)
    again = renderings.typesetting.typeset(report.renderings.get(purpose=Purpose.FINAL), lambda *_told: None)
    assert again.content == documents.read(report.final_document)
