from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

from core.database import as_owner

RIGHTS = Path(__file__).resolve().parents[2] / "rights.sql"
# Roles belong to the whole server: somebody with another database may make it at this moment.
MAKE_ROLE = sql.SQL("""
    DO $$ BEGIN CREATE ROLE {} LOGIN NOINHERIT; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
""")
# What would make the rights an empty promise: a role that may do anything, or that owns what it must not change.
TOO_MIGHTY = """
    SELECT rolsuper OR rolcreaterole OR rolbypassrls OR rolreplication
        OR pg_has_role(oid, (SELECT relowner FROM pg_class WHERE oid = 'budget_ledgerentry'::regclass), 'MEMBER')
        OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
        OR EXISTS (SELECT FROM pg_database WHERE datdba = pg_roles.oid AND datname = current_database())
    FROM pg_roles WHERE rolname = %s
"""


class Command(BaseCommand):
    help = (
        "As the owner of the database: make the application's role (DATABASE_URL) when it is not there, and let it "
        "read and add, and change what is not final. Repeatable."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        application = settings.DATABASES["default"]
        role, password = application["USER"], application["PASSWORD"]
        if role == settings.DATABASE_OWNER["USER"]:
            if options["verbosity"]:
                self.stdout.write("One role for all: no rights to grant. See docs/deploy.md.")
            return
        with as_owner():
            grant(role, password)
        if options["verbosity"]:
            self.stdout.write(f"{role} reads and adds; what only grows, it can't change")


def grant(role: str, password: str = "") -> None:
    """Give the application's role its rights in the database of the current connection, which is the owner's.

    Raises CommandError when the role could do more than that whatever is granted here.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(MAKE_ROLE.format(sql.Identifier(role)))
        if password:
            statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
            cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
        cursor.execute(TOO_MIGHTY, [role])
        if cursor.fetchone() != (False,):
            raise CommandError(f"The role {role} is an owner or may do anything: choose another for the application.")
        cursor.execute("SELECT set_config('talentfund.role', %s, true)", [role])
        cursor.execute(RIGHTS.read_text())
