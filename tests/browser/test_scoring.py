"""Scoring in a browser: by keyboard, saved by itself, in two tabs, with a session that ends, and handed in at last."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.desk import check_accessibility, dialog, ready, sign_in_here, status
from tests.browser.site import DESK, Site

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]

SECONDS = 10
# The browser takes the place in the page along when it is sent on.
CHECK = re.compile(r"/inleveren/(#.*)?$")
CODES = ("talent", "aantrekkelijk", "lokaal", "effectief", "netwerk", "toekomstgericht")

# A person for each scenario, who was asked to assess the same proposal of the demo and declared to have no interest.
PREPARE = """
import json
from django.test import Client
from accounts.models import User
from accounts.states import Role
from applications.models import Proposal
from assessment.domain import assignments, declarations
from talentfund.demo.people import make_user

manager = User.objects.get(email="manager@demo.example")
waiting = Proposal.objects.filter(state="in_assessment", work_kind="activiteit", consensus=None)
proposal = waiting.order_by("pk").first()
made = []
for number in range(6):
    person = make_user(f"Scoorder {number}", f"scoorder{number}@demo.example")
    person.role_holdings.create(role=Role.ASSESSOR)
    assignment = assignments.assign(proposal_id=proposal.pk, assessor=person, by=manager)
    declarations.declare(proposal_id=proposal.pk, person=person, has_interest=False, explanation="")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    made.append([assignment.pk, proposal.reference, person.email, client.cookies["sessionid"].value])
print(json.dumps(made))
"""


@dataclass
class Seat:
    """A browser in which somebody scores, and what the database says of it."""

    assignment: int
    reference: str
    email: str
    session: str
    site: Site
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def open(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.note(said.type, said.text))
        page.goto(f"{self.site.url}/team/voorstellen/{self.reference}/beoordelen/")
        ready(page)
        return page

    def note(self, kind: str, text: str) -> None:
        """Keep what is wrong with the page; that a request was refused or got lost is the scenario itself."""
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    def ask(self, statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.site.environment["MIGRATION_DATABASE_URL"]) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def says(self, code: str) -> tuple:
        found = self.ask(
            "SELECT points, reason FROM assessment_score JOIN assessment_assessment AS a ON a.id = assessment_id"
            " JOIN programme_criterion AS c ON c.id = criterion_id WHERE assignment_id = %s AND code = %s",
            self.assignment,
            code,
        )
        return found[0] if found else (None, "")

    def wait_for(self, page: Page, code: str, said: tuple) -> None:
        """Wait until the database says this; longer than this is too long."""
        deadline = time.monotonic() + SECONDS
        while self.says(code) != said:
            assert time.monotonic() < deadline, f"{self.says(code)!r} instead of {said!r}"
            page.wait_for_timeout(100)  # unlike sleeping it lets the browser's requests pass


@pytest.fixture(scope="session")
def people(site: Site) -> Iterator[list]:
    return iter(json.loads(site.manage("shell", "-v0", "-c", PREPARE).strip().splitlines()[-1]))


@pytest.fixture
def take(site: Site, browser: Browser, people: Iterator[list]) -> Iterator[Callable[..., Seat]]:
    """Give a browser with somebody signed in; what breaks in a script or the security policy fails the test."""
    seats: list[Seat] = []

    def sit(**options: object) -> Seat:
        context = browser.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam", viewport=DESK, **options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        seats.append(Seat(*next(people), site, context))
        context.add_cookies([{"name": "sessionid", "value": seats[-1].session, "url": site.url}])
        return seats[-1]

    yield sit
    for seat in seats:
        seat.context.close()
    assert [said for seat in seats for said in seat.complaints] == []


def reason(page: Page, code: str):
    return page.locator(f"#id_{code}_reason")


def tile(page: Page, code: str, points: int | str):
    return page.locator(f"input[name={code}][value='{points}']")


def test_what_is_scored_is_saved_by_itself_and_the_keys_choose_points(take: Callable[..., Seat]) -> None:
    seat = take()
    page = seat.open()
    expect(page.locator("[data-keys]")).to_be_visible()
    tile(page, "talent", 0).focus()
    page.keyboard.press("3")
    expect(tile(page, "talent", 3)).to_be_checked()
    expect(tile(page, "talent", 3)).to_be_focused()
    seat.wait_for(page, "talent", (3, ""))
    page.keyboard.press("ArrowLeft")
    expect(tile(page, "talent", 2)).to_be_checked()
    page.keyboard.press("Alt+ArrowDown")
    expect(tile(page, "aantrekkelijk", 0)).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(tile(page, "talent", 2)).to_be_focused()
    page.keyboard.press("Enter")  # sends nothing
    reason(page, "talent").press_sequentially("In 2027 leren 3 van de 10 door. ")
    expect(tile(page, "talent", 2)).to_be_checked()  # digits in a text are text
    seat.wait_for(page, "talent", (2, "In 2027 leren 3 van de 10 door."))
    expect(status(page)).to_contain_text(":")
    expect(page.locator("[data-total]")).to_contain_text("2")
    meaning = page.locator("[data-criterion=talent] [data-level='2']").text_content() or ""
    expect(page.locator("[data-criterion=talent] [data-chosen]")).to_have_text(meaning.strip())
    page.reload()
    ready(page)
    expect(reason(page, "talent")).to_have_value("In 2027 leren 3 van de 10 door.")
    check_accessibility(page)


def test_two_tabs_on_different_criteria_meet_nowhere_and_on_one_get_both_texts(take: Callable[..., Seat]) -> None:
    seat = take()
    one, two = seat.open(), seat.open()
    reason(one, "lokaal").press_sequentially("Uit de ene tab.")
    seat.wait_for(one, "lokaal", (None, "Uit de ene tab."))
    reason(two, "netwerk").press_sequentially("Ander criterium.")
    seat.wait_for(two, "netwerk", (None, "Ander criterium."))
    expect(two.locator(".tf-conflict")).to_have_count(0)
    reason(two, "lokaal").press_sequentially("Uit de andere tab.")
    panel = two.locator("[data-conflict=lokaal_reason]")
    expect(panel).to_contain_text("Uit de ene tab.")
    expect(panel).to_contain_text("Uit de andere tab.")
    assert seat.says("lokaal") == (None, "Uit de ene tab.")
    check_accessibility(two)
    panel.locator("button[name=both]").click()
    seat.wait_for(two, "lokaal", (None, "Uit de andere tab.\r\n\r\nUit de ene tab."))
    tile(one, "lokaal", 1).check(force=True)
    seat.wait_for(one, "lokaal", (1, "Uit de andere tab.\r\n\r\nUit de ene tab."))
    tile(two, "lokaal", 3).check(force=True)
    panel = two.locator("[data-conflict=lokaal]")
    panel.locator("button[name=take]").click()
    expect(tile(two, "lokaal", 1)).to_be_checked()
    assert seat.says("lokaal")[0] == 1


def test_a_session_that_ends_asks_to_sign_in_in_place(take: Callable[..., Seat]) -> None:
    seat = take()
    page = seat.open()
    seat.ask("DELETE FROM django_session WHERE session_key = %s", seat.session)
    tile(page, "talent", 1).check(force=True)
    dialog(page).wait_for()
    check_accessibility(page)
    sign_in_here(page, seat.email)
    expect(dialog(page)).to_have_count(0)
    seat.wait_for(page, "talent", (1, ""))
    reason(page, "talent").press_sequentially("En verder.")
    seat.wait_for(page, "talent", (1, "En verder."))


def test_without_a_connection_what_is_typed_stays_and_is_saved_later(take: Callable[..., Seat]) -> None:
    seat = take()
    page = seat.open()
    seat.context.set_offline(True)
    reason(page, "netwerk").press_sequentially("In de trein.")
    expect(page.locator("[data-autosave-bar][data-kind=warning]")).to_be_visible()
    assert seat.says("netwerk") == (None, "")
    seat.context.set_offline(False)
    seat.wait_for(page, "netwerk", (None, "In de trein."))


def test_what_is_missing_is_linked_and_a_complete_assessment_is_handed_in(take: Callable[..., Seat]) -> None:
    seat = take()
    page = seat.open()
    page.locator("[name=gate][value=yes]").check(force=True)
    page.locator("[name=gate_reason]").fill("Past bij de lijn.")
    for code in CODES:
        tile(page, code, 2).check(force=True)
        if code != "netwerk":
            reason(page, code).fill(f"Omdat: {code}")
    page.locator("button[value=hand_in]").click()
    page.wait_for_url(CHECK)
    check_accessibility(page)
    assert page.locator("[name=seen]").count() == 0
    page.locator(".tf-missing a").click()
    ready(page)
    assert page.url.endswith("#id_netwerk_reason")
    reason(page, "netwerk").fill("Omdat: netwerk")
    page.locator("button[value=hand_in]").click()
    page.wait_for_url(CHECK)
    assert page.locator(".tf-missing").count() == 0
    check_accessibility(page)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(rf"/{seat.reference}/(#.*)?$"))  # the place on the page before stays
    [[handed_in]] = seat.ask("SELECT handed_in_at FROM assessment_assessment WHERE assignment_id = %s", seat.assignment)
    assert handed_in is not None


def test_without_scripts_the_page_saves_with_its_button(take: Callable[..., Seat]) -> None:
    seat = take(java_script_enabled=False)
    page = seat.context.new_page()
    page.goto(f"{seat.site.url}/team/voorstellen/{seat.reference}/beoordelen/")
    tile(page, "talent", 2).check(force=True)
    reason(page, "talent").fill("Zonder script.")
    page.locator("button[value=save]").click()
    page.wait_for_load_state()
    assert seat.says("talent") == (2, "Zonder script.")
    expect(reason(page, "talent")).to_have_value("Zonder script.")
