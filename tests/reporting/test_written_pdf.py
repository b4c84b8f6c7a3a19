"""The PDF of a report that was written and signed, after another one: texts, changes, who wrote and who signed."""

import subprocess
from datetime import date

from core.domain import clock, documents
from reporting.domain import renderings, texts
from reporting.models import Report
from reporting.states import ReportKind
from tests.reporting.making import ask, make_final
from tests.reporting.scenes import day, granted
from tests.reporting.signed import ADVISER, MANAGER, sign, write, write_all


def text_of(content):
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def test_a_report_tells_what_was_written_what_changed_and_who_signed(cast, call, verapdf):
    granted(cast, call, at=day(3, 2), amounts={2026: 10000}, title="Podium")
    with clock.set_to(day(4, 10)):
        first = make_final(cast, kind=ReportKind.POLICY_REPORT_1, cut_off_on=date(2026, 4, 9))
    granted(cast, call, at=day(5, 6), amounts={2026: 2500}, title="Atelier")
    with clock.set_to(day(6, 10)):
        report = ask(cast, kind=ReportKind.POLICY_REPORT_2, cut_off_on=date(2026, 6, 9))
        renderings.make_all()
        write_all(report, cast.manager)
        write(report, "foreword", cast.manager, "# Goed nieuws\n\n### Meer\n\n- een\n- twee\n\n<b>=1+1</b> שלום 😀")
        write(report, "leven", cast.lead, "## Atelier\n\nHet atelier is open.")
        sign(report, cast.manager, MANAGER)
        sign(report, cast.finance, ADVISER)
        renderings.make_all()
    report = Report.objects.get(pk=report.pk)
    content = documents.read(report.final_document)
    said = text_of(content)
    for told in ("Goed nieuws", "<b>=1+1</b>", "Het atelier is open.", first.reference, "Atelier (TF-2026-", "Lead"):
        assert told in said, told
    assert texts.content_sha256(report) in said.replace(" ", "")
    assert report.final_document.facts["content_sha256"] == texts.content_sha256(report)
    assert verapdf(content) == []
