from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

import core.tasks  # noqa: F401  (registers the handler of mail)
import reporting.tasks  # noqa: F401  (registers the handler of reports)
from core.domain import clock, outbox
from core.errors import RequestKeyReused
from core.models import AuditEntry, Document, OutboxMessage
from core.models.outbox import CLAIM_LASTS
from reporting.domain import reports
from reporting.errors import CutOffInFuture, NotFailed, YearWithoutBudget
from reporting.models import Report
from reporting.states import ReportKind, ReportState, ReportStep
from tests.reporting.scenes import day, granted, spend

pytestmark = pytest.mark.django_db

NOW = day(11, 21)


@pytest.fixture(autouse=True)
def in_november():
    with clock.set_to(NOW):
        yield


@pytest.fixture
def typeset(monkeypatch):
    """Stand in for the typesetter, which takes a second; `typeset.then` is called while it works."""

    class Typesetter:
        calls = 0
        then = staticmethod(lambda: None)

        def __call__(self, **_given):
            self.calls += 1
            self.then()
            return b"%PDF-for-test", "<html>"

    made = Typesetter()
    monkeypatch.setattr(reports.pdf, "render", made)
    return made


def ask(cast, *, kind=ReportKind.POLICY_REPORT_2, year=2026, cut_off_on=date(2026, 10, 1), key=None):
    return reports.request(by=cast.manager, kind=kind, year=year, cut_off_on=cut_off_on, request_key=key or uuid4())


def events(report):
    return list(AuditEntry.objects.about(report).values_list("event", flat=True))


def test_a_request_waits_in_the_outbox_with_a_reference_and_the_end_of_the_day(cast):
    report = ask(cast)
    assert report.reference.startswith("R-2026-")
    assert report.state == ReportState.QUEUED
    assert report.as_of == clock.end_of_day(date(2026, 10, 1))
    assert OutboxMessage.objects.get(topic=reports.TOPIC).payload == {"report": report.pk}
    assert events(report) == ["report.requested"]


def test_today_as_cut_off_date_means_this_moment_and_is_provisional(cast):
    report = ask(cast, cut_off_on=clock.today())
    assert report.as_of == NOW
    assert reports.layout.is_provisional(report)
    assert not reports.layout.is_provisional(ask(cast))


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
    assert Report.objects.count() == OutboxMessage.objects.count() == 1


def test_the_same_key_for_another_question_is_refused(cast):
    key = uuid4()
    ask(cast, key=key)
    with pytest.raises(RequestKeyReused):
        ask(cast, key=key, year=2027)


def test_the_worker_stores_the_pdf_with_the_figures_that_it_states(cast, call, typeset, mailoutbox):
    granted(cast, call, at=day(3, 1), amounts={2026: 40_000})
    report = ask(cast)
    outbox.deliver_due()
    report.refresh_from_db()
    assert (report.state, report.progress, report.step) == (ReportState.READY, 100, "")
    assert report.document.facts["figures"] == report.figures
    assert report.document.facts["ledger_head"] == report.ledger_head
    assert report.figures["total"]["granted"] == "40000.00"
    assert events(report) == ["report.requested", "report.rendered"]
    assert [message.to for message in mailoutbox] == [[cast.manager.email]]
    assert report.get_absolute_url() in mailoutbox[0].body


def test_the_page_can_follow_the_steps(cast, typeset):
    report = ask(cast)
    seen = []
    typeset.then = lambda: seen.append(Report.objects.values_list("state", "step", "progress").get())
    reports.render(report.pk)
    assert seen == [(ReportState.RENDERING, ReportStep.TYPESETTING, 50)]


def test_rendering_twice_gives_one_document(cast, typeset, mailoutbox):
    report = ask(cast)
    reports.render(report.pk)
    reports.render(report.pk)
    assert (typeset.calls, Document.objects.filter(kind="report").count()) == (1, 1)


def test_two_workers_at_the_same_time_give_one_document(cast, typeset):
    report = ask(cast)

    def other_worker():
        typeset.then = lambda: None
        reports.render(report.pk)

    typeset.then = other_worker
    reports.render(report.pk)
    assert typeset.calls == 2
    assert Document.objects.filter(kind="report").count() == 1
    assert events(report) == ["report.requested", "report.rendered"]
    assert OutboxMessage.objects.filter(topic="core.mail").count() == 1
    report.refresh_from_db()
    assert (report.state, report.progress) == (ReportState.READY, 100)


def test_a_worker_that_is_killed_half_way_leaves_it_to_the_next(cast, typeset):
    report = ask(cast)

    def killed():
        raise SystemExit

    typeset.then = killed
    with pytest.raises(SystemExit):
        outbox.deliver_due()
    report.refresh_from_db()
    assert (report.state, report.step) == (ReportState.RENDERING, ReportStep.TYPESETTING)
    typeset.then = lambda: None
    assert outbox.deliver_due() == 0  # the dead worker still holds its claim
    with clock.set_to(NOW + CLAIM_LASTS + timedelta(seconds=1)):
        outbox.deliver_due()
    report.refresh_from_db()
    assert report.state == ReportState.READY
    assert report.as_of < NOW


def test_a_failure_is_told_and_can_be_tried_again(cast, typeset):
    report = ask(cast)

    def broken():
        raise OSError("disk full")

    typeset.then = broken
    outbox.deliver_due()
    report.refresh_from_db()
    assert (report.state, report.step) == (ReportState.FAILED, ReportStep.TYPESETTING)
    typeset.then = lambda: None
    reports.retry(report_id=report.pk, by=cast.finance)
    report.refresh_from_db()
    assert (report.state, report.step) == (ReportState.QUEUED, "")
    outbox.deliver_due()
    report.refresh_from_db()
    assert report.state == ReportState.READY
    assert events(report) == ["report.requested", "report.failed", "report.retried", "report.rendered"]


def test_a_failure_after_another_worker_finished_changes_nothing(cast, typeset):
    report = ask(cast)

    def finished_elsewhere_then_broken():
        typeset.then = lambda: None
        reports.render(report.pk)
        raise OSError

    typeset.then = finished_elsewhere_then_broken
    reports.render(report.pk)
    report.refresh_from_db()
    assert report.state == ReportState.READY


@pytest.mark.parametrize("state", [ReportState.QUEUED, ReportState.RENDERING])
def test_only_a_failed_report_is_tried_again(cast, state):
    report = ask(cast)
    Report.objects.filter(pk=report.pk).update(state=state)
    with pytest.raises(NotFailed):
        reports.retry(report_id=report.pk, by=cast.manager)


def test_the_same_cut_off_gives_the_same_figures_after_more_is_booked(cast, call, typeset):
    granted(cast, call, at=day(3, 1), amounts={2026: 40_000})
    first, second = ask(cast), ask(cast)
    reports.render(first.pk)
    decision = granted(cast, call, at=day(11, 1), amounts={2026: 9_000})
    spend(cast, decision, at=day(11, 5), amounts={2026: 100})
    reports.render(second.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.figures == second.figures
    assert first.ledger_head == second.ledger_head


def test_who_reads_is_written_down(cast, typeset):
    report = ask(cast)
    reports.render(report.pk)
    report.refresh_from_db()
    reports.note_opened(report, report.document, by=cast.council)
    entry = AuditEntry.objects.about(report).last()
    assert (entry.event, entry.actor) == ("report.opened", cast.council)
    assert entry.changes == {"sha256": report.document.sha256}


def test_a_file_that_was_changed_is_not_opened(cast, typeset, client_of):
    report = ask(cast)
    reports.render(report.pk)
    report.refresh_from_db()
    with open(report.document.file.path, "ab") as file:  # noqa: PTH123
        file.write(b"!")
    answer = client_of(cast.council).get(reverse("reporting:pdf", args=[report.reference]))
    assert answer.status_code == 500
    assert b"%PDF" not in answer.content
    assert "report.opened" not in events(report)


def test_the_database_refuses_a_ready_report_without_a_document(cast):
    report = ask(cast)
    with pytest.raises(IntegrityError, match="reporting_ready_has_document"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(state=ReportState.READY)


def test_every_kind_can_be_made(cast, call, typeset):
    granted(cast, call, at=day(3, 1), amounts={2026: 40_000})
    for kind in ReportKind:
        report = ask(cast, kind=kind)
        reports.render(report.pk)
        report.refresh_from_db()
        assert report.state == ReportState.READY
