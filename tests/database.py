"""A database that is migrated once, and copied for each worker and each run of the tests; and its second role."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection as django_connection
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
# Whatever a migrated database follows from.
SOURCES = ("*/migrations/**/*.py", "*/migrations/**/*.sql", "core/*.sql", "core/sql.py", "requirements/*.txt")
PREFIX = "migrated_"
KEPT = 5  # of these; a checkout with other migrations may be using an older one


def on_server(address: str) -> psycopg.Connection:
    """Connect to the server of a database's address."""
    server = psycopg.conninfo.conninfo_to_dict(address)
    return psycopg.connect(**{**server, "dbname": "postgres"}, autocommit=True)  # type: ignore[arg-type]


def count_rows() -> None:
    """Let PostgreSQL count what a test wrote.

    Rows of an open transaction have no statistics, and without them the pages with figures can take a minute.
    """
    with django_connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def exists(address: str, name: str) -> bool:
    """Tell whether a database is there, on the server of another one's address."""
    with on_server(address) as connection:
        return connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def migrated(address: str) -> str:
    """Return the name of a fully migrated database on the server of a database's address; make it when it's missing.

    Whoever comes first makes it, others wait. Nobody can connect to it: it is only copied.
    """
    name = PREFIX + fingerprint()
    with on_server(address) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        if not exists(address, name):
            own = str(psycopg.conninfo.conninfo_to_dict(address)["dbname"])
            make(connection, name, address.removesuffix(own))
    return name


def fingerprint() -> str:
    """Return what changes when a migration, its SQL or a library changes."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def make(connection: psycopg.Connection, name: str, server: str) -> None:
    """Migrate a new database under another name, close it and give it its name; let the oldest go."""
    making = f"{name}_making"
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making)))
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    environment = os.environ | {"DATABASE_URL": server + making, "MIGRATION_DATABASE_URL": server + making}
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdin=subprocess.DEVNULL)
    connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(making)))
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))
    others = "SELECT datname FROM pg_database WHERE datname LIKE %s AND datname <> %s ORDER BY oid DESC OFFSET %s"
    for (old,) in connection.execute(others, [f"{PREFIX}%", name, KEPT - 1]).fetchall():
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))


def role_now() -> tuple[str, str]:
    """Return the role that Django works under, and the database."""
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        role, database = cursor.fetchone()
    return role, database


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str, str]]:
    """Work under an application role for one test, as where the fund runs; gives that role, the owner, the database.

    The role is the server's, not the database's: tests that ask for it stand in the group `roles`.
    """
    owner, database = role_now()
    kept, name = django_connection.settings_dict, "talentfund_roles"
    monkeypatch.setitem(settings.DATABASES, "default", {**kept, "USER": name, "PASSWORD": "roles"})
    call_command("grant_rights", verbosity=0)
    django_connection.close()
    django_connection.settings_dict = settings.DATABASES["default"]
    yield name, owner, database
    django_connection.close()
    django_connection.settings_dict = kept
