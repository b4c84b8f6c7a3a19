"""Many reports at once: made one by one, by a worker of their own, while the site goes on."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest
import yaml
from django.conf import settings
from django.db import connection, transaction

from core.domain import clock
from core.models import Document, OutboxMessage
from reporting import tasks
from reporting.domain import renderings, typesetting
from reporting.models import Rendering
from reporting.models.rendering import SILENCE_LASTS, RenderingQuerySet
from reporting.states import RenderingState
from talentfund.celery import app
from tests.reporting.making import ask, concept_of
from tests.reporting.scenes import day

NOW = day(11, 21)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def typeset(monkeypatch):
    """Stand in for the typesetter; counts, and calls `typeset.then` while it works."""

    class Typesetter:
        calls = 0
        then = staticmethod(lambda: None)

        def __call__(self, **_given):
            self.calls += 1
            self.then()
            return b"%PDF-for-test", ""

    made = Typesetter()
    monkeypatch.setattr(typesetting.pdf, "render", made)
    return made


def state_counts() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Rendering.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


@pytest.mark.django_db
def test_ten_at_once_are_made_one_by_one_the_oldest_first_while_pages_are_answered(cast, typeset, client_of):
    reports = []
    for minute in range(10):
        with clock.set_to(NOW + timedelta(minutes=minute)):
            reports.append(ask(cast))
    assert typeset.calls == 0  # nothing is made in a request
    manager, seen = client_of(cast.manager), []

    def look() -> None:
        seen.append(state_counts())
        assert manager.get("/raad/").status_code == 200
        assert manager.get(reports[-1].get_absolute_url()).status_code == 200

    typeset.then = look
    for number, report in enumerate(reports):
        assert tasks.make_report()
        assert concept_of(report).state == RenderingState.READY
        expected = {RenderingState.RENDERING: 1, RenderingState.QUEUED: 9 - number, RenderingState.READY: number}
        assert seen[-1] == {state: count for state, count in expected.items() if count}
    assert not tasks.make_report()
    assert OutboxMessage.objects.filter(topic="core.mail").count() == 10


@pytest.mark.django_db
def test_the_page_tells_how_many_go_first(cast, typeset, client_of):
    reports = []
    for minute in range(3):
        with clock.set_to(NOW + timedelta(minutes=minute)):
            reports.append(ask(cast))
    renderings._claim(None)
    before = [renderings.number_before(concept_of(report)) for report in reports]
    assert before == [0, 1, 2]
    page = client_of(cast.manager).get(reports[2].get_absolute_url())
    assert page.context["waits_for"] == 2


@pytest.mark.django_db
def test_asking_wakes_the_worker_of_reports_after_the_commit_and_making_wakes_it_for_the_next(
    cast, typeset, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **_options: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        ask(cast)
        ask(cast)
        assert renderings.TASK not in sent
    assert sent.count(renderings.TASK) == 2
    sent.clear()
    tasks.make_report()
    assert sent == [renderings.TASK]
    sent.clear()
    tasks.make_report()
    assert sent == []


@pytest.mark.django_db
def test_a_sweep_wakes_the_worker_only_when_something_waits(cast, typeset, monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **_options: sent.append(name))
    tasks.sweep_renderings()
    assert sent == []
    ask(cast)
    tasks.sweep_renderings()
    assert sent == [renderings.TASK]


@pytest.mark.django_db
def test_without_a_broker_asking_still_works(cast, monkeypatch, django_capture_on_commit_callbacks):
    def no_broker(*_given, **_options):
        raise ConnectionError

    monkeypatch.setattr(app, "send_task", no_broker)
    with django_capture_on_commit_callbacks(execute=True):
        report = ask(cast)
    assert concept_of(report).state == RenderingState.QUEUED


def test_reports_have_a_queue_of_their_own_that_the_other_worker_does_not_empty():
    app.loader.import_default_modules()
    assert tasks.make_report.name == renderings.TASK
    assert app.amqp.router.route({}, renderings.TASK)["queue"].name == "reports"
    for name in ("core.tasks.empty_outbox", tasks.sweep_renderings.name):
        assert app.amqp.router.route({}, name)["queue"].name == "celery"
    for schedule in settings.CELERY_BEAT_SCHEDULE.values():
        assert schedule["task"] != renderings.TASK  # the sweep wakes it, and only when something waits


@pytest.mark.parametrize("where", ["Procfile", "docker-compose.yml"])
def test_the_worker_of_reports_makes_one_at_a_time_at_a_low_priority(where):
    text = (ROOT / where).read_text()
    if where == "Procfile":
        commands = {name: command.split() for name, command in (line.split(": ", 1) for line in text.splitlines())}
    else:
        commands = {name: service.get("command", []) for name, service in yaml.safe_load(text)["services"].items()}
    command = commands["reports"]
    assert command[:3] == ["nice", "-n", "10"]
    assert command[command.index("--queues") + 1] == "reports"
    assert command[command.index("--concurrency") + 1] == "1"
    assert "--queues" not in commands["worker"]


@pytest.mark.django_db
def test_a_worker_that_was_only_slow_stops_when_another_has_taken_over(cast, typeset):
    report = ask(cast)

    def taken_over() -> None:
        typeset.then = lambda: None
        with clock.set_to(clock.now() + SILENCE_LASTS + timedelta(seconds=1)):
            assert renderings.sweep() == 1
            assert renderings.make_next()

    typeset.then = taken_over
    renderings.make_next()
    rendering = concept_of(report)
    assert (typeset.calls, rendering.state, rendering.attempts) == (2, RenderingState.READY, 2)
    assert Document.objects.filter(kind="report").count() == 1
    assert OutboxMessage.objects.filter(topic="core.mail").count() == 1


@pytest.mark.django_db
def test_a_failure_of_a_worker_that_lost_its_claim_changes_nothing(cast, typeset):
    report = ask(cast)

    def taken_over_then_broken() -> None:
        typeset.then = lambda: None
        with clock.set_to(clock.now() + SILENCE_LASTS + timedelta(seconds=1)):
            renderings.sweep()
            renderings.make_next()
        raise OSError

    typeset.then = taken_over_then_broken
    renderings.make_next()
    assert concept_of(report).state == RenderingState.READY
    assert OutboxMessage.objects.filter(topic="core.mail").count() == 1


def claims_by_two_workers(monkeypatch) -> int:
    """Let two workers look for work at the same moment; return how many took something."""
    both, taken = Barrier(2), []

    def number():
        taken.append(1)
        with suppress(BrokenBarrierError):
            both.wait(1)
        return uuid4()

    def work() -> None:
        try:
            with transaction.atomic():
                renderings._claim(None)
        finally:
            connection.close()

    monkeypatch.setattr(renderings, "uuid4", number)
    with ThreadPoolExecutor(2) as threads:
        for result in [threads.submit(work) for _worker in range(2)]:
            result.result(20)
    return len(taken)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_rendering(cast, monkeypatch):
    ask(cast)
    assert claims_by_two_workers(monkeypatch) == 1
    assert Rendering.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_workers_would_take_the_same_rendering(cast, monkeypatch):
    """The control: the guard of the test above does what it is there for."""
    ask(cast)
    monkeypatch.setattr(RenderingQuerySet, "select_for_update", lambda self, **_options: self)
    assert claims_by_two_workers(monkeypatch) == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_ask_for_one_concept(cast, typeset):
    report = ask(cast)
    renderings.make_all()

    def click() -> int:
        try:
            return renderings.queue(report, purpose="concept", by=cast.manager).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = {result.result(20) for result in [threads.submit(click) for _click in range(4)]}
    assert len(answers) == 1
    assert report.renderings.count() == 2
