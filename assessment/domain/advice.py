"""The team's advice to the college: the outcome follows from the rule, the amounts from the request."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.domain import moves
from applications.domain.amounts import requested_by_year
from applications.models import Proposal
from applications.states import ProposalState
from assessment.access import lock_file, require_runner
from assessment.domain.outcomes import Judged, Result, Rule, outcome_by
from assessment.errors import AdviceGiven, AdviceNotAllowed
from assessment.models import Advice, AdvisedAmount, Consensus
from assessment.states import AssessmentEvent, Outcome
from core.domain import audit, clock
from core.domain.money import ZERO, format_euros, round_to_cents, total

# For each year the advised amount in euros and, when it is less than requested, the reason.
Amounts = Mapping[int, tuple[Decimal, str]]


def outcome_of(consensus: Consensus) -> Result:
    """Return what the rule of the call's version of the criteria makes of a recorded consensus."""
    version = consensus.proposal.call.criteria_version
    rule = Rule(version.minimum_points, version.threshold_percentage, version.highest_points)
    judged = [
        Judged(score.criterion.label, score.points, score.criterion.weight)
        for score in consensus.scores.select_related("criterion")
    ]
    return outcome_by(rule, passes_gate=consensus.passes_gate, judged=judged)


def give(*, proposal_id: int, by: User, amounts: Amounts, conditions: str, explanation: str) -> Advice:
    """Give the advice, once and for good, and bring the proposal to “advice ready”.

    `amounts` holds for each year with a request what is advised, in euros: at most what was requested, with a reason
    when it is less, and nothing at all when the outcome is negative. `conditions` are needed for a conditional
    advice and for no other; `explanation` is what the college reads. Raises AdviceNotAllowed, AdviceGiven,
    MoveNotAllowed or StepNotYours.
    """
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        require_runner(by, proposal)
        if Advice.objects.filter(proposal=proposal).exists():
            raise AdviceGiven(_("The advice on this proposal has been given already."))
        consensus = Consensus.objects.filter(proposal=proposal).first()
        if consensus is None:
            raise AdviceNotAllowed(_("The advice follows from the consensus, which the team has not recorded yet."))
        result = outcome_of(consensus)
        _check_texts(result, conditions, explanation)
        rows = _rows(proposal, result, amounts)
        advice = Advice.objects.create(
            proposal=proposal,
            consensus=consensus,
            outcome=result.outcome,
            points=result.points,
            points_possible=result.points_possible,
            percentage=result.percentage,
            conditions=conditions.strip(),
            explanation=explanation.strip(),
            given_by=by,
            given_at=clock.now(),
        )
        for row in rows:
            row.advice = advice
        AdvisedAmount.objects.bulk_create(rows)
        moves.move(proposal, ProposalState.ADVISED, by=by)
        changes = {"outcome": [None, result.outcome], "amounts": {row.year: str(row.advised) for row in rows}}
        audit.record(event=AssessmentEvent.ADVISED, actor=by, about=proposal, changes=changes)
    return advice


def _check_texts(result: Result, conditions: str, explanation: str) -> None:
    conditional = result.outcome == Outcome.CONDITIONAL
    if conditional and not conditions.strip():
        raise AdviceNotAllowed(_("A conditional advice says under which conditions it is positive."), "conditions")
    if not conditional and conditions.strip():
        raise AdviceNotAllowed(_("Only a conditional advice has conditions."), "conditions")
    if not explanation.strip():
        raise AdviceNotAllowed(_("Explain the advice to the college."), "explanation")


def _rows(proposal: Proposal, result: Result, amounts: Amounts) -> list[AdvisedAmount]:
    """Return a row for each year with a request, checked against it."""
    requested = {year: amount for year, amount in requested_by_year(proposal).items() if amount > ZERO}
    for year, (advised, _reason) in amounts.items():
        if year not in requested and advised != ZERO:
            raise AdviceNotAllowed(_("Nothing was requested for %(year)d.") % {"year": year}, str(year))
    rows = [_row(result, year, amount, amounts.get(year)) for year, amount in sorted(requested.items())]
    if result.outcome != Outcome.NEGATIVE and requested and not total(row.advised for row in rows):
        raise AdviceNotAllowed(_("A positive advice advises an amount in at least one year."), str(min(requested)))
    return rows


def _row(result: Result, year: int, requested: Decimal, given: tuple[Decimal, str] | None) -> AdvisedAmount:
    if result.outcome == Outcome.NEGATIVE:
        advised, reason = given or (ZERO, "")
        if advised != ZERO:
            raise AdviceNotAllowed(_("A negative advice advises no money."), str(year))
        reason = reason.strip() or _("The advice is negative.")
    elif given is None:
        raise AdviceNotAllowed(_("Fill in what you advise for %(year)d.") % {"year": year}, str(year))
    else:
        advised, reason = round_to_cents(given[0]), given[1].strip()
    if advised < ZERO or advised > requested:
        names = {"year": year, "requested": format_euros(requested)}
        raise AdviceNotAllowed(
            _("Advise € 0 to %(requested)s for %(year)d: no more than was requested.") % names, str(year)
        )
    if advised < requested and not reason:
        raise AdviceNotAllowed(
            _("Say why you advise less than requested for %(year)d.") % {"year": year}, f"{year}_reason"
        )
    if advised == requested:
        reason = ""
    return AdvisedAmount(year=year, requested=requested, advised=advised, reason=reason)
