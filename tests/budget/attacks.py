"""The attacks on the money: plain SQL, what the database answers, and whether the owner could do it."""

from typing import NamedTuple

ROLE = "talentfund_attacker"
DENIED = "permission denied"
OWNER_ONLY = "must be owner"

ENTRY = """
    INSERT INTO budget_ledgerentry (budget_line_id, sequence, kind, amount, {column}, document_id, remark, actor_id,
        booked_at, budgeted_after, granted_after, spent_after, previous_hash, hash)
    VALUES (%(line)s, 999, '{kind}', {amount}, {rests_on}, {document}, '', %(finance)s, now(), 0, 0, 0, '', '')
"""


def entry(kind, amount, rests_on="%(decision)s", column="decision_id", document="NULL"):
    return ENTRY.format(kind=kind, amount=amount, rests_on=rests_on, column=column, document=document)


class Attack(NamedTuple):
    """SQL that must fail at the latest at COMMIT, and a part of what the database answers.

    `control`: the owner, with triggers off, can do it. Not so where a constraint refuses it even to the owner, or
    where it could not be taken back.
    """

    sql: str
    refusal: str
    control: bool = True


FORGED_ORDER = """
    INSERT INTO reporting_purgeorder (prepared_by_id, prepared_at, files_sha256, state) VALUES (%(finance)s, now(),
        encode(sha256(convert_to('1 - draft 2020-01-01 2021-01-02', 'UTF8')), 'hex'), 'prepared');
    INSERT INTO reporting_purgefile (order_id, proposal_number, reference, outcome, ended_on, destroy_from, paths)
        SELECT max(id), 1, '', 'draft', '2020-01-01', '2021-01-02', '[]' FROM reporting_purgeorder;
    UPDATE reporting_purgeorder SET state = 'signed', signed_by_id = %(college)s, signed_at = now()
        WHERE state = 'prepared';
    SELECT set_config('talentfund.purge_order', max(id)::text, false) FROM reporting_purgeorder;
"""

ATTACKS = {
    # What only grows.
    "change an entry": Attack("UPDATE budget_ledgerentry SET amount = 1", DENIED),
    "change an entry and read it back": Attack("UPDATE budget_ledgerentry SET remark = 'x' RETURNING id", DENIED),
    "delete entries": Attack("DELETE FROM budget_ledgerentry", DENIED),
    "empty the ledger": Attack("TRUNCATE budget_ledgerentry CASCADE", DENIED),
    "merge into the ledger": Attack(
        "MERGE INTO budget_ledgerentry e USING budget_balance b ON e.budget_line_id = b.budget_line_id"
        " WHEN MATCHED THEN UPDATE SET amount = 1",
        DENIED,
    ),
    "insert an entry that turns into an update": Attack(
        "INSERT INTO budget_ledgerentry SELECT * FROM budget_ledgerentry ON CONFLICT (id) DO UPDATE SET amount = 1",
        DENIED,
    ),
    "change the entry under a cursor": Attack(
        "DECLARE c CURSOR FOR SELECT * FROM budget_ledgerentry FOR UPDATE; FETCH c;"
        "UPDATE budget_ledgerentry SET amount = 1 WHERE CURRENT OF c",
        DENIED,
    ),
    "lock the ledger for everybody else": Attack("LOCK TABLE budget_ledgerentry IN ACCESS EXCLUSIVE MODE", DENIED),
    "change the audit trail": Attack("UPDATE core_auditentry SET actor_id = NULL", DENIED),
    "delete the audit trail": Attack("DELETE FROM core_auditentry", DENIED),
    "change the hash of a document": Attack("UPDATE core_document SET sha256 = repeat('a', 64)", DENIED),
    "delete a document": Attack("DELETE FROM core_document", DENIED),
    "forget what was proven": Attack("DELETE FROM budget_proofrun", DENIED),
    "change a letter that was sent": Attack("UPDATE budget_decisionletter SET sent_on = '2020-01-01'", DENIED),
    "let a line be another year": Attack("UPDATE budget_budgetline SET year = 2030 WHERE id = %(line)s", DENIED),
    # The guards themselves.
    "switch triggers off": Attack("ALTER TABLE budget_ledgerentry DISABLE TRIGGER ALL", OWNER_ONLY),
    "say that the triggers are for others": Attack("SET session_replication_role = replica", DENIED),
    "drop a trigger": Attack("DROP TRIGGER budget_ledgerentry_chain ON budget_ledgerentry", OWNER_ONLY),
    "drop a constraint": Attack("ALTER TABLE budget_balance DROP CONSTRAINT budget_never_overspent", OWNER_ONLY),
    "drop a table": Attack("DROP TABLE core_auditentry CASCADE", OWNER_ONLY),
    "put another function in the place of ours": Attack(
        "CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        DENIED,
    ),
    "drop a function": Attack("DROP FUNCTION core_refuse_change() CASCADE", OWNER_ONLY),
    "let a function look elsewhere": Attack("ALTER FUNCTION budget_chain_entry() RESET search_path", OWNER_ONLY),
    "add a trigger": Attack(
        "CREATE TRIGGER mine BEFORE INSERT ON budget_ledgerentry FOR EACH ROW EXECUTE FUNCTION core_refuse_change()",
        DENIED,
    ),
    "add a rule": Attack("CREATE RULE mine AS ON INSERT TO core_auditentry DO INSTEAD NOTHING", OWNER_ONLY),
    "hide rows by a policy": Attack("ALTER TABLE core_auditentry ENABLE ROW LEVEL SECURITY", OWNER_ONLY),
    "add a policy": Attack("CREATE POLICY mine ON core_auditentry USING (false)", OWNER_ONLY),
    "make a view": Attack("CREATE VIEW mine AS SELECT * FROM budget_ledgerentry", DENIED),
    "make a schema to be found first": Attack("CREATE SCHEMA mine", DENIED),
    "shadow a table by a temporary one": Attack(
        "CREATE TEMPORARY TABLE budget_balance AS SELECT * FROM public.budget_balance", DENIED
    ),
    "set a number back": Attack("SELECT setval('budget_ledgerentry_id_seq', 1)", DENIED, control=False),
    "restart a number": Attack("ALTER SEQUENCE budget_ledgerentry_id_seq RESTART", OWNER_ONLY),
    # More rights.
    "become the owner": Attack("SET ROLE {owner}", DENIED),
    "become the owner for good": Attack("SET SESSION AUTHORIZATION {owner}", DENIED),
    "raise oneself": Attack("ALTER ROLE {role} SUPERUSER", "must be superuser"),
    "give oneself rights": Attack(
        "GRANT UPDATE ON budget_ledgerentry TO {role}; UPDATE budget_ledgerentry SET amount = 1", DENIED
    ),
    "let oneself be the owner": Attack(
        "GRANT {owner} TO {role}", r"must be superuser|must have admin option", control=False
    ),
    "run a program to fill the ledger": Attack(
        "COPY budget_ledgerentry FROM PROGRAM 'true'", "pg_execute_server_program"
    ),
    "run a program to read the ledger": Attack(
        "COPY budget_ledgerentry TO PROGRAM 'cat >/dev/null'", "pg_execute_server_program"
    ),
    "read a file of the server": Attack("SELECT pg_read_file('postgresql.conf')", DENIED),
    # Money that is not there.
    "overspend with balance and entry": Attack(
        "UPDATE budget_balance SET granted = granted + 1000000 WHERE budget_line_id = %(line)s;"
        + entry("grant", 1000000),
        "budget_never_overspent",
        control=False,
    ),
    "overspend by an entry alone": Attack(entry("grant", 1000000), "budget_entry_never_overspends"),
    "book a grant without a decision": Attack(
        entry("grant", 10, rests_on="NULL"), "budget_entry_has_document", control=False
    ),
    "book a payment without a document": Attack(entry("advance", 10), "budget_entry_has_document", control=False),
    "book a grant that the college did not approve": Attack(
        "UPDATE budget_balance SET granted = granted + 10 WHERE budget_line_id = %(line)s;"
        + entry("grant", 10, rests_on="%(draft)s"),
        "budget_grant_is_decided",
    ),
    "book more than the college granted": Attack(
        "UPDATE budget_balance SET granted = granted + 10 WHERE budget_line_id = %(line)s;" + entry("grant", 10),
        "budget_list_is_booked",
    ),
    "pay more than was granted": Attack(entry("advance", "1000.01", document="%(document)s"), "budget_grant_holds"),
    "realise what is not held": Attack(
        "UPDATE budget_balance SET granted = granted - 1500, spent = spent + 1500 WHERE budget_line_id = %(line)s;"
        + entry("expense", 1500, document="%(document)s"),
        "budget_grant_holds|budget_never_more_than_granted|does not hold",
    ),
    "move a balance without an entry": Attack(
        "UPDATE budget_balance SET spent = spent + 10 WHERE budget_line_id = %(line)s", "budget_balance_agrees"
    ),
    "move a balance and put the check off": Attack(
        "SET CONSTRAINTS ALL DEFERRED; UPDATE budget_balance SET spent = spent + 10 WHERE budget_line_id = %(line)s",
        "budget_balance_agrees",
    ),
    "add an entry without its balance": Attack(entry("release", 10, document="%(document)s"), "budget_balance_agrees"),
    "take a balance away": Attack("DELETE FROM budget_balance WHERE budget_line_id = %(line)s", DENIED),
    "raise the programme total": Attack(
        "UPDATE budget_reserve SET programme_total = programme_total + 1000000", "budget_total_agrees"
    ),
    "form a larger reserve": Attack(
        "UPDATE budget_reserve SET original = original + 1000000, programme_total = programme_total + 1000000", DENIED
    ),
    "give budget that the council did not": Attack(
        "UPDATE budget_reserve SET drawn = drawn - 10;"
        "UPDATE budget_balance SET budgeted = budgeted - 10 WHERE budget_line_id = %(line)s;"
        + entry("amendment", -10, rests_on="%(council)s", column="council_decision_id"),
        "budget_council_is_booked",
    ),
    # What was decided.
    "change an approved decision": Attack(
        "UPDATE budget_decision SET reason = 'x' WHERE id = %(decision)s", "the list is approved"
    ),
    "change an approved amount": Attack(
        "UPDATE budget_decisionamount SET amount = 1 WHERE decision_id = %(decision)s", "the list is approved"
    ),
    "reopen an approved list": Attack(
        "UPDATE budget_decisionlist SET state = 'draft', approved_by_id = NULL, approved_at = NULL"
        " WHERE state = 'approved'",
        "the list is approved",
    ),
    "put a decision on an approved list": Attack(
        "UPDATE budget_decision SET decision_list_id = (SELECT decision_list_id FROM budget_decision"
        " WHERE id = %(decision)s) WHERE id = %(draft)s",
        "the list is approved",
    ),
    "approve a list that one prepared": Attack(
        "UPDATE budget_decisionlist SET state = 'approved', approved_by_id = prepared_by_id, approved_at = now(),"
        " decided_on = '2026-01-01' WHERE state = 'draft'",
        "budget_list_two_signatures",
        control=False,
    ),
    "confirm one's own council decision": Attack(
        "UPDATE budget_councildecision SET state = 'confirmed', confirmed_by_id = entered_by_id, confirmed_at = now()"
        " WHERE id = %(entered)s",
        "budget_council_two_signatures",
        control=False,
    ),
    "confirm a council decision without booking it": Attack(
        "UPDATE budget_councildecision SET state = 'confirmed', confirmed_by_id = %(college)s, confirmed_at = now()"
        " WHERE id = %(entered)s",
        "budget_council_is_booked",
    ),
    "change what the council decided": Attack(
        "UPDATE budget_councildecisionamount SET amount = amount + 1", "the decision of the council is confirmed"
    ),
    "delete a decision of the council": Attack(
        "DELETE FROM budget_councildecision WHERE id = %(council)s", "the decision of the council is confirmed"
    ),
    # Destroying is for the owner: an order that was forged, and named, opens nothing for the application.
    "destroy what was decided": Attack(
        FORGED_ORDER + "UPDATE budget_decision SET reason = '[gewist]' WHERE id = %(decision)s", "the list is approved"
    ),
    "destroy the audit trail": Attack(FORGED_ORDER + "UPDATE core_auditentry SET object_label = '[gewist]'", DENIED),
    "destroy a document": Attack(FORGED_ORDER + "UPDATE core_document SET title = '[gewist]'", DENIED),
    "say that a file was destroyed": Attack(
        FORGED_ORDER + "UPDATE reporting_purgefile SET purged_at = now()", "reporting_purgefile_is_fixed|is refused"
    ),
    "let oneself through": Attack("SELECT core_let_purge('budget_ledgerentry', 'remark')", OWNER_ONLY),
    "begin with an order that is signed": Attack(
        "INSERT INTO reporting_purgeorder (prepared_by_id, prepared_at, files_sha256, state, signed_by_id, signed_at)"
        " VALUES (%(finance)s, now(), repeat('a', 64), 'signed', %(college)s, now())",
        "begins without signatures",
    ),
}
