"""What the browser tests share: the running site, browsers, and drafts to write in."""

import json
import os
import shutil
from collections.abc import Callable, Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.browser.desk import PREPARE, Desk, Draft
from tests.browser.site import DESK, Site, Visitor, broker_of, free_port, start, stop
from tests.database import migrated


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium, without a sandbox because tests may run as root, and without calls to anywhere."""
    quiet = ["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"]
    quiet += ["disable-component-update", "disable-sync", "no-sandbox"]
    return {"executable_path": shutil.which("chromium"), "args": [f"--{flag}" for flag in quiet]}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    """Start everything on a fresh database with the demo in it, and stop what was started."""
    here = tmp_path_factory.mktemp("site")
    port = free_port()
    server = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
    name = f"site_{os.getpid()}"
    with psycopg.connect(**{**server, "dbname": "postgres"}, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated(os.environ['DATABASE_URL'])}")
    owner = psycopg.conninfo.make_conninfo(**{**server, "dbname": name})
    # As in production: the processes work under a role that owns nothing.
    application = psycopg.conninfo.make_conninfo(owner, user="talentfund_app", password="browser")
    running = Site(
        url=f"http://127.0.0.1:{port}",
        mail_directory=here / "mail",
        environment=os.environ
        | {
            "DATABASE_URL": application,
            "MIGRATION_DATABASE_URL": owner,
            # A broker of its own: what else runs beside it would wake its worker, or be woken instead of it.
            "REDIS_URL": broker_of(worker_id),
            "DATABASE_POOL": "true",
            "DEBUG": "false",
            "SECURE_TLS": "false",
            "SECOND_FACTOR_REQUIRED": "false",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "EMAIL_URL": f"filemail:///{here / 'mail'}",
            "MEDIA_ROOT": str(here / "files"),
            "STATIC_ROOT": str(here / "static"),
            "CELERY_BEAT_SCHEDULE_FILENAME": str(here / "beat"),
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        },
    )
    running.mail_directory.mkdir()
    try:
        running.manage("collectstatic", "--no-input", "-v0")
        running.run("script/database.py", "--demo", DEBUG="true", EMAIL_URL="dummymail://")
        start(running, here, port)
        yield running
    finally:
        stop(running)
        with psycopg.connect(**{**server, "dbname": "postgres"}, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[object]:
    """Give each person a browser of their own; what breaks in a page's scripts or security policy fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        """Keep what the browser complains about, but not that a form was refused (422) or that a test hung up."""
        if said.type == "error" and "422" not in said.text and "ERR_CONNECTION_RESET" not in said.text:
            complaints.append(f"{said.text} {said.location.get('url', '')}")

    def enter(address: str | None = None, password: str | None = None) -> Visitor:
        context = browser.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam", viewport=DESK)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", note)
        visitor = Visitor(page, site)
        if address:
            visitor.sign_in(address, password or "")
        return visitor

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


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
