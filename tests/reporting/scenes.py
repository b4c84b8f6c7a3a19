"""Small histories of proposals and money, for tests of figures and reports. The road of real verbs is in budget/road.py."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from applications.models import Proposal, StateChange
from applications.states import ProposalState
from assessment.models import Advice, AdvisedAmount
from assessment.states import Outcome
from budget.domain import ledger
from budget.domain.ledger import Movement
from budget.models import Decision, DecisionAmount, DecisionList
from budget.states import ListState, Ruling
from core.domain import clock
from programme.models import DesiredResult, Line
from tests.assessment.bare import bare_consensus
from tests.budget.bare import a_document, budget_line

_numbers = count(1)


def day(month, number, year=2026, hour=11):
    return datetime(year, month, number, hour, tzinfo=UTC)


def euros(amount):
    return Decimal(amount).quantize(Decimal("0.01"))


def submitted(cast, call, *, line="leven", at, title="Podium voor jong talent", organisation=None):
    """A proposal that came in at a moment, complete with its history until then."""
    number = next(_numbers)
    programme_line = Line.objects.get(code=line)
    proposal = Proposal.objects.create(
        call=call,
        organisation=organisation or cast.organisation,
        contact=cast.partner,
        created_at=at - timedelta(days=1),
        title=title,
        proposed_line=programme_line,
        line=programme_line,
    )
    proposal.desired_results.set(DesiredResult.objects.filter(line=programme_line)[:2])
    proposal.reference, proposal.submitted_at = f"TF-2026-{number:04d}", at
    _move(proposal, ProposalState.SUBMITTED, cast.partner, at, "reference", "submitted_at")
    return proposal


def advised(cast, call, *, at, amounts, outcome=Outcome.POSITIVE, **over):
    """A proposal with an advice from a moment; it came in the day before."""
    proposal = submitted(cast, call, at=at - timedelta(days=1), **over)
    _move(proposal, ProposalState.IN_ASSESSMENT, cast.manager, at - timedelta(hours=1))
    consensus = bare_consensus(proposal, cast.manager, at)
    advice = Advice.objects.create(
        proposal=proposal,
        about=proposal,
        consensus=consensus,
        outcome=outcome,
        outcome_by_rule=outcome,
        points=15,
        points_possible=18,
        percentage=Decimal("83.3"),
        conditions="" if outcome != Outcome.CONDITIONAL else "Zoek een partner.",
        explanation="Sterk voorstel.",
        given_by=cast.manager,
        given_at=at,
    )
    AdvisedAmount.objects.bulk_create(
        AdvisedAmount(advice=advice, year=year, requested=euros(amount), eligible=euros(amount), advised=euros(amount))
        for year, amount in amounts.items()
    )
    _move(proposal, ProposalState.ADVISED, cast.manager, at)
    return proposal


def listed(cast, call, *, at, amounts, **over):
    """A proposal on a decision list; its advice is from `at`. Returns its decision."""
    proposal = advised(cast, call, at=at, amounts=amounts, **over)
    with clock.set_to(at):
        decision_list = DecisionList.objects.create(
            reference=f"BL-{proposal.reference}", meeting_on=at.date(), prepared_by=cast.finance, prepared_at=at
        )
    _move(proposal, ProposalState.LISTED, cast.finance, at + timedelta(hours=1))
    return Decision.objects.create(
        decision_list=decision_list,
        proposal=proposal,
        advice=proposal.advice,
        position=1,
        ruling=Ruling.GRANT,
        reason="Goed.",
    )


def granted(cast, call, *, line="leven", at, amounts, decided_at=None, **over):
    """A proposal that the college granted. Returns its decision."""
    decision = listed(cast, call, line=line, at=at, amounts=amounts, **over)
    moment = decided_at or at + timedelta(days=1)
    with clock.set_to(moment):
        approve(cast, decision, amounts, line=line)
    _move(decision.proposal, ProposalState.GRANTED, cast.college, moment)
    return decision


def approve(cast, decision: Decision, amounts, *, line="leven", conditional=False):
    """Book a grant the way an approved list has it: decided, its amounts beside it, and the list approved by another."""
    now = clock.now()
    booked = movements(line, amounts)
    Decision.objects.filter(pk=decision.pk).update(
        reference=f"TFB-{decision.pk}", decided_on=clock.local_date(now), ruling=Ruling.GRANT
    )
    DecisionAmount.objects.bulk_create(
        DecisionAmount(decision=decision, budget_line=one.budget_line, amount=one.amount, conditional=conditional)
        for one in booked
    )
    ledger.book_grant(decision, booked, by=cast.college, conditional=conditional)
    DecisionList.objects.filter(pk=decision.decision_list_id).update(
        state=ListState.APPROVED, approved_by=cast.college, approved_at=now, decided_on=clock.local_date(now)
    )
    decision.refresh_from_db()


def spend(cast, decision: Decision, *, at, amounts, line="leven"):
    with clock.set_to(at):
        ledger.book_expense(decision, movements(line, amounts), by=cast.finance, document=a_document())


def release(cast, decision: Decision, *, at, amounts, line="leven"):
    with clock.set_to(at):
        ledger.book_release(decision, movements(line, amounts), by=cast.finance, document=a_document())


def movements(line, amounts):
    return [Movement(budget_line(line, year), euros(amount)) for year, amount in amounts.items()]


def _move(proposal, to, by, at, *also):
    before, proposal.state = proposal.state, to
    proposal.save(update_fields=["state", *also])
    StateChange.objects.create(proposal=proposal, from_state=before, to_state=to, by=by, at=at)
