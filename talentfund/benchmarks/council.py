"""The council's page with few proposals in the database and with many: it must cost the same every year."""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.states import Role
from applications.models import Proposal, StateChange
from applications.states import ProposalState
from assessment.models import Advice, AdvisedAmount, Consensus, Meeting, MeetingItem
from assessment.states import ItemState, MeetingState, Outcome
from budget.models import Balance, BudgetLine, Decision, DecisionAmount, DecisionList, LedgerEntry
from budget.states import EntryKind, ListState, RefusalGround, Ruling
from core.domain import clock
from core.domain.money import CENT
from core.models import Document
from reporting.access.reports import READERS
from reporting.views.council import council
from talentfund.benchmarks.scratch import Scene, prepare, use

FEW, MANY = 1_000, 20_000
TURNS, WARM_UPS, VIEWS = 8, 5, 15
BEGINS, LASTS = datetime(2025, 2, 3, 9, 0, tzinfo=UTC), timedelta(days=600)
ROOM = 10_000  # what a line and year has left at least to take part
ON_A_LIST, BATCH = 20, 2_000
# Of twenty proposals, as in a year of the fund.
STATES = (
    *[ProposalState.IN_ASSESSMENT] * 1,
    *[ProposalState.ADVISED] * 1,
    *[ProposalState.REFUSED] * 2,
    *[ProposalState.GRANTED] * 10,
    *[ProposalState.SETTLED] * 6,
)
DECIDED = (ProposalState.REFUSED, ProposalState.GRANTED, ProposalState.SETTLED)
WITH_MONEY = (ProposalState.GRANTED, ProposalState.SETTLED)
BALANCES = """
    UPDATE budget_balance balance SET granted = latest.granted_after, spent = latest.spent_after
    FROM (SELECT DISTINCT ON (budget_line_id) * FROM budget_ledgerentry ORDER BY budget_line_id, sequence DESC) latest
    WHERE latest.budget_line_id = balance.budget_line_id
"""


@dataclass
class Made:
    """One proposal that the fill makes, with what belongs to it."""

    number: int
    state: ProposalState
    line: BudgetLine
    at: datetime
    proposal: Proposal = field(init=False)
    advice: Advice = field(init=False)
    decision: Decision = field(init=False)
    amount: Decimal = Decimal(0)


def measure(few: str, many: str) -> dict[str, Any]:
    """Show the council's page on two databases (their names) in turns; milliseconds, and the ratio of the medians.

    In turns, so that a busy moment of the machine hits both. Measured is the view itself with its template, without the
    middleware that costs the same on every page.
    """
    databases = {"few": few, "many": many}
    took: dict[str, list[float]] = {side: [] for side in databases}
    for turn in range(TURNS):
        for side in databases if turn % 2 == 0 else reversed(databases):
            use(databases[side])
            took[side] += _page_views()
    sides = {side: _side(name, took[side]) for side, name in databases.items()}
    return {**sides, "ratio": round(sides["many"]["median_ms"] / sides["few"]["median_ms"], 2)}


def _side(name: str, took: list[float]) -> dict[str, Any]:
    use(name)
    page = _page()
    with CaptureQueriesContext(connection) as queries:
        answer = page()
    return {
        "proposals": Proposal.objects.count(),
        "entries": LedgerEntry.objects.count(),
        "queries": len(queries),
        "kilobytes": len(answer.content) // 1024 if isinstance(answer, HttpResponse) else 0,
        "median_ms": round(statistics.median(took), 1),
        "fastest_ms": round(min(took), 1),
    }


def _page() -> Callable[[], HttpResponseBase]:
    request = RequestFactory().get("/raad/")
    request.user = User.objects.filter(role_holdings__role__in=READERS).order_by("pk")[0]
    return lambda: council(request)


def _page_views() -> list[float]:
    """Return how long the page took, some times; a new connection is warm first."""
    page = _page()
    for _view in range(WARM_UPS):
        page()
    return [_milliseconds(page) for _view in range(VIEWS)]


def _milliseconds(page: Callable[[], HttpResponseBase]) -> float:
    began = time.perf_counter()
    page()
    return (time.perf_counter() - began) * 1000


def fill_to(number: int) -> None:
    """Fill an empty database until it holds `number` proposals with their money, as it is after a night's rest."""
    scene = prepare("stationskamers", "leven", 2026)
    with transaction.atomic(), connection.cursor() as cursor:
        # The database has not seen yet that the tables grow: its triggers would read them whole for each row.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE")
        _fill(scene, number - Proposal.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _fill(scene: Scene, count: int) -> None:
    """Add `count` proposals in every state, with advices, decisions of the college and entries in the ledger."""
    free = F("balance__budgeted") - F("balance__granted") - F("balance__spent")
    lines = list(BudgetLine.objects.select_related("line").annotate(free=free).filter(free__gte=ROOM, year__gte=2026))
    made = [
        Made(
            number,
            STATES[number % len(STATES)],
            lines[number // len(STATES) % len(lines)],
            BEGINS + LASTS * number / count,
        )
        for number in range(count)
    ]
    _divide(made)
    _propose(scene, made)
    _advise(scene, [one for one in made if one.state != ProposalState.IN_ASSESSMENT])
    _decide(scene, [one for one in made if one.state in DECIDED])
    _book(scene, [one for one in made if one.state in WITH_MONEY])


def _divide(made: list[Made]) -> None:
    """Give each proposal an equal part of what its line and year has left."""
    sharing = Counter(one.line.pk for one in made)
    for balance in Balance.objects.all():
        share = (balance.budgeted - balance.granted - balance.spent) / max(sharing[balance.pk], 1)
        for one in made:
            if one.line.pk == balance.pk:
                one.amount = share.quantize(CENT, rounding=ROUND_DOWN)


def _propose(scene: Scene, made: list[Made]) -> None:
    model = scene.decision.proposal
    for one in made:
        one.proposal = Proposal(
            reference=f"TF-BENCH-{one.number:06d}",
            call=model.call,
            organisation=model.organisation,
            contact=model.contact,
            state=one.state,
            created_at=one.at,
            submitted_at=one.at,
            complete_at=one.at,
            title=f"Voorstel {one.number}",
            summary=model.summary,
            proposed_line=one.line.line,
            line=one.line.line,
            starts_on=date(2025, 1, 1),
            ends_on=date(2027, 12, 31),
        )
    Proposal.objects.bulk_create([one.proposal for one in made], BATCH)
    roads = {
        ProposalState.IN_ASSESSMENT: [ProposalState.SUBMITTED, ProposalState.IN_ASSESSMENT],
        ProposalState.ADVISED: [ProposalState.SUBMITTED, ProposalState.IN_ASSESSMENT, ProposalState.ADVISED],
    }
    changes = [
        StateChange(proposal=one.proposal, from_state=ProposalState.DRAFT, to_state=state, by=scene.actor, at=one.at)
        for one in made
        for state in roads.get(one.state, [*roads[ProposalState.ADVISED], ProposalState.LISTED, one.state])
    ]
    StateChange.objects.bulk_create(changes, BATCH)


def _advise(scene: Scene, made: list[Made]) -> None:
    kept = [
        Consensus(
            proposal=one.proposal, passes_gate=True, gate_reason="Past", recorded_by=scene.actor, recorded_at=one.at
        )
        for one in made
    ]
    Consensus.objects.bulk_create(kept, BATCH)
    _meet(scene, kept)
    for one, consensus in zip(made, kept, strict=True):
        outcome = Outcome.NEGATIVE if one.state == ProposalState.REFUSED else Outcome.POSITIVE
        one.advice = Advice(
            proposal=one.proposal,
            about=one.proposal,
            consensus=consensus,
            outcome=outcome,
            outcome_by_rule=outcome,
            points=15,
            points_possible=18,
            percentage=Decimal("83.3"),
            explanation="Past bij de lijn.",
            given_by=scene.actor,
            given_at=one.at,
        )
    Advice.objects.bulk_create([one.advice for one in made], BATCH)
    amounts = [
        AdvisedAmount(
            advice=one.advice, year=one.line.year, requested=one.amount, eligible=one.amount, advised=one.amount
        )
        for one in made
    ]
    AdvisedAmount.objects.bulk_create(amounts, BATCH)


def _meet(scene: Scene, kept: list[Consensus]) -> None:
    """Let the team meet about every so many proposals; what it agreed on is recorded there."""
    groups = [kept[begin : begin + ON_A_LIST] for begin in range(0, len(kept), ON_A_LIST)]
    meetings = [
        Meeting(
            starts_at=group[0].recorded_at,
            chair=scene.actor,
            state=MeetingState.OPEN,
            made_by=scene.actor,
            made_at=group[0].recorded_at,
            opened_at=group[0].recorded_at,
        )
        for group in groups
    ]
    Meeting.objects.bulk_create(meetings, BATCH)
    items = [
        MeetingItem(
            meeting=meeting,
            proposal=one.proposal,
            position=position,
            state=ItemState.RECORDED,
            put_by=scene.actor,
            put_at=one.recorded_at,
            consensus=one,
            settled_by=scene.actor,
            settled_at=one.recorded_at,
        )
        for meeting, group in zip(meetings, groups, strict=True)
        for position, one in enumerate(group, 1)
    ]
    MeetingItem.objects.bulk_create(items, BATCH)


def _decide(scene: Scene, made: list[Made]) -> None:
    second = User.objects.filter(role_holdings__role=Role.COLLEGE).exclude(pk=scene.actor.pk)[0]
    lists = [
        DecisionList(
            reference=f"BL-BENCH-{number:05d}",
            meeting_on=clock.local_date(made[number * ON_A_LIST].at),
            prepared_by=scene.actor,
            prepared_at=made[number * ON_A_LIST].at,
        )
        for number in range(-(-len(made) // ON_A_LIST))
    ]
    DecisionList.objects.bulk_create(lists, BATCH)
    for place, one in enumerate(made):
        refused = one.state == ProposalState.REFUSED
        one.decision = Decision(
            decision_list=lists[place // ON_A_LIST],
            proposal=one.proposal,
            advice=one.advice,
            position=place % ON_A_LIST + 1,
            reference=f"B-BENCH-{one.number:06d}",
            ruling=Ruling.REFUSE if refused else Ruling.GRANT,
            refusal_ground=RefusalGround.CRITERIA if refused else "",
            reason="Past bij de lijn.",
            decided_on=lists[place // ON_A_LIST].meeting_on,
        )
    Decision.objects.bulk_create([one.decision for one in made], BATCH)
    granted = [one for one in made if one.state in WITH_MONEY]
    DecisionAmount.objects.bulk_create(
        [DecisionAmount(decision=one.decision, budget_line=one.line, amount=one.amount) for one in granted], BATCH
    )
    for made_list in lists:
        made_list.state, made_list.approved_by = ListState.APPROVED, second
        made_list.approved_at, made_list.decided_on = made_list.prepared_at, made_list.meeting_on
    DecisionList.objects.bulk_update(lists, ["state", "approved_by", "approved_at", "decided_on"], BATCH)


def _book(scene: Scene, made: list[Made]) -> None:
    document = Document.objects.order_by("rendered_at")[0]
    booked: list[tuple[datetime, LedgerEntry]] = []
    for one in made:
        for days, kind, amount in _movements(one):
            at = one.at + timedelta(days=days)
            on = None if kind == EntryKind.GRANT else document
            entry = LedgerEntry(
                budget_line=one.line,
                sequence=0,
                kind=kind,
                amount=amount,
                decision=one.decision,
                document=on,
                actor=scene.actor,
                booked_at=at,
                budgeted_after=0,
                granted_after=0,
                spent_after=0,
                previous_hash="",
                hash="",
            )
            booked.append((at, entry))
    booked.sort(key=lambda one: one[0])
    LedgerEntry.objects.bulk_create([entry for _at, entry in booked], BATCH)
    with connection.cursor() as cursor:
        cursor.execute(BALANCES)


def _movements(one: Made) -> list[tuple[int, EntryKind, Decimal]]:
    """Return what happens to a grant: days after the decision, kind, euros."""
    most = (one.amount * Decimal("0.8")).quantize(CENT, rounding=ROUND_DOWN)
    begun = [(0, EntryKind.GRANT, one.amount), (7, EntryKind.ADVANCE, most)]
    if one.state == ProposalState.SETTLED:
        return [*begun, (60, EntryKind.EXPENSE, most), (60, EntryKind.RELEASE, one.amount - most)]
    return [*begun, (45, EntryKind.EXPENSE, (most / 2).quantize(CENT))] if one.number % 2 else begun
