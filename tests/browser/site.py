"""The site as the municipality runs it, as processes, and a person who visits it with a browser."""

import email
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default as email_policy
from pathlib import Path

import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass
class Site:
    """A running site, the mail that it sent, and how to come in."""

    url: str
    mail_directory: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def manage(self, *arguments: str, **over: str) -> str:
        """Run manage.py on the site's database and return what it printed."""
        return self.run("manage.py", *arguments, **over)

    def run(self, *arguments: str, **over: str) -> str:
        """Run a Python program of the project on the site's database and return what it printed."""
        run = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment | over,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def mail_to(self, address: str, *, subject: str, within: float = 30) -> str:
        """Wait for a mail that the worker sent to an address and return its text."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for message in self._mail():
                if message["To"] == address and re.search(subject, message["Subject"]):
                    return message.get_body(("plain",)).get_content()
            time.sleep(0.2)
        found = [(message["To"], message["Subject"]) for message in self._mail()]
        raise AssertionError(f"no mail to {address} about {subject}; there is {found}")

    def _mail(self) -> Iterator[EmailMessage]:
        for path in sorted(self.mail_directory.glob("*.log")):
            for text in path.read_text().split("-" * 79):
                if text.strip():
                    yield email.message_from_string(text.strip(), policy=email_policy)  # type: ignore[misc]


def commands() -> dict[str, list[str]]:
    """Read from Dockerfile and docker-compose.yml how each process starts, so that the test starts the same."""
    dockerfile = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    web = json.loads(re.search(r"^CMD (\[.*\])", dockerfile, re.MULTILINE)[1])  # type: ignore[index]
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return {"web": web, **{name: services[name]["command"] for name in ("worker", "reports", "beat")}}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def broker_of(worker_id: str) -> str:
    """Return the address of a numbered database of the tests' Redis; another kind of Redis is used as it is."""
    address = os.environ["REDIS_URL"]
    if not address.startswith("redis+socket:"):
        return address
    return f"{address}?virtual_host={1 if worker_id == 'master' else 2 + int(worker_id[2:])}"


def start(running: Site, here: Path, port: int) -> None:
    for name, command in commands().items():
        words = shlex.join(command).replace("0.0.0.0", "127.0.0.1").replace("--port 8000", f"--port {port}")
        with (here / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                shlex.split(words), cwd=ROOT, env=running.environment, stdout=log, stderr=log, start_new_session=True
            )
        running.processes.append(process)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{running.url}/gezond/") as answer:
                assert json.load(answer) == {"status": "ok"}
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError((here / "web.log").read_text())


def stop(running: Site) -> None:
    for process in running.processes:
        process.send_signal(signal.SIGTERM)
    for process in running.processes:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@dataclass
class Visitor:
    """A person at a browser."""

    page: Page
    site: Site

    def go(self, path: str) -> None:
        """Open a page of the site and see that it is there."""
        answer = self.page.goto(f"{self.site.url}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def sign_in(self, address: str, password: str) -> None:
        self.go("/account/login/")
        self.page.get_by_label("E-mailadres").fill(address)
        self.page.get_by_label("Wachtwoord", exact=True).fill(password)
        self.page.get_by_role("main").get_by_role("button", name="Inloggen").click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def check_accessibility(self) -> None:
        """Hold the page against WCAG 2.2 AA at the width of a desk and of a phone, and let nothing stick out."""
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            found = Axe().run(self.page, options=WCAG).response["violations"]
            assert not found, [(item["id"], [node["html"][:150] for node in item["nodes"]]) for item in found]
            widths = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert widths[0] <= widths[1], f"{self.page.url} is {widths[0]} px wide on a screen of {widths[1]} px"
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]
