"""Settlement: what a grant comes to in the end (vaststelling, Awb 4:42 to 4:47), until it is signed.

The programme manager prepares it on the account that was found in order, or ex officio when no account came in. Lower
than granted needs a coded ground and a view of the partner (Awb 4:7, 4:8), or the reason why none was asked (4:11,
4:12). The financial adviser signs; what that does to the money stands in budget.domain.settling.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.lists import lock_decision, require_no_interest
from budget.access.settlements import lock_settlement, lock_settlement_of, require_approver, require_settler
from budget.domain import ledger
from budget.errors import SettlementChanged, SettlementNotReady
from budget.models import Account, BudgetLine, Decision, Settlement, SettlementAmount
from budget.states import (
    LOWER_GROUNDS,
    SETTLEMENT_MOVES,
    AccountState,
    Ruling,
    SettlementGround,
    SettlementKind,
    SettlementState,
)
from budget.states.events import BudgetEvent
from core.domain import audit, clock, outbox, references, terms
from core.domain.money import ZERO, format_euros, total
from core.states import Series

# The term for a view (Awb 4:8 leaves it to the municipality).
VIEW_WEEKS = 2
HEARING_TOPIC = "budget.settlement_hearing"


def prepare(
    *,
    decision_id: int,
    by: User,
    kind: SettlementKind,
    amounts: Mapping[BudgetLine, Decimal],
    reason: str,
    ground: str = "",
    version: int | None = None,
) -> Settlement:
    """Prepare the settlement of a grant, or change it while it is in preparation.

    `amounts` says what is settled on each line of the grant, in euros; `version` is the version that the page showed,
    None for the first time. Raises SettlementChanged when somebody was before, SettlementNotReady when a condition
    still hangs over the grant (Awb 4:34), the account is not in order (or, ex officio, is not overdue), or amounts,
    kind, ground and reason don't go together; HasInterest; StepNotYours.
    """
    require_settler(by)
    with transaction.atomic():
        decision = lock_decision(decision_id)
        require_no_interest(by, [decision.proposal_id])
        settlement = lock_settlement_of(decision)
        if version != (settlement.version if settlement else None):
            raise SettlementChanged(_("Somebody changed this settlement after you opened it. Look again."))
        if settlement is not None and settlement.state not in {SettlementState.DRAFT, SettlementState.HEARING}:
            raise _wrong_state(settlement)
        require_settleable(decision, kind)
        granted = granted_by_line(decision)
        settled = _settled(granted, amounts)
        _check_kind(kind, ground, granted, settled, reason)
        settlement = _stored(decision, settlement, settled, by=by, kind=kind, ground=ground, reason=reason)
        for line, amount in settled.items():
            SettlementAmount.objects.update_or_create(
                settlement=settlement, budget_line=line, defaults={"granted": granted[line], "settled": amount}
            )
        _record(BudgetEvent.SETTLEMENT_PREPARED, settlement, by=by, changes=_facts(settlement, settled))
    return settlement


def ask_view(*, settlement_id: int, version: int, by: User) -> Settlement:
    """Ask the partner's view on a settlement below the grant, by letter, within two weeks (Awb 4:8).

    Raises SettlementNotReady when it is not in preparation or settles all that was granted, SettlementChanged,
    HasInterest, StepNotYours.
    """
    require_settler(by)
    with transaction.atomic():
        settlement = _lock(settlement_id, version, by, SettlementState.DRAFT)
        if not _is_lower(settlement):
            raise SettlementNotReady(_("All that was granted is settled, so there is nothing to ask a view on."))
        today = clock.today()
        settlement.hearing_asked_on = today
        settlement.hearing_due_on = terms.end_of_term(start=today, weeks=VIEW_WEEKS)
        settlement.hearing_view, settlement.hearing_view_on, settlement.hearing_skipped = "", None, ""
        bring_to(settlement, SettlementState.HEARING)
        changes = {"due_on": settlement.hearing_due_on.isoformat()}
        _record(BudgetEvent.SETTLEMENT_VIEW_ASKED, settlement, by=by, changes=changes)
        payload = {"settlement": settlement.pk, "version": settlement.version}
        outbox.put(topic=HEARING_TOPIC, key=f"{settlement.pk}:{settlement.version}", payload=payload)
    return settlement


def record_view(*, settlement_id: int, version: int, by: User, view: str, view_on: date) -> Settlement:
    """Write down the view that the partner gave, and the day.

    Raises SettlementNotReady when none was asked, the day is before the question or still to come, or the text is
    empty; SettlementChanged, HasInterest, StepNotYours.
    """
    require_settler(by)
    with transaction.atomic():
        settlement = _lock(settlement_id, version, by, SettlementState.HEARING)
        if not view.strip():
            raise SettlementNotReady(_("Write down what the partner said."))
        if settlement.hearing_asked_on is None or not settlement.hearing_asked_on <= view_on <= clock.today():
            raise SettlementNotReady(_("The view came in after we asked for it, and not after today."))
        settlement.hearing_view, settlement.hearing_view_on = view, view_on
        settlement.version += 1
        settlement.save(update_fields=["hearing_view", "hearing_view_on", "version"])
        _record(BudgetEvent.SETTLEMENT_VIEW_RECORDED, settlement, by=by, changes={"view_on": view_on.isoformat()})
    return settlement


def propose(*, settlement_id: int, version: int, by: User, hearing_skipped: str = "") -> Settlement:
    """Send a settlement to the financial adviser for the second signature.

    Below the grant, the view must be in or its term over; or `hearing_skipped` says why none was asked (Awb 4:11,
    4:12). Raises SettlementNotReady, SettlementChanged, HasInterest, StepNotYours.
    """
    require_settler(by)
    with transaction.atomic():
        settlement = _lock(settlement_id, version, by, SettlementState.DRAFT, SettlementState.HEARING)
        if _is_lower(settlement) and not _was_heard(settlement):
            if settlement.state == SettlementState.HEARING:
                raise SettlementNotReady(
                    _("The partner may still give a view. Wait for it, or for the end of the term.")
                )
            hearing_skipped = hearing_skipped or settlement.hearing_skipped
            if not hearing_skipped.strip():
                raise SettlementNotReady(
                    _("This is lower than granted. Ask the partner's view first, or say why that is not needed.")
                )
            settlement.hearing_skipped = hearing_skipped
        settlement.prepared_by, settlement.prepared_at = by, clock.now()
        bring_to(settlement, SettlementState.PROPOSED)
        _record(BudgetEvent.SETTLEMENT_PROPOSED, settlement, by=by)
    return settlement


def give_back(*, settlement_id: int, version: int, by: User, reason: str) -> Settlement:
    """Give a settlement back to who prepared it, with a reason; nothing is booked.

    Raises SettlementNotReady, SettlementChanged, HasInterest, StepNotYours.
    """
    require_approver(by)
    if not reason.strip():
        raise SettlementNotReady(_("Say why you give the settlement back."))
    with transaction.atomic():
        settlement = _lock(settlement_id, version, by, SettlementState.PROPOSED)
        bring_to(settlement, SettlementState.DRAFT)
        _record(BudgetEvent.SETTLEMENT_RETURNED, settlement, by=by, changes={"reason": reason})
    return settlement


def granted_by_line(decision: Decision) -> dict[BudgetLine, Decimal]:
    """Return what a grant comes to on each of its lines before the settlement, in euros.

    What lapsed or was released before counts no more. Raises SettlementNotReady, with the figure, while a condition
    hangs over part of it (Awb 4:34): it has to lapse or be invoked first.
    """
    held = ledger.holdings(decision)
    conditional = total(one.conditional for one in held.values())
    if conditional:
        raise SettlementNotReady(
            _("%(amount)s of this grant is still conditional. Wait until the council has decided on it (Awb 4:34).")
            % {"amount": format_euros(conditional)}
        )
    lines = BudgetLine.objects.select_related("line").in_bulk([pk for pk, one in held.items() if one.committed])
    return {lines[pk]: held[pk].committed for pk in sorted(lines)}


def require_settleable(decision: Decision, kind: SettlementKind) -> None:
    """Refuse a decision that is no standing grant, or whose account does not allow this kind of settlement."""
    if not Decision.objects.standing().filter(pk=decision.pk, ruling=Ruling.GRANT).exists():
        raise SettlementNotReady(_("There is no grant here that stands, so there is nothing to settle."))
    account = Account.objects.filter(decision=decision).first()
    if kind == SettlementKind.EX_OFFICIO:
        if account is None or not account.is_overdue:
            raise SettlementNotReady(_("Ex officio is possible only once the account is overdue (Awb 4:47)."))
    elif account is None or account.state != AccountState.CHECKED:
        raise SettlementNotReady(_("First check the account: a settlement rests on an account that is in order."))


def bring_to(settlement: Settlement, state: SettlementState) -> None:
    """Bring a settlement that the caller has locked into another state, with all that the caller set on it.

    Raises SettlementNotReady when the table of moves has no such step.
    """
    if (SettlementState(settlement.state), state) not in SETTLEMENT_MOVES:
        raise _wrong_state(settlement)
    settlement.state = state
    settlement.version += 1
    settlement.save()


def require_state(settlement: Settlement, version: int, *states: SettlementState) -> None:
    """Raise SettlementNotReady unless it is in one of the states, SettlementChanged unless in the version shown."""
    if settlement.state not in states:
        raise _wrong_state(settlement)
    if version != settlement.version:
        raise SettlementChanged(_("Somebody changed this settlement after you opened it. Look again."))


def _lock(settlement_id: int, version: int, by: User, *states: SettlementState) -> Settlement:
    settlement = lock_settlement(settlement_id)
    require_no_interest(by, [settlement.decision.proposal_id])
    require_state(settlement, version, *states)
    return settlement


def _wrong_state(settlement: Settlement) -> SettlementNotReady:
    return SettlementNotReady(
        _("%(settlement)s is now “%(state)s”, so this step is not possible. Somebody may have been before you.")
        % {"settlement": settlement, "state": settlement.get_state_display()}
    )


def _settled(granted: Mapping[BudgetLine, Decimal], amounts: Mapping[BudgetLine, Decimal]) -> dict[BudgetLine, Decimal]:
    if amounts.keys() != granted.keys():
        raise SettlementNotReady(_("Say for every year of the grant what is settled."))
    for line, amount in amounts.items():
        if not ZERO <= amount <= granted[line]:
            raise SettlementNotReady(
                _("For %(line)s %(granted)s is granted; %(amount)s can't be settled.")
                % {"line": line, "granted": format_euros(granted[line]), "amount": format_euros(amount)}
            )
    return dict(amounts)


def _check_kind(
    kind: SettlementKind,
    ground: str,
    granted: Mapping[BudgetLine, Decimal],
    settled: Mapping[BudgetLine, Decimal],
    reason: str,
) -> None:
    lower = total(settled.values()) < total(granted.values())
    if not reason.strip():
        raise SettlementNotReady(_("Give the reason: the partner reads it in the letter."))
    if kind == SettlementKind.AS_GRANTED and (lower or ground):
        raise SettlementNotReady(_("As granted means all that was granted, without a ground to lower it."))
    if kind == SettlementKind.LOWER and not lower:
        raise SettlementNotReady(_("This settles all that was granted. Then choose “as granted”."))
    if kind == SettlementKind.LOWER and ground not in LOWER_GROUNDS:
        raise SettlementNotReady(_("Choose the ground on which less is settled (Awb 4:46)."))
    if kind == SettlementKind.EX_OFFICIO and ground != SettlementGround.NO_ACCOUNT:
        raise SettlementNotReady(_("The ground of a settlement ex officio is that no account came in (Awb 4:47)."))


def _stored(
    decision: Decision, known: Settlement | None, settled: Mapping[BudgetLine, Decimal], *, by: User, **said: str
) -> Settlement:
    if known is None:
        reference = references.next_reference(Series.SETTLEMENT, year=clock.today().year)
        return Settlement.objects.create(
            reference=reference, decision=decision, prepared_by=by, prepared_at=clock.now(), **said
        )
    before = {amount.budget_line: amount.settled for amount in known.amounts.select_related("budget_line__line")}
    # What the partner was not asked about needs a view of its own; more money, or another wording, does not.
    if known.ground != said["ground"] or any(amount < before.get(line, ZERO) for line, amount in settled.items()):
        known.hearing_asked_on = known.hearing_due_on = known.hearing_view_on = None
        known.hearing_view = known.hearing_skipped = ""
        known.state = SettlementState.DRAFT
    for name, value in said.items():
        setattr(known, name, value)
    known.prepared_by, known.prepared_at = by, clock.now()
    known.version += 1
    known.amounts.exclude(budget_line__in=settled.keys()).delete()
    known.save()
    return known


def _is_lower(settlement: Settlement) -> bool:
    return settlement.settled_total < settlement.granted_total


def _was_heard(settlement: Settlement) -> bool:
    """Tell whether the partner gave a view, or let the term for it pass."""
    due_on = settlement.hearing_due_on
    return settlement.hearing_view_on is not None or (due_on is not None and due_on < clock.today())


def _facts(settlement: Settlement, settled: Mapping[BudgetLine, Decimal]) -> dict[str, object]:
    amounts = {str(line.year): str(amount) for line, amount in settled.items()}
    return {"kind": settlement.kind, "ground": settlement.ground, "amounts": amounts}


def _record(
    event: BudgetEvent, settlement: Settlement, *, by: User, changes: Mapping[str, object] | None = None
) -> None:
    """Write down what happened, with the version that came of it."""
    audit.record(event=event, actor=by, about=settlement, changes={**(changes or {}), "version": settlement.version})
