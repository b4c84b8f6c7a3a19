"""Somebody who writes in a browser, a draft of one's own for each scenario, and what the database says of it."""

import time
from dataclasses import dataclass, field

import psycopg
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from talentfund.demo.people import PASSWORD
from tests.browser.site import DESK, PHONE, WCAG, Site

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
