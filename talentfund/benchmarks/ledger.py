"""How fast the ledger books grants on one busy line, beside bare SQL that does the same statements."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from budget.models import Balance, BudgetLine, Decision
from core.domain import clock
from talentfund.demo import proposals, story

CENT = Decimal("0.01")
MOVE = """
    UPDATE budget_balance SET granted = granted + %(amount)s
    WHERE budget_line_id = %(line)s AND budgeted >= granted + spent + %(amount)s
"""
ENTER = """
    INSERT INTO budget_ledgerentry (budget_line_id, sequence, kind, amount, decision_id, remark, actor_id, booked_at,
        budgeted_after, granted_after, spent_after, previous_hash, hash)
    VALUES (%(line)s, 0, 'grant', %(amount)s, %(decision)s, '', %(actor)s, %(moment)s, 0, 0, 0, '', '')
"""


def measure(*, grants: int, connections: int) -> dict[str, Any]:
    """Book `grants` grants of a cent over `connections` connections, by the rule and by bare SQL, in this database.

    Returns grants per second of both, their ratio, and what the proof of the books found afterwards. Leaves its
    entries behind: the command runs it in a database of its own.
    """
    decision, line, actor = _prepare()
    by_rule = _per_second(grants, connections, lambda share: _by_rule(share, decision, line, actor))
    by_sql = _per_second(grants, connections, lambda share: _by_sql(share, decision, line, actor))
    granted = Balance.objects.get(budget_line=line).granted
    return {
        "grants": grants,
        "connections": connections,
        "rule_per_second": round(by_rule),
        "sql_per_second": round(by_sql),
        "ratio_rule_to_sql": round(by_rule / by_sql, 2),
        "cents_missing": int(2 * grants - granted / CENT),
        "findings": len(list(proof.check())),
    }


def _prepare() -> tuple[Decision, BudgetLine, User]:
    """Tell one proposal of the demo up to a list in preparation: a decision to book on."""
    said = next(said for said in proposals.read_stories() if said["key"] == "stationskamers")
    with clock.set_to(story.BEGINS):
        call_command("load_programme", verbosity=0, stdout=_Silent())
    demo = story.Demo()
    demo.tell([said])
    decision = Decision.objects.select_related("proposal").get()
    line = BudgetLine.objects.select_related("line").get(line__code="imago", year=2027)
    return decision, line, demo.cast["finance"]


def _per_second(grants: int, connections: int, book: Callable[[int], None]) -> float:
    """Let `connections` threads book equal shares at the same time."""
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(book, [grants // connections] * connections))
    return grants / (time.perf_counter() - began)


def _by_rule(share: int, decision: Decision, line: BudgetLine, actor: User) -> None:
    try:
        for _turn in range(share):
            ledger.book_grant(decision, [Movement(line, CENT)], by=actor)
    finally:
        connection.close()


def _by_sql(share: int, decision: Decision, line: BudgetLine, actor: User) -> None:
    values = {"amount": CENT, "line": line.pk, "decision": decision.pk, "actor": actor.pk}
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as bare:
        for _turn in range(share):
            with bare.transaction():
                bare.execute(MOVE, values)
                bare.execute(ENTER, {**values, "moment": clock.now()})


class _Silent:
    def write(self, text: str) -> None:
        """Say nothing: the figures are the only output."""
