"""What the tests of the assessment's pages share."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

STEPS = ("file", "assign", "declare", "score", "consensus", "advice")


@pytest.fixture
def page_of(client_of: Callable[..., Client]):
    """Open a page of the assessment as a person of the cast: `page_of(user, "file", proposal)`."""

    def open_page(user, name, proposal=None, *, data=None, **query):
        address = reverse(f"assessment:{name}", args=[proposal.reference] if proposal else [])
        client = client_of(user)
        return client.get(address, query) if data is None else client.post(address, data)

    return open_page
