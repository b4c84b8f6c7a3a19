"""Migrations run as the owner of the database, all else as the application."""

import pytest
from django.core.management import call_command
from django.db import connection

from core.database import as_owner
from tests.database import role_now

# Together on one worker: the role that they make is the server's, not the database's.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("roles")]


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
