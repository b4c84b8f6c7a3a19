"""Two roles of the database: the owner changes tables, the application works in them and owns nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Connect as the owner of the tables for a while: to migrate, and for nothing that a page does.

    Where the owner is the application itself (a test, a database with one role) nothing changes. The name of the
    database stays what it is, so a test database keeps its own.
    """
    application = connection.settings_dict
    owner: dict[str, Any] = settings.DATABASE_OWNER
    changed = {key: owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    if owner["USER"] == application["USER"]:
        yield
        return
    connection.close()
    connection.settings_dict = {**application, **changed}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = application
