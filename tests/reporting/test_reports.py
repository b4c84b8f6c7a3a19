from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from core.domain import clock
from core.errors import RequestKeyReused
from core.models import AuditEntry
from reporting.domain import collecting, layout, renderings, reports, typesetting
from reporting.errors import CutOffInFuture, YearWithoutBudget
from reporting.models import Rendering, Report
from reporting.states import Purpose, RenderingState, ReportKind, Stage
from tests.reporting.making import ask, concept_of, finalise, make_concept, make_final
from tests.reporting.scenes import day, granted, spend

pytestmark = pytest.mark.django_db

NOW = day(11, 21)


@pytest.fixture(autouse=True)
def in_november(monkeypatch):
    monkeypatch.setattr(typesetting.pdf, "render", lambda **_given: (b"%PDF-for-test", ""))
    with clock.set_to(NOW):
        yield


def events(report):
    return list(AuditEntry.objects.about(report).values_list("event", flat=True))


def test_a_report_that_is_asked_for_has_a_reference_the_end_of_the_day_and_a_first_concept(cast):
    report = ask(cast)
    assert report.reference.startswith("R-2026-")
    assert report.stage == Stage.WRITING
    assert report.as_of == clock.end_of_day(date(2026, 10, 1))
    assert (concept_of(report).state, report.figures) == (RenderingState.QUEUED, None)
    assert events(report) == ["report.requested", "report.queued"]


def test_today_as_cut_off_date_means_this_moment_and_is_provisional(cast):
    report = ask(cast, cut_off_on=clock.today())
    assert report.as_of == NOW
    assert layout.is_provisional(report)
    assert not layout.is_provisional(ask(cast))


def test_a_cut_off_date_in_the_future_is_refused(cast):
    with pytest.raises(CutOffInFuture):
        ask(cast, cut_off_on=clock.today() + timedelta(days=1))
    assert not Report.objects.exists()


def test_a_year_without_budget_is_refused(cast):
    with pytest.raises(YearWithoutBudget):
        ask(cast, year=2031)


def test_a_double_click_asks_once(cast):
    key = uuid4()
    assert ask(cast, key=key) == ask(cast, key=key)
    assert Report.objects.count() == Rendering.objects.count() == 1


def test_the_same_key_for_another_question_is_refused(cast):
    key = uuid4()
    ask(cast, key=key)
    with pytest.raises(RequestKeyReused):
        ask(cast, key=key, year=2027)


def test_figures_are_collected_once_and_every_rendering_states_them(cast, call):
    granted(cast, call, at=day(3, 1), amounts={2026: 40_000})
    report = make_concept(cast)
    seal = (report.figures_sha256, report.ledger_head)
    assert report.figures["total"]["granted"] == "40000.00"
    assert report.figures_sha256 == collecting.sha256_of(report.figures)
    final = finalise(cast, report)
    assert (final.figures_sha256, final.ledger_head) == seal
    assert final.final_document.facts["figures"] == report.figures
    assert events(final).count("report.collected") == 1


def test_the_same_cut_off_gives_the_same_figures_after_more_is_booked(cast, call):
    granted(cast, call, at=day(3, 1), amounts={2026: 40_000})
    first, second = make_concept(cast), ask(cast)
    decision = granted(cast, call, at=day(11, 1), amounts={2026: 9_000})
    spend(cast, decision, at=day(11, 5), amounts={2026: 100})
    renderings.render(concept_of(second).pk)
    second.refresh_from_db()
    assert first.figures == second.figures
    assert (first.figures_sha256, first.ledger_head) == (second.figures_sha256, second.ledger_head)


@pytest.mark.parametrize("changed", [{"figures": {}}, {"figures_sha256": "0" * 64}, {"ledger_head": "0" * 64}])
def test_the_database_refuses_to_change_figures_that_were_collected(cast, changed):
    report = make_concept(cast)
    with pytest.raises(DatabaseError, match="were collected"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**changed)


def test_the_database_refuses_to_change_what_a_report_is_about(cast):
    report = ask(cast)
    for changed in ({"year": 2027}, {"kind": ReportKind.SUMMER_NOTE}, {"as_of": NOW}, {"requested_by": cast.finance}):
        with pytest.raises(DatabaseError, match="is about"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**changed)


def test_the_database_refuses_figures_without_their_seal(cast):
    report = ask(cast)
    with pytest.raises(IntegrityError, match="reporting_figures_are_sealed"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(figures={})


def test_nothing_of_a_final_report_changes(cast):
    report = make_final(cast)
    assert report.is_final
    assert report.finalised_at == NOW
    final = report.final_rendering
    for change in (
        lambda: Report.objects.filter(pk=report.pk).update(stage=Stage.WRITING, finalised_at=None),
        lambda: Report.objects.filter(pk=report.pk).update(finalised_at=NOW + timedelta(days=1)),
        lambda: Report.objects.filter(pk=report.pk).delete(),
        lambda: Rendering.objects.filter(pk=final.pk).update(state=RenderingState.FAILED, document=None),
        lambda: Rendering.objects.filter(pk=concept_of(report).pk).update(pages=3),
        lambda: Rendering.objects.filter(pk=concept_of(report).pk).delete(),
        lambda: Rendering.objects.create(
            report=report, purpose=Purpose.CONCEPT, requested_by=cast.manager, requested_at=NOW
        ),
    ):
        with pytest.raises(DatabaseError, match=r"is final|is ready|Cannot delete"), transaction.atomic():
            change()


def test_no_report_is_final_without_a_final_pdf(cast):
    report = make_concept(cast)
    with pytest.raises(DatabaseError, match=r"has no final PDF|is not signed by both"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(stage=Stage.FINAL, finalised_at=NOW)


def test_who_reads_is_written_down(cast):
    report = make_final(cast)
    reports.note_opened(report, report.final_document, by=cast.council)
    entry = AuditEntry.objects.about(report).last()
    assert (entry.event, entry.actor) == ("report.opened", cast.council)
    assert entry.changes == {"sha256": report.final_document.sha256}


def test_a_file_that_was_changed_is_not_opened(cast, client_of):
    report = make_final(cast)
    with open(report.final_document.file.path, "ab") as file:  # noqa: PTH123
        file.write(b"!")
    answer = client_of(cast.council).get(reverse("reporting:pdf", args=[report.reference]))
    assert answer.status_code == 500
    assert b"%PDF" not in answer.content
    assert "report.opened" not in events(report)


def test_every_kind_can_be_made(cast, call):
    granted(cast, call, at=day(3, 1), amounts={2026: 40_000})
    for kind in ReportKind:
        assert make_final(cast, kind=kind).final_document is not None
