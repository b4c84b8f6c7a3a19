"""Destroying files: nothing of what they said is left anywhere, and every figure is what it was."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import User
from applications.domain import withdrawal
from applications.models import Proposal
from budget.domain import proof
from core.domain import clock, documents, stored_files
from core.errors import DocumentPurged
from core.models import Document
from reporting.domain import activities, forgetting, purge, purge_orders, register, retention
from reporting.domain.file_fate import WORD
from reporting.errors import PurgeChanged, PurgeNotYours
from reporting.models import PurgeFile, PurgeOrder
from reporting.states import FileOutcome, PurgeState
from tests.applications.road import empty_draft
from tests.budget.road import granted_proposal
from tests.database import role_now
from tests.reporting import purging
from tests.reporting.purging import BIRD, EMAIL, IBAN, MUCH_LATER, NAME, PHONE

pytestmark = pytest.mark.django_db

TEXTS = "('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'tsvector', 'bytea')"
# Columns that a person's own words can't reach: rows by themselves.
MONEY = ("budget_ledgerentry", "budget_balance", "budget_decisionamount", "budget_settlementamount")


def columns():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            f" WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND data_type IN {TEXTS} ORDER BY 1, 2"
        )
        return cursor.fetchall()


def found_in_database(*words):
    """Return where words stand, in any column of any table that can hold words."""
    found = {}
    with connection.cursor() as cursor:
        for table, column in columns():
            said = " OR ".join([f'"{column}"::text ILIKE %s'] * len(words))
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {said}', [f"%{word}%" for word in words])
            (number,) = cursor.fetchone()
            if number:
                found[f"{table}.{column}"] = number
    return found


def rows_of(table, where="true"):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" WHERE {where} ORDER BY 1')
        return cursor.fetchall()


def files_in_store():
    return {
        str(path.relative_to(settings.MEDIA_ROOT)) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()
    }


def figures():
    """What the books and the register say, now and at past moments."""
    moments = [date(2026, 3, 31), date(2026, 12, 31), date(2027, 12, 31)]
    return {
        "rows": {table: rows_of(table) for table in MONEY},
        "heads": [proof.ledger_head(clock.end_of_day(day)) for day in moments],
        "activities": [
            (one.reference, one.title, one.partner, one.state, one.years)
            for day in moments
            for one in activities.at(clock.end_of_day(day))
        ],
        "register": register.rows_of(register.published().order_by("pk")),
    }


def test_nothing_of_what_a_granted_file_said_is_left_and_no_figure_moves(cast, call):
    other = granted_proposal(cast, call, send_letter=True)
    proposal = purging.settled(cast, call)
    words = (f"{BIRD} zingt", f"{BIRD}.pdf", f"{BIRD} 1", f"{BIRD}:", NAME, EMAIL, IBAN, PHONE)
    before, kept, said = figures(), rows_of("applications_proposal", f"id = {other.pk}"), found_in_database(*words)
    assert len(said) > 30
    stored = {document.file.name for document in purge.plan(proposal).documents}
    assert len(stored) >= 4
    assert stored <= files_in_store()

    order = purging.destroyed(cast, proposal)
    with clock.set_to(MUCH_LATER), purge.under_order(order):
        forgetting.forget(order)

    # The title is what the public register shows of a grant; it stays, and so do the words by which it is found.
    title = {"applications_proposal.title", "applications_proposalsearch.head", "applications_proposalsearch.whole"}
    assert set(found_in_database(*words)) <= title
    assert found_in_database(NAME, EMAIL, IBAN, PHONE) == {}
    assert not stored & files_in_store()
    assert figures() == before
    assert rows_of("applications_proposal", f"id = {other.pk}") == kept
    assert proof.check() == []
    assert Document.objects.filter(purge_order=order.pk).count() == len(stored)


def test_the_title_of_a_file_without_a_grant_goes_too(cast, call):
    proposal = purging.submitted(cast, call)
    withdrawal.withdraw(proposal_id=proposal.pk, by=proposal.contact, reason=purging.bird("reden"), request_key=uuid4())
    order = purging.destroyed(cast, proposal)
    with clock.set_to(MUCH_LATER), purge.under_order(order):
        forgetting.forget(order)
    assert found_in_database(BIRD, NAME, EMAIL, IBAN, PHONE) == {}
    assert Proposal.objects.get(pk=proposal.pk).title == WORD


def test_a_draft_that_was_never_sent_goes_as_a_whole(cast, call):
    proposal = purging.draft(cast, call)
    paths = purge.plan(proposal).paths
    assert paths
    order = purging.destroyed(cast, proposal)
    with clock.set_to(MUCH_LATER), purge.under_order(order):
        forgetting.forget(order)
    assert not Proposal.objects.filter(pk=proposal.pk).exists()
    assert found_in_database(BIRD, NAME, EMAIL, IBAN, PHONE) == {}
    assert not set(paths) & files_in_store()


def test_a_destroyed_document_says_so(cast, call):
    proposal = purging.settled(cast, call)
    order = purging.destroyed(cast, proposal)
    document = Document.objects.filter(purge_order=order.pk).first()
    assert len(document.sha256) == 64
    with pytest.raises(DocumentPurged, match=str(order.pk)):
        documents.read(document)


def test_the_pages_of_a_destroyed_file_answer(cast, call, client_of):
    proposal = purging.settled(cast, call)
    purging.destroyed(cast, proposal)
    manager, answers = client_of(cast.manager), {}
    manager.raise_request_exception = False  # every page is asked, and what is wrong is told of each
    for url in (
        reverse("assessment:file", args=[proposal.reference]),
        reverse("budget:proposal", args=[proposal.reference]),
        reverse("reporting:hand_over", args=[proposal.reference]),
        reverse("reporting:activity", args=[proposal.reference]),
        reverse("reporting:grant", args=[proposal.reference]),
        reverse("budget:settlement", args=[proposal.decisions.get().settlement.reference]),
        reverse("assessment:proposals"),
        reverse("reporting:kept"),
    ):
        answers[url] = manager.get(url, follow=True).status_code
    assert set(answers.values()) == {200}, answers
    assert (
        client_of(User.objects.get(email=EMAIL)).get(reverse("applications:proposal", args=[proposal.pk])).status_code
        == 200
    )


def test_the_dry_run_names_everything_and_changes_nothing(cast, call, capsys):
    proposal = purging.settled(cast, call)
    with clock.set_to(MUCH_LATER):
        before = found_in_database(BIRD)
        call_command("purge", "--dry-run")
        told = capsys.readouterr().out
        assert found_in_database(BIRD) == before
        planned = purge.plan(proposal)
    assert f"{proposal.reference} (granted" in told
    for step in planned.steps:
        assert f"{step.fate.label}: {len(step.pks)}" in told
    assert all(path in told for path in planned.paths)


def test_the_command_carries_out_a_signed_order_once(cast, call, capsys):
    proposal = purging.draft(cast, call)
    with clock.set_to(MUCH_LATER):
        order = purging.order_for(cast, proposal)
        call_command("purge", "--order", str(order.pk))
        assert "is carried out" in capsys.readouterr().out
        assert PurgeOrder.objects.get(pk=order.pk).state == PurgeState.DONE
        with pytest.raises(CommandError, match="carried out before"):
            call_command("purge", "--order", str(order.pk))


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("roles")
def test_under_two_roles_the_whole_way_leads_to_the_end(application, cast, call, client_of, capsys):
    granted, unsent = purging.settled(cast, call), empty_draft(cast, call)
    manager, admin = client_of(cast.manager), client_of(cast.admin)
    before, stored = figures(), files_in_store()
    with clock.set_to(MUCH_LATER):
        manager.post("/team/bewaren/", {"request_key": str(uuid4()), "chosen": [granted.pk, unsent.pk]})
        order = PurgeOrder.objects.get()
        call_command("purge", "--dry-run", "--order", str(order.pk))
        told = capsys.readouterr().out
        with pytest.raises(CommandError):
            call_command("purge", "--order", str(order.pk))  # nobody signed yet
        admin.post(reverse("reporting:purge_sign", args=[order.pk]), {"files_sha256": order.files_sha256})
        call_command("purge", "--order", str(order.pk))
        assert role_now()[0] == application[0]
        assert client_of(cast.admin).get(reverse("reporting:purge_order", args=[order.pk])).status_code == 200
    assert granted.reference in told
    assert "is carried out" in capsys.readouterr().out
    assert found_in_database(NAME, EMAIL, IBAN, PHONE, purging.bird("beschrijving")) == {}
    assert not Proposal.objects.filter(pk=unsent.pk).exists()
    assert files_in_store() < stored
    assert figures() == before
    call_command("check_ledger")


def test_a_run_that_was_stopped_goes_on_where_it_was(cast, call, monkeypatch):
    files = [purging.draft(cast, call), empty_draft(cast, call)]
    with clock.set_to(MUCH_LATER):
        order = purging.order_for(cast, *files)
        with monkeypatch.context() as stopping:

            def killed(path):
                raise KeyboardInterrupt(path)

            stopping.setattr(documents, "remove_bytes", killed)
            with pytest.raises(KeyboardInterrupt):
                list(purge.run(order))
        first = order.files.first()
        assert first.purged_at is not None
        assert first.bytes_removed_at is None
        assert set(first.paths) <= files_in_store()
        assert len(list(purge.run(order))) == 2
        assert list(purge.run(order)) == []
        assert not set(first.paths) & files_in_store()
        assert not Proposal.objects.filter(pk__in=[one.pk for one in files]).exists()


def test_what_is_not_due_any_more_is_not_destroyed(cast, call):
    proposal = empty_draft(cast, call)
    with clock.set_to(MUCH_LATER):
        order = purging.order_for(cast, proposal)
    with clock.set_to(clock.now()), pytest.raises(PurgeChanged):
        list(purge.run(order))
    assert Proposal.objects.filter(pk=proposal.pk).exists()


def test_an_order_lets_nothing_else_through(cast, call):
    proposal = purging.submitted(cast, call)
    draft = empty_draft(cast, call)
    with clock.set_to(MUCH_LATER):
        order = purging.order_for(cast, draft)
    for attack in (
        f"UPDATE applications_proposal SET summary = 'anders' WHERE id = {proposal.pk}",
        f"UPDATE applications_proposal SET reference = 'TF-2026-9999' WHERE id = {proposal.pk}",
        f"DELETE FROM applications_statechange WHERE proposal_id = {proposal.pk}",
        f"UPDATE applications_statechange SET by_id = {cast.manager.pk + 1} WHERE proposal_id = {proposal.pk}",
        f"DELETE FROM applications_criterionanswer WHERE proposal_id = {proposal.pk}",
        "UPDATE core_document SET sha256 = repeat('a', 64)",
        "DELETE FROM core_auditentry",
        "UPDATE budget_ledgerentry SET remark = ''",
    ):
        with pytest.raises(IntegrityError), purge.under_order(order), connection.cursor() as cursor:
            cursor.execute(attack)


@pytest.mark.parametrize("number", ["", "1", "999999", "1; SELECT 1", "-1"])
def test_naming_an_order_that_nobody_signed_opens_nothing(cast, call, number):
    proposal = purging.submitted(cast, call)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        purge.name_order(number)
        cursor.execute(f"UPDATE applications_proposal SET summary = '{WORD}' WHERE id = {proposal.pk}")


def test_only_who_is_left_with_nothing_is_forgotten(cast, call):
    purging.submitted(cast, call)
    with clock.set_to(MUCH_LATER):
        gone = forgetting.leftovers()
    assert EMAIL not in [one.email for one in gone.people]
    assert not {cast.manager, cast.admin} & set(gone.people)
    assert IBAN not in [one.iban for one in gone.organisations]


def test_the_file_of_an_open_grant_is_kept_and_others_end_where_they_should(cast, call):
    granted = granted_proposal(cast, call)
    settled = purging.settled(cast, call)
    with clock.set_to(MUCH_LATER):
        found = {one.proposal_id: one for one in retention.kept(Proposal.objects.all())}
    assert granted.pk not in found
    assert found[settled.pk].outcome == FileOutcome.GRANTED
    assert found[settled.pk].ended_on == date(2027, 7, 12)
    assert found[settled.pk].destroy_from == date(2034, 7, 13)


def test_a_list_that_was_changed_after_preparing_can_not_be_signed(cast, call):
    drafts = [empty_draft(cast, call), empty_draft(cast, call, title="Nog een")]
    with clock.set_to(MUCH_LATER):
        order = purge_orders.prepare(proposals=[drafts[0].pk], by=cast.manager, request_key=uuid4())
        one = order.files.get()
        PurgeFile.objects.create(
            order=order,
            proposal_number=drafts[1].pk,
            outcome=one.outcome,
            ended_on=one.ended_on,
            destroy_from=one.destroy_from,
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            purge_orders.sign(order_id=order.pk, files_sha256=order.files_sha256, by=cast.admin)


def test_nobody_signs_for_himself(cast, call):
    draft = empty_draft(cast, call)
    with clock.set_to(MUCH_LATER):
        order = purge_orders.prepare(proposals=[draft.pk], by=cast.manager, request_key=uuid4())
        with pytest.raises(PurgeNotYours):
            purge_orders.sign(order_id=order.pk, files_sha256=order.files_sha256, by=cast.manager)
        with pytest.raises(IntegrityError), transaction.atomic():
            PurgeOrder.objects.filter(pk=order.pk).update(
                state=PurgeState.SIGNED, signed_by=cast.manager, signed_at=clock.now()
            )


def test_the_store_of_uploads_and_of_documents_is_the_same_place():
    assert Document._meta.get_field("file").storage.path("x") == str(stored_files._place("x"))
