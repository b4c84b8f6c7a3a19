"""Accountability: what a partner reports on a grant, and what the team finds of it.

What is asked follows the tier of the grant and is kept with the account: a later change of the tiers asks nothing more
of whoever got the grant before. A grant of a tier that settles at once has no account: it is settled as granted when
the letter of the decision is sent and no condition hangs over it any more (see budget.domain.settling).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import BudgetItem
from budget.access.accounts import lock_account, require_checker, require_writer
from budget.access.lists import require_no_interest
from budget.domain import tiers
from budget.errors import AccountChanged, AccountNotReady
from budget.letters import settlements as letters
from budget.models import Account, AccountCheck, Decision, ReportedCost, ReportedResult, Settlement, Tier
from budget.states import ACCOUNT_MOVES, AccountState, AccountVerdict, SettlementState
from budget.states.events import BudgetEvent
from core.domain import audit, clock, outbox, requests, terms
from core.domain.money import ZERO, total

# A grant of a tier that settles at once waits for its letter, and for the end of every condition.
SETTLE_AT_ONCE_TOPIC = "budget.settle_at_once"
# How long a partner has to complete an account that was given back, when the term leaves less.
COMPLETE_WEEKS = 2


class Reported(NamedTuple):
    """What a partner filled in. Results by primary key of the promised result, costs by item and year, in euros."""

    summary: str
    results: Mapping[int, tuple[str, str]]
    costs: Mapping[tuple[int, int], Decimal | None]


def expect_for(decision: Decision, *, by: User) -> None:
    """Open the account that a partner has to give of a grant that became final, by its tier (Awb 4:37).

    Called within the approval. When the decision replaces another after an objection, the account that was opened
    goes on under the new decision, with what was filled in.
    """
    tier = tiers.tier_of(total(amount.amount for amount in decision.amounts.all()))
    if tier.settles_at_once:
        outbox.put(topic=SETTLE_AT_ONCE_TOPIC, key=str(decision.pk), payload={"decision": decision.pk})
        return
    with transaction.atomic():
        account = _taken_over(decision, tier) or _opened(decision, tier)
        changes = {"tier": tier.name, "due_on": account.due_on.isoformat(), "version": account.version}
        audit.record(event=BudgetEvent.ACCOUNT_EXPECTED, actor=by, about=account, changes=changes)


def save(*, account_id: int, by: User, version: int, reported: Reported, request_key: UUID) -> Account:
    """Save what a partner filled in so far; it may be incomplete.

    `version` is the version that the page showed. Raises AccountChanged when somebody saved since, AccountNotReady
    when it was handed in, StepNotYours. A repeat of the request changes nothing and returns the account.
    """
    with transaction.atomic():
        account, is_new = _take(account_id, by, version, reported, request_key, "budget.account.save")
        if is_new:
            _write(account, version, reported)
            _bump(account, by=by, event=BudgetEvent.ACCOUNT_SAVED)
    return account


def submit(*, account_id: int, by: User, version: int, reported: Reported, request_key: UUID) -> Account:
    """Hand in an account: from here on it is fixed, until the team gives it back.

    Raises what `save` raises, and AccountNotReady when something that the tier asks is missing.
    """
    with transaction.atomic():
        account, is_new = _take(account_id, by, version, reported, request_key, "budget.account.submit")
        if is_new:
            _write(account, version, reported)
            _require_complete(account)
            account.submitted_by, account.submitted_at = by, clock.now()
            _bring_to(account, AccountState.SUBMITTED, by=by, event=BudgetEvent.ACCOUNT_SUBMITTED)
    return account


def check(
    *, account_id: int, by: User, version: int, remark: str = "", result_remarks: Mapping[int, str] | None = None
) -> AccountCheck:
    """Find an account in order. `result_remarks` holds a remark by primary key of the promised result.

    Raises AccountChanged, AccountNotReady when it does not wait for a check, HasInterest (Awb 2:4), StepNotYours.
    """
    with transaction.atomic():
        account = _to_judge(account_id, by, version)
        made = _judge(account, AccountVerdict.CHECKED, by, remark, result_remarks)
        _bring_to(account, AccountState.CHECKED, by=by, event=BudgetEvent.ACCOUNT_CHECKED)
    return made


def give_back(
    *, account_id: int, by: User, version: int, missing: str, result_remarks: Mapping[int, str] | None = None
) -> AccountCheck:
    """Give an account back with what is missing: the partner gets a mail, and two weeks at least to complete it.

    Raises what `check` raises, and AccountNotReady when it does not say what is missing.
    """
    if not missing.strip():
        raise AccountNotReady(_("Say what is missing: the partner reads it."))
    with transaction.atomic():
        account = _to_judge(account_id, by, version)
        made = _judge(account, AccountVerdict.RETURNED, by, missing, result_remarks)
        account.due_on = max(account.due_on, terms.end_of_term(start=clock.today(), weeks=COMPLETE_WEEKS))
        _bring_to(account, AccountState.RETURNED, by=by, event=BudgetEvent.ACCOUNT_RETURNED)
        letters.mail_account_returned(account, made)
    return made


def _opened(decision: Decision, tier: Tier) -> Account:
    proposal = decision.proposal
    today = clock.today()
    account = Account.objects.create(
        decision=decision,
        tier=tier,
        asks_content=tier.accounts_for_content,
        asks_cost=tier.accounts_for_cost,
        # Who is granted something that is over already reports after the grant.
        due_on=terms.end_of_term(start=max(proposal.ends_on or today, today), weeks=tier.report_weeks),
    )
    _add_rows(account)
    return account


def _taken_over(decision: Decision, tier: Tier) -> Account | None:
    """Let the account of the decision that was replaced go on, unless it was found in order already."""
    accounts = Account.objects.select_for_update(of=("self",)).exclude(state=AccountState.CHECKED)
    account = accounts.filter(decision=decision.replaces_id).first() if decision.replaces_id else None
    if account is not None:
        account.decision, account.tier, account.version = decision, tier, account.version + 1
        account.asks_content, account.asks_cost = tier.accounts_for_content, tier.accounts_for_cost
        account.save(update_fields=["decision", "tier", "asks_content", "asks_cost", "version"])
        if account.is_open:
            _add_rows(account)
    return account


def _add_rows(account: Account) -> None:
    """Lay out what is asked beside what was promised and budgeted; rows that are there stay."""
    proposal = account.decision.proposal
    if account.asks_content:
        ReportedResult.objects.bulk_create(
            [ReportedResult(account=account, promised_result=result) for result in proposal.promised_results.all()],
            ignore_conflicts=True,
        )
    if account.asks_cost:
        items = list(BudgetItem.objects.filter(proposal=proposal).prefetch_related("amounts"))
        budgeted = {(item, amount.year): amount.amount for item in items for amount in item.amounts.all()}
        years = sorted({year for _item, year in budgeted})
        ReportedCost.objects.bulk_create(
            [
                ReportedCost(account=account, item=item, year=year, budgeted=budgeted.get((item, year), ZERO))
                for item in items
                for year in years
            ],
            ignore_conflicts=True,
        )


def _take(
    account_id: int, by: User, version: int, reported: Reported, request_key: UUID, purpose: str
) -> tuple[Account, bool]:
    """Take the request key, then the lock; tell whether the request is new."""
    body = {
        "account": account_id,
        "version": version,
        "summary": reported.summary,
        "results": sorted((pk, *texts) for pk, texts in reported.results.items()),
        "costs": sorted((*cell, str(amount)) for cell, amount in reported.costs.items()),
    }
    request, is_new = requests.take(key=request_key, actor=by, purpose=purpose, body=body)
    account = lock_account(account_id)
    require_writer(by, account.decision.proposal)
    if is_new:
        requests.answer(request, account=account_id)
    return account, is_new


def _write(account: Account, version: int, reported: Reported) -> None:
    if not account.is_open:
        raise AccountNotReady(_("This account was handed in, so it can't be changed any more."))
    if Settlement.objects.filter(decision=account.decision_id, state=SettlementState.FINAL).exists():
        raise AccountNotReady(_("This grant was settled, so its account can't be changed any more."))
    _require_version(account, version)
    account.summary = reported.summary
    results = list(account.results.all())
    for result in results:
        result.achieved, result.explanation = reported.results.get(
            result.promised_result_id, (result.achieved, result.explanation)
        )
    ReportedResult.objects.bulk_update(results, ["achieved", "explanation"])
    costs = list(account.costs.all())
    for cost in costs:
        cost.realised = reported.costs.get((cost.item_id, cost.year), cost.realised)
        if cost.realised is not None and cost.realised < ZERO:
            raise AccountNotReady(_("An amount can't be below zero."))
    ReportedCost.objects.bulk_update(costs, ["realised"])


def _require_complete(account: Account) -> None:
    lacks = []
    if not account.summary.strip():
        lacks.append(_("what you did, in short"))
    if account.asks_content and account.results.filter(achieved="").exists():
        lacks.append(_("what you achieved, for every result that you promised"))
    if account.asks_cost and account.costs.filter(realised=None).exists():
        lacks.append(_("what it really cost, for every item and year (0 when nothing)"))
    if lacks:
        raise AccountNotReady(_("This is still missing: %(what)s.") % {"what": "; ".join(lacks)})


def _to_judge(account_id: int, by: User, version: int) -> Account:
    require_checker(by)
    account = lock_account(account_id)
    require_no_interest(by, [account.decision.proposal_id])
    _require_version(account, version)
    if account.state != AccountState.SUBMITTED:
        raise AccountNotReady(
            _("This account is now “%(state)s”, so this step is not possible. Somebody may have been before you.")
            % {"state": account.get_state_display()}
        )
    return account


def _judge(
    account: Account, verdict: AccountVerdict, by: User, remark: str, result_remarks: Mapping[int, str] | None
) -> AccountCheck:
    remarks = {str(pk): text for pk, text in (result_remarks or {}).items() if text.strip()}
    return AccountCheck.objects.create(
        account=account, verdict=verdict, remark=remark, result_remarks=remarks, by=by, at=clock.now()
    )


def _require_version(account: Account, version: int) -> None:
    if version != account.version:
        raise AccountChanged(_("Somebody changed this after you opened it. Look what is there now before you go on."))


def _bring_to(account: Account, state: AccountState, *, by: User, event: BudgetEvent) -> None:
    if (AccountState(account.state), state) not in ACCOUNT_MOVES:
        raise AccountNotReady(
            _("This account is now “%(state)s”, so this step is not possible. Somebody may have been before you.")
            % {"state": account.get_state_display()}
        )
    account.state = state
    _bump(account, by=by, event=event)


def _bump(account: Account, *, by: User, event: BudgetEvent) -> None:
    account.version += 1
    fields = ["summary", "state", "due_on", "submitted_by", "submitted_at", "version"]
    account.save(update_fields=fields)
    audit.record(event=event, actor=by, about=account, changes={"state": account.state, "version": account.version})
