"""Two people at a report at the same moment: both sign, or one signs while the other changes a text.

The controls take the lock away, and must then fail.
"""

import threading
from contextlib import suppress
from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection

from core.errors import DomainError
from reporting.domain import collecting, renderings, reports, signatures, signing, texts
from reporting.errors import ContentChanged, ReportClosed, TextChanged
from reporting.models import Report, ReportSignature, ReportText
from reporting.states import Purpose, ReportKind
from tests.reporting.signed import ADVISER, MANAGER, sign, write, write_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_pdf")]
PATIENCE = 30


def at_once(*acts):
    """Carry out acts in threads with a connection each that begin together; return what each raised, or None."""
    barrier = threading.Barrier(len(acts))
    ends = [None] * len(acts)

    def run(number, act):
        barrier.wait(PATIENCE)
        try:
            act()
        except (DatabaseError, DomainError) as error:
            ends[number] = type(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return ends


def without_the_lock(monkeypatch):
    """Let everybody look at the report without waiting, and go on together."""
    barrier = threading.Barrier(2)

    def look(pk):
        found = Report.objects.get(pk=pk)
        barrier.wait(PATIENCE)
        return found

    monkeypatch.setattr(signing, "lock_report", look)
    monkeypatch.setattr(texts, "lock_report", look)


def look_together(monkeypatch, module, name):
    """Let both come to the end of a look before either goes on."""
    look, barrier = getattr(module, name), threading.Barrier(2)

    def slow(*args, **kwargs):
        found = look(*args, **kwargs)
        if not barrier.broken:
            with suppress(threading.BrokenBarrierError):
                barrier.wait(2)
        return found

    monkeypatch.setattr(module, name, slow)


@pytest.fixture
def report(cast):
    asked = reports.request(
        by=cast.manager,
        kind=ReportKind.POLICY_REPORT_1,
        year=2026,
        cut_off_on=date(2026, 3, 31),
        request_key=uuid4(),
    )
    collected = collecting.collect(asked.pk)
    write_all(collected, cast.manager)
    return collected


def sign_together(report, cast):
    seen = texts.content_sha256(report)
    return at_once(
        lambda: sign(report, cast.manager, MANAGER, seen=seen),
        lambda: sign(report, cast.finance, ADVISER, seen=seen),
    )


def finals(report):
    return report.renderings.filter(purpose=Purpose.FINAL).count()


def test_two_who_sign_at_once_have_one_final_report_made(report, cast):
    assert sign_together(report, cast) == [None, None]
    assert finals(report) == 1


def test_without_the_lock_two_who_sign_at_once_would_not(report, cast, monkeypatch):
    # Each would miss the other's signature: both signed, and nobody has the final report made.
    look_together(monkeypatch, signatures, "of")
    without_the_lock(monkeypatch)
    monkeypatch.setattr(renderings, "queue", lambda *_a, **_k: None)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reporting_reportsignature DISABLE TRIGGER reporting_signs_what_stands")
    try:
        assert sign_together(report, cast) == [None, None]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE reporting_reportsignature ENABLE TRIGGER reporting_signs_what_stands")
    assert finals(report) == 0


def test_a_text_that_changes_while_somebody_signs_leaves_no_final_report_of_another_text(report, cast):
    sign(report, cast.manager, MANAGER)
    seen = texts.content_sha256(report)
    signed, written = at_once(
        lambda: sign(report, cast.finance, ADVISER, seen=seen),
        lambda: write(report, "leven", cast.lead, "Anders", seen=1),
    )
    # Whoever came first won, and the other was told.
    assert (signed, written) in {(None, ReportClosed), (ContentChanged, None)}
    assert finals(report) == (1 if signed is None else 0)
    assert texts.current_of(report, "leven").number == (1 if signed is None else 2)


def test_without_the_lock_the_database_still_refuses_one_of_the_two(report, cast, monkeypatch):
    sign(report, cast.manager, MANAGER)
    seen = texts.content_sha256(report)
    without_the_lock(monkeypatch)
    signed, written = at_once(
        lambda: sign(report, cast.finance, ADVISER, seen=seen),
        lambda: write(report, "leven", cast.lead, "Anders", seen=1),
    )
    assert IntegrityError in {signed, written}


def test_two_who_save_a_text_at_once_lose_nothing(report, cast):
    ends = at_once(
        lambda: write(report, "leven", cast.lead, "Van de een", seen=1),
        lambda: write(report, "leven", cast.manager, "Van de ander", seen=1),
    )
    assert sorted(ends, key=str) == sorted([None, TextChanged], key=str)
    assert ReportText.objects.filter(section="leven").count() == 2


def test_without_the_lock_the_database_still_takes_one_of_two_texts(report, cast, monkeypatch):
    without_the_lock(monkeypatch)
    ends = at_once(
        lambda: write(report, "leven", cast.lead, "Van de een", seen=1),
        lambda: write(report, "leven", cast.manager, "Van de ander", seen=1),
    )
    assert IntegrityError in ends
    assert ReportText.objects.filter(section="leven").count() == 2


def test_a_double_press_signs_once(report, cast):
    seen = texts.content_sha256(report)
    press = lambda: sign(report, cast.manager, MANAGER, seen=seen)  # noqa: E731
    assert at_once(press, press) == [None, None]
    assert ReportSignature.objects.count() == 1
