"""Attacks on the money in plain SQL, by somebody who holds the application's own connection: every one fails.

The rules in Python are out of the game here: what refuses is the database, by the rights of the role, by a constraint
or by a trigger. Beside each attack stands what the owner could do, so that an attack that merely has a typo is seen.
"""

from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection, transaction

from accounts.models import User
from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from budget.models import CouncilDecision
from budget.states import CouncilDecisionState
from core.management.commands.grant_rights import grant
from tests.budget.attacks import ATTACKS, ROLE, entry
from tests.budget.bare import a_document, approve_bare, bare_decision, budget_line, council_decides
from tests.conftest import Cast, empty_tables, lay_call, lay_cast, lay_frame

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("attacks")]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: object) -> Iterator[dict[str, object]]:
    """A grant that the college approved, one in preparation, a council decision that waits; all of it committed."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        cast = Cast(**everybody())
        cast.organisation = cast.partner.memberships.get().organisation
        call = lay_call()
        grant(ROLE, "attack")
        with transaction.atomic():
            granted = bare_decision(cast.finance, cast.organisation, call)
            ledger.book_grant(granted, [Movement(budget_line(), Decimal(1000))], by=cast.finance)
            approve_bare(granted, cast.college)
            other = bare_decision(cast.finance, cast.organisation, call)
            ledger.book_grant(other, [Movement(budget_line(), Decimal(5000))], by=cast.finance)
            approve_bare(other, cast.college)
            proof.record(proof.prove())
            confirmed = council_decides(
                cast.finance, cast.council, {("imago", 2026): Decimal(-5), ("leven", 2026): Decimal(5)}
            )
            waiting = CouncilDecision.objects.get(pk=confirmed.pk)
            waiting.pk, waiting.number, waiting.net = None, "RB-WACHT", Decimal(10)
            waiting.state, waiting.confirmed_by, waiting.confirmed_at = CouncilDecisionState.ENTERED, None, None
            waiting.save()
            draft = bare_decision(cast.finance, cast.organisation, call)
            document = a_document()
        yield {
            "line": budget_line().pk,
            "decision": granted.pk,
            "draft": draft.pk,
            "council": confirmed.pk,
            "entered": waiting.pk,
            "document": document.pk,
            "finance": cast.finance.pk,
            "college": cast.college.pk,
        }
        empty_tables()
        connection.close()


def everybody():
    lay_frame()
    lay_cast()
    return {user.email.partition("@")[0]: user for user in User.objects.all()}


def connect(**over):
    """Open a connection of our own to the test database, as a client of the server."""
    params = {**connection.get_connection_params(), "cursor_factory": psycopg.ClientCursor, **over}
    return psycopg.connect(**params)


def as_application():
    return connect(user=ROLE, password="attack")


def statement(attack, owner):
    return attack.replace("{owner}", owner).replace("{role}", ROLE)


@pytest.mark.parametrize("name", ATTACKS)
def test_the_application_can_not(scene, name):
    attack = ATTACKS[name]
    owner = settings.DATABASES["default"]["USER"]
    with as_application() as attacker, pytest.raises(psycopg.Error, match=attack.refusal):
        attacker.execute(statement(attack.sql, owner), scene)
        attacker.commit()
    assert proof.check() == []


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.control])
def test_control_the_owner_without_triggers_can(scene, name):
    owner = settings.DATABASES["default"]["USER"]
    with connect() as mighty:
        mighty.execute("SET session_replication_role = replica")
        mighty.execute("ALTER TABLE budget_ledgerentry DROP CONSTRAINT budget_entry_never_overspends")
        mighty.execute(statement(ATTACKS[name].sql, owner), scene)
        mighty.rollback()


def test_what_an_entry_says_of_its_place_in_the_chain_is_not_believed(scene):
    with as_application() as attacker:
        forged = attacker.execute(
            """INSERT INTO budget_ledgerentry (budget_line_id, sequence, kind, amount, decision_id, document_id, remark,
                booked_at, budgeted_after, granted_after, spent_after, previous_hash, hash)
            VALUES (%(line)s, 1, 'release', 1, %(decision)s, %(document)s, '', '2020-01-01', 9e9, 9e9, 0, 'f', 'f')
            RETURNING sequence, booked_at, budgeted_after, granted_after, previous_hash, hash""",
            scene,
        ).fetchone()
        last = attacker.execute(
            "SELECT sequence, booked_at, hash, budgeted_after, granted_after FROM budget_ledgerentry"
            " WHERE budget_line_id = %(line)s ORDER BY sequence DESC OFFSET 1 LIMIT 1",
            scene,
        ).fetchone()
        attacker.rollback()
    assert (forged[0], forged[4]) == (last[0] + 1, last[2])
    assert forged[1] >= last[1]
    assert (forged[2], forged[3]) == (last[3], last[4] - 1)
    assert len(forged[5]) == 64


def test_the_application_can_do_its_work(scene):
    with as_application() as working:
        working.execute("UPDATE budget_balance SET granted = granted - 10 WHERE budget_line_id = %(line)s", scene)
        working.execute(entry("release", 10, document="%(document)s"), scene)
        working.execute("SET CONSTRAINTS ALL IMMEDIATE")
        working.execute("SELECT * FROM budget_reserve FOR UPDATE")
        working.execute("UPDATE accounts_user SET full_name = full_name")
        working.rollback()


def test_the_role_has_exactly_these_rights(scene):
    """Every table that says that it only grows gives the application SELECT and INSERT and nothing else."""
    query = """
        SELECT c.relname, string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type)
        FROM pg_class c, aclexplode(c.relacl) a WHERE c.relkind = 'r' AND a.grantee = %s::regrole GROUP BY 1
    """
    with connect() as owner:
        rights = dict(owner.execute(query, [ROLE]).fetchall())
        growing = [
            row[0]
            for row in owner.execute("""
            SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_only\\_grows'
        """)
        ]
    assert {"budget_ledgerentry", "core_auditentry", "core_document", "budget_decisionletter"} <= set(growing)
    assert {rights.pop(table) for table in growing} == {"INSERT SELECT"}
    special = {
        name: rights.pop(name)
        for name in (
            "django_migrations",
            "budget_reserve",
            "budget_balance",
            "applications_fieldversion",
            "assessment_advice",
        )
    }
    assert special == {
        "django_migrations": "SELECT",
        "budget_reserve": "INSERT SELECT",
        "budget_balance": "INSERT SELECT UPDATE",
        "applications_fieldversion": "DELETE INSERT SELECT",
        "assessment_advice": "INSERT SELECT",  # and to mark that it was taken back
    }
    assert set(rights.values()) == {"DELETE INSERT SELECT UPDATE"}


def test_every_function_of_ours_looks_in_our_schema_first(scene):
    query = """
        SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prolang = (
            SELECT oid FROM pg_language WHERE lanname = 'plpgsql')
        AND NOT coalesce('search_path=pg_catalog, public, pg_temp' = ANY (proconfig), false)
    """
    with connect() as owner:
        assert owner.execute(query).fetchall() == []


def test_a_role_that_may_do_anything_is_refused_as_the_application(scene):
    connection.cursor().execute(f"ALTER ROLE {ROLE} CREATEROLE")  # rolled back with the test
    with pytest.raises(CommandError, match="choose another"):
        grant(ROLE)
