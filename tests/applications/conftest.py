"""What the tests of calls and proposals share."""

from collections.abc import Callable

import pytest
from celery import current_app

from core.domain import outbox


@pytest.fixture
def deliver_all() -> Callable[[], None]:
    """Deliver until nothing waits in the outbox any more, with the handlers of every app."""
    current_app.loader.import_default_modules()

    def run() -> None:
        while outbox.deliver_due():
            pass

    return run
