"""What stands on a decision list in preparation: put on as the advice says, changed, taken off."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposal
from applications.domain.moves import move
from applications.states import ProposalState
from assessment.states import Outcome
from budget.access.lists import lock_list_of, require_no_interest, require_preparer
from budget.access.objections import lock_objection
from budget.domain import item_rules, obligations, replacements
from budget.domain.list_steps import changed, lock_draft, require
from budget.domain.obligations import Duty
from budget.errors import ListNotReady
from budget.models import BudgetLine, Decision, DecisionAmount, DecisionList
from budget.states import ListState, ObjectionState, RefusalGround, Ruling


def put_on(*, list_id: int, proposal_id: int, by: User, version: int | None = None) -> Decision:
    """Put an advised proposal on a list, as the advice says: amounts, conditions, reasons; with the usual obligations.

    `version` is the version of the list that the page showed. Raises ListNotReady when the list is no longer in
    preparation, ListChanged when somebody changed it since, MoveNotAllowed when the proposal has no advice that
    waits for a decision, HasInterest, StepNotYours.
    """
    require_preparer(by)
    with transaction.atomic():
        decision_list = lock_draft(list_id, version)
        proposal = lock_proposal(proposal_id)
        require_no_interest(by, [proposal.pk])
        move(proposal, ProposalState.LISTED, by=by)
        advice = proposal.advice
        refused = advice.outcome == Outcome.NEGATIVE
        decision = Decision.objects.create(
            decision_list=decision_list,
            proposal=proposal,
            advice=advice,
            position=_next_position(decision_list),
            ruling=Ruling.REFUSE if refused else Ruling.GRANT,
            refusal_ground=RefusalGround.CRITERIA if refused else "",
            reason=advice.explanation,
            conditions=advice.conditions,
        )
        if not refused:
            amounts = {item.year: item.advised for item in advice.amounts.all()}
            _set_amounts(decision, amounts)
            obligations.write(decision, obligations.usual(proposal, sum(amounts.values(), Decimal(0))))
        changed(decision_list, by=by, changes={"put_on": str(proposal)})
    return decision


def put_on_replacement(*, list_id: int, objection_id: int, by: User, version: int | None = None) -> Decision:
    """Put a decision on a list that replaces the one that was objected to, with that one's content as a start.

    Raises ListNotReady when the list is no longer in preparation, when the outcome of the objection was not prepared
    as (partly) founded, or when the old decision can't be replaced any more; ListChanged; HasInterest; StepNotYours.
    Awb 7:11.
    """
    require_preparer(by)
    with transaction.atomic():
        decision_list = lock_draft(list_id, version)
        objection = lock_objection(objection_id)
        old = objection.decision
        require_no_interest(by, [old.proposal_id])
        if objection.state != ObjectionState.OPEN or not objection.asks_replacement:
            raise ListNotReady(
                _("Objection %(objection)s does not wait for a new decision: its outcome is not founded.")
                % {"objection": objection}
            )
        replacements.check_replaceable(old)
        decision = Decision.objects.create(
            decision_list=decision_list,
            proposal=old.proposal,
            advice=old.advice,
            replaces=old,
            objection=objection,
            position=_next_position(decision_list),
            ruling=old.ruling,
            refusal_ground=old.refusal_ground,
            reason=old.reason,
            conditions=old.conditions,
        )
        _set_amounts(decision, {item.budget_line.year: item.amount for item in old.amounts.all()})
        obligations.write(decision, [Duty(duty.text, duty.due_on) for duty in old.obligations.all()])
        changed(decision_list, by=by, changes={"put_on": str(old.proposal), "replaces": str(old)})
    return decision


def revise(
    *,
    decision_id: int,
    by: User,
    ruling: Ruling,
    amounts: Mapping[int, Decimal],
    reason: str,
    conditions: str,
    refusal_ground: str = "",
    duties: Iterable[Duty] | None = None,
    version: int | None = None,
) -> Decision:
    """Change what a list in preparation says about one proposal.

    `amounts` maps a year to euros and counts for a grant only; `duties` are the obligations of a grant (None: as they
    are); `version` is the version of the list that the page showed. Raises ListNotReady when the list is not in
    preparation, for an amount that can't be (see item_rules.check_amounts), without a ground for a refusal, when a
    replacing decision grants less than was paid or realised, when the reason does not say why the decision differs
    from the advice (Awb 3:50); ListChanged when somebody changed the list after the page was shown; HasInterest;
    StepNotYours.
    """
    require_preparer(by)
    with transaction.atomic():
        decision_list, decision = lock_list_of(decision_id)
        require_no_interest(by, [decision.proposal_id])
        require(decision_list, ListState.DRAFT, version)
        wanted = {year: amount for year, amount in amounts.items() if amount} if ruling == Ruling.GRANT else {}
        if ruling == Ruling.GRANT:
            item_rules.check_amounts(decision.proposal, wanted)
        item_rules.check_reason(decision, ruling, wanted, reason)
        decision.ruling, decision.reason, decision.conditions = ruling, reason, conditions
        decision.refusal_ground = item_rules.ground_of(ruling, refusal_ground)
        item_rules.check_replacement(decision)
        decision.save(update_fields=["ruling", "refusal_ground", "reason", "conditions"])
        decision.amounts.all().delete()
        _set_amounts(decision, wanted)
        replacements.check_covers(decision)
        if ruling != Ruling.GRANT:
            obligations.write(decision, [])
        elif duties is not None:
            obligations.write(decision, duties)
        changed(decision_list, by=by, changes=_what_changed(decision, wanted))
    return decision


def take_off(*, decision_id: int, by: User, version: int | None = None) -> None:
    """Take a proposal off a list in preparation; it waits for another list.

    Raises ListNotReady, ListChanged when it is off already or something else changed, HasInterest or StepNotYours.
    """
    require_preparer(by)
    with transaction.atomic():
        decision_list, decision = lock_list_of(decision_id)
        require_no_interest(by, [decision.proposal_id])
        require(decision_list, ListState.DRAFT, version)
        proposal = lock_proposal(decision.proposal_id)
        decision.amounts.all().delete()
        decision.obligations.all().delete()
        decision.delete()
        # What replaces a decision leaves the old one in force: the proposal stays what it is.
        if decision.replaces_id is None:
            move(proposal, ProposalState.ADVISED, by=by)
        changed(decision_list, by=by, changes={"taken_off": str(proposal)})


def _next_position(decision_list: DecisionList) -> int:
    # The list is locked: nobody else takes this position.
    return (decision_list.decisions.aggregate(last=Max("position"))["last"] or 0) + 1


def _what_changed(decision: Decision, wanted: Mapping[int, Decimal]) -> dict[str, object]:
    return {
        "proposal": str(decision.proposal),
        "ruling": decision.ruling,
        "in_part": Decision.objects.prefetch_related("amounts", "advice__amounts").get(pk=decision.pk).is_partial,
        "amounts": {str(year): str(amount) for year, amount in wanted.items()},
    }


def _set_amounts(decision: Decision, amounts: Mapping[int, Decimal]) -> None:
    lines = {line.year: line for line in BudgetLine.objects.filter(line=decision.proposal.line)}
    missing = [year for year, amount in amounts.items() if amount and year not in lines]
    if missing:
        raise ListNotReady(
            _("The council set no budget for %(line)s in %(years)s.")
            % {"line": decision.proposal.line, "years": ", ".join(map(str, missing))}
        )
    DecisionAmount.objects.bulk_create(
        DecisionAmount(decision=decision, budget_line=lines[year], amount=amount)
        for year, amount in sorted(amounts.items())
        if amount
    )
