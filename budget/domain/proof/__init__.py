"""Proof of the books: everything recomputed from the entries alone, in one snapshot of the database."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from budget.domain.proof import agreements, chain, origins
from budget.domain.proof.findings import Finding, Head, Story
from budget.models import BudgetLine, LedgerEntry, ProofRun
from budget.states import Discrepancy
from core.domain import clock

__all__ = ["Finding", "Proof", "check", "ledger_head", "prove", "record"]


class Proof(NamedTuple):
    """What a check of the books came to."""

    entries: int
    findings: list[Finding]
    head: str
    heads: dict[int, Head]


def prove() -> Proof:
    """Check the books as they stand at one moment, also while others book. No findings means proven.

    Checks the chain of entries and the balance after each; balances, reserve and programme total; what each grant
    holds; what council and college decided against the entries; that whatever an entry rests on is there, up to the
    partner; that every stored document has its SHA-256; and that what was proven before still stands.
    """
    story = Story()
    with _one_snapshot():
        names = chain.line_names()
        findings = list(chain.read(story))
        findings += agreements.check(story, names)
        findings += origins.check_parents(names)
        findings += _check_proven_before()
        # Files don't change with a transaction, but which there must be does.
        findings += origins.check_documents()
        codes = {pk: f"{code} {year}" for pk, code, year in BudgetLine.objects.values_list("pk", "line__code", "year")}
    head = _one_hash((codes.get(line, str(line)), head.digest) for line, head in story.heads.items())
    return Proof(story.entries, findings, head, story.heads)


def check() -> list[Finding]:
    """Return what is wrong with the books; nothing when they are proven."""
    return prove().findings


def record(proof: Proof) -> ProofRun:
    """Write down that the books were checked now and what it came to; the next check holds them against it."""
    heads = {str(line): [head.sequence, head.digest] for line, head in proof.heads.items()}
    return ProofRun.objects.create(
        at=clock.now(), entries=proof.entries, findings=len(proof.findings), head=proof.head, heads=heads
    )


def ledger_head(as_of: datetime) -> str:
    """Return one SHA-256 over the last hash of every line before a moment: the state of the books in 64 characters."""
    heads = (
        LedgerEntry.objects.before(as_of)
        .order_by("budget_line_id", "-sequence")
        .distinct("budget_line_id")
        .values_list("budget_line__line__code", "budget_line__year", "hash")
    )
    return _one_hash((f"{code} {year}", digest) for code, year, digest in heads)


def _one_hash(heads: Iterable[tuple[str, str]]) -> str:
    text = "\n".join(f"{name} {digest}" for name, digest in sorted(heads))
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Read everything as of the same moment, and write nothing. Inside somebody's transaction: as that one sees it."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _check_proven_before() -> Iterator[Finding]:
    """Who takes the last entries of a line away leaves a chain that is whole: the last proof remembers them."""
    last = ProofRun.objects.clean().last()
    if last is None:
        return
    names = chain.line_names()
    for line, (sequence, digest) in last.heads.items():
        if not LedgerEntry.objects.filter(budget_line=line, sequence=sequence, hash=digest).exists():
            yield Finding(f"{names.get(int(line), line)} #{sequence}", Discrepancy.PROVEN_BEFORE)
