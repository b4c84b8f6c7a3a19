"""The proof of the books finds every kind of tampering, also by somebody who can switch triggers off."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from budget.domain import ledger, night, proof
from budget.domain.ledger import Movement
from budget.models import CouncilDecision, Decision, ProofRun
from budget.states import Discrepancy
from core.domain import alarms
from core.domain.clock import now
from core.models import Alarm, Document
from tests.budget.bare import a_document, approve_bare, bare_decision, budget_line, council_decides


@pytest.fixture
def booked(cast, call):
    """Three grants on one line; on the last of them something was realised, paid and released."""
    for amount in (1000, 2000, 3000):
        decision = bare_decision(cast.finance, cast.organisation, call)
        ledger.book_grant(decision, [Movement(budget_line(), Decimal(amount))], by=cast.finance)
        approve_bare(decision, cast.college)
    for book, euros in ((ledger.book_expense, 1200), (ledger.book_advance, 2000), (ledger.book_release, 500)):
        book(decision, [Movement(budget_line(), Decimal(euros))], by=cast.finance, document=a_document())
    council_decides(cast.finance, cast.council, {("imago", 2026): Decimal(-5), ("leven", 2026): Decimal(5)})
    connection.check_constraints()
    return decision


def tamper(statement):
    """Do what only the owner of the database can do: change rows behind the back of every trigger and constraint."""
    last = budget_line().entries.order_by("-sequence").values_list("pk", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid::regclass::text = substring(%s from '(?:UPDATE|DELETE FROM) (\\w+)')",
            [statement],
        )
        for table, constraint in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            statement.format(
                last=last[0],
                grant=last[6],
                release=last[1],
                decision=Decision.objects.latest("pk").pk,
                council=CouncilDecision.objects.latest("pk").pk,
            )
        )
        assert cursor.rowcount > 0
        cursor.execute("SET session_replication_role = origin")


def kinds():
    return {finding.what for finding in proof.check()}


def test_books_that_agree_are_proven(booked, capsys):
    call_command("check_ledger")
    said = capsys.readouterr().out
    assert "23 entries: balances and hashes agree" in said
    assert f"head {proof.ledger_head(now())}" in said


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("UPDATE budget_ledgerentry SET amount = amount + 0.01 WHERE id = {last}", Discrepancy.CONTENT),
        ("UPDATE budget_ledgerentry SET remark = 'x' WHERE id = {last}", Discrepancy.CONTENT),
        ("UPDATE budget_ledgerentry SET actor_id = NULL WHERE id = {last}", Discrepancy.CONTENT),
        ("UPDATE budget_ledgerentry SET hash = repeat('0', 64) WHERE id = {grant}", Discrepancy.PREDECESSOR),
        (
            "UPDATE budget_ledgerentry SET granted_after = granted_after + 1 WHERE id = {last}",
            Discrepancy.RUNNING_BALANCE,
        ),
        ("UPDATE budget_ledgerentry SET granted_after = 9e9 WHERE id = {grant}", Discrepancy.OVERSPENT),
        ("UPDATE budget_ledgerentry SET amount = -amount WHERE id = {grant}", Discrepancy.SIGN),
        ("UPDATE budget_ledgerentry SET kind = 'gift' WHERE id = {grant}", Discrepancy.KIND),
        ("UPDATE budget_ledgerentry SET document_id = NULL WHERE id = {release}", Discrepancy.NO_DOCUMENT),
        ("UPDATE budget_ledgerentry SET booked_at = '2020-01-01' WHERE id = {release}", Discrepancy.ORDER),
        ("DELETE FROM budget_ledgerentry WHERE id = {release}", Discrepancy.ENTRY_MISSING),
        ("DELETE FROM budget_ledgerentry WHERE id = {last}", Discrepancy.BALANCE),
        ("DELETE FROM budget_ledgerentry WHERE id = {last}", Discrepancy.COUNCIL),
        ("DELETE FROM budget_ledgerentry WHERE id = {grant}", Discrepancy.DECIDED),
        ("UPDATE budget_ledgerentry SET amount = 9000 WHERE id = {release}", Discrepancy.GRANT),
        ("UPDATE budget_balance SET granted = granted - 1 WHERE granted > 0", Discrepancy.BALANCE),
        ("DELETE FROM budget_balance WHERE granted > 0", Discrepancy.BALANCE),
        ("UPDATE budget_reserve SET drawn = drawn - 1", Discrepancy.RESERVE),
        ("UPDATE budget_reserve SET programme_total = 1", Discrepancy.OVERDRAWN),
        ("UPDATE budget_reserve SET original = original + 1", Discrepancy.PROGRAMME_TOTAL),
        ("UPDATE budget_councildecision SET reserve_change = 5 WHERE id = {council}", Discrepancy.PROGRAMME_TOTAL),
        ("UPDATE budget_councildecision SET net = 5 WHERE id = {council}", Discrepancy.COUNCIL),
        (
            "UPDATE budget_councildecisionamount SET amount = 7 WHERE council_decision_id = {council}",
            Discrepancy.COUNCIL,
        ),
        ("UPDATE budget_councildecision SET state = 'draft' WHERE id = {council}", Discrepancy.NOT_CONFIRMED),
        ("UPDATE budget_decisionamount SET amount = 1 WHERE decision_id = {decision}", Discrepancy.DECIDED),
        ("UPDATE budget_decisionamount SET conditional = true WHERE decision_id = {decision}", Discrepancy.DECIDED),
        ("UPDATE budget_decision SET ruling = 'refuse' WHERE id = {decision}", Discrepancy.DECIDED),
        ("UPDATE budget_decision SET decided_on = NULL WHERE id = {decision}", Discrepancy.NOT_DECIDED),
        ("UPDATE budget_decisionlist SET state = 'draft'", Discrepancy.NOT_DECIDED),
        ("UPDATE budget_decisionlist SET approved_by_id = prepared_by_id", Discrepancy.SIGNATURES),
        (
            "UPDATE budget_councildecision SET confirmed_by_id = entered_by_id WHERE id = {council}",
            Discrepancy.SIGNATURES,
        ),
        ("DELETE FROM budget_decision WHERE id = {decision}", Discrepancy.PARENT),
        ("DELETE FROM assessment_advice", Discrepancy.PARENT),
        ("DELETE FROM applications_proposal", Discrepancy.PARENT),
        ("DELETE FROM accounts_organisation", Discrepancy.PARENT),
        ("DELETE FROM budget_councildecision WHERE id = {council}", Discrepancy.PARENT),
        ("DELETE FROM core_document WHERE kind = 'proof'", Discrepancy.PARENT),
        ("UPDATE core_document SET sha256 = repeat('a', 64) WHERE kind = 'proof'", Discrepancy.FILE_DAMAGED),
    ],
)
def test_tampering_is_found(booked, tampering, finding):
    assert kinds() == set()
    tamper(tampering)
    assert finding in kinds()
    with pytest.raises(CommandError):
        call_command("check_ledger")


def test_the_command_names_line_and_entry(booked, capsys):
    tamper("UPDATE budget_ledgerentry SET amount = amount + 0.01 WHERE id = {grant}")
    with pytest.raises(CommandError, match="head"):
        call_command("check_ledger")
    said = capsys.readouterr().err
    assert "Leven 2026 #2: the hash differs from the content" in said
    assert "#3" not in said  # what is off is told where it begins, and once


def test_a_file_that_is_gone_or_changed_is_named(booked):
    path = Path(Document.objects.filter(kind="proof").latest("rendered_at").file.path)
    content = path.read_bytes()
    try:
        path.write_bytes(content + b" ")
        assert [(found.what, "Bewijsstuk" in found.where) for found in proof.check()] == [
            (Discrepancy.FILE_DAMAGED, True)
        ]
        path.unlink()
        assert [found.what for found in proof.check()] == [Discrepancy.FILE_MISSING]
    finally:
        path.write_bytes(content)


def test_the_last_entries_can_not_vanish_after_they_were_proven(booked):
    run = proof.record(proof.prove())
    assert (run.entries, run.findings) == (23, 0)
    tamper("DELETE FROM budget_ledgerentry WHERE id = {last}")
    assert Discrepancy.PROVEN_BEFORE in kinds()


def test_the_night_raises_the_alarm_and_lets_it_go(booked):
    assert night.check_books()
    assert alarms.open_alarms() == []
    assert ProofRun.objects.get().findings == 0
    tamper("UPDATE budget_reserve SET drawn = drawn - 1")
    assert not night.check_books()
    assert not night.check_books()
    assert len(alarms.open_alarms()) == 1  # raised once, however often it is found
    assert len(alarms.open_alarms()[0].lines) == 1
    tamper("UPDATE budget_reserve SET drawn = drawn + 1")
    assert night.check_books()
    assert alarms.open_alarms() == []
    assert Alarm.objects.get().cleared_at is not None


def test_a_check_that_fails_by_itself_raises_the_alarm(booked, monkeypatch):
    def broken():
        raise RuntimeError("no connection")

    monkeypatch.setattr(proof, "prove", broken)
    assert not night.check_books()
    assert alarms.open_alarms()[0].lines == ["RuntimeError: no connection"]


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("assessor1", "/team/"),
        ("manager", "/team/"),
        ("finance", "/budget/"),
        ("finance", "/budget/lijsten/"),
        ("college", "/college/"),
    ],
)
def test_people_see_the_alarm_where_they_begin(cast, client_of, person, address):
    client = client_of(getattr(cast, person))
    sentence = "De kas klopt niet."
    assert sentence not in client.get(address).content.decode()
    alarms.raise_alarm("books", title=sentence, text="Leven 2026 #2: <x>\nReserve")
    shown = client.get(address).content.decode()
    assert sentence in shown
    assert "<li>Leven 2026 #2: &lt;x&gt;</li><li>Reserve</li>" in shown
    alarms.clear("books")
    assert sentence not in client.get(address).content.decode()


def test_the_controller_sees_when_the_books_were_last_proven(booked, cast, client_of):
    client = client_of(cast.finance)
    run = proof.record(proof.prove())
    assert run.head[:12] in client.get("/budget/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_check_sees_one_moment_and_writes_nothing(cast):
    with proof._one_snapshot(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("repeatable read", "on")
