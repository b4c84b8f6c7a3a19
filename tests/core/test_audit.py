"""The audit trail and stored documents: only ever added to."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.states import AccountEvent
from core.domain import audit, documents
from core.errors import DocumentDamaged
from core.models import AuditEntry, Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(cast):
    return audit.record(
        event=AccountEvent.ORGANISATION_CHANGED, actor=cast.partner, about=cast.organisation, changes={"name": "x"}
    )


@pytest.fixture
def document(cast):
    return documents.store(kind="test", title="Brief", file_name="brief.pdf", content=b"inhoud", facts={"sum": "1.00"})


def test_an_entry_says_who_did_what_to_what(cast, entry):
    assert (entry.event, entry.actor, entry.object_label) == (
        "organisation.changed",
        cast.partner,
        "Stichting Makersloods",
    )
    assert list(AuditEntry.objects.about(cast.organisation)) == [entry]
    assert not AuditEntry.objects.about(cast.organisation2).exists()


def test_the_application_itself_is_nobody(cast):
    assert audit.record(event=AccountEvent.ROLE_GIVEN, actor=None, about=cast.partner).actor is None


def test_a_page_tells_the_trail_where_it_was_asked_from(cast, client_of):
    form = {"name": "Maakhuis", "kind": "onderneming", "kvk_number": "11112222", "iban": "NL91ABNA0417164300"}
    client_of(cast.talent).post("/mijn/organisatie/nieuw/", form, REMOTE_ADDR="192.0.2.7")
    assert AuditEntry.objects.get(event="organisation.created").origin == "192.0.2.7"
    assert audit.origin.get() == ""


@pytest.mark.parametrize("table", ["core_auditentry", "core_document"])
def test_the_database_refuses_to_change_or_remove_a_row(entry, document, table):
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with (
            pytest.raises(DatabaseError, match="rows are only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize("table", ["core_auditentry", "core_document"])
def test_the_database_refuses_to_empty_the_table(entry, document, table):
    """Tests run with this trigger off, so that they can clean up; here it is on."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        with pytest.raises(DatabaseError, match="rows are only ever added"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")


def test_a_document_is_kept_with_its_hash_and_facts(document):
    kept = Document.objects.get(pk=document.pk)
    assert kept.sha256 == hashlib.sha256(b"inhoud").hexdigest()
    assert (kept.byte_size, kept.facts) == (6, {"sum": "1.00"})
    assert documents.read(kept) == b"inhoud"
    assert "brief" not in kept.file.name, "on disk it has no name that tells anything"


def test_a_file_that_was_tampered_with_is_told_apart(document, files):
    (files / document.file.name).write_bytes(b"anders")
    with pytest.raises(DocumentDamaged):
        documents.read(document)


def test_a_file_that_is_gone_is_told_apart_too(document, files):
    (files / document.file.name).unlink()
    with pytest.raises(DocumentDamaged):
        documents.read(document)
