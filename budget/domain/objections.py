"""Objections to a decision (Awb 6 and 7): received, prepared by the team, decided by the college."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.lists import lock_decision, require_college, require_no_interest
from budget.access.objections import lock_objection, require_handler
from budget.domain import replacements
from budget.errors import ObjectionChanged, ObjectionNotReady, SamePerson
from budget.models import Decision, DecisionLetter, Objection
from budget.states import OBJECTION_MOVES, REPLACING_OUTCOMES, ObjectionOutcome, ObjectionState
from budget.states.events import BudgetEvent
from core.domain import audit, clock, documents, outbox, references, requests, terms
from core.models import Document
from core.states import Series

# Awb 7:10: from the day after the term for objecting ended; longer when an advisory committee hears the partner.
DECIDE_WEEKS = 6
DECIDE_WEEKS_WITH_COMMITTEE = 12
RECORD = "objection"
LETTER_TOPIC = "budget.objection_letter"


def deadline(letter: DecisionLetter, *, committee: bool) -> date:
    """Return the last day on which the college can decide in time on an objection (Awb 7:10)."""
    weeks = DECIDE_WEEKS_WITH_COMMITTEE if committee else DECIDE_WEEKS
    return terms.end_of_term(start=letter.objection_until, weeks=weeks)


def receive(
    *,
    decision_id: int,
    received_on: date,
    summary: str,
    committee: bool,
    by: User,
    request_key: UUID,
    document: Document | None = None,
) -> Objection:
    """Enter an objection to a decision that left the house; one that came late is taken in too, and flagged.

    Raises ObjectionNotReady when the decision has no letter or does not hold, when it decides on an objection itself
    (then the partner goes to court, Awb 7:1), when another objection is open, when the day is before the decision or
    still to come; HasInterest; StepNotYours. A repeat of the request changes nothing.
    """
    require_handler(by)
    with transaction.atomic():
        body = {"decision": decision_id, "received_on": received_on, "summary": summary}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.object", body=body)
        if not is_new:
            return Objection.objects.get(reference=(request.answer or {})["objection"])
        decision = lock_decision(decision_id)
        require_no_interest(by, [decision.proposal_id])
        letter = _check_open_to_objection(decision, received_on)
        reference = references.next_reference(Series.OBJECTION, year=received_on.year)
        objection = Objection.objects.create(
            reference=reference,
            decision=decision,
            received_on=received_on,
            summary=summary,
            document=document,
            record=_record(reference, decision, received_on, summary),
            committee=committee,
            decide_by=deadline(letter, committee=committee),
            received_by=by,
            received_at=clock.now(),
        )
        changes = {"decision": str(decision), "received_on": received_on.isoformat(), "late": objection.is_late}
        audit.record(event=BudgetEvent.OBJECTION_RECEIVED, actor=by, about=objection, changes=changes)
        requests.answer(request, objection=reference)
    return objection


def prepare(*, objection_id: int, outcome: ObjectionOutcome, explanation: str, by: User, version: int) -> Objection:
    """Write down what the team proposes to decide on an objection, and why; the college decides.

    Raises ObjectionNotReady without an explanation, when the objection is not open any more, or when its new decision
    stands on a list already; ObjectionChanged when somebody changed it since the page showed `version`; HasInterest;
    StepNotYours.
    """
    require_handler(by)
    if not explanation.strip():
        raise ObjectionNotReady(_("Explain the outcome: the partner reads why (Awb 7:12)."))
    with transaction.atomic():
        objection = _lock_open(objection_id, by=by, version=version)
        if Decision.objects.filter(objection=objection).exists():
            raise ObjectionNotReady(_("The new decision stands on a list already. Take it off the list first."))
        if outcome in REPLACING_OUTCOMES:
            replacements.check_replaceable(objection.decision)
        objection.outcome, objection.explanation, objection.prepared_by = outcome, explanation.strip(), by
        _save(objection, "outcome", "explanation", "prepared_by")
        _tell(BudgetEvent.OBJECTION_PREPARED, objection, by=by, outcome=outcome, explanation=objection.explanation)
    return objection


def decide(*, objection_id: int, by: User, version: int) -> Objection:
    """Decide as the team proposes that a decision stays as it is: the objection is inadmissible or unfounded.

    Raises ObjectionNotReady when no such outcome was prepared (a founded one is decided with the list that bears the
    new decision), ObjectionChanged, SamePerson for who prepared it, HasInterest, StepNotYours. Awb 7:11.
    """
    require_college(by)
    with transaction.atomic():
        objection = _lock_open(objection_id, by=by, version=version)
        if not objection.outcome or objection.asks_replacement:
            raise ObjectionNotReady(_("Only an objection that changes nothing is decided here."))
        close(objection, by=by, decided_on=clock.today())
        outbox.put(topic=LETTER_TOPIC, key=str(objection.pk), payload={"objection": objection.pk})
    return objection


def close(objection: Objection, *, by: User, decided_on: date) -> None:
    """Close a locked objection as prepared. Called by `decide`, and by the approval of the new decision."""
    if objection.prepared_by_id == by.pk:
        raise SamePerson(_("You prepared the outcome of this objection, so somebody else has to decide on it."))
    objection.decided_by, objection.decided_on = by, decided_on
    _bring_to(objection, ObjectionState.DECIDED, "decided_by", "decided_on")
    _tell(BudgetEvent.OBJECTION_DECIDED, objection, by=by, outcome=objection.outcome)


def withdraw(*, objection_id: int, withdrawn_on: date, by: User, version: int) -> Objection:
    """Write down that the partner took the objection back (Awb 6:21).

    Raises ObjectionNotReady when it is not open any more, when its new decision stands on a list, or when the day is
    still to come or before it was received; ObjectionChanged; HasInterest; StepNotYours.
    """
    require_handler(by)
    with transaction.atomic():
        objection = _lock_open(objection_id, by=by, version=version)
        if Decision.objects.filter(objection=objection).exists():
            raise ObjectionNotReady(_("The new decision stands on a list already. Take it off the list first."))
        if not objection.received_on <= withdrawn_on <= clock.today():
            raise ObjectionNotReady(_("The day of the withdrawal lies between the day of receipt and today."))
        objection.withdrawn_on = withdrawn_on
        _bring_to(objection, ObjectionState.WITHDRAWN, "withdrawn_on")
        _tell(BudgetEvent.OBJECTION_WITHDRAWN, objection, by=by, withdrawn_on=withdrawn_on.isoformat())
    return objection


def _check_open_to_objection(decision: Decision, received_on: date) -> DecisionLetter:
    letter = DecisionLetter.objects.filter(decision=decision).first()
    if letter is None or decision.decided_on is None:
        raise ObjectionNotReady(_("The letter of this decision was not sent yet, so nobody can object to it."))
    if decision.replaces_id is not None:
        raise ObjectionNotReady(_("This decision is one on an objection: the partner can go to court (Awb 7:1)."))
    if Decision.objects.filter(replaces=decision, decided_on__isnull=False).exists():
        raise ObjectionNotReady(_("%(decision)s was replaced already.") % {"decision": decision})
    if decision.objections.filter(state=ObjectionState.OPEN).exists():
        raise ObjectionNotReady(_("There is an objection to %(decision)s already.") % {"decision": decision})
    if not decision.decided_on <= received_on <= clock.today():
        raise ObjectionNotReady(
            _("The day of receipt lies between the decision (%(day)s) and today.")
            % {"day": f"{decision.decided_on:%d-%m-%Y}"}
        )
    return letter


def _lock_open(objection_id: int, *, by: User, version: int) -> Objection:
    objection = lock_objection(objection_id)
    require_no_interest(by, [objection.decision.proposal_id])
    if objection.state != ObjectionState.OPEN:
        raise ObjectionNotReady(
            _("Objection %(objection)s is now “%(state)s”, so this step is not possible.")
            % {"objection": objection, "state": ObjectionState(objection.state).label}
        )
    if objection.version != version:
        raise ObjectionChanged(_("This objection was changed after you opened it. Look again before you go on."))
    return objection


def _bring_to(objection: Objection, state: ObjectionState, *fields: str) -> None:
    if (ObjectionState(objection.state), state) not in OBJECTION_MOVES:
        raise ObjectionNotReady(_("Objection %(objection)s is not open any more.") % {"objection": objection})
    objection.state = state
    _save(objection, "state", *fields)


def _save(objection: Objection, *fields: str) -> None:
    objection.version += 1
    objection.save(update_fields=["version", *fields])


def _tell(event: BudgetEvent, objection: Objection, *, by: User, **changes: object) -> None:
    audit.record(event=event, actor=by, about=objection, changes={**changes, "version": objection.version})


def _record(reference: str, decision: Decision, received_on: date, summary: str) -> Document:
    """Keep what was entered as a document: money that moves after the objection rests on it."""
    text = _("Objection %(objection)s to decision %(decision)s, received on %(day)s") % {
        "objection": reference,
        "decision": decision,
        "day": f"{received_on:%d-%m-%Y}",
    }
    return documents.store(
        kind=RECORD,
        title=text,
        file_name=f"{reference}.txt",
        content=f"{text}\r\n\r\n{summary}\r\n".encode(),
        facts={"objection": reference, "decision": str(decision), "received_on": received_on.isoformat()},
    )
