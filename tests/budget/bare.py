"""A decision with the least around it, for tests of the ledger alone. The road of real verbs is in road.py."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from itertools import count

from accounts.models import Organisation, User
from applications.models import Call, Proposal
from applications.states import ProposalState
from assessment.models import Advice, AdvisedAmount
from assessment.states import Outcome
from budget.domain import council
from budget.domain.council_content import Content
from budget.models import BudgetLine, CouncilDecision, Decision, DecisionList
from budget.states import GRANT_KINDS, CouncilDecisionKind, EntryKind, ListState, Ruling
from core.domain import clock, documents
from core.models import Document
from programme.models import Line
from tests.assessment.bare import bare_consensus

_numbers = count(1)


def bare_decision(by: User, organisation: Organisation, call: Call, line: str = "leven") -> Decision:
    """Make a granting decision on a proposal for a line, with no amounts and no entries yet."""
    number = next(_numbers)
    now = clock.now()
    proposal = Proposal.objects.create(
        reference=f"TF-TEST-{number}",
        call=call,
        organisation=organisation,
        contact=by,
        state=ProposalState.LISTED,
        created_at=now,
        submitted_at=now,
        title=f"Voorstel {number}",
        line=Line.objects.get(code=line),
    )
    consensus = bare_consensus(proposal, by, now)
    advice = Advice.objects.create(
        proposal=proposal,
        about=proposal,
        consensus=consensus,
        outcome=Outcome.POSITIVE,
        outcome_by_rule=Outcome.POSITIVE,
        points=15,
        points_possible=18,
        percentage=Decimal("83.3"),
        explanation="Sterk voorstel.",
        given_by=by,
        given_at=now,
    )
    plenty = Decimal(1_000_000)
    AdvisedAmount.objects.bulk_create(
        AdvisedAmount(advice=advice, year=year, requested=plenty, eligible=plenty, advised=plenty)
        for year in call.years
    )
    decision_list = DecisionList.objects.create(
        reference=f"BL-TEST-{number}", meeting_on=clock.today(), prepared_by=by, prepared_at=now
    )
    return Decision.objects.create(
        decision_list=decision_list, proposal=proposal, advice=advice, position=1, ruling=Ruling.GRANT, reason="Goed."
    )


def a_document() -> Document:
    return documents.store(kind="proof", title="Bewijsstuk", file_name="bewijs.csv", content=b"1;2\r\n", facts={})


def budget_line(code: str = "leven", year: int = 2026) -> BudgetLine:
    return BudgetLine.objects.select_related("line").get(line__code=code, year=year)


def council_decides(
    finance: User,
    confirmer: User,
    amounts: Mapping[tuple[str, int], Decimal],
    *,
    number: str = "",
    kind: CouncilDecisionKind = CouncilDecisionKind.AMENDMENT,
    reserve_change: Decimal = Decimal(0),
    year: int | None = None,
) -> CouncilDecision:
    """Let the council decide: the financial adviser enters it, somebody of the council confirms."""
    content = Content(
        kind=kind,
        title="Begrotingswijziging",
        amounts=amounts,
        net=sum(amounts.values(), Decimal(0)),
        reserve_change=reserve_change,
        year=year,
        number=number or f"RB-{next(_numbers)}",
        decided_on=clock.today(),
        document=a_document(),
    )
    entered = council.enter(decision_id=council.draft(by=finance, content=content).pk, by=finance)
    return council.confirm(decision_id=entered.pk, version=entered.version, by=confirmer, request_key=uuid.uuid4())


def approve_bare(decision: Decision, approver: User) -> Decision:
    """Let the college approve exactly what is booked on a bare decision: at commit the database asks for that."""
    booked: dict[tuple[int, bool], Decimal] = {}
    for entry in decision.entries.filter(kind__in=GRANT_KINDS):
        key = (entry.budget_line_id, entry.kind == EntryKind.CONDITIONAL_GRANT)
        booked[key] = booked.get(key, Decimal(0)) + entry.amount
    for (line, conditional), amount in booked.items():
        decision.amounts.create(budget_line_id=line, amount=amount, conditional=conditional)
    decision.reference, decision.decided_on = f"B-TEST-{decision.pk}", clock.today()
    decision.save(update_fields=["reference", "decided_on"])
    DecisionList.objects.filter(pk=decision.decision_list_id).update(
        state=ListState.APPROVED, approved_by=approver, approved_at=clock.now(), decided_on=clock.today()
    )
    return decision
