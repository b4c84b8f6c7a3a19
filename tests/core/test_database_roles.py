"""Migrations run as the owner of the database, all else as the application."""

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from core.database import as_owner

# Together on one worker: the role that they make is the server's, not the database's.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("roles")]


def role_now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        return cursor.fetchone()


@pytest.fixture
def application(monkeypatch):
    """Connect as an application role of its own for one test."""
    owner, database = role_now()
    kept, name = connection.settings_dict, "talentfund_roles"
    monkeypatch.setitem(settings.DATABASES, "default", {**kept, "USER": name, "PASSWORD": "roles"})
    call_command("grant_rights", verbosity=0)
    connection.close()
    connection.settings_dict = settings.DATABASES["default"]
    yield name, owner, database
    connection.close()
    connection.settings_dict = kept


def test_the_owner_is_there_for_a_while_and_in_the_same_database(application):
    name, owner, database = application
    assert role_now() == (name, database)
    with as_owner():
        assert role_now() == (owner, database)
    assert role_now() == (name, database)


def test_migrate_runs_as_the_owner_and_leaves_the_application_its_rights(application, capsys):
    call_command("migrate", "core", verbosity=0)
    assert role_now()[0] == application[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_document")
        assert cursor.fetchone() is not None


def test_rights_that_were_given_twice_are_the_same(application, capsys):
    call_command("grant_rights")
    assert "talentfund_roles reads and adds" in capsys.readouterr().out


def test_where_there_is_one_role_there_is_nothing_to_grant(capsys):
    call_command("grant_rights")
    assert "One role for all" in capsys.readouterr().out
