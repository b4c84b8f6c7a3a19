"""What a worker that is killed leaves behind: nothing, and the next one finishes what it began."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from core.domain import clock, documents
from core.models import AuditEntry, Document, OutboxMessage
from reporting.domain import renderings
from reporting.models import Rendering, Report
from reporting.models.rendering import SILENCE_LASTS
from reporting.states import RenderingState
from tests.reporting.making import ask, concept_of

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
STEPS = ["collecting", "drawing", "typesetting", "storing, half a file", "storing, just before the commit"]


def stored_pdfs() -> set[str]:
    return {path.name for path in (Path(settings.MEDIA_ROOT) / "documents").glob("*/*/*") if path.is_file()}


def kill_a_worker_at(step: str) -> None:
    """Let a worker in a process of its own begin, and kill it there, with no chance to tidy up."""
    address = os.environ["DATABASE_URL"]
    server = psycopg.conninfo.conninfo_to_dict(address)
    address = address.removesuffix(str(server["dbname"])) + str(connection.settings_dict["NAME"])
    environment = os.environ | {
        "DATABASE_URL": address,
        "MIGRATION_DATABASE_URL": address,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "talentfund.settings",
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.reporting.hanging_worker", step],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert worker.stdout is not None
    said = worker.stdout.readline()
    worker.send_signal(signal.SIGKILL)
    _rest, errors = worker.communicate(timeout=30)
    assert said == b"there\n", errors.decode()


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_worker_leaves_nothing_half_and_the_next_one_finishes(cast, step):
    report, before = ask(cast), stored_pdfs()
    kill_a_worker_at(step)
    begun = concept_of(report)
    assert (begun.state, begun.document, begun.attempts) == (RenderingState.RENDERING, None, 1)
    assert not Document.objects.filter(kind="report").exists()
    assert not OutboxMessage.objects.filter(topic="core.mail").exists()
    # Figures were collected whole, or not at all.
    assert (Report.objects.get(pk=report.pk).figures is None) == (step == "collecting")
    assert len(stored_pdfs() - before) == step.startswith("storing")
    # While it may still be alive nobody touches what it holds.
    assert renderings.sweep() == 0
    assert not renderings.make_next()
    with clock.set_to(clock.now() + SILENCE_LASTS + timedelta(seconds=1)):
        assert renderings.sweep() == 1
        assert stored_pdfs() == before
        assert renderings.make_next()
    made = concept_of(report)
    assert (made.pk, made.state, made.attempts) == (begun.pk, RenderingState.READY, 2)
    assert stored_pdfs() - before == {Path(made.document.file.name).name}
    assert documents.read(made.document)[:5] == b"%PDF-"
    assert OutboxMessage.objects.filter(topic="core.mail").count() == 1
    assert AuditEntry.objects.about(report).filter(event="report.rendered").count() == 1


def test_a_file_of_a_dead_worker_goes_when_somebody_cancels_before_the_sweep(cast):
    report, before = ask(cast), stored_pdfs()
    kill_a_worker_at("storing, half a file")
    assert len(stored_pdfs() - before) == 1
    renderings.cancel(rendering_id=concept_of(report).pk, by=cast.manager)
    assert stored_pdfs() == before


def test_without_the_clearing_away_half_a_file_would_stay(cast, monkeypatch):
    """The control: what the tests above guard against does happen."""
    report, before = ask(cast), stored_pdfs()
    kill_a_worker_at("storing, half a file")
    monkeypatch.setattr(documents, "clear_away", lambda _pk: False)
    renderings.cancel(rendering_id=concept_of(report).pk, by=cast.manager)
    assert len(stored_pdfs() - before) == 1


def test_what_keeps_killing_its_worker_is_told_as_failed_once(cast, monkeypatch):
    rendering = concept_of(ask(cast))
    monkeypatch.setattr(renderings, "_make", lambda _rendering: None)  # as if it died at once
    moment = clock.now()
    for turn in range(renderings.MOST_ATTEMPTS):
        with clock.set_to(moment + turn * 2 * SILENCE_LASTS):
            assert renderings.make_next()
        with clock.set_to(moment + (turn * 2 + 1) * SILENCE_LASTS + timedelta(seconds=1)):
            assert renderings.sweep() == 1
            assert renderings.sweep() == 0
    rendering = Rendering.objects.get(pk=rendering.pk)
    assert rendering.state == RenderingState.FAILED
    assert not renderings.make_next()
    keys = list(OutboxMessage.objects.filter(topic="core.mail").values_list("key", flat=True))
    assert len(keys) == 1
    assert keys[0].startswith(f"rendering-{rendering.pk}-failed-")
    # A person may still try again, with a full number of tries.
    assert renderings.retry(rendering_id=rendering.pk, by=cast.manager).attempts == 0
