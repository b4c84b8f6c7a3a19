"""Who may open which page: every URL and every role in one table.

`o` it opens · `r` it sends on · `l` it asks to sign in (a script by 401) · `3` forbidden (403) · `4` it does not exist
for this person (404) · `b` the request lacks what the page needs, so the door was open (400, 409 or 422). Every request is undone after.
A URL that is missing from the table fails the last test.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.doors.world import whole_world

PEOPLE = "nobody partner partner2 assessor1 assessor3 lead manager finance college council talent admin".split()

# A file for each app. On each line the name of the URL and the object that it shows (see world.py), then a letter for
# each of PEOPLE in their order.
TABLES = sorted(Path(__file__).parent.glob("*.txt"))


def rows() -> list[tuple[str, str, str, str]]:
    """Read the tables: method, name of the URL, object, letters."""
    found = []
    for line in [line for table in TABLES for line in table.read_text().splitlines()]:
        url, shown, *letters = line.split()
        method = "post" if url.endswith("!") else "get"
        found.append((method, url.rstrip("!"), shown, "".join(letters)))
    return found


@pytest.fixture
def world(cast, call) -> dict[str, dict[str, object]]:
    return whole_world(cast, call)


def letter_for(answer: HttpResponse) -> str:
    if answer.status_code == 302:
        return "l" if "/account/login/" in answer.headers["Location"] else "r"
    return {200: "o", 401: "l", 400: "b", 403: "3", 404: "4", 409: "b", 422: "b"}[answer.status_code]


def letters_of(world, clients: list[Client], method: str, url: str, shown: str) -> str:
    letters = ""
    for client in clients:
        with transaction.atomic():
            answer = getattr(client, method)(reverse(url, kwargs=world[shown]))
            letters += letter_for(answer)
            transaction.set_rollback(True)
    return letters


def app_of(url: str) -> str:
    return url.partition(":")[0]


@pytest.mark.parametrize("app", sorted({app_of(url) for _method, url, _shown, _letters in rows()}))
def test_every_door_opens_for_whom_it_should(app, world, client_of, cast):
    differences = []
    clients = [Client() if person == "nobody" else client_of(getattr(cast, person)) for person in PEOPLE]
    for method, url, shown, expected in [row for row in rows() if app_of(row[1]) == app]:
        found = letters_of(world, clients, method, url, shown)
        if found != expected:
            differences.append(f"{url} {shown}: {expected} became {found}")
    assert differences == []


def named_urls(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_urls(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}{pattern.name}"


def test_every_url_of_ours_stands_in_the_table():
    ours = ("core", "accounts", "programme", "applications", "assessment", "budget", "reporting")
    urls = {name for name in named_urls(get_resolver()) if name.startswith(tuple(f"{app}:" for app in ours))}
    assert urls - {url for _method, url, _shown, _letters in rows()} == set()
