"""The college's decision lists: prepared by the financial adviser, approved by the college, booked as a whole."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposal, lock_proposals
from applications.domain.amounts import requested_by_year
from applications.domain.moves import move
from applications.models import Proposal
from applications.states import ProposalState
from assessment.states import Outcome
from budget.access.books import lock_balances
from budget.access.lists import (
    lock_list,
    lock_list_of,
    prepared_it,
    require_college,
    require_no_interest,
    require_preparer,
)
from budget.domain import accountability, ledger, payments, room
from budget.domain.ledger import Movement
from budget.errors import ListChanged, ListNotReady, SamePerson
from budget.models import BudgetLine, CouncilDecision, Decision, DecisionAmount, DecisionList
from budget.states import LIST_MOVES, BudgetEvent, ListState, RefusalGround, Ruling
from core.domain import audit, clock, outbox, references, requests
from core.domain.money import ZERO, format_euros
from core.states import Series

LETTER_TOPIC = "budget.decision_letter"
# Where a proposal goes after each ruling; what is held waits for another list.
AFTER = {
    Ruling.GRANT: ProposalState.GRANTED,
    Ruling.REFUSE: ProposalState.REFUSED,
    Ruling.HOLD: ProposalState.ADVISED,
}


def start(*, by: User, meeting_on: date) -> DecisionList:
    """Start an empty decision list for a meeting of the college. Raises StepNotYours."""
    require_preparer(by)
    with transaction.atomic():
        decision_list = DecisionList.objects.create(
            reference=references.next_reference(Series.DECISION_LIST, year=meeting_on.year),
            meeting_on=meeting_on,
            prepared_by=by,
            prepared_at=clock.now(),
        )
        _record(BudgetEvent.LIST_STARTED, decision_list, by=by)
    return decision_list


def put_on(*, list_id: int, proposal_id: int, by: User) -> Decision:
    """Put an advised proposal on a list, as the advice says: the amounts, the conditions and the reasons.

    Raises ListNotReady when the list is no longer in preparation, MoveNotAllowed when the proposal has no advice
    that waits for a decision, HasInterest, StepNotYours.
    """
    require_preparer(by)
    with transaction.atomic():
        decision_list = _lock_draft(list_id)
        proposal = lock_proposal(proposal_id)
        require_no_interest(by, [proposal.pk])
        move(proposal, ProposalState.LISTED, by=by)
        advice = proposal.advice
        decision = Decision.objects.create(
            decision_list=decision_list,
            proposal=proposal,
            advice=advice,
            # The list is locked: nobody else takes this position.
            position=(decision_list.decisions.aggregate(last=Max("position"))["last"] or 0) + 1,
            ruling=Ruling.REFUSE if advice.outcome == Outcome.NEGATIVE else Ruling.GRANT,
            refusal_ground=RefusalGround.CRITERIA if advice.outcome == Outcome.NEGATIVE else "",
            reason=advice.explanation,
            conditions=advice.conditions,
        )
        if decision.ruling == Ruling.GRANT:
            _set_amounts(decision, {item.year: item.advised for item in advice.amounts.all()})
        _changed(decision_list, by=by, changes={"put_on": str(proposal)})
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
    version: int | None = None,
) -> Decision:
    """Change what a list in preparation says about one proposal.

    `amounts` maps a year to euros and is ignored for a refusal; `version` is the version of the list that the page
    showed. Raises ListNotReady when the list is not in preparation, when a grant has no amount, when a year gets more
    than was requested (a grant never exceeds the request) or when the reason does not say why the decision differs
    from the advice (Awb 3:50); ListChanged when somebody changed the list after the page was shown; HasInterest;
    StepNotYours.
    """
    require_preparer(by)
    with transaction.atomic():
        decision_list, decision = lock_list_of(decision_id)
        require_no_interest(by, [decision.proposal_id])
        _require(decision_list, ListState.DRAFT, version)
        wanted = {year: amount for year, amount in amounts.items() if amount} if ruling == Ruling.GRANT else {}
        if ruling == Ruling.GRANT:
            _check_against_request(decision.proposal, wanted)
        _check_reason(decision, ruling, wanted, reason)
        decision.ruling, decision.reason, decision.conditions = ruling, reason, conditions
        decision.refusal_ground = _ground_of(ruling, refusal_ground)
        decision.save(update_fields=["ruling", "refusal_ground", "reason", "conditions"])
        decision.amounts.all().delete()
        _set_amounts(decision, wanted)
        _changed(
            decision_list,
            by=by,
            changes={
                "proposal": str(decision.proposal),
                "ruling": ruling,
                "amounts": {str(year): str(amount) for year, amount in wanted.items()},
            },
        )
    return decision


def take_off(*, decision_id: int, by: User) -> None:
    """Take a proposal off a list in preparation; it waits for another list.

    Raises ListNotReady, ListChanged when it is off already, HasInterest or StepNotYours.
    """
    require_preparer(by)
    with transaction.atomic():
        decision_list, decision = lock_list_of(decision_id)
        require_no_interest(by, [decision.proposal_id])
        _require(decision_list, ListState.DRAFT)
        proposal = lock_proposal(decision.proposal_id)
        decision.amounts.all().delete()
        decision.delete()
        move(proposal, ProposalState.ADVISED, by=by)
        _changed(decision_list, by=by, changes={"taken_off": str(proposal)})


def propose(*, list_id: int, by: User) -> DecisionList:
    """Send a list to the college, signed by who prepared it.

    Raises NoRoom when the list asks more than is free on any line and year, ListNotReady when it is empty,
    HasInterest when the person has an interest in anything on it, and StepNotYours.
    """
    require_preparer(by)
    with transaction.atomic():
        decision_list = _lock_draft(list_id)
        if not decision_list.decisions.exists():
            raise ListNotReady(_("This list is empty. Put at least one proposal on it."))
        require_no_interest(by, _proposals_on(decision_list))
        _check_room(decision_list)
        decision_list.prepared_by, decision_list.prepared_at = by, clock.now()
        decision_list.save(update_fields=["prepared_by", "prepared_at"])
        _bring_to(decision_list, ListState.PROPOSED)
        _record(BudgetEvent.LIST_PROPOSED, decision_list, by=by)
    return decision_list


def give_back(*, list_id: int, by: User, reason: str) -> DecisionList:
    """Give a list back to who prepared it, with a reason; nothing is booked.

    Raises ListNotReady, HasInterest or StepNotYours.
    """
    require_college(by)
    if not reason.strip():
        raise ListNotReady(_("Say why you give the list back."))
    with transaction.atomic():
        decision_list = lock_list(list_id)
        _require(decision_list, ListState.PROPOSED)
        require_no_interest(by, _proposals_on(decision_list))
        _bring_to(decision_list, ListState.DRAFT)
        _record(BudgetEvent.LIST_RETURNED, decision_list, by=by, changes={"reason": reason})
    return decision_list


def approve(
    *,
    list_id: int,
    version: int,
    by: User,
    request_key: UUID,
    decided_on: date | None = None,
    number: str = "",
) -> DecisionList:
    """Approve a list: every decision on it becomes final and the money is committed, all of it or nothing.

    `version` is the version of the list that the page showed, `decided_on` the day on which the college met (None:
    today), `number` its own number for the decision. Raises ListChanged when somebody changed the list since,
    ListNotReady when somebody decided before or the day is still to come, SamePerson when the approver had a hand in
    preparing it, HasInterest when anything on it is a matter of the approver's own, NoRoom when it no longer fits,
    StepNotYours. A repeat of the request changes nothing and returns the list.
    """
    require_college(by)
    with transaction.atomic():
        request, is_new = requests.take(
            key=request_key, actor=by, purpose="budget.approve", body={"list": list_id, "version": version}
        )
        if not is_new:
            return DecisionList.objects.get(pk=list_id)
        decision_list = lock_list(list_id)
        _require(decision_list, ListState.PROPOSED, version)
        if prepared_it(by, decision_list):
            raise SamePerson(_("You prepared this list, so somebody else has to approve it."))
        require_no_interest(by, _proposals_on(decision_list))
        decisions = list(decision_list.decisions.prefetch_related("amounts__budget_line__line").order_by("pk"))
        lock_proposals(decision.proposal_id for decision in decisions)
        _check_room(decision_list)
        decision_list.decided_on, decision_list.number = _day_of(decided_on), number
        decision_list.save(update_fields=["decided_on", "number"])
        adopted = CouncilDecision.objects.adopted_years()
        for decision in decisions:
            _make_final(decision, by=by, decided_on=_day_of(decided_on), adopted=adopted)
        decision_list.approved_by, decision_list.approved_at = by, clock.now()
        _bring_to(decision_list, ListState.APPROVED)
        _record(BudgetEvent.LIST_APPROVED, decision_list, by=by)
        requests.answer(request, decision_list=decision_list.reference)
    return decision_list


def _proposals_on(decision_list: DecisionList) -> list[int]:
    return list(decision_list.decisions.values_list("proposal_id", flat=True))


def _day_of(decided_on: date | None) -> date:
    today = clock.today()
    if decided_on is not None and decided_on > today:
        raise ListNotReady(_("The college can't have decided on a day that is still to come."))
    return decided_on or today


def _make_final(decision: Decision, *, by: User, decided_on: date, adopted: set[int]) -> None:
    """Give a decision its number and date, commit its money, and let the letter follow.

    Money of a year whose budget the council did not adopt yet is granted on condition (Awb 4:34).
    """
    decision.reference = references.next_reference(Series.DECISION, year=decided_on.year)
    decision.decided_on = decided_on
    decision.save(update_fields=["reference", "decided_on"])
    if decision.ruling == Ruling.GRANT:
        _book_grant(decision, adopted, by=by)
    # The lock is held already; read the proposal as it is under it.
    proposal = Proposal.objects.get(pk=decision.proposal_id)
    move(proposal, AFTER[Ruling(decision.ruling)], by=by)
    if decision.ruling != Ruling.HOLD:
        outbox.put(topic=LETTER_TOPIC, key=str(decision.pk), payload={"decision": decision.pk})


def _book_grant(decision: Decision, adopted: set[int], *, by: User) -> None:
    firm: list[Movement] = []
    conditional: list[Movement] = []
    for item in decision.amounts.all():
        item.conditional = item.budget_line.year not in adopted
        item.save(update_fields=["conditional"])
        (conditional if item.conditional else firm).append(Movement(item.budget_line, item.amount))
    ledger.book_grant(decision, firm, by=by)
    ledger.book_grant(decision, conditional, by=by, conditional=True)
    payments.plan_for(decision, by=by)
    accountability.expect_for(decision, by=by)


def _check_room(decision_list: DecisionList) -> None:
    """Lock the lines that a list touches and refuse, line by line, what does not fit."""
    line_ids = DecisionAmount.objects.filter(decision__decision_list=decision_list).values_list(
        "budget_line_id", flat=True
    )
    lock_balances(set(line_ids))
    shortages = room.shortages(room.now(decision_list=decision_list))
    if shortages:
        raise ledger.no_room(shortages)


def _check_against_request(proposal: Proposal, wanted: Mapping[int, Decimal]) -> None:
    if not wanted:
        raise ListNotReady(_("A grant needs an amount for at least one year."))
    requested = requested_by_year(proposal)
    for year, amount in wanted.items():
        if amount > requested.get(year, ZERO):
            raise ListNotReady(
                _("For %(year)d %(requested)s was requested; %(amount)s is more than that.")
                % {
                    "year": year,
                    "requested": format_euros(requested.get(year, ZERO)),
                    "amount": format_euros(amount),
                }
            )


def _check_reason(decision: Decision, ruling: Ruling, wanted: Mapping[int, Decimal], reason: str) -> None:
    """Refuse a decision without a reason, or one that differs from the advice with the advice's own reason."""
    advice = decision.advice
    advised = {item.year: item.advised for item in advice.amounts.all() if item.advised}
    as_advised = (advice.outcome == Outcome.NEGATIVE) == (ruling == Ruling.REFUSE) and wanted == (
        advised if ruling == Ruling.GRANT else {}
    )
    if not reason.strip():
        raise ListNotReady(_("Give the reason for this decision: the partner reads it in the letter."))
    if not as_advised and reason.strip() == advice.explanation.strip():
        raise ListNotReady(_("This differs from the advice. Say in the reason why."))


def _ground_of(ruling: Ruling, refusal_ground: str) -> str:
    """Return the coded ground of a refusal; nothing else has one."""
    if ruling != Ruling.REFUSE:
        return ""
    if refusal_ground not in RefusalGround.values:
        raise ListNotReady(_("Choose the ground of the refusal."))
    return refusal_ground


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


def _lock_draft(list_id: int) -> DecisionList:
    decision_list = lock_list(list_id)
    _require(decision_list, ListState.DRAFT)
    return decision_list


def _require(decision_list: DecisionList, state: ListState, version: int | None = None) -> None:
    if decision_list.state != state:
        raise ListNotReady(
            _("List %(list)s is now “%(state)s”, so this step is not possible. Somebody may have been before you.")
            % {"list": decision_list, "state": ListState(decision_list.state).label}
        )
    if version not in {None, decision_list.version}:
        raise ListChanged(_("This list was changed after you opened it. Look again before you go on."))


def _bring_to(decision_list: DecisionList, state: ListState) -> None:
    if (ListState(decision_list.state), state) not in LIST_MOVES:
        _require(decision_list, state)
    decision_list.state = state
    decision_list.version += 1
    decision_list.save(update_fields=["state", "version", "approved_by", "approved_at"])


def _changed(decision_list: DecisionList, *, by: User, changes: Mapping[str, object]) -> None:
    decision_list.version += 1
    decision_list.save(update_fields=["version"])
    _record(BudgetEvent.LIST_CHANGED, decision_list, by=by, changes=changes)


def _record(
    event: BudgetEvent, decision_list: DecisionList, *, by: User, changes: Mapping[str, object] | None = None
) -> None:
    """Write down what happened, with the version that came of it: a page can tell what changed since it was shown."""
    audit.record(
        event=event, actor=by, about=decision_list, changes={**(changes or {}), "version": decision_list.version}
    )
