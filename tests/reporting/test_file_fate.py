"""What becomes of every field: none is forgotten, and the triggers in the database say the same."""

import pytest
from django.db import connection

from reporting.domain import file_fate, file_records
from reporting.domain.file_fate import fates, personal_fields

pytestmark = pytest.mark.django_db


def allowed(fate):
    """What the trigger of a table lets through, as the list says it."""
    column = fate.model._meta.get_field
    said = {column(name).attname for name in fate.wiped}
    said |= {f"{column(name).attname}:person" for name in fate.person} | {f"{name}:free" for name in fate.title}
    return said | ({"DELETE"} if fate.deleted else set())


def test_every_table_of_a_file_has_a_fate():
    named = {record.label for record in file_records.RECORDS} | set(file_records.LEFT_OUT)
    assert sorted(named ^ {fate.label for fate in fates()}) == []


def test_every_field_that_says_something_has_one_fate():
    for fate in fates():
        told = [*fate.wiped, *fate.person, *fate.title, *fate.stays]
        assert len(told) == len(set(told)), fate.label
        if not fate.deleted:
            assert sorted(told) == sorted(personal_fields(fate.model)), fate.label


def test_the_triggers_let_through_what_the_list_says_and_nothing_else():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger"
            " WHERE tgname = 'core_purge_is_exact'"
        )
        there = {table: {one for one in told.split("\\000") if one} for table, told in cursor.fetchall()}
    core = {"core_auditentry", "core_document"}
    listed = {fate.model._meta.db_table: allowed(fate) for fate in fates()}
    # Rows of a draft go with it; when the file is destroyed the proposal says so, and copies forget where they began.
    more = {"DRAFT", "purged_at:free", "copied_from_id"}
    assert {table for table, said in listed.items() if said} <= set(there)
    assert {table: said - more for table, said in there.items() if table not in core} == {
        table: listed[table] for table in there if table not in core
    }


def test_the_word_is_the_same_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'core_purge_is_exact'")
        assert f'"{file_fate.WORD}"' in cursor.fetchone()[0]
