"""Grants on condition that the council makes enough money available (begrotingsvoorbehoud, Awb 4:34).

Money of a year whose budget the council did not adopt yet is granted on condition. The condition lapses unless the
college invokes it within four weeks after the adoption: then the grant is firm, without anybody doing anything.
Nothing is kept of this but the ledger's own entries, so nothing can differ from them.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposal
from applications.models import Proposal
from budget.access.conditions import require_invoker
from budget.access.lists import require_no_interest
from budget.domain import ledger, payments
from budget.domain.ledger import Movement
from budget.errors import ConditionNotOpen
from budget.models import BudgetLine, CouncilDecision, Decision, LedgerEntry
from budget.states import CouncilDecisionKind, EntryKind
from budget.states.events import BudgetEvent
from core.domain import audit, clock, documents, outbox, requests, terms
from core.domain.money import ZERO, format_euros
from core.models import Document

# Awb 4:34, paragraph 3: within four weeks after the budget was adopted or approved.
INVOKE_WEEKS = 4
LETTER_TOPIC = "budget.condition_letter"
DOCUMENT_KIND = "condition"


@dataclass(frozen=True)
class Condition:
    """What was granted on condition on one line and year, and what became of it; amounts in euros."""

    decision: Decision
    budget_line: BudgetLine
    granted: Decimal
    confirmed: Decimal
    invoked: Decimal
    settled_at: datetime | None  # when it became firm or was invoked
    adopted_on: date | None
    today: date

    @property
    def year(self) -> int:
        """The year whose budget the condition is about."""
        return self.budget_line.year

    @property
    def open(self) -> Decimal:
        """What the condition still hangs over."""
        return self.granted - self.confirmed - self.invoked

    @property
    def deadline(self) -> date | None:
        """The last day on which the college can invoke it; None as long as the budget is not adopted."""
        return None if self.adopted_on is None else deadline(self.adopted_on)

    @property
    def days_left(self) -> int | None:
        """How many days are left after today; below zero once the term is over."""
        return None if self.deadline is None else (self.deadline - self.today).days

    @property
    def may_be_invoked(self) -> bool:
        """Whether the college can invoke it today."""
        return bool(self.open) and self.days_left is not None and self.days_left >= 0


@dataclass(frozen=True)
class YearOfConditions:
    """Everything that was granted on condition of the budget of one year."""

    year: int
    adopted_on: date | None
    deadline: date | None
    days_left: int | None
    conditions: list[Condition]

    @property
    def open(self) -> Decimal:
        """What a condition still hangs over, in euros."""
        return sum((condition.open for condition in self.conditions), ZERO)


def deadline(adopted_on: date) -> date:
    """Return the last day on which a condition can be invoked after the adoption of a budget (Awb 4:34)."""
    return terms.end_of_term(start=adopted_on, weeks=INVOKE_WEEKS)


def adopted_days() -> dict[int, date]:
    """Return by year the day on which the council adopted its budget; when that is not known, when it was booked."""
    adopted = CouncilDecision.objects.confirmed().filter(kind=CouncilDecisionKind.ADOPTION)
    return {
        decision.year: decision.decided_on or clock.local_date(decision.confirmed_at)
        for decision in adopted
        if decision.year is not None and decision.confirmed_at is not None
    }


def of_years(*, reader: User | None = None, decision: Decision | None = None) -> list[YearOfConditions]:
    """Return what was granted on condition, by year, the last year first; four queries however much there is.

    With a `reader` nothing of proposals in which the person has an interest; with a `decision` only that one.
    """
    adopted, today = adopted_days(), clock.today()
    by_year: dict[int, list[Condition]] = defaultdict(list)
    for condition in _conditions(adopted, today, reader=reader, decision=decision):
        by_year[condition.year].append(condition)
    found = []
    for year in sorted(by_year, reverse=True):
        first = by_year[year][0]
        found.append(YearOfConditions(year, first.adopted_on, first.deadline, first.days_left, by_year[year]))
    return found


def waiting(*, reader: User | None = None) -> list[Condition]:
    """Return the conditions that the college can invoke today, the shortest term first."""
    found = [one for year in of_years(reader=reader) for one in year.conditions if one.may_be_invoked]
    return sorted(found, key=lambda condition: (condition.deadline or clock.today(), condition.decision.pk))


def invoke(*, decision_id: int, year: int, by: User, reason: str, request_key: UUID) -> Condition:
    """Invoke the condition of a grant for a year: all that is conditional lapses, and is free again on its line.

    Planned payments of that year are cancelled and the partner gets a letter. Raises ConditionNotOpen without a
    reason, before the adoption of the budget, after the four weeks, or when nothing of the year is conditional (any
    more); HasInterest; StepNotYours. A repeat of the request changes nothing. Awb 4:34, paragraph 3.
    """
    require_invoker(by)
    if not reason.strip():
        raise ConditionNotOpen(_("Say why the college invokes the condition: the partner reads it in the letter."))
    with transaction.atomic():
        body = {"decision": decision_id, "year": year, "reason": reason}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.invoke_condition", body=body)
        decision = Decision.objects.select_related("proposal").get(pk=decision_id)
        if not is_new:
            return _of_decision(decision, year)
        lock_proposal(decision.proposal_id)
        require_no_interest(by, [decision.proposal_id])
        condition = _of_decision(decision, year)
        _require_open(condition)
        line, amount = condition.budget_line, condition.open
        document = _document(decision, [Movement(line, amount)], condition, reason=reason, invoked=True)
        ledger.book_lapse(decision, [Movement(line, amount)], by=by, document=document)
        payments.cancel_open(decision, by=by, reason=_("The budget condition was invoked."), budget_line=line)
        changes = {"year": year, "amount": str(amount), "reason": reason, "document": str(document.pk)}
        audit.record(event=BudgetEvent.CONDITION_INVOKED, actor=by, about=decision, changes=changes)
        outbox.put(topic=LETTER_TOPIC, key=f"{decision.pk}-{year}", payload={"decision": decision.pk, "year": year})
        requests.answer(request, decision=decision.reference, year=year)
    return _of_decision(decision, year)


def let_lapse(today: date) -> list[Decision]:
    """Make firm what nobody invoked in time, for the night after a term is over: one transaction for each decision.

    Returns the decisions whose grant became firm; a second run finds nothing. Awb 4:34, paragraph 3.
    """
    due = [one for year in of_years() for one in year.conditions if _is_over(one, today)]
    return [
        decision for decision in {one.decision.pk: one.decision for one in due}.values() if _let_go(decision, today)
    ]


def _let_go(decision: Decision, today: date) -> bool:
    with transaction.atomic():
        lock_proposal(decision.proposal_id)
        # Somebody may have been before us: look again under the lock.
        over = [one for year in of_years(decision=decision) for one in year.conditions if _is_over(one, today)]
        for condition in over:
            movements = [Movement(condition.budget_line, condition.open)]
            document = _document(decision, movements, condition, reason="", invoked=False)
            ledger.book_confirmation(decision, movements, by=None, document=document)
            changes = {"year": condition.year, "amount": str(condition.open), "document": str(document.pk)}
            audit.record(event=BudgetEvent.CONDITION_LAPSED, actor=None, about=decision, changes=changes)
    return bool(over)


def _is_over(condition: Condition, today: date) -> bool:
    return bool(condition.open) and condition.deadline is not None and condition.deadline < today


def _of_decision(decision: Decision, year: int) -> Condition:
    """Return what a decision granted on condition for a year; a proposal has one line. Raises ConditionNotOpen."""
    found = [one for group in of_years(decision=decision) if group.year == year for one in group.conditions]
    if not found:
        raise ConditionNotOpen(_("Nothing of %(year)d was granted on condition here.") % {"year": year})
    return found[0]


def _require_open(condition: Condition) -> None:
    if not condition.open:
        raise ConditionNotOpen(
            _("The condition over %(year)d was invoked or has lapsed already.") % {"year": condition.year}
        )
    if condition.deadline is None:
        raise ConditionNotOpen(
            _("The council has not adopted the budget of %(year)d yet, so the four weeks have not begun.")
            % {"year": condition.year}
        )
    if not condition.may_be_invoked:
        raise ConditionNotOpen(
            _("The condition could be invoked until %(deadline)s. The grant of %(amount)s is firm (Awb 4:34).")
            % {"deadline": f"{condition.deadline:%d-%m-%Y}", "amount": format_euros(condition.open)}
        )


def _conditions(
    adopted: dict[int, date], today: date, *, reader: User | None, decision: Decision | None
) -> Iterable[Condition]:
    kinds = (EntryKind.CONDITIONAL_GRANT, EntryKind.CONFIRMATION, EntryKind.LAPSE)
    entries = LedgerEntry.objects.filter(kind__in=kinds)
    if decision is not None:
        entries = entries.filter(decision=decision)
    if reader is not None:
        entries = entries.exclude(decision__proposal__in=Proposal.objects.of_interest_to(reader))
    sums: dict[tuple[int, int], dict[str, Decimal]] = defaultdict(dict)
    moments: dict[tuple[int, int], datetime] = {}
    rows = entries.order_by().values_list("decision_id", "budget_line_id", "kind")
    for decision_id, line_id, kind, amount, last in rows.annotate(total=Sum("amount"), last=Max("booked_at")):
        key = (decision_id or 0, line_id)
        sums[key][kind] = amount
        if kind != EntryKind.CONDITIONAL_GRANT:
            moments[key] = max(last, moments.get(key, last))
    related = ("proposal__organisation", "proposal__line", "decision_list")
    decisions = Decision.objects.select_related(*related).in_bulk([key[0] for key in sums])
    lines = BudgetLine.objects.select_related("line").in_bulk([key[1] for key in sums])
    for (decision_id, line_id), by_kind in sorted(sums.items()):
        yield Condition(
            decision=decisions[decision_id],
            budget_line=lines[line_id],
            granted=by_kind.get(EntryKind.CONDITIONAL_GRANT, ZERO),
            confirmed=by_kind.get(EntryKind.CONFIRMATION, ZERO),
            invoked=by_kind.get(EntryKind.LAPSE, ZERO),
            settled_at=moments.get((decision_id, line_id)),
            adopted_on=adopted.get(lines[line_id].year),
            today=today,
        )


def _document(
    decision: Decision, movements: list[Movement], condition: Condition, *, reason: str, invoked: bool
) -> Document:
    """Keep what the entry rests on: the decision, the adoption, the term, and what became of the condition."""
    facts = {
        "decision": decision.reference,
        "year": condition.year,
        "amounts": {str(line): str(amount) for line, amount in movements},
        "adopted_on": condition.adopted_on.isoformat() if condition.adopted_on else None,
        "deadline": condition.deadline.isoformat() if condition.deadline else None,
        "invoked": invoked,
        "reason": reason,
    }
    names = {"decision": decision.reference, "year": condition.year}
    if invoked:
        title = _("Budget condition of decision %(decision)s for %(year)d: invoked") % names
    else:
        title = _("Budget condition of decision %(decision)s for %(year)d: lapsed") % names
    return documents.store(
        kind=DOCUMENT_KIND,
        title=title,
        file_name=f"{decision.reference}-{condition.year}.json",
        content=json.dumps(facts, ensure_ascii=False, indent=2).encode(),
        facts=facts,
    )
