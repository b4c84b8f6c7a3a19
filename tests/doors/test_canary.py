"""Texts planted in somebody's scores sing nowhere: not before one hands in, and never for who has an interest.

Every address of the site is asked with GET, for a world in which everything exists and for the proposal with the
canaries itself; spreadsheets and PDFs are read too. With other points behind the same door, a person who has not
handed in gets the very same pages.
"""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, reverse

from assessment.domain import declarations
from core.domain import clock
from tests.assessment.road import POINTS, assigned_proposal, declare_none, hand_in
from tests.conftest import NOON
from tests.doors.test_doors import rows
from tests.doors.world import whole_world

SCORED = "kanariegeel"  # in every reason of somebody else
TITLE = "Kanariezang"  # of the proposal that is shut for some
# Filters that would tell by what they find; a page that does not know them ignores them.
ASKED = ("", f"?q={SCORED}", f"?q={TITLE}", "?o=-percentage")
NOT_YET = ("assessor1", "lead", "manager", "talent")


@pytest.fixture
def watched(cast, call):
    """A proposal on Leven: assessor2 handed in, assessor1 did not, and assessor3 has an interest."""
    proposal = assigned_proposal(
        cast, call, title=TITLE, line="leven", assessors=[cast.assessor1, cast.assessor2, cast.assessor3]
    )
    declare_none(proposal, cast.assessor1)
    declare_none(proposal, cast.assessor2)
    declarations.declare(proposal_id=proposal.pk, person=cast.assessor3, has_interest=True, explanation="Familie")
    return proposal


def addresses(world: dict[str, dict[str, object]], watched) -> list[str]:
    """Every address that is read, with the objects of the world and with the watched proposal in their place."""
    own = {"reference": watched.reference, "proposal": watched.reference, "pk": watched.pk}
    found: dict[str, None] = {}
    for method, name, shown, _letters in rows():
        if method != "get":
            continue
        known = world[shown]
        for kwargs in (known, {key: own.get(key, value) for key, value in known.items()}):
            try:
                address = reverse(name, kwargs=kwargs)
            except NoReverseMatch:
                continue
            found |= dict.fromkeys(address + asked for asked in (ASKED if not known else ASKED[:1]))
    return list(found)


def bytes_of(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def text_of(answer: HttpResponseBase) -> str:
    """Read what somebody would read: a page, a PDF, or every part of a spreadsheet."""
    content = bytes_of(answer)
    if content.startswith(b"%PDF-1."):
        laid_out = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=False)
        return laid_out.stdout.decode() + content.decode(errors="replace")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            text = "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
        return re.sub(r"<dcterms:(created|modified)\b.*?</dcterms:\1>", "", text)  # when the file itself was made
    return content.decode(errors="replace")


def read(client: Client, found: list[str]) -> Iterator[tuple[str, str]]:
    """Give each address with what stands there; what a request changes is undone."""
    for address in found:
        with transaction.atomic():
            answer = client.get(address)
            yield address, text_of(answer)
            transaction.set_rollback(True)


def singing(client: Client, found: list[str], *words: str) -> list[str]:
    """Return the addresses where a word is read that was not asked for."""
    sung = []
    for address, text in read(client, found):
        asked = address.partition("?q=")[2]
        sung += [f"{word} on {address}" for word in words if word in text and word != asked]
    return sung


def test_no_address_gives_a_canary_before_handing_in_or_with_an_interest(cast, call, watched, client_of):
    hand_in(watched, cast.assessor2, POINTS["positive"], reason=SCORED)
    found = addresses(whole_world(cast, call), watched)
    assert len(found) > 150
    before = {name: singing(client_of(getattr(cast, name)), found, SCORED) for name in NOT_YET}
    assert before == {name: [] for name in NOT_YET}
    # The control: once everybody has handed in, who may read it does, and who has an interest still does not.
    hand_in(watched, cast.assessor1, POINTS["positive"])
    file = reverse("assessment:file", args=[watched.reference])
    assert SCORED in client_of(cast.manager).get(file).text
    assert SCORED in client_of(cast.assessor1).get(file).text
    assert singing(client_of(cast.assessor3), found, SCORED, TITLE) == []
    assert singing(client_of(cast.talent), found, SCORED) == []


def plain(text: str) -> str:
    """Take away what differs at every request: tokens, keys of requests, and marks of the security policy."""
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken[^A-Za-z0-9]*)[A-Za-z0-9]{32,64}', "", text)
    return re.sub(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", "", text)


def pages_after(points: dict[str, int], reason: str, cast, watched, client_of, found: list[str]) -> dict[str, str]:
    """Return what assessor1 reads everywhere after assessor2 handed in these points; it never happened afterwards."""
    with transaction.atomic():
        hand_in(watched, cast.assessor2, points, reason=reason)
        pages = {address: plain(text) for address, text in read(client_of(cast.assessor1), found)}
        transaction.set_rollback(True)
    return pages


def test_before_handing_in_every_page_is_the_same_whatever_a_colleague_scored(cast, call, watched, client_of):
    with clock.set_to(NOON):
        found = addresses(whole_world(cast, call), watched)
        low = pages_after(dict.fromkeys(POINTS["positive"], 0), "Nee", cast, watched, client_of, found)
        high = pages_after(dict.fromkeys(POINTS["positive"], 3), "Zeker wel", cast, watched, client_of, found)
    assert [address for address in found if low[address] != high[address]] == []


def test_the_same_test_sees_a_difference_once_one_has_handed_in(cast, call, watched, client_of):
    """The control of the test above: what handing in opens does differ."""
    hand_in(watched, cast.assessor1, POINTS["positive"])
    with clock.set_to(NOON):
        found = [reverse("assessment:file", args=[watched.reference])]
        low = pages_after(dict.fromkeys(POINTS["positive"], 0), "Nee", cast, watched, client_of, found)
        high = pages_after(dict.fromkeys(POINTS["positive"], 3), "Zeker wel", cast, watched, client_of, found)
    assert low != high
