"""Reading a page as a person does: its words, without tags."""

import re
from html import unescape

from django.http import HttpResponse


def words(response: HttpResponse) -> str:
    """Return the text of a page, with every run of white space as one space."""
    body = response.content.decode()
    body = body[body.index("<main") : body.index("</main>")] if "<main" in body else body
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def hidden(response: HttpResponse, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return found[1]
