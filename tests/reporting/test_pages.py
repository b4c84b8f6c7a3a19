from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from core.domain import clock
from core.models import AuditEntry
from reporting.domain import renderings, typesetting
from reporting.models import Rendering, Report
from reporting.states import RenderingState, ReportKind, ReportStep
from tests.reporting.making import ask, concept_of, finalise
from tests.reporting.scenes import advised, day, granted

pytestmark = pytest.mark.django_db

NOW = day(11, 21)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def in_november(monkeypatch):
    monkeypatch.setattr(typesetting.pdf, "render", lambda **_given: (b"%PDF-for-test", ""))
    with clock.set_to(NOW):
        yield


@pytest.fixture
def make(cast):
    """Return what makes a report: final, or with a concept in a state."""

    def make_report(*, state=None):
        report = ask(cast)
        rendering = concept_of(report)
        if state is None or state == RenderingState.READY:
            renderings.render(rendering.pk)
        elif state != RenderingState.QUEUED:
            put_in(rendering, state)
        return finalise(cast, report) if state is None else Report.objects.get(pk=report.pk)

    return make_report


def page(name, report):
    return reverse(f"reporting:{name}", args=[report.reference])


def step(name, report):
    return reverse(f"reporting:{name}", args=[report.reference, concept_of(report).pk])


def put_in(rendering, state):
    """Set a rendering half-way, or to what came of it."""
    at_work = state == RenderingState.RENDERING
    Rendering.objects.filter(pk=rendering.pk).update(
        state=state,
        step=ReportStep.TYPESETTING,
        progress=50,
        pages=4,
        claim=uuid4() if at_work else None,
        claimed_at=NOW,
        heard_at=NOW,
        finished_at=None if at_work else NOW,
    )


def test_the_front_page_shows_what_is_free_this_year(client, cast, call):
    granted(cast, call, at=day(3, 1), amounts={2026: 185_000})
    advised(cast, call, at=day(9, 1), amounts={2026: 25_000})
    content = client.get("/").content.decode()
    assert "65.000" in content
    assert "3.000.000" in content
    assert reverse("applications:start") in content
    assert reverse("applications:questions") in content
    assert call.title in content
    assert "style=" not in content


def test_the_front_page_works_before_there_is_a_frame(client, db):
    assert client.get("/").status_code == 200


def test_the_front_page_shows_the_nearest_year_when_the_programme_is_over(client, cast):
    with clock.set_to(day(6, 1, 2031)):
        assert "2027" in client.get("/").content.decode()


def test_the_front_page_takes_at_most_twelve_queries(client, cast, call, django_assert_max_num_queries):
    for _turn in range(5):
        granted(cast, call, at=day(3, 1), amounts={2026: 1_000})
        advised(cast, call, at=day(9, 1), amounts={2026: 1_000})
    with django_assert_max_num_queries(12):
        client.get("/")


@pytest.mark.parametrize("name", ["council", "college", "manager", "finance"])
def test_readers_see_the_state_of_the_programme(client_of, cast, make, name):
    final, waiting = make(), make(state=RenderingState.READY)
    content = client_of(getattr(cast, name)).get("/raad/").content.decode()
    assert final.reference in content
    assert (waiting.reference in content) == (name in {"manager", "finance"})
    assert (reverse("reporting:request") in content) == (name in {"manager", "finance"})


@pytest.mark.parametrize("name", ["partner", "assessor1", "lead", "talent", "admin"])
def test_others_do_not_come_in(client_of, cast, make, name):
    report, client = make(), client_of(getattr(cast, name))
    for url in (
        "/raad/",
        reverse("reporting:request"),
        page("report", report),
        page("progress", report),
        page("pdf", report),
    ):
        assert client.get(url).status_code == 403


def test_who_is_not_signed_in_goes_to_the_sign_in_page(client, make):
    report = make()
    for url in ("/raad/", page("report", report), page("pdf", report)):
        assert reverse("account_login") in client.get(url)["Location"]


@pytest.mark.parametrize("name", ["council", "college"])
def test_for_the_council_a_report_that_is_not_final_does_not_exist(client_of, cast, make, name):
    report, client = make(state=RenderingState.READY), client_of(getattr(cast, name))
    for view in ("report", "progress", "pdf"):
        assert client.get(page(view, report)).status_code == 404
    assert client.get(step("version", report)).status_code == 404


@pytest.mark.parametrize("name", ["council", "college"])
def test_the_council_does_not_ask_for_reports(client_of, cast, name):
    assert client_of(getattr(cast, name)).get(reverse("reporting:request")).status_code == 403


def test_a_report_that_nobody_made_is_not_found(client_of, cast):
    assert client_of(cast.manager).get("/raad/rapporten/R-2026-9999/").status_code == 404


def test_a_manager_asks_for_a_report(client_of, cast):
    given = {"kind": "jaarstukken", "year": "2026", "cut_off_on": "01-10-2026", "request_key": str(uuid4())}
    client = client_of(cast.manager)
    first, second = (client.post(reverse("reporting:request"), given) for _click in range(2))
    report = Report.objects.get()
    assert first["Location"] == second["Location"] == report.get_absolute_url()
    assert (report.kind, report.cut_off_on) == (ReportKind.ANNUAL_ACCOUNTS, date(2026, 10, 1))
    assert Rendering.objects.filter(report=report).count() == 1


@pytest.mark.parametrize("day_typed", ["22-11-2026", "31-02-2026", "", "gisteren"])
def test_a_wrong_date_is_refused_and_what_was_typed_stays(client_of, cast, day_typed):
    given = {"kind": "jaarstukken", "year": "2026", "cut_off_on": day_typed, "request_key": str(uuid4())}
    response = client_of(cast.finance).post(reverse("reporting:request"), given)
    content = response.content.decode()
    assert response.status_code == 422
    assert 'value="jaarstukken" selected' in content
    assert day_typed in content
    assert not Report.objects.exists()


@pytest.mark.parametrize("changed", [{"kind": "folder"}, {"year": "1999"}, {"year": "nan"}, {"request_key": "x"}])
def test_a_choice_that_is_not_offered_is_refused(client_of, cast, changed):
    given = {"kind": "jaarstukken", "year": "2026", "cut_off_on": "01-10-2026", "request_key": str(uuid4()), **changed}
    assert client_of(cast.finance).post(reverse("reporting:request"), given).status_code == 422
    assert not Report.objects.exists()


@pytest.mark.parametrize("state", [RenderingState.QUEUED, RenderingState.RENDERING])
def test_while_the_worker_is_busy_the_page_asks_each_second(client_of, cast, make, state):
    report, client = make(state=state), client_of(cast.manager)
    for content in (
        client.get(page("report", report)).content.decode(),
        client.get(page("progress", report), **HTMX).content.decode(),
    ):
        assert 'hx-trigger="every 1s"' in content
        assert page("progress", report) in content
        assert f'value="{0 if state == RenderingState.QUEUED else 50}"' in content
        assert step("cancel", report) in content
        # Without JavaScript there is a link to the page itself.
        assert f'href="{page("report", report)}"' in content


@pytest.mark.parametrize("state", [RenderingState.READY, RenderingState.FAILED])
def test_when_the_work_is_done_the_page_stops_asking(client_of, cast, make, state):
    content = client_of(cast.manager).get(page("progress", make(state=state)), **HTMX).content.decode()
    assert "hx-trigger" not in content


def test_the_part_of_the_page_alone_is_for_the_page_only(client_of, cast, make):
    report = make()
    assert client_of(cast.manager).get(page("progress", report))["Location"] == report.get_absolute_url()


@pytest.mark.parametrize("state", [RenderingState.FAILED, RenderingState.CANCELLED])
def test_what_stopped_can_be_tried_again_with_a_button(client_of, cast, make, state):
    report, client = make(state=state), client_of(cast.finance)
    url = step("retry", report)
    assert f'action="{url}"' in client.get(report.get_absolute_url()).content.decode()
    assert client.post(url)["Location"] == client.post(url)["Location"] == report.get_absolute_url()
    assert concept_of(report).state == RenderingState.QUEUED
    assert AuditEntry.objects.about(report).filter(event="report.retried").count() == 1


def test_trying_again_what_is_ready_changes_nothing_and_says_so(client_of, cast, make):
    report, client = make(state=RenderingState.READY), client_of(cast.finance)
    assert "alert--error" in client.post(step("retry", report), follow=True).content.decode()
    assert concept_of(report).state == RenderingState.READY


def test_a_new_concept_is_asked_for_with_a_button_and_a_double_click_asks_once(client_of, cast, make):
    report, client = make(state=RenderingState.READY), client_of(cast.manager)
    url = page("concept", report)
    assert f'action="{url}"' in client.get(report.get_absolute_url()).content.decode()
    for _click in range(2):
        client.post(url)
    assert [one.state for one in report.newest_renderings] == [RenderingState.QUEUED, RenderingState.READY]


@pytest.mark.parametrize("state", [RenderingState.QUEUED, RenderingState.RENDERING])
def test_what_is_at_work_is_stopped_with_a_button_and_a_double_click_stops_once(client_of, cast, make, state):
    report, client = make(state=state), client_of(cast.manager)
    url = step("cancel", report)
    for _click in range(2):
        assert client.post(url)["Location"] == report.get_absolute_url()
    assert concept_of(report).state == RenderingState.CANCELLED
    assert AuditEntry.objects.about(report).filter(event="report.cancelled").count() == 1
    content = client.get(report.get_absolute_url()).content.decode()
    assert step("retry", report) in content
    assert "hx-trigger" not in content


def test_what_is_ready_is_not_stopped(client_of, cast, make):
    report, client = make(state=RenderingState.READY), client_of(cast.manager)
    assert "alert--error" in client.post(step("cancel", report), follow=True).content.decode()
    assert concept_of(report).state == RenderingState.READY


@pytest.mark.parametrize("name", ["council", "college"])
def test_the_council_can_not_set_the_worker_to_work(client_of, cast, make, name):
    report, client = make(), client_of(getattr(cast, name))
    for url in (page("concept", report), step("cancel", report), step("retry", report)):
        assert client.post(url).status_code == 403


def test_a_final_report_offers_nothing_to_make(client_of, cast, make):
    report, client = make(), client_of(cast.manager)
    content = client.get(report.get_absolute_url()).content.decode()
    assert page("concept", report) not in content
    assert step("version", report) in content  # its makers find the concepts too
    assert step("version", report) not in client_of(cast.council).get(report.get_absolute_url()).content.decode()


def test_a_final_report_shows_its_figures_and_both_hashes(client_of, cast, make):
    report = make()
    content = client_of(cast.council).get(report.get_absolute_url()).content.decode()
    assert report.ledger_head in content
    assert report.final_document.sha256 in content
    assert "<svg" in content
    assert "3.000.000" in content
    assert reverse("reporting:version", args=[report.reference, report.final_rendering.pk]) in content


def test_the_pdf_comes_inline_through_the_door_and_the_reader_is_written_down(client_of, cast, make):
    report = make()
    response = client_of(cast.council).get(page("pdf", report))
    assert response.content == b"%PDF-for-test"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert report.reference in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]
    assert AuditEntry.objects.about(report).last().actor == cast.council


def test_a_pdf_that_was_tampered_with_is_not_shown(client_of, cast, make):
    report = make()
    with open(report.final_document.file.path, "ab") as file:  # noqa: PTH123
        file.write(b"!")
    response = client_of(cast.council).get(page("pdf", report))
    assert response.status_code == 500
    assert b"%PDF" not in response.content


def test_a_pdf_that_is_not_there_yet_is_not_found(client_of, cast, make):
    assert client_of(cast.manager).get(page("pdf", make(state=RenderingState.READY))).status_code == 404


def test_the_council_page_takes_the_same_queries_for_one_report_and_for_fifty(
    client_of, cast, make, django_assert_max_num_queries
):
    client = client_of(cast.council)
    make()
    client.get("/raad/")
    with django_assert_max_num_queries(22) as few:
        client.get("/raad/")
    taken = len(few)
    first = Report.objects.get()
    for number in range(49):
        Report.objects.create(
            reference=f"R-2025-{number:04d}",
            kind=first.kind,
            year=2026,
            cut_off_on=first.cut_off_on,
            as_of=first.as_of,
            requested_by=cast.manager,
            requested_at=NOW,
        )
    manager = client_of(cast.manager)
    manager.get("/raad/")
    # Those that are being written have no PDF, so that there may be even less to ask.
    with django_assert_max_num_queries(taken):
        manager.get("/raad/")
    assert "?page=2" in manager.get("/raad/").content.decode()


@pytest.mark.parametrize("page", ["", "voortgang/", "pdf/"])
def test_a_number_that_the_database_can_not_hold_is_not_there(cast, client_of, page):
    assert client_of(cast.council).get(f"/raad/rapporten/R%00/{page}").status_code == 404
