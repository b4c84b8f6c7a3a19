"""No connection, an error, a restart, a crash, the closing time: nothing that was typed is lost."""

import os
import shlex
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.desk import (
    LOSE_ANSWERS,
    SECONDS,
    Desk,
    Draft,
    check_accessibility,
    status,
    summary,
    write,
)
from tests.browser.site import DESK, ROOT, Site, commands

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]


def test_without_a_connection_it_is_told_and_tried_again(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Nog verbonden. ")
    draft.wait_for("Nog verbonden.")
    desk.context.set_offline(True)
    write(page, "In de trein. ")
    expect(status(page)).to_contain_text("geen verbinding")
    page.get_by_role("button", name="Bewaar en ga verder").click()
    write(page, "De pagina blijft staan.")
    desk.context.set_offline(False)
    draft.wait_for("Nog verbonden. In de trein. De pagina blijft staan.")
    expect(status(page)).to_contain_text("Opgeslagen om")


@pytest.mark.parametrize("code", [500, 503])
def test_a_server_error_is_told_and_tried_again(desk: Desk, code: int) -> None:
    page, draft = desk.open(), desk.draft
    page.route("**/veld/", lambda route: route.fulfill(status=code, body="stuk"))
    write(page, "Terwijl het stuk is. ")
    expect(status(page)).to_contain_text("lukt")
    page.unroute("**/veld/")
    draft.wait_for("Terwijl het stuk is.", within=8)


def test_an_answer_that_gets_lost_makes_no_second_version_to_choose_from(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft

    page.evaluate(LOSE_ANSWERS)
    write(page, "Het antwoord ")
    draft.wait_for("Het antwoord")
    write(page, "ging verloren.")
    page.evaluate("window.losing = false")
    draft.wait_for("Het antwoord ging verloren.", within=10)
    expect(page.locator(".tf-conflict")).to_have_count(0)


@contextmanager
def web_down(site: Site) -> Iterator[None]:
    """Stop the web server as a deployment does, and start it again."""
    web = site.processes[0]
    web.send_signal(signal.SIGTERM)
    web.wait(20)
    try:
        yield
    finally:
        port = site.url.rsplit(":", 1)[1]
        words = shlex.join(commands()["web"]).replace("0.0.0.0", "127.0.0.1").replace("--port 8000", f"--port {port}")
        with (site.mail_directory.parent / "web.log").open("ab") as log:
            site.processes[0] = subprocess.Popen(
                shlex.split(words), cwd=ROOT, env=site.environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + 60
        while not is_up(site):
            assert time.monotonic() < deadline
            time.sleep(0.2)


def is_up(site: Site) -> bool:
    try:
        with urllib.request.urlopen(f"{site.url}/gezond/") as answer:
            return answer.status == HTTPStatus.OK
    except OSError:
        return False


def test_a_restart_of_the_server_loses_nothing(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Voor de herstart. ")
    with web_down(draft.site):
        write(page, "Tijdens. ")
        expect(status(page)).to_contain_text("lukt")
    write(page, "Erna.")
    draft.wait_for("Voor de herstart. Tijdens. Erna.", within=15)  # the longest pause between two attempts, and a bit


@contextmanager
def own_browser(playwright: Playwright, launch: dict, profile: Path, draft: Draft) -> Iterator[Desk]:
    context = playwright.chromium.launch_persistent_context(
        profile, **launch, locale="nl-NL", timezone_id="Europe/Amsterdam", viewport=DESK
    )
    context.set_default_timeout(15_000)
    desk = Desk(draft, context)
    desk.sign_in()
    yield desk
    assert desk.complaints == []


def kill(profile: Path) -> None:
    """Let the browser of a profile crash: its first process and all that it started, at once."""
    mine = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and f"--user-data-dir={profile}".encode() in command_of(entry)
    ]
    assert mine
    for pid in mine:
        os.kill(pid, signal.SIGKILL)


def command_of(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_crash_of_the_browser_costs_no_more_than_five_seconds(
    playwright: Playwright, browser_type_launch_args: dict, tmp_path: Path, draft: Draft
) -> None:
    profile, typed = tmp_path / "profile", []
    with own_browser(playwright, browser_type_launch_args, profile, draft) as desk:
        page = desk.open()
        for turn in range(16):
            write(page, f"woord{turn:02} ")
            typed.append((time.monotonic(), f"woord{turn:02}"))
            page.wait_for_timeout(500)
        kill(profile)
        crashed = time.monotonic()
    safe = " ".join(word for moment, word in typed if moment < crashed - SECONDS)
    assert safe.startswith("woord00 woord01 woord02")
    assert draft.says().startswith(safe)
    shutil.copytree(profile, tmp_path / "after", ignore=shutil.ignore_patterns("Singleton*"))
    with own_browser(playwright, browser_type_launch_args, tmp_path / "after", draft) as desk:
        page = desk.open()
        assert summary(page).input_value().startswith(safe)
        draft.wait_for(summary(page).input_value().strip())
        desk.context.close()


def test_closing_time_that_passes_while_typing_keeps_the_draft_and_says_so(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Voor sluitingstijd. ")
    draft.wait_for("Voor sluitingstijd.")
    [[call]] = draft.ask("SELECT call_id FROM applications_proposal WHERE id = %s", draft.pk)
    with closed(draft, call):
        write(page, "En erna.")
        expect(page.get_by_role("main")).to_contain_text("24:00")
        expect(page.get_by_role("main")).to_contain_text("blijft")
        draft.wait_for("Voor sluitingstijd. En erna.")
        check_accessibility(page)


@contextmanager
def closed(draft: Draft, call: int) -> Iterator[None]:
    """Let yesterday have been the last day of a call, whatever the rules of a published call say."""

    def close_on(day: str) -> None:
        with psycopg.connect(draft.site.environment["MIGRATION_DATABASE_URL"]) as connection:
            connection.execute("ALTER TABLE applications_call DISABLE TRIGGER USER")
            connection.execute(f"UPDATE applications_call SET closes_on = {day} WHERE id = {int(call)}")
            connection.execute("ALTER TABLE applications_call ENABLE TRIGGER USER")

    [[before]] = draft.ask("SELECT closes_on FROM applications_call WHERE id = %s", call)
    close_on("current_date - 2")
    try:
        yield
    finally:
        close_on("NULL" if before is None else f"'{before}'")
