"""Many who ask for grants at once on one line: what is booked, and how fast beside bare SQL that does the same."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from budget.errors import NoRoom
from budget.models import Balance, BudgetLine, LedgerEntry
from core.domain import clock, requests
from core.domain.money import CENT
from core.models import HandledRequest
from talentfund.benchmarks.scratch import Scene, budget_line, prepare

PURPOSE = "bench.grant"
ROOM = Decimal(250_000)  # what the line has left when the asking begins
REPEATED = 0.2  # of the attempts carry the key of an earlier one
FITTING = 0.5  # of the attempts find room, and then the line is full to the cent

# The same statements as the rule sends, over psycopg alone.
TAKE = """
    INSERT INTO core_handledrequest (key, purpose, actor_id, body_sha256, at)
    VALUES (%(key)s, 'bench.grant', %(actor)s, %(body)s, %(moment)s) ON CONFLICT DO NOTHING
"""
LOOK = "SELECT key, purpose, actor_id, body_sha256, answer, at FROM core_handledrequest WHERE key = %(key)s FOR UPDATE"
MOVE = """
    UPDATE budget_balance SET budgeted = budgeted + 0, granted = granted + %(amount)s, spent = spent + 0
    WHERE budget_line_id = %(line)s AND granted + %(amount)s >= 0 AND budgeted + 0 >= granted + %(amount)s + spent + 0
"""
ENTER = """
    INSERT INTO budget_ledgerentry (budget_line_id, sequence, kind, amount, decision_id, remark, actor_id, booked_at,
        budgeted_after, granted_after, spent_after, previous_hash, hash)
    VALUES (%(line)s, 0, 'grant', %(amount)s, %(decision)s, '', %(actor)s, %(moment)s, 0, 0, 0, '', '') RETURNING id
"""
ANSWER = "UPDATE core_handledrequest SET answer = %(answer)s WHERE key = %(key)s"

Attempt = Callable[[UUID], str]


def measure(*, attempts: int, connections: int) -> dict[str, Any]:
    """Ask `attempts` grants of one amount over `connections` connections on a line where half of them fit exactly.

    A fifth of the attempts repeat the key of another. First by the rule, then by bare SQL on another line with as much
    room. Returns what went wrong (cents over, unjust refusals, doubles: all must be 0) and grants per second of both.
    Leaves its entries behind: the command runs it in a database of its own.
    """
    scene = prepare("stationskamers", "leven", 2026)
    return compare(scene, scene._replace(line=budget_line("imago", 2026)), attempts=attempts, connections=connections)


def compare(scene: Scene, other: Scene, *, attempts: int, connections: int) -> dict[str, Any]:
    """Ask by the rule on the line of `scene` and by bare SQL on that of `other`; what `measure` returns."""
    with connection.cursor() as cursor:
        # All grants are booked on one decision that nobody approved: only in this database, which is thrown away.
        cursor.execute("ALTER TABLE budget_ledgerentry DISABLE TRIGGER budget_grant_is_decided")
    fitting = int(attempts * FITTING)
    keys = _keys(attempts)
    by_rule = _run(keys, connections, scene, _by_rule, fitting)
    by_sql = _run(keys, connections, other, _by_sql, fitting)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE budget_ledgerentry ENABLE TRIGGER budget_grant_is_decided")
    return {
        "attempts": attempts,
        "connections": connections,
        "room": str(ROOM),
        "amount": str(ROOM / fitting),
        "rule": by_rule,
        "bare_sql": by_sql,
        "ratio_rule_to_sql": round(by_rule["grants_per_second"] / by_sql["grants_per_second"], 2),
        # That nobody approved it is the one thing that is wrong with these books.
        "findings": len([finding for finding in proof.check() if finding.what != "not_decided"]),
    }


def _keys(attempts: int) -> list[UUID]:
    """Keys of the attempts in the order of asking: a fifth of them is there before, somewhere."""
    chance = random.Random(4)  # noqa: S311  (the same order every time)
    distinct = [UUID(int=chance.getrandbits(128), version=4) for _number in range(int(attempts * (1 - REPEATED)))]
    keys = distinct + chance.choices(distinct, k=attempts - len(distinct))
    chance.shuffle(keys)
    return keys


def _run(
    keys: list[UUID], connections: int, scene: Scene, open_connection: Callable[..., Any], fitting: int
) -> dict[str, Any]:
    amount = ROOM / fitting
    if amount != amount.quantize(CENT):
        raise ValueError(f"{ROOM} does not divide into {fitting} equal grants")
    above = _free(scene.line) - ROOM
    if above:
        ledger.book_grant(scene.decision, [Movement(scene.line, above)], by=scene.actor)
    before = LedgerEntry.objects.filter(budget_line=scene.line).count()
    HandledRequest.objects.filter(purpose=PURPOSE).delete()
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        shares = [keys[number::connections] for number in range(connections)]
        said = Counter[str]()
        for told in pool.map(lambda share: _ask(share, open_connection, scene, amount), shares):
            said += told
    seconds = time.perf_counter() - began
    entries = LedgerEntry.objects.filter(budget_line=scene.line).count() - before
    answered = HandledRequest.objects.filter(purpose=PURPOSE, answer__isnull=False).count()
    free = _free(scene.line)
    return {
        "granted": said["granted"],
        "repeats": said["repeat"],
        "refused": said["refused"],
        "cents_over": int(max(-free, Decimal(0)) / CENT),
        "unjust_refusals": int(free // amount) if said["refused"] else 0,
        "double": entries - answered,
        "grants_per_second": round(said["granted"] / seconds),
        "attempts_per_second": round(len(keys) / seconds),
    }


def _free(line: BudgetLine) -> Decimal:
    balance = Balance.objects.get(budget_line=line)
    return balance.budgeted - balance.granted - balance.spent


def _ask(share: list[UUID], open_connection: Callable[..., Any], scene: Scene, amount: Decimal) -> Counter[str]:
    with open_connection(scene, amount) as attempt:
        return Counter(attempt(key) for key in share)


class _by_rule:  # noqa: N801  (used as a function)
    """Ask by the rules that a page uses: the request key, and the ledger."""

    def __init__(self, scene: Scene, amount: Decimal) -> None:
        self.scene, self.amount = scene, amount

    def __enter__(self) -> Attempt:
        return self.attempt

    def __exit__(self, *_error: object) -> None:
        connection.close()

    def attempt(self, key: UUID) -> str:
        scene = self.scene
        body = {"line": scene.line.pk, "amount": str(self.amount)}
        try:
            with transaction.atomic():
                request, is_new = requests.take(key=key, actor=scene.actor, purpose=PURPOSE, body=body)
                if not is_new:
                    return "repeat"
                entries = ledger.book_grant(scene.decision, [Movement(scene.line, self.amount)], by=scene.actor)
                requests.answer(request, entry=entries[0].pk)
        except NoRoom:
            return "refused"
        return "granted"


class _by_sql(_by_rule):  # noqa: N801
    """Ask by the same statements over psycopg alone."""

    def __enter__(self) -> Attempt:
        params = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
        self.bare: psycopg.Connection[Any] = psycopg.connect(**params)
        return self.attempt

    def __exit__(self, *_error: object) -> None:
        self.bare.close()

    def attempt(self, key: UUID) -> str:
        scene = self.scene
        values = {
            "key": key,
            "body": "0" * 64,
            "amount": self.amount,
            "line": scene.line.pk,
            "decision": scene.decision.pk,
            "actor": scene.actor.pk,
            "moment": clock.now(),
        }
        granted = False
        with self.bare.transaction() as whole:
            if self.bare.execute(TAKE, values).rowcount != 1:
                self.bare.execute(LOOK, values).fetchone()
                return "repeat"
            if self.bare.execute(MOVE, values).rowcount != 1:
                raise psycopg.Rollback(whole)
            entered = self.bare.execute(ENTER, values).fetchone()
            self.bare.execute(ANSWER, {"key": key, "answer": Jsonb({"entry": entered}, dumps=json.dumps)})
            granted = True
        return "granted" if granted else "refused"
