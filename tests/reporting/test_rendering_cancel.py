"""Stopping a rendering: whenever it is asked for, the worker stops there and leaves nothing."""

from pathlib import Path

import pytest
from django.conf import settings

from core.domain import clock
from core.models import AuditEntry, Document, OutboxMessage
from reporting.domain import renderings, typesetting
from reporting.errors import NotAtWork
from reporting.states import RenderingState, ReportStep
from tests.reporting.making import ask, concept_of, make_concept
from tests.reporting.scenes import day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_november():
    with clock.set_to(day(11, 21)):
        yield


@pytest.fixture
def quick(monkeypatch):
    """Stand in for the typesetter."""
    monkeypatch.setattr(typesetting.pdf, "render", lambda **_given: (b"%PDF-for-test", ""))


def stored() -> set[Path]:
    return set((Path(settings.MEDIA_ROOT) / "documents").glob("*/*/*"))


def cancel_when(monkeypatch, cast, report, *, step, moment):
    """Let somebody cancel just before or just after the worker says that it begins a step."""
    say = renderings._say

    def say_and_cancel(rendering, now, page=0):
        if now == step and moment == "before":
            renderings.cancel(rendering_id=concept_of(report).pk, by=cast.finance)
        say(rendering, now, page)
        if now == step and moment == "after":
            renderings.cancel(rendering_id=concept_of(report).pk, by=cast.finance)

    monkeypatch.setattr(renderings, "_say", say_and_cancel)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", list(ReportStep))
def test_cancelling_at_any_step_leaves_nothing(cast, quick, monkeypatch, step, moment):
    report, before = ask(cast), stored()
    cancel_when(monkeypatch, cast, report, step=step, moment=moment)
    assert renderings.make_next()
    rendering = concept_of(report)
    assert (rendering.state, rendering.document, rendering.claim) == (RenderingState.CANCELLED, None, None)
    assert stored() == before
    assert not Document.objects.filter(kind="report").exists()
    assert not OutboxMessage.objects.filter(topic="core.mail").exists()
    events = list(AuditEntry.objects.about(report).values_list("event", flat=True))
    # Figures that were just being collected stay with the report: every other rendering would find the same.
    assert [event for event in events if event != "report.collected"] == [
        "report.requested",
        "report.queued",
        "report.cancelled",
    ]


def test_cancelling_stops_the_typesetter_at_its_next_page(cast, monkeypatch):
    report, pages = ask(cast), []
    say = renderings._say

    def say_and_cancel(rendering, step, page=0):
        if page:
            pages.append(page)
        if page == 2:
            renderings.cancel(rendering_id=rendering.pk, by=cast.manager)
        say(rendering, step, page)

    monkeypatch.setattr(renderings, "_say", say_and_cancel)
    monkeypatch.setattr(typesetting, "TELL_EVERY", 0)
    renderings.make_next()
    assert pages == [1, 2]
    assert concept_of(report).state == RenderingState.CANCELLED


def test_the_pages_are_counted_while_they_are_typeset(cast, monkeypatch):
    seen = []
    say = renderings._say

    def say_and_look(rendering, step, page=0):
        say(rendering, step, page)
        seen.append((rendering.step, rendering.pages, rendering.progress))

    monkeypatch.setattr(renderings, "_say", say_and_look)
    monkeypatch.setattr(typesetting, "TELL_EVERY", 0)
    report = make_concept(cast)
    assert [step for step, pages, _progress in seen if pages == 0] == list(ReportStep)[:3]
    assert max(pages for _step, pages, _progress in seen) > 5
    progress = [progress for _step, _pages, progress in seen]
    assert progress == sorted(progress)
    assert concept_of(report).progress == 100


def test_cancelling_what_waits_keeps_it_from_being_made(cast, quick):
    report = ask(cast)
    renderings.cancel(rendering_id=concept_of(report).pk, by=cast.manager)
    assert not renderings.make_next()


def test_cancelling_twice_is_cancelling_once(cast):
    report = ask(cast)
    for _click in range(2):
        renderings.cancel(rendering_id=concept_of(report).pk, by=cast.manager)
    assert AuditEntry.objects.about(report).filter(event="report.cancelled").count() == 1


def test_what_is_ready_is_not_cancelled(cast, quick):
    report = make_concept(cast)
    with pytest.raises(NotAtWork):
        renderings.cancel(rendering_id=concept_of(report).pk, by=cast.manager)


def test_what_was_cancelled_can_be_made_after_all(cast, quick):
    report = ask(cast)
    rendering = renderings.cancel(rendering_id=concept_of(report).pk, by=cast.manager)
    for _click in range(2):
        renderings.retry(rendering_id=rendering.pk, by=cast.manager)
    assert renderings.make_all() == 1
    assert concept_of(report).state == RenderingState.READY
    assert AuditEntry.objects.about(report).filter(event="report.retried").count() == 1
