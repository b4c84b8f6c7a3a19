import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.domain import clock, outbox
from core.models import AuditEntry, Document, OutboxMessage
from reporting.domain import renderings, typesetting
from reporting.errors import NotStopped, ReportIsFinal
from reporting.models import Rendering
from reporting.states import PROGRESS_AT, Purpose, RenderingState, ReportStep
from talentfund.celery import app
from tests.reporting.making import ask, concept_of, finalise, make_concept, make_final
from tests.reporting.scenes import day

pytestmark = pytest.mark.django_db

NOW = day(11, 21)


@pytest.fixture(autouse=True)
def in_november():
    app.loader.import_default_modules()
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
    monkeypatch.setattr(typesetting.pdf, "render", made)
    return made


def events(report):
    return list(AuditEntry.objects.about(report).values_list("event", flat=True))


def mails():
    return OutboxMessage.objects.filter(topic="core.mail").count()


def test_a_worker_stores_the_pdf_and_tells_who_asked(cast, typeset, mailoutbox):
    report = ask(cast)
    assert renderings.make_next()
    rendering = concept_of(report)
    assert (rendering.state, rendering.progress, rendering.step) == (RenderingState.READY, 100, "")
    assert (rendering.claim, rendering.attempts, rendering.finished_at) == (None, 1, NOW)
    assert rendering.document.facts["purpose"] == "concept"
    assert events(report) == ["report.requested", "report.queued", "report.collected", "report.rendered"]
    outbox.deliver_due()
    assert [message.to for message in mailoutbox] == [[cast.manager.email]]
    assert report.get_absolute_url() in mailoutbox[0].body
    assert not renderings.make_next()


def test_the_page_can_follow_the_steps(cast, typeset):
    ask(cast)
    seen = []
    typeset.then = lambda: seen.append(Rendering.objects.values_list("state", "step", "progress").get())
    renderings.make_next()
    typesetting_at = PROGRESS_AT[ReportStep.TYPESETTING]
    assert seen == [(RenderingState.RENDERING, ReportStep.TYPESETTING, typesetting_at)]


def test_rendering_twice_gives_one_document(cast, typeset):
    rendering = concept_of(ask(cast))
    renderings.render(rendering.pk)
    renderings.render(rendering.pk)
    assert (typeset.calls, Document.objects.filter(kind="report").count(), mails()) == (1, 1, 1)


def test_a_second_worker_passes_by_what_the_first_has(cast, typeset):
    rendering = concept_of(ask(cast))

    def other_worker():
        assert not renderings.make_next()
        renderings.render(rendering.pk)

    typeset.then = other_worker
    renderings.render(rendering.pk)
    assert (typeset.calls, Document.objects.filter(kind="report").count(), mails()) == (1, 1, 1)


def test_a_failure_is_told_and_can_be_tried_again(cast, typeset):
    report = ask(cast)

    def broken():
        raise OSError("disk full")

    typeset.then = broken
    renderings.make_next()
    rendering = concept_of(report)
    assert (rendering.state, rendering.step) == (RenderingState.FAILED, ReportStep.TYPESETTING)
    assert mails() == 1
    typeset.then = lambda: None
    renderings.retry(rendering_id=rendering.pk, by=cast.finance)
    again = concept_of(report)
    assert (again.pk, again.state, again.step) == (rendering.pk, RenderingState.QUEUED, "")
    renderings.make_next()
    assert concept_of(report).state == RenderingState.READY
    assert mails() == 2
    assert events(report)[-3:] == ["report.failed", "report.retried", "report.rendered"]


def test_only_what_stopped_is_tried_again(cast, typeset):
    rendering = concept_of(ask(cast))
    assert renderings.retry(rendering_id=rendering.pk, by=cast.manager).state == RenderingState.QUEUED
    assert "report.retried" not in events(rendering.report)
    renderings.make_next()
    with pytest.raises(NotStopped):
        renderings.retry(rendering_id=rendering.pk, by=cast.manager)


def test_of_a_final_report_nothing_more_is_made(cast, typeset):
    report = make_final(cast)
    with pytest.raises(ReportIsFinal):
        renderings.queue(report, purpose=Purpose.CONCEPT, by=cast.manager)
    with pytest.raises(ReportIsFinal):
        renderings.queue(report, purpose=Purpose.FINAL, by=cast.manager)
    with pytest.raises(ReportIsFinal):
        renderings.retry(rendering_id=concept_of(report).pk, by=cast.manager)


def test_a_concept_that_still_waits_ends_when_the_report_becomes_final(cast, typeset):
    report = make_concept(cast)
    waiting = renderings.queue(report, purpose=Purpose.CONCEPT, by=cast.manager)
    finalise(cast, report)
    waiting.refresh_from_db()
    assert waiting.state == RenderingState.CANCELLED


def test_the_database_refuses_a_ready_rendering_without_a_document(cast):
    rendering = concept_of(ask(cast))
    with pytest.raises(IntegrityError, match="reporting_ready_has_document"), transaction.atomic():
        Rendering.objects.filter(pk=rendering.pk).update(state=RenderingState.READY, finished_at=NOW)


def test_the_database_refuses_two_of_a_kind_at_work(cast):
    report = ask(cast)
    with pytest.raises(IntegrityError, match="reporting_one_at_work"), transaction.atomic():
        Rendering.objects.create(report=report, purpose=Purpose.CONCEPT, requested_by=cast.manager, requested_at=NOW)


def test_the_database_refuses_to_change_what_is_ready(cast, typeset):
    report = make_concept(cast)
    with pytest.raises(DatabaseError, match="is ready"), transaction.atomic():
        Rendering.objects.filter(report=report).update(pages=7)


def test_the_mail_says_whether_it_is_a_concept_or_final(cast, typeset, mailoutbox):
    report = make_final(cast)
    outbox.deliver_due()
    concept, final = mailoutbox
    assert (concept.to, final.to) == ([cast.manager.email], [cast.finance.email])
    assert "concept" in concept.subject
    assert "concept" not in final.subject.lower()
    assert report.reference in final.subject
    assert report.get_absolute_url() in final.body


def test_the_mail_about_a_failure_says_at_which_step_and_where_to_try_again(cast, typeset, mailoutbox):
    report = ask(cast)

    def broken():
        raise OSError("disk full")

    typeset.then = broken
    renderings.make_next()
    outbox.deliver_due()
    assert len(mailoutbox) == 1
    assert report.reference in mailoutbox[0].subject
    assert report.get_absolute_url() in mailoutbox[0].body
    assert "disk full" not in mailoutbox[0].body  # what happened inside is for the log
