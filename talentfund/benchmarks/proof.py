"""How long the proof of the whole books takes at a hundred thousand entries."""

import time
from typing import Any

from django.db import connection, transaction

from budget.domain import proof
from budget.models import CouncilDecision, LedgerEntry
from core.domain import documents
from talentfund.benchmarks.scratch import Scene, prepare

DOCUMENT_BYTES = 60_000
# Amendments of a cent and their counter-entries, in turn: the chain of hashes is made by the trigger, one by one.
FILL = """
    INSERT INTO budget_ledgerentry (budget_line_id, sequence, kind, amount, council_decision_id, document_id, remark,
        actor_id, booked_at, budgeted_after, granted_after, spent_after, previous_hash, hash)
    SELECT %(line)s, 0, 'amendment', CASE WHEN number %% 2 = 1 THEN 0.01 ELSE -0.01 END, %(council)s, %(document)s, '',
        %(actor)s, now(), 0, 0, 0, '', '' FROM generate_series(1, %(count)s) number
"""


def measure(*, entries: int, files: int) -> dict[str, Any]:
    """Fill the database up to `entries` entries and `files` documents of 60 kB, and prove it all; seconds of both."""
    scene = prepare("stationskamers", "leven", 2026)
    _fill(scene, entries, files)
    began, worked = time.perf_counter(), time.process_time()
    proven = proof.prove()
    seconds, own = time.perf_counter() - began, time.process_time() - worked
    return {
        "entries": proven.entries,
        "documents": files,
        "findings": len(proven.findings),
        "seconds": round(seconds, 2),
        # On a machine that is busy with other things: what this process itself worked.
        "cpu_seconds": round(own, 2),
        "seconds_per_10000_entries": round(10_000 * seconds / proven.entries, 3),
    }


def _fill(scene: Scene, entries: int, files: int) -> None:
    content = b"x" * DOCUMENT_BYTES
    kept = [
        documents.store(kind="proof", title="Stuk", file_name="s.csv", content=content, facts={}) for _ in range(files)
    ]
    values: dict[str, Any] = {
        "line": scene.line.pk,
        "council": CouncilDecision.objects.get(entries__budget_line=scene.line, entries__sequence=1).pk,
        "document": kept[0].pk,
        "actor": scene.actor.pk,
        "count": (entries - LedgerEntry.objects.count()) // 2 * 2,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # At commit each entry is held against all of its decision: a hundred thousand on one would take hours.
        cursor.execute("ALTER TABLE budget_ledgerentry DISABLE TRIGGER budget_council_is_booked")
        cursor.execute(FILL, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE budget_ledgerentry ENABLE TRIGGER budget_council_is_booked")
