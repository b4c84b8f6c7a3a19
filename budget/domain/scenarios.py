"""Scenarios: what would be granted if. A scenario binds nobody: it makes no entry, no reservation and no decision."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_proposals
from applications.models import Proposal
from applications.states import ProposalState
from budget.access.lists import require_no_interest, require_preparer
from budget.access.scenarios import GRANTABLE, candidates_for, lock_scenario, require_changer
from budget.domain import decision_items, decision_lists, item_rules, obligations
from budget.domain.ranks import in_order
from budget.errors import ScenarioChanged, ScenarioNotReady
from budget.models import DecisionList, Scenario, ScenarioAmount, ScenarioItem
from budget.states import Ruling
from budget.states.events import BudgetEvent
from core.domain import audit, clock, requests
from core.domain.money import ZERO, format_euros

# What a decision's reason holds at most.
LONGEST_REASON = 3000
LONGEST_NAME = 80


def make(*, by: User, name: str) -> Scenario:
    """Make a scenario with every positively advised proposal that waits for a decision; none of them is in yet.

    Proposals in which the person has an interest are left out (Awb 2:4). Raises ScenarioNotReady without a name,
    StepNotYours.
    """
    require_changer(by)
    with transaction.atomic():
        scenario = _create(by, name)
        for proposal in candidates_for(by):
            _add(scenario, proposal)
        record(BudgetEvent.SCENARIO_MADE, scenario, by=by, changes={"name": scenario.name})
    return scenario


def copy(*, scenario_id: int, by: User, name: str) -> Scenario:
    """Copy a scenario under another name, without the proposals in which the person has an interest.

    Raises ScenarioNotReady when it was removed or without a name, StepNotYours.
    """
    require_changer(by)
    with transaction.atomic():
        original = lock_scenario(scenario_id)
        scenario = _create(by, name)
        known = original.items.exclude(proposal__in=Proposal.objects.of_interest_to(by))
        for item in known.prefetch_related("amounts"):
            twin = ScenarioItem.objects.create(scenario=scenario, proposal_id=item.proposal_id, included=item.included)
            ScenarioAmount.objects.bulk_create(
                ScenarioAmount(item=twin, year=one.year, requested=one.requested, amount=one.amount)
                for one in item.amounts.all()
            )
        changes = {"name": scenario.name, "copy_of": original.pk}
        record(BudgetEvent.SCENARIO_MADE, scenario, by=by, changes=changes)
    return scenario


def rename(*, scenario_id: int, by: User, name: str, version: int) -> Scenario:
    """Give a scenario another name. Raises ScenarioChanged, ScenarioNotReady, StepNotYours."""
    require_changer(by)
    with transaction.atomic():
        scenario = _lock(scenario_id, version)
        changes = {"renamed": _clean(name), "before": scenario.name}
        scenario.name = _clean(name)
        scenario.save(update_fields=["name"])
        _changed(scenario, by=by, changes=changes)
    return scenario


def remove(*, scenario_id: int, by: User, version: int) -> None:
    """Throw a scenario away; the audit trail remembers that it was there.

    Raises ScenarioChanged, ScenarioNotReady, StepNotYours.
    """
    require_changer(by)
    with transaction.atomic():
        scenario = _lock(scenario_id, version)
        record(BudgetEvent.SCENARIO_REMOVED, scenario, by=by, changes={"name": scenario.name})
        scenario.delete()


def put_in(*, scenario_id: int, proposal_id: int, by: User, version: int) -> ScenarioItem:
    """Put a proposal in: as the scenario last had its amounts, or as the advice says when it is new there.

    Raises ScenarioNotReady when the proposal no longer waits for a decision, was advised against or would get
    nothing; ScenarioChanged; HasInterest; StepNotYours.
    """
    require_changer(by)
    with transaction.atomic():
        scenario = _lock(scenario_id, version)
        proposal = _known(proposal_id, by=by)
        if proposal.state != ProposalState.ADVISED or proposal.advice.outcome not in GRANTABLE:
            raise ScenarioNotReady(
                _("%(proposal)s does not wait for a decision with a positive advice, so it can't go in.")
                % {"proposal": proposal}
            )
        item = scenario.items.filter(proposal=proposal).first() or _add(scenario, proposal)
        _check_gets_something({one.year: one.amount for one in item.amounts.all()})
        _include(item, is_in=True)
        _changed(scenario, by=by, changes={"put_in": str(proposal)})
    return item


def put_out(*, scenario_id: int, proposal_id: int, by: User, version: int) -> ScenarioItem:
    """Take a proposal out; its amounts are kept.

    Raises ScenarioNotReady, ScenarioChanged, HasInterest, StepNotYours.
    """
    require_changer(by)
    with transaction.atomic():
        scenario = _lock(scenario_id, version)
        item = _item(scenario, _known(proposal_id, by=by))
        _include(item, is_in=False)
        _changed(scenario, by=by, changes={"put_out": str(item.proposal)})
    return item


def set_amounts(
    *, scenario_id: int, proposal_id: int, amounts: Mapping[int, Decimal], by: User, version: int
) -> ScenarioItem:
    """Change what a proposal would get: `amounts` maps a year to euros; years that it leaves out stay as they are.

    Raises ScenarioNotReady for an amount below zero or above the request, for a year outside the call or the
    activity, and when nothing would be left over all years; ScenarioChanged; HasInterest; StepNotYours.
    """
    require_changer(by)
    with transaction.atomic():
        scenario = _lock(scenario_id, version)
        proposal = _known(proposal_id, by=by)
        item = _item(scenario, proposal)
        kept = {one.year: one for one in item.amounts.all()}
        wrong = [
            item_rules.wrong_amount(proposal, year, amount, kept[year].requested if year in kept else ZERO)
            for year, amount in amounts.items()
        ]
        if any(wrong):
            raise ScenarioNotReady(" ".join(filter(None, wrong)))
        wanted = {year: amounts.get(year, one.amount) for year, one in kept.items()}
        _check_gets_something(wanted)
        if wanted == {year: one.amount for year, one in kept.items()}:
            return item
        for year, one in kept.items():
            one.amount = wanted[year]
        ScenarioAmount.objects.bulk_update(kept.values(), ["amount"])
        told = {str(year): str(amount) for year, amount in wanted.items()}
        _changed(scenario, by=by, changes={"proposal": str(proposal), "amounts": told})
    return item


def to_list(*, scenario_id: int, meeting_on: date, version: int, by: User, request_key: UUID) -> DecisionList:
    """Make a decision list in preparation out of what is in a scenario, by rank and with the scenario's amounts.

    The list follows the rules of every list from there: room is checked when it is proposed, and the college decides.
    Raises ScenarioNotReady when nothing is in, and when a proposal was listed or decided on meanwhile, naming each:
    all of it goes on the list or nothing; ScenarioChanged, HasInterest, ListNotReady, StepNotYours. A repeat of the
    request returns the list that was made.
    """
    require_preparer(by)
    with transaction.atomic():
        body = {"scenario": scenario_id, "meeting_on": meeting_on.isoformat(), "version": version}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.scenario_to_list", body=body)
        if not is_new:
            return DecisionList.objects.get(reference=(request.answer or {})["decision_list"])
        scenario = _lock(scenario_id, version)
        chosen = scenario.items.filter(included=True).select_related("proposal__advice")
        items = in_order(chosen.prefetch_related("amounts"))
        if not items:
            raise ScenarioNotReady(_("Nothing is in this scenario. Put at least one proposal in."))
        require_no_interest(by, [item.proposal_id for item in items])
        _check_still_waiting(lock_proposals(item.proposal_id for item in items))
        decision_list = decision_lists.start(by=by, meeting_on=meeting_on)
        for item in items:
            _put_on(decision_list, item, by=by)
        changes = {"decision_list": decision_list.reference}
        record(BudgetEvent.SCENARIO_LISTED, scenario, by=by, changes=changes)
        requests.answer(request, decision_list=decision_list.reference)
    return decision_list


def record(event: BudgetEvent, scenario: Scenario, *, by: User, changes: Mapping[str, object] | None = None) -> None:
    """Write down what happened, with the version that came of it: a page can tell what changed since it was shown."""
    audit.record(event=event, actor=by, about=scenario, changes={**(changes or {}), "version": scenario.version})


def _put_on(decision_list: DecisionList, item: ScenarioItem, *, by: User) -> None:
    decision = decision_items.put_on(list_id=decision_list.pk, proposal_id=item.proposal_id, by=by)
    advised = {one.year: one.advised for one in decision.advice.amounts.all()}
    wanted = {one.year: one.amount for one in item.amounts.all()}
    if any(advised.get(year, ZERO) != amount for year, amount in wanted.items()):
        decision_items.revise(
            decision_id=decision.pk,
            by=by,
            ruling=Ruling.GRANT,
            amounts=wanted,
            reason=_reason(decision.advice.explanation, advised, wanted),
            conditions=decision.advice.conditions,
            duties=obligations.usual(decision.proposal, sum(wanted.values(), ZERO)),
        )


def _reason(explanation: str, advised: Mapping[int, Decimal], wanted: Mapping[int, Decimal]) -> str:
    """Say why the amounts differ from the advice (Awb 3:50), after the advice's own explanation when both fit."""
    differences = [
        _("for %(year)d %(advised)s was advised and %(amount)s is granted")
        % {"year": year, "advised": format_euros(advised.get(year, ZERO)), "amount": format_euros(amount)}
        for year, amount in wanted.items()
        if amount != advised.get(year, ZERO)
    ]
    why = _("The amount differs from the advice: %(differences)s. The room of the line and year is divided like this.")
    sentence = why % {"differences": "; ".join(differences)}
    whole = f"{explanation}\n\n{sentence}"
    return whole if len(whole) <= LONGEST_REASON else sentence


def _check_still_waiting(proposals: list[Proposal]) -> None:
    gone = [proposal for proposal in proposals if proposal.state != ProposalState.ADVISED]
    if gone:
        raise ScenarioNotReady(
            _("No list was made. These were put on a list or decided on meanwhile: %(proposals)s. Take them out first.")
            % {
                "proposals": ", ".join(
                    f"{proposal} ({ProposalState(proposal.state).label.lower()})" for proposal in gone
                )
            }
        )


def _check_gets_something(amounts: Mapping[int, Decimal]) -> None:
    if not any(amounts.values()):
        raise ScenarioNotReady(_("A proposal that is in gets an amount for at least one year. Else take it out."))


def _create(by: User, name: str) -> Scenario:
    now = clock.now()
    return Scenario.objects.create(name=_clean(name), made_by=by, made_at=now, changed_at=now)


def _clean(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise ScenarioNotReady(_("Give the scenario a name."))
    if len(cleaned) > LONGEST_NAME:
        raise ScenarioNotReady(_("This name is too long: at most %(most)d characters.") % {"most": LONGEST_NAME})
    return cleaned


def _add(scenario: Scenario, proposal: Proposal) -> ScenarioItem:
    item = ScenarioItem.objects.create(scenario=scenario, proposal=proposal)
    ScenarioAmount.objects.bulk_create(
        ScenarioAmount(item=item, year=one.year, requested=one.requested, amount=one.advised)
        for one in proposal.advice.amounts.all()
    )
    return item


def _lock(scenario_id: int, version: int) -> Scenario:
    scenario = lock_scenario(scenario_id)
    if scenario.version != version:
        raise ScenarioChanged(_("This scenario was changed after you opened the page. Nothing was saved: look again."))
    return scenario


def _known(proposal_id: int, *, by: User) -> Proposal:
    require_no_interest(by, [proposal_id])
    return Proposal.objects.select_related("call", "advice").get(pk=proposal_id)


def _item(scenario: Scenario, proposal: Proposal) -> ScenarioItem:
    item = scenario.items.filter(proposal=proposal).first()
    if item is None:
        raise ScenarioNotReady(_("%(proposal)s does not stand in this scenario.") % {"proposal": proposal})
    return item


def _include(item: ScenarioItem, *, is_in: bool) -> None:
    item.included = is_in
    item.save(update_fields=["included"])


def _changed(scenario: Scenario, *, by: User, changes: Mapping[str, object]) -> None:
    scenario.version += 1
    scenario.changed_at = clock.now()
    scenario.save(update_fields=["version", "changed_at"])
    record(BudgetEvent.SCENARIO_CHANGED, scenario, by=by, changes=changes)
