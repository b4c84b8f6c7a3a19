"""An upload that breaks off, in the browser and on the wire: nothing half is kept, and the file can be sent again."""

import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import expect

from talentfund.demo.people import PASSWORD
from tests.browser.site import Site, Visitor
from tests.core.uploads import a_pdf

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]

PARTNER = "partner@demo.example"


def attachments_page(partner: Visitor) -> str:
    """Go to the files of the first draft and return the path of the page."""
    with psycopg.connect(partner.site.environment["MIGRATION_DATABASE_URL"]) as connection:
        found = connection.execute(
            "SELECT p.id FROM applications_proposal p JOIN accounts_user u ON u.id = p.contact_id "
            "WHERE u.email = %s AND p.state = 'draft' ORDER BY p.id",
            [PARTNER],
        ).fetchone()
    assert found is not None
    path = f"/mijn/voorstel/{found[0]}/bijlagen/"
    partner.go(path)
    return path


def kept(site: Site) -> tuple[int, int]:
    """Return how many attachments there are in the database and how many files in the store."""
    with psycopg.connect(site.environment["MIGRATION_DATABASE_URL"]) as connection:
        rows = connection.execute("SELECT count(*) FROM applications_attachment WHERE removed_at IS NULL").fetchone()
    files = [path for path in Path(site.environment["MEDIA_ROOT"], "attachments").glob("*/*") if path.is_file()]
    assert rows is not None
    return rows[0], len(files)


def test_an_upload_that_breaks_off_is_told_and_sent_again_and_kept_once(visit: Callable[..., Visitor]) -> None:
    partner = visit(PARTNER, PASSWORD)
    before, page = kept(partner.site), partner.page
    path = attachments_page(partner)
    partner.check_accessibility()
    page.locator("input[type=file]").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
    )
    # The request leaves the browser and never gets an answer.
    page.route(re.compile(re.escape(path) + "$"), lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.locator("[data-upload-progress]")).not_to_be_empty()
    assert kept(partner.site) == before
    page.unroute_all()
    # Sent again with one press, because the file is still chosen.
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.get_by_role("rowheader", name=re.compile("plan.pdf"))).to_be_visible()
    assert kept(partner.site) == (before[0] + 1, before[1] + 1)
    partner.check_accessibility()


def test_a_client_that_hangs_up_halfway_leaves_nothing_and_the_site_goes_on(visit: Callable[..., Visitor]) -> None:
    partner = visit(PARTNER, PASSWORD)
    path, before = attachments_page(partner), kept(partner.site)
    cookies = {cookie["name"]: cookie["value"] for cookie in partner.page.context.cookies()}
    token = partner.page.locator("form[data-upload] [name=csrfmiddlewaretoken]").input_value()
    key = partner.page.locator("form[data-upload] [name=request_key]").input_value()
    fields = {"csrfmiddlewaretoken": token, "kind": "begroting", "request_key": key}
    head = "".join(
        f'--grens\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    head += '--grens\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = head.encode() + a_pdf(text="half") + b"%" * 3_000_000
    place = urlsplit(partner.site.url)
    request = (
        f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: multipart/form-data; boundary=grens\r\n"
        f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}\r\n"
        f"Content-Length: {len(body) + 1_000_000}\r\n\r\n"
    )
    for sent in (len(head) + 100, len(body) // 2, len(body)):
        with socket.create_connection((place.hostname, place.port), timeout=10) as wire:
            wire.sendall(request.encode() + body[:sent])
    time.sleep(1)
    assert kept(partner.site) == before
    partner.go(path)
