"""The college's decision lists: prepared by the financial adviser, approved by the college, booked as a whole.

What stands on a list is in decision_items.py.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposals
from applications.domain.moves import move
from applications.models import Proposal
from applications.states import ProposalState
from budget.access.books import lock_balances
from budget.access.lists import lock_list, prepared_it, require_college, require_no_interest, require_preparer
from budget.access.objections import lock_objection
from budget.domain import (
    abstentions,
    accountability,
    ceilings,
    de_minimis,
    ledger,
    objections,
    payments,
    replacements,
    room,
)
from budget.domain.ledger import Movement
from budget.domain.list_steps import bring_to, lock_draft, proposals_on, record, require
from budget.domain.replacements import Moved
from budget.domain.room import Room
from budget.errors import ListNotReady, SamePerson
from budget.models import BudgetLine, CouncilDecision, Decision, DecisionAmount, DecisionList
from budget.states import ListState, RefusalGround, Ruling
from budget.states.events import BudgetEvent
from core.domain import clock, outbox, references, requests
from core.states import Series

LETTER_TOPIC = "budget.decision_letter"
# Where a proposal goes after each ruling; what is held waits for another list.
AFTER = {
    Ruling.GRANT: ProposalState.GRANTED,
    Ruling.REFUSE: ProposalState.REFUSED,
    Ruling.HOLD: ProposalState.ADVISED,
}


def start(*, by: User, meeting_on: date, request_key: UUID | None = None) -> DecisionList:
    """Start an empty decision list for a meeting of the college. A repeat of the request gives the list of the first.

    Raises StepNotYours.
    """
    require_preparer(by)
    with transaction.atomic():
        request = None
        if request_key is not None:
            body = {"meeting_on": meeting_on}
            request, is_new = requests.take(key=request_key, actor=by, purpose="budget.start_list", body=body)
            if not is_new:
                return DecisionList.objects.get(reference=(request.answer or {})["decision_list"])
        decision_list = DecisionList.objects.create(
            reference=references.next_reference(Series.DECISION_LIST, year=meeting_on.year),
            meeting_on=meeting_on,
            prepared_by=by,
            prepared_at=clock.now(),
        )
        record(BudgetEvent.LIST_STARTED, decision_list, by=by)
        if request is not None:
            requests.answer(request, decision_list=decision_list.reference)
    return decision_list


def propose(*, list_id: int, by: User, version: int | None = None) -> DecisionList:
    """Send a list to the college, signed by who prepared it.

    `version` is the version of the list that the page showed. Raises NoRoom when the list asks more than is free on
    any line and year, AboveCeiling when it asks more than a call published, AboveDeMinimis when a grant is more aid
    than allowed, ListNotReady when it is empty or refuses
    for want of room where there is room, ListChanged when somebody changed it since, HasInterest when the person has an
    interest in anything on it, and StepNotYours.
    """
    require_preparer(by)
    with transaction.atomic():
        decision_list = lock_draft(list_id, version)
        if not decision_list.decisions.exists():
            raise ListNotReady(_("This list is empty. Put at least one proposal on it."))
        require_no_interest(by, proposals_on(decision_list))
        ceilings.check(_decisions_of(decision_list))
        de_minimis.check(_decisions_of(decision_list), day=clock.today())
        _check_room(decision_list)
        for decision in _decisions_of(decision_list):
            replacements.check_covers(decision)
        decision_list.prepared_by, decision_list.prepared_at = by, clock.now()
        decision_list.save(update_fields=["prepared_by", "prepared_at"])
        bring_to(decision_list, ListState.PROPOSED)
        record(BudgetEvent.LIST_PROPOSED, decision_list, by=by)
    return decision_list


def give_back(*, list_id: int, by: User, reason: str, version: int | None = None) -> DecisionList:
    """Give a list back to who prepared it, with a reason; nothing is booked.

    `version` is the version of the list that the page showed. Raises ListNotReady, ListChanged, HasInterest or
    StepNotYours.
    """
    require_college(by)
    if not reason.strip():
        raise ListNotReady(_("Say why you give the list back."))
    with transaction.atomic():
        decision_list = lock_list(list_id)
        require(decision_list, ListState.PROPOSED, version)
        require_no_interest(by, proposals_on(decision_list))
        bring_to(decision_list, ListState.DRAFT)
        record(BudgetEvent.LIST_RETURNED, decision_list, by=by, changes={"reason": reason})
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
    ListNotReady when somebody decided before, or when the day is still to come or before the list was proposed,
    SamePerson when the approver had a hand in preparing it, HasInterest when anything on it is a matter of the
    approver's own or one that the approver abstained from, NoRoom when it no longer fits, AboveCeiling when it asks
    more than a call published, AboveDeMinimis when a grant brings an undertaking above its own ceiling, StepNotYours.
    A repeat of the request changes nothing and returns the list.
    """
    require_college(by)
    with transaction.atomic():
        body = {"list": list_id, "version": version, "decided_on": decided_on, "number": number}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.approve", body=body)
        if not is_new:
            return DecisionList.objects.get(pk=list_id)
        decision_list = lock_list(list_id)
        require(decision_list, ListState.PROPOSED, version)
        _check_signature(decision_list, by)
        day = _day_of(decision_list, decided_on)
        for objection_id in decision_list.decisions.exclude(objection=None).values_list("objection", flat=True):
            objections.close(lock_objection(objection_id), by=by, decided_on=day)
        lock_proposals(proposals_on(decision_list))
        ceilings.check(_decisions_of(decision_list))
        aid = de_minimis.check(_decisions_of(decision_list), day=day)
        rooms = _check_room(decision_list)
        decision_list.decided_on, decision_list.number = day, number.strip()
        decision_list.save(update_fields=["decided_on", "number"])
        _carry_out(decision_list, rooms, by=by)
        de_minimis.write_down(aid)
        decision_list.approved_by, decision_list.approved_at = by, clock.now()
        bring_to(decision_list, ListState.APPROVED)
        record(BudgetEvent.LIST_APPROVED, decision_list, by=by)
        requests.answer(request, decision_list=decision_list.reference)
    return decision_list


def first_day(decision_list: DecisionList) -> date:
    """Return the first day on which the college can have decided on a list: the one on which it was proposed."""
    return clock.local_date(decision_list.prepared_at)


def _check_signature(decision_list: DecisionList, by: User) -> None:
    if prepared_it(by, decision_list):
        raise SamePerson(_("You prepared this list, so somebody else has to approve it."))
    require_no_interest(by, proposals_on(decision_list))
    abstentions.require_took_part(by, decision_list)


def _day_of(decision_list: DecisionList, decided_on: date | None) -> date:
    today, first = clock.today(), first_day(decision_list)
    if decided_on is None:
        return today
    if decided_on > today:
        raise ListNotReady(_("The college can't have decided on a day that is still to come."))
    if decided_on < first:
        raise ListNotReady(
            _("The list was proposed on %(day)s; the college can't have decided on it before.")
            % {"day": f"{first:%d-%m-%Y}"}
        )
    return decided_on


def _decisions_of(decision_list: DecisionList) -> list[Decision]:
    related = (
        "proposal__call",
        "proposal__line",
        "proposal__organisation",
        "replaces__proposal",
        "objection__document",
        "objection__record",
    )
    decisions = decision_list.decisions.select_related(*related)
    return list(decisions.prefetch_related("amounts__budget_line__line", "advice__amounts").order_by("pk"))


def _carry_out(decision_list: DecisionList, rooms: list[Room], *, by: User) -> None:
    """Make every decision final. What is replaced gives up its money first: others on the list may need it."""
    decisions = _decisions_of(decision_list)
    met = {decision.pk: room.found_by(decision, rooms, beside=decisions) for decision in decisions}
    moved = {decision.pk: replacements.give_up(decision, by=by) for decision in decisions}
    adopted = CouncilDecision.objects.adopted_years()
    for decision in decisions:
        decision.decision_list = decision_list
        decision.room = met[decision.pk]
        _make_final(decision, moved[decision.pk], by=by, adopted=adopted)


def _make_final(decision: Decision, moved: Moved, *, by: User, adopted: set[int]) -> None:
    """Give a decision its number and date, commit its money, and let the letter follow.

    Money of a year whose budget the council did not adopt yet is granted on condition (Awb 4:34).
    """
    day = decision.decision_list.decided_on
    assert day is not None  # noqa: S101  (set just before)
    decision.reference = references.next_reference(Series.DECISION, year=day.year)
    decision.decided_on = day
    decision.save(update_fields=["reference", "decided_on", "room"])
    if decision.ruling == Ruling.GRANT:
        _book_grant(decision, moved, adopted, by=by)
    # The lock is held already; read the proposal as it is under it.
    proposal, after = Proposal.objects.get(pk=decision.proposal_id), AFTER[Ruling(decision.ruling)]
    if proposal.state != after:
        move(proposal, after, by=by, held=decision.ruling == Ruling.HOLD)
    if decision.ruling != Ruling.HOLD:
        outbox.put(topic=LETTER_TOPIC, key=str(decision.pk), payload={"decision": decision.pk})


def _book_grant(decision: Decision, moved: Moved, adopted: set[int], *, by: User) -> None:
    firm: list[Movement] = []
    conditional: list[Movement] = []
    for item in decision.amounts.all():
        item.conditional = item.budget_line.year not in adopted
        item.save(update_fields=["conditional"])
        (conditional if item.conditional else firm).append(Movement(item.budget_line, item.amount))
    ledger.book_grant(decision, firm, by=by)
    ledger.book_grant(decision, conditional, by=by, conditional=True)
    replacements.take_over(decision, moved, by=by)
    payments.plan_for(decision, by=by)
    accountability.expect_for(decision, by=by)


def _check_room(decision_list: DecisionList) -> list[Room]:
    """Lock the lines that a list touches, return the room on them, and refuse, line by line, what does not fit.

    A refusal for want of room asks that there is none (Awb 4:25).
    """
    granted = DecisionAmount.objects.filter(decision__decision_list=decision_list).values("budget_line")
    replaced = BudgetLine.objects.filter(entries__decision__replaced_by__decision_list=decision_list)
    refused = BudgetLine.objects.filter(
        line__proposals__decisions__in=decision_list.decisions.filter(refusal_ground=RefusalGround.NO_ROOM)
    )
    lines = BudgetLine.objects.filter(Q(pk__in=granted) | Q(pk__in=replaced) | Q(pk__in=refused))
    lock_balances(set(lines.values_list("pk", flat=True)))
    rooms = room.now(decision_list=decision_list)
    shortages = room.shortages(rooms)
    if shortages:
        raise ledger.no_room(shortages)
    decisions = _decisions_of(decision_list)
    for decision in decisions:
        room.check_refusal(decision, rooms, beside=decisions)
    return rooms
