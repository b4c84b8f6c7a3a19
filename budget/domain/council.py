"""What the council decides about money. Only the council makes budget: one person enters it, another confirms it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.council import had_a_hand_in, lock_council_decision, require_confirmer, require_enterer
from budget.domain import ledger
from budget.domain.council_content import Content, LineYear, check, told
from budget.domain.ledger import Movement
from budget.errors import AboveReserve, CouncilDecisionChanged, CouncilDecisionNotReady, SamePerson
from budget.models import Balance, BudgetLine, CouncilDecision, CouncilDecisionAmount, Reserve
from budget.states import CouncilDecisionKind, CouncilDecisionState, EntryKind
from budget.states.events import BudgetEvent
from core.domain import audit, clock, documents, requests
from core.domain.money import ZERO, format_euros, total
from core.models import Document
from programme.models import Line


def draft(*, by: User, content: Content, request_key: UUID | None = None) -> CouncilDecision:
    """Prepare a decision of the council; number, date and document may follow.

    A repeat of the request gives the draft that it made first. Raises StepNotYours, and what `check` raises.
    """
    require_enterer(by)
    check(content)
    with transaction.atomic():
        if request_key is not None:
            body = {**told(content), "net": content.net, "reserve_change": content.reserve_change}
            request, is_new = requests.take(key=request_key, actor=by, purpose="budget.council_draft", body=body)
            if not is_new:
                return made_before((request.answer or {})["decision"])
        decision = CouncilDecision(entered_by=by, entered_at=clock.now())
        _write(decision, content)
        _record(BudgetEvent.COUNCIL_DECISION_STARTED, decision, by=by, **told(content))
        if request_key is not None:
            requests.answer(request, decision=decision.pk)
    return decision


def change(*, decision_id: int, by: User, content: Content, version: int) -> CouncilDecision:
    """Change a decision in preparation, as the page showed it in `version`.

    Raises CouncilDecisionNotReady when it is past preparation, CouncilDecisionChanged when somebody else changed it
    in between, StepNotYours, and what `check` raises.
    """
    require_enterer(by)
    check(content)
    with transaction.atomic():
        decision = lock_council_decision(decision_id)
        _require(decision, CouncilDecisionState.DRAFT, version)
        decision.version += 1
        _write(decision, content)
        _record(BudgetEvent.COUNCIL_DECISION_CHANGED, decision, by=by, **told(content))
    return decision


def remove(*, decision_id: int, by: User, version: int | None = None) -> None:
    """Throw away a decision in preparation. Raises what `change` raises."""
    require_enterer(by)
    with transaction.atomic():
        decision = lock_council_decision(decision_id)
        _require(decision, CouncilDecisionState.DRAFT, version)
        _record(BudgetEvent.COUNCIL_DECISION_REMOVED, decision, by=by)
        decision.delete()


def enter(*, decision_id: int, by: User, version: int | None = None) -> CouncilDecision:
    """Sign that the council decided this: from here somebody else confirms it. `version` is what the page showed.

    Raises CouncilDecisionNotReady when number, date or document is missing or when it is past preparation,
    CouncilDecisionChanged, and StepNotYours.
    """
    require_enterer(by)
    with transaction.atomic():
        decision = lock_council_decision(decision_id)
        _require(decision, CouncilDecisionState.DRAFT, version)
        if not (decision.number and decision.decided_on and decision.document_id):
            raise CouncilDecisionNotReady(_("Fill in the number, the date and the document of the council's decision."))
        decision.entered_by, decision.entered_at = by, clock.now()
        decision.state = CouncilDecisionState.ENTERED
        decision.version += 1
        decision.save(update_fields=["entered_by", "entered_at", "state", "version"])
        _record(BudgetEvent.COUNCIL_DECISION_ENTERED, decision, by=by)
    return decision


def give_back(*, decision_id: int, by: User, reason: str) -> CouncilDecision:
    """Send a decision back to preparation, with the reason; nothing is booked.

    Raises CouncilDecisionNotReady without a reason or when it does not wait for confirmation, and StepNotYours.
    """
    require_confirmer(by)
    if not reason.strip():
        raise CouncilDecisionNotReady(_("Say what is not right."))
    with transaction.atomic():
        decision = lock_council_decision(decision_id)
        _require(decision, CouncilDecisionState.ENTERED)
        decision.state = CouncilDecisionState.DRAFT
        decision.version += 1
        decision.save(update_fields=["state", "version"])
        _record(BudgetEvent.COUNCIL_DECISION_RETURNED, decision, by=by, reason=reason)
    return decision


def confirm(*, decision_id: int, version: int, by: User, request_key: UUID) -> CouncilDecision:
    """Confirm that the council decided this, and book it: from here it is budget, and fixed.

    Raises SamePerson for who had a hand in preparing it, CouncilDecisionNotReady when it does not wait for
    confirmation, CouncilDecisionChanged when it changed since the page showed `version`, AboveReserve when the lines
    would draw more than the council tied to the programme, BelowCommitted when a line would get less than is granted
    and spent on it, StepNotYours. A repeat of the request changes nothing. Budget that the council did not give can't
    be spent (Gemeentewet art. 189).
    """
    require_confirmer(by)
    with transaction.atomic():
        request, is_new = requests.take(
            key=request_key, actor=by, purpose="budget.confirm", body={"decision": decision_id, "version": version}
        )
        if not is_new:
            return CouncilDecision.objects.get(pk=decision_id)
        decision = lock_council_decision(decision_id)
        _require(decision, CouncilDecisionState.ENTERED, version)
        if had_a_hand_in(by, decision):
            raise SamePerson(_("You prepared this decision, so somebody else has to confirm it."))
        _book(decision, by=by)
        requests.answer(request, number=decision.number)
    return decision


def book_loaded(content: Content) -> CouncilDecision:
    """Put a decision in the books that the municipality's own data hold, without anybody's signature on screen.

    Only for loading the council's frame (`load_programme`) and what a test or demo starts from.
    """
    check(content)
    with transaction.atomic():
        decision = CouncilDecision(entered_by=None, entered_at=clock.now(), state=CouncilDecisionState.ENTERED)
        _write(decision, content)
        _book(decision, by=None)
    return decision


def load_frame(data: Mapping[str, Any]) -> CouncilDecision:
    """Enter the money of the council's frame: the reserve, and the primitive budget of every line and year.

    `data` is what `programme.domain.frame.read` returns. Repeatable: what the council decided stands once, and a
    second run with other amounts changes nothing in the books (that takes a council decision).
    """
    money = data["reserve"]
    with transaction.atomic():
        Reserve.objects.get_or_create(
            pk=1,
            defaults={
                "name": money["naam"],
                "code": money["nieuw_beleid_code"],
                "original": money["oorspronkelijk"],
                "assigned_earlier": money["eerder_bestemd"],
                "programme_total": money["programma"],
            },
        )
        Reserve.objects.select_for_update().get(pk=1)
        entered = CouncilDecision.objects.filter(number=money["nieuw_beleid_code"]).first()
        if entered is not None:
            return entered
        amounts = {
            (line["code"], int(year)): Decimal(amount)
            for line in data["lijnen"]
            for year, amount in line["budget"].items()
        }
        return book_loaded(
            Content(
                number=money["nieuw_beleid_code"],
                kind=CouncilDecisionKind.PRIMITIVE,
                title=_("Programme plan Talent: budget of the lines"),
                document=_frame_document(money, amounts),
                amounts=amounts,
                net=total(amounts.values()),
            )
        )


def _write(decision: CouncilDecision, content: Content) -> None:
    """Give a decision in preparation the content that it has from here on."""
    decision.number = content.number or None
    decision.kind, decision.title, decision.year = content.kind, content.title, content.year
    decision.decided_on, decision.document = content.decided_on, content.document
    decision.net, decision.reserve_change = content.net, content.reserve_change
    _save(decision)
    decision.amounts.all().delete()
    CouncilDecisionAmount.objects.bulk_create(
        CouncilDecisionAmount(council_decision=decision, budget_line=_budget_line(code, year), amount=amount)
        for (code, year), amount in sorted(content.amounts.items())
        if amount
    )


def made_before(pk: int) -> CouncilDecision:
    """Return the draft that a request made earlier. Raises CouncilDecisionNotReady when it was removed since."""
    found = CouncilDecision.objects.filter(pk=pk).first()
    if found is None:
        raise CouncilDecisionNotReady(_("This decision was prepared before, and removed since. Open the page again."))
    return found


def _save(decision: CouncilDecision) -> None:
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError as error:
        raise _taken(decision, error) from error


def _taken(decision: CouncilDecision, error: IntegrityError) -> Exception:
    """Say which other decision is in the way; the error itself when none is."""
    others = CouncilDecision.objects.exclude(pk=decision.pk)
    if decision.number and others.filter(number=decision.number).exists():
        message = _("Another decision of the council has number %(number)s already.") % {"number": decision.number}
        return CouncilDecisionNotReady(message)
    if decision.year and others.filter(year=decision.year).exists():
        message = _("The adoption of the budget of %(year)s stands in another decision already.")
        return CouncilDecisionNotReady(message % {"year": decision.year})
    return error


def _book(decision: CouncilDecision, *, by: User | None) -> None:
    """Move the reserve and the lines as the decision says, and fix it."""
    reserve = Reserve.objects.select_for_update().get(pk=1)
    drawn, most = reserve.drawn + decision.net, reserve.programme_total + decision.reserve_change
    if drawn > most:
        raise AboveReserve(_above(decision, drawn, most))
    Reserve.objects.filter(pk=1).update(
        drawn=F("drawn") + decision.net, programme_total=F("programme_total") + decision.reserve_change
    )
    amounts = decision.amounts.select_related("budget_line__line").order_by("budget_line_id")
    for amount in amounts:  # in order of primary key of the line, whatever the kind of entry
        kind, euros = _entry_of(CouncilDecisionKind(decision.kind), amount.amount)
        ledger.book_council_amounts(decision, kind, [Movement(amount.budget_line, euros)], by=by)
    decision.state = CouncilDecisionState.CONFIRMED
    decision.confirmed_by, decision.confirmed_at = by, clock.now()
    decision.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    _record(BudgetEvent.COUNCIL_DECISION_CONFIRMED, decision, by=by)


def _above(decision: CouncilDecision, drawn: Decimal, most: Decimal) -> str:
    figures = {"drawn": format_euros(drawn), "total": format_euros(most)}
    if decision.reserve_change < ZERO:
        return _("The programme total can't go down to %(total)s: the lines draw %(drawn)s.") % figures
    return _("The lines would draw %(drawn)s; the council tied %(total)s to the programme.") % figures


def _entry_of(kind: CouncilDecisionKind, amount: Decimal) -> tuple[EntryKind, Decimal]:
    """Return the kind of entry for one amount of a council decision, and the euros on it."""
    if kind == CouncilDecisionKind.CARRY_OVER:
        return (EntryKind.CARRY_OUT if amount < ZERO else EntryKind.CARRY_IN), abs(amount)
    return (EntryKind.COUNCIL_BUDGET if kind == CouncilDecisionKind.PRIMITIVE else EntryKind.AMENDMENT), amount


def _require(decision: CouncilDecision, state: CouncilDecisionState, version: int | None = None) -> None:
    if decision.state != state:
        raise CouncilDecisionNotReady(
            _("This decision is now “%(state)s”, so this step is not possible. Somebody may have been before you.")
            % {"state": CouncilDecisionState(decision.state).label}
        )
    if version not in {None, decision.version}:
        raise CouncilDecisionChanged(_("This decision was changed after you opened it. Look again before you go on."))


def _record(event: BudgetEvent, decision: CouncilDecision, *, by: User | None, **more: Any) -> None:
    changes = {"version": decision.version, "net": str(decision.net), "reserve_change": str(decision.reserve_change)}
    audit.record(event=event, actor=by, about=decision, changes={**changes, **more})


def _budget_line(code: str, year: int) -> BudgetLine:
    line, _new = BudgetLine.objects.get_or_create(line=Line.objects.get(code=code), year=year)
    Balance.objects.get_or_create(budget_line=line)
    return line


def _frame_document(money: Mapping[str, Any], amounts: Mapping[LineYear, Decimal]) -> Document:
    """Keep the council's table as the document that the first entries rest on."""
    rows = [f"{code};{year};{amount:.2f}" for (code, year), amount in sorted(amounts.items())]
    return documents.store(
        kind="council_decision",
        title=f"{money['naam']} ({money['nieuw_beleid_code']})",
        file_name=f"{money['nieuw_beleid_code']}.csv",
        content="\r\n".join(["lijn;jaar;euro", *rows, ""]).encode(),
        facts={"reserve": dict(money), "total": str(total(amounts.values()))},
    )
