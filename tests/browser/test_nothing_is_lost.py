"""What can go wrong while a partner writes: whatever was typed more than five seconds ago is never lost.

Against the processes that production runs, in Chromium. Each scenario types, lets something happen, and reads in the
database what arrived.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from applications.domain import questions
from talentfund.demo.people import PASSWORD
from tests.browser.conftest import DESK, PHONE, ROOT, WCAG, Site, commands

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]

SECONDS = 5
WRITER, OTHER = "partner@demo.example", "partner2@demo.example"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SCENARIOS = 26

# Let requests arrive, and their answers not.
LOSE_ANSWERS = """() => {
  const real = window.fetch;
  window.losing = true;
  window.fetch = async (...asked) => {
    const answer = await real(...asked);
    if (window.losing) throw new TypeError("lost");
    return answer;
  };
}"""

PREPARE = f"""
import json
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from accounts.models import User
from applications.domain import proposals
from applications.models import Call
from core.domain import clock

def session(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value

def start(user, number):
    organisation = user.memberships.first().organisation
    call = Call.objects.open_at(clock.now()).first()
    return proposals.start(by=user, call=call, organisation=organisation, title=f"Schrijven {{number}}").pk

writer, other = User.objects.get(email="{WRITER}"), User.objects.get(email="{OTHER}")
made = [[start(writer, number), session(writer), session(writer), writer.pk] for number in range({SCENARIOS})]
TOTP.activate(other, "{SECRET}")
print(json.dumps([made, [start(other, 0), session(other), session(other), other.pk]]))
"""


@dataclass
class Draft:
    """A draft, what the database says of it, and the keys of two sessions of who writes it."""

    pk: int
    sessions: list[str]
    site: Site
    person: int
    page: Page | None = None

    def url(self, step: str = "wie-en-wat") -> str:
        return f"{self.site.url}/mijn/voorstel/{self.pk}/stap/{step}/"

    def ask(self, statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.site.environment["MIGRATION_DATABASE_URL"]) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def says(self) -> str:
        [[summary]] = self.ask("SELECT summary FROM applications_proposal WHERE id = %s", self.pk)
        return summary.replace("\r\n", "\n")

    def wait_for(self, text: str, within: float = SECONDS) -> None:
        """Wait until the database says this; longer than five seconds is too long."""
        deadline = time.monotonic() + within
        while self.says() != text:
            assert time.monotonic() < deadline, f"{self.says()!r} instead of {text!r}"
            assert self.page is not None
            self.page.wait_for_timeout(100)  # unlike sleeping it lets the browser's requests pass

    def end_session(self, number: int = 0) -> None:
        self.ask("DELETE FROM django_session WHERE session_key = %s", self.sessions[number])


@dataclass
class Desk:
    """A browser in which somebody writes, and what its scripts and security policy complained about."""

    draft: Draft
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, session: int = 0) -> None:
        cookie = {"name": "sessionid", "value": self.draft.sessions[session], "url": self.draft.site.url}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def open(self, step: str = "wie-en-wat") -> Page:
        page = self.draft.page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.note(said.type, said.text))
        page.goto(self.draft.url(step))
        ready(page)
        return page

    def note(self, kind: str, text: str) -> None:
        """Keep what is wrong with the page; that a request was refused or got lost is the scenario itself."""
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)


@pytest.fixture(scope="session")
def drafts(site: Site) -> Iterator[Draft]:
    """Give a fresh draft for each scenario, and as the last one that of a person with a second factor."""
    made, other = json.loads(site.manage("shell", "-v0", "-c", PREPARE).strip().splitlines()[-1])
    return iter([Draft(pk, [one, two], site, person) for pk, one, two, person in [other, *made]])


@pytest.fixture(scope="session")
def second_factor(drafts: Iterator[Draft]) -> Draft:
    return next(drafts)


@pytest.fixture
def draft(second_factor: Draft, drafts: Iterator[Draft]) -> Draft:
    return next(drafts)


@pytest.fixture
def seat(browser: Browser) -> Iterator[Callable[..., Desk]]:
    """Give a browser with somebody signed in; what breaks in a script or the security policy fails the test."""
    desks: list[Desk] = []

    def sit(draft: Draft, session: int = 0) -> Desk:
        context = browser.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam", viewport=DESK)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        desks.append(Desk(draft, context))
        desks[-1].sign_in(session)
        return desks[-1]

    yield sit
    for desk in desks:
        desk.context.close()
    assert [said for desk in desks for said in desk.complaints] == []


@pytest.fixture
def desk(seat: Callable[..., Desk], draft: Draft) -> Desk:
    return seat(draft)


def ready(page: Page) -> None:
    page.locator("form[data-watched]").wait_for()


def summary(page: Page):
    return page.locator("#id_summary")


def write(page: Page, text: str) -> None:
    summary(page).press_sequentially(text)


def status(page: Page):
    return page.locator("[data-autosave-status]")


def dialog(page: Page):
    return page.locator("dialog[open]")


def sign_in_here(page: Page, address: str = WRITER) -> None:
    dialog(page).locator("input[name=login]").fill(address)
    dialog(page).locator("input[name=password]").fill(PASSWORD)
    dialog(page).locator("button[type=submit]").first.click()


def check_accessibility(page: Page) -> None:
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found = Axe().run(page, options=WCAG).response["violations"]
        assert not found, [(item["id"], [node["html"][:150] for node in item["nodes"]]) for item in found]
        widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert widths[0] <= widths[1], f"{page.url} is {widths[0]} px wide on a screen of {widths[1]} px"
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def test_what_is_typed_is_saved_within_five_seconds_also_while_typing_goes_on(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    typed = ""
    for turn in range(8):  # about eight seconds without a pause longer than a tenth of a second
        typed += f"zin {turn} "
        summary(page).press_sequentially(f"zin {turn} ", delay=80)
        page.wait_for_timeout(500)
        if turn == 5:
            assert draft.says(), "nothing was saved during five seconds of typing"
    draft.wait_for(typed.strip())
    expect(status(page)).to_contain_text("Opgeslagen om")
    page.get_by_label("Startdatum").fill("01-03-2027")
    page.get_by_label("Einddatum").focus()  # leaving a field saves it at once
    expect(page.locator("[data-version=starts_on]")).to_have_value(re.compile(r"^1\."), timeout=2000)


def test_an_expired_session_asks_to_sign_in_in_place_and_goes_on_with_everything_typed(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Voor het verlopen. ")
    draft.end_session()
    write(page, "Erna. ")
    dialog(page).wait_for()
    check_accessibility(page)
    dialog(page).locator("input[name=login]").fill(WRITER)
    dialog(page).locator("input[name=password]").fill("verkeerd")
    dialog(page).locator("button[type=submit]").first.click()
    expect(dialog(page)).to_contain_text("klopt niet")
    sign_in_here(page)
    expect(dialog(page)).to_have_count(0)
    draft.wait_for("Voor het verlopen. Erna.")
    write(page, "En verder.")
    draft.wait_for("Voor het verlopen. Erna. En verder.")


def test_signing_in_in_place_takes_a_second_factor_too(seat: Callable[..., Desk], second_factor: Draft) -> None:
    page = seat(second_factor).open()
    write(page, "Met een code.")
    second_factor.end_session()
    dialog(page).wait_for()
    sign_in_here(page, OTHER)
    code = format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))
    dialog(page).locator("input[name=code]").fill(code)
    check_accessibility(page)
    dialog(page).locator("button[type=submit]").first.click()
    expect(dialog(page)).to_have_count(0)
    second_factor.wait_for("Met een code.")


def test_signing_in_in_another_tab_is_enough(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Deze tab. ")
    draft.end_session()
    write(page, "Nog iets.")
    dialog(page).wait_for()
    desk.sign_in(session=1)  # what another tab does to the cookies of the browser
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(dialog(page)).to_have_count(0)
    draft.wait_for("Deze tab. Nog iets.")


def test_sending_the_page_after_the_session_ended_loses_nothing_and_goes_on(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Net op de knop gedrukt.")
    draft.end_session()
    page.get_by_role("button", name="Bewaar en ga verder").click()
    dialog(page).wait_for()
    sign_in_here(page)
    page.wait_for_url("**/doel/")
    draft.wait_for("Net op de knop gedrukt.")


def test_a_page_that_was_closed_while_signed_out_gives_back_what_was_typed(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    draft.end_session()
    write(page, "Ik sluit dit tabblad.")
    dialog(page).wait_for()
    page.close(run_before_unload=False)
    desk.sign_in(session=1)
    page = desk.open()
    expect(summary(page)).to_have_value("Ik sluit dit tabblad.")
    expect(page.get_by_text("We hebben teruggezet wat je eerder typte")).to_be_visible()
    draft.wait_for("Ik sluit dit tabblad.")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_somebody_else_on_the_same_computer_does_not_get_what_was_typed(desk: Desk, second_factor: Draft) -> None:
    page, draft = desk.open(), desk.draft
    draft.end_session()
    write(page, "Niet voor een ander.")
    dialog(page).wait_for()
    page.close(run_before_unload=False)
    cookie = {"name": "sessionid", "value": second_factor.sessions[1], "url": draft.site.url}
    desk.context.add_cookies([cookie])  # type: ignore[list-item]
    page = desk.context.new_page()
    page.goto(f"{draft.site.url}/mijn/")
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url(lambda url: "/mijn/" not in url)
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert draft.says() == ""


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


def test_two_tabs_give_both_texts_to_choose_from(desk: Desk) -> None:
    one, two, draft = desk.open(), desk.open(), desk.draft
    write(one, "Uit de ene tab.")
    draft.wait_for("Uit de ene tab.")
    write(two, "Uit de andere tab.")
    panel = two.locator("[data-conflict=summary]")
    expect(panel).to_contain_text("Uit de ene tab.")
    expect(panel).to_contain_text("Uit de andere tab.")
    assert draft.says() == "Uit de ene tab."
    check_accessibility(two)
    two.get_by_role("button", name="Bewaar en ga verder").click()
    expect(panel).to_be_focused()  # without a choice the page is not left
    panel.locator("button[name=both]").click()
    draft.wait_for("Uit de andere tab.\n\nUit de ene tab.")
    write(one, " Nog iets.")
    panel = one.locator("[data-conflict=summary]")
    panel.locator("button[name=take]").click()
    expect(summary(one)).to_have_value("Uit de andere tab.\n\nUit de ene tab.")
    expect(panel).to_have_count(0)
    write(one, " Slot.")
    draft.wait_for("Uit de andere tab.\n\nUit de ene tab. Slot.")


def test_the_back_button_shows_what_was_typed(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Heen")
    page.get_by_role("button", name="Bewaar en ga verder").click()
    page.wait_for_url("**/doel/")
    page.go_back()
    ready(page)
    expect(summary(page)).to_have_value("Heen")
    summary(page).press("End")
    write(page, " en weer")
    page.goto(draft.url("samenwerking"))  # away at once, before the save on a pause
    page.go_back()
    ready(page)
    expect(summary(page)).to_have_value("Heen en weer")
    draft.wait_for("Heen en weer")
    expect(page.locator(".tf-conflict")).to_have_count(0)


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


def test_signing_out_in_another_tab_loses_nothing(desk: Desk) -> None:
    page, other, draft = desk.open(), desk.open("samenwerking"), desk.draft
    write(page, "Voor het uitloggen. ")
    other.get_by_role("button", name="Uitloggen").click()
    other.wait_for_url(lambda url: "/samenwerking/" not in url)
    write(page, "En erna.")
    dialog(page).wait_for()
    sign_in_here(page)
    draft.wait_for("Voor het uitloggen. En erna.")


def test_signing_out_of_the_page_itself_saves_first(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Ik ga weg.")
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url(lambda url: "/stap/" not in url)
    draft.wait_for("Ik ga weg.")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_double_click_sends_once_and_saves_once(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    write(page, "Eén keer.")
    page.get_by_role("button", name="Bewaar en ga verder").dblclick()
    page.wait_for_url("**/doel/")
    assert draft.says() == "Eén keer."
    assert len([url for url in sent if "/stap/" in url]) == 1
    counted = draft.ask("SELECT max(number) FROM applications_fieldversion WHERE proposal_id = %s", draft.pk)
    assert counted == [(1,)]


def test_a_table_adds_up_before_one_s_eyes_and_its_rows_come_back(desk: Desk) -> None:
    page, draft = desk.open("kosten"), desk.draft
    page.get_by_role("button", name="Bewaar en voeg een regel toe").first.click()
    page.keyboard.type("Zaalhuur")
    page.locator("[name=costs-3-year_2027]").fill("1.234,56")
    page.locator("[name=co_funding-0-description]").fill("Eigen geld")
    page.locator("[name=co_funding-0-year_2027]").fill("234,56")
    expect(page.locator(".tf-balance strong")).to_have_text("€\u00a01.000")
    page.locator("[name=costs-3-year_2027]").fill("een ton")
    page.locator("[name=co_funding-0-year_2027]").focus()
    expect(page.locator("[data-field=costs] .utrecht-form-field-error-message")).to_contain_text("een ton")
    page.close(run_before_unload=False)
    page = desk.open("kosten")  # what could not be read is not saved, and not lost either
    expect(page.locator("[name=costs-3-year_2027]")).to_have_value("een ton")
    page.locator("[name=costs-3-year_2027]").fill("2.000")
    page.locator("[name=costs-0-description]").focus()
    expect(status(page)).to_contain_text("Opgeslagen om")
    found = draft.ask(
        "SELECT description, amount FROM applications_budgetitem JOIN applications_budgetitemamount a ON item_id ="
        " applications_budgetitem.id WHERE proposal_id = %s ORDER BY description",
        draft.pk,
    )
    assert [(text, str(amount)) for text, amount in found] == [("Eigen geld", "234.56"), ("Zaalhuur", "2000.00")]


def test_pasting_more_than_the_limit_is_never_cut(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    pasted = "x" * 620
    summary(page).fill(pasted)
    expect(page.locator("#id_summary_counter")).to_contain_text("120")
    page.get_by_label("Omschrijving").focus()
    expect(page.locator("#div_id_summary .utrecht-form-field-error-message")).to_be_visible()
    page.get_by_role("button", name="Bewaar en ga verder").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(summary(page)).to_have_value(pasted)
    summary(page).fill("x" * 500)
    draft.wait_for("x" * 500)


def test_every_step_is_accessible_while_it_saves_by_itself(desk: Desk) -> None:
    for step in questions.STEPS:
        page = desk.open(step.slug)
        check_accessibility(page)
        page.close()
