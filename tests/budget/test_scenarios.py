"""Scenarios of the what-if board: they try out, keep to the rules of a grant, and bind nobody."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from applications.states import ProposalState
from assessment.domain import advice, declarations
from assessment.domain.advice_content import Content, YearAdvice
from budget.domain import best_scenario, board, decision_items, scenario_history, scenarios
from budget.errors import HasInterest, ScenarioChanged, ScenarioNotReady, StepNotYours
from budget.models import Balance, DecisionList, LedgerEntry, Scenario, ScenarioAmount, ScenarioItem
from budget.states import ListState, Ruling, ScenarioGoal
from budget.states.events import BudgetEvent
from core.models import AuditEntry
from tests.assessment.road import advised_proposal, agreed_proposal
from tests.budget.bare import budget_line
from tests.budget.road import approve, decision_of, granted_proposal, listed_proposal, propose

MEETING = date(2026, 3, 24)


def scenario_with(cast, *proposals, name="Lente"):
    """Make a scenario and put proposals in."""
    scenario = scenarios.make(by=cast.finance, name=name)
    for proposal in proposals:
        step(scenarios.put_in, scenario, proposal, cast.finance)
    return Scenario.objects.get(pk=scenario.pk)


def step(verb, scenario, proposal, by, **more):
    """Take a step on the scenario as it is now."""
    version = Scenario.objects.get(pk=scenario.pk).version
    return verb(scenario_id=scenario.pk, proposal_id=proposal.pk, by=by, version=version, **more)


def give(cast, scenario, proposal, amounts):
    wanted = {year: Decimal(amount) for year, amount in amounts.items()}
    return step(scenarios.set_amounts, scenario, proposal, cast.finance, amounts=wanted)


def free_after(scenario, reader, year=2026):
    rooms = board.of(scenario, reader=reader).rooms
    return next(each.free_after for each in rooms if each.budget_line == budget_line(year=year))


def to_list(cast, scenario, **over):
    version = Scenario.objects.get(pk=scenario.pk).version
    given = {"by": cast.finance, "version": version, "meeting_on": MEETING, "request_key": uuid.uuid4(), **over}
    return scenarios.to_list(scenario_id=scenario.pk, **given)


def declare_interest(person, proposal):
    declarations.declare(proposal_id=proposal.pk, person=person, has_interest=True, explanation="Mijn broer.")


def test_a_new_scenario_has_what_waits_with_a_positive_advice_and_nothing_is_in(cast, call):
    positive, conditional = advised_proposal(cast, call), advised_proposal(cast, call, outcome="conditional")
    advised_proposal(cast, call, outcome="negative")
    listed_proposal(cast, call)
    scenario = scenarios.make(by=cast.manager, name="  Lente   2026 ")
    assert {item.proposal for item in scenario.items.all()} == {positive, conditional}
    assert not scenario.items.filter(included=True).exists()
    assert (scenario.name, scenario.made_by) == ("Lente 2026", cast.manager)
    advised = positive.advice.amounts.values_list("year", "requested", "advised")
    kept = ScenarioAmount.objects.filter(item__proposal=positive).values_list("year", "requested", "amount")
    assert list(kept) == list(advised)


def test_a_scenario_books_reserves_and_decides_nothing(cast, call):
    proposal = advised_proposal(cast, call, requested={2026: 60000})
    before = (LedgerEntry.objects.count(), list(Balance.objects.values_list()))
    scenario = scenario_with(cast, proposal)
    assert free_after(scenario, cast.finance) == 190000
    assert (LedgerEntry.objects.count(), list(Balance.objects.values_list())) == before
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.ADVISED
    assert not DecisionList.objects.exists()


def test_the_room_after_a_scenario_follows_grants_elsewhere_at_once(cast, call):
    scenario = scenario_with(cast, advised_proposal(cast, call, requested={2026: 60000}))
    granted_proposal(cast, call, requested={2026: 200000})
    found = board.of(scenario, reader=cast.finance)
    assert free_after(scenario, cast.finance) == -10000
    assert [(short.line, short.year, short.missing) for short in found.shortages] == [("Leven", 2026, 10000)]


def test_what_was_granted_meanwhile_counts_once_and_is_named(cast, call):
    proposal = advised_proposal(cast, call, requested={2026: 60000})
    scenario = scenario_with(cast, proposal)
    decision_list = to_list(cast, scenario)
    assert free_after(scenario, cast.finance) == 190000
    approve(cast, propose(cast, decision_list))
    found = board.of(scenario, reader=cast.finance)
    assert free_after(scenario, cast.finance) == 190000
    assert ([item.proposal for item in found.settled], found.totals.count) == ([proposal], 0)


def test_totals_are_euros_scores_and_each_result_once(cast, call):
    first = advised_proposal(cast, call, requested={2025: 1000, 2026: 60000})
    second = advised_proposal(cast, call, requested={2026: 40000})
    scenario = scenario_with(cast, first, second)
    found = board.of(scenario, reader=cast.finance).totals
    score = first.advice.percentage + second.advice.percentage
    assert (found.count, found.euros, found.score, found.results) == (2, 101000, score, 1)


def test_a_proposal_goes_in_and_out_and_keeps_its_amounts(cast, call):
    proposal = advised_proposal(cast, call, requested={2026: 60000, 2027: 20000})
    scenario = scenario_with(cast, proposal)
    give(cast, scenario, proposal, {2026: "45000.50"})
    step(scenarios.put_out, scenario, proposal, cast.finance)
    assert not ScenarioItem.objects.get(scenario=scenario).included
    item = step(scenarios.put_in, scenario, proposal, cast.manager)
    assert {one.year: one.amount for one in item.amounts.all() if one.amount} == {
        2026: Decimal("45000.50"),
        2027: Decimal(20000),
    }


def test_what_was_advised_later_can_still_go_in(cast, call):
    scenario = scenario_with(cast)
    step(scenarios.put_in, scenario, advised_proposal(cast, call, requested={2026: 1000}), cast.finance)
    assert free_after(scenario, cast.finance) == 249000


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ({2026: "60000.01"}, "60.000"),
        ({2026: -1}, "−1"),
        ({2031: 5}, "2031"),
        ({2026: 0, 2027: 0}, _("A proposal that is in gets an amount for at least one year. Else take it out.")),
    ],
)
def test_an_amount_that_could_not_be_granted_is_refused_and_nothing_changes(cast, call, amounts, message):
    proposal = advised_proposal(cast, call, requested={2026: 60000, 2027: 20000})
    scenario = scenario_with(cast, proposal)
    with pytest.raises(ScenarioNotReady, match=str(message)):
        give(cast, scenario, proposal, amounts)
    assert board.of(scenario, reader=cast.finance).totals.euros == 80000
    assert Scenario.objects.get().version == scenario.version


def test_the_database_takes_no_amount_below_zero_or_above_the_request(cast, call):
    scenario_with(cast, advised_proposal(cast, call, requested={2026: 60000}))
    amounts = ScenarioAmount.objects.filter(year=2026)
    for amount in (Decimal(-1), Decimal("60000.01")):
        with pytest.raises(IntegrityError, match="budget_scenario_within_request"), transaction.atomic():
            amounts.update(amount=amount)


def test_the_database_takes_no_scenario_without_a_name_and_no_proposal_twice(cast, call):
    scenario = scenario_with(cast, advised_proposal(cast, call))
    with pytest.raises(IntegrityError, match="budget_scenario_has_name"), transaction.atomic():
        Scenario.objects.update(name="")
    with pytest.raises(IntegrityError, match="budget_scenario_least_is_share"), transaction.atomic():
        Scenario.objects.update(least_percentage=0)
    with pytest.raises(IntegrityError, match="budget_scenario_finding_has_goal"), transaction.atomic():
        Scenario.objects.update(goal=ScenarioGoal.SCORE)
    with pytest.raises(IntegrityError, match="budget_scenario_item_once"), transaction.atomic():
        ScenarioItem.objects.create(scenario=scenario, proposal=scenario.items.get().proposal)


def test_a_proposal_that_does_not_wait_with_a_positive_advice_can_not_go_in(cast, call):
    scenario = scenario_with(cast)
    for proposal in (advised_proposal(cast, call, outcome="negative"), listed_proposal(cast, call)):
        with pytest.raises(ScenarioNotReady, match=proposal.reference):
            step(scenarios.put_in, scenario, proposal, cast.finance)
        with pytest.raises(ScenarioNotReady, match=proposal.reference):
            step(scenarios.put_out, scenario, proposal, cast.finance)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_is_needed_and_has_a_limit(cast, name):
    with pytest.raises(ScenarioNotReady):
        scenarios.make(by=cast.finance, name=name)
    assert not Scenario.objects.exists()


def test_a_change_on_a_page_that_is_old_is_refused_and_the_trail_tells_what_happened(cast, call):
    proposal = advised_proposal(cast, call)
    scenario = scenario_with(cast, proposal)
    step(scenarios.put_out, scenario, proposal, cast.manager)
    old = {"scenario_id": scenario.pk, "by": cast.finance, "version": scenario.version}
    item = {**old, "proposal_id": proposal.pk}
    for change in (
        lambda: scenarios.put_in(**item),
        lambda: scenarios.put_out(**item),
        lambda: scenarios.set_amounts(**item, amounts={}),
        lambda: scenarios.rename(**old, name="Anders"),
        lambda: scenarios.remove(**old),
        lambda: scenarios.to_list(**old, meeting_on=MEETING, request_key=uuid.uuid4()),
    ):
        with pytest.raises(ScenarioChanged):
            change()
    assert Scenario.objects.get().name == "Lente"
    happened = scenario_history.since(scenario, scenario.version, reader=cast.finance)
    assert [(one.actor, proposal.reference in one.title) for one in happened] == [(str(cast.manager), True)]
    assert scenario_history.since(scenario, 0, reader=cast.finance)[-1] == happened[0]
    declare_interest(cast.finance, proposal)
    assert scenario_history.since(scenario, scenario.version, reader=cast.finance) == []


def test_a_scenario_gets_another_name_and_is_thrown_away_with_a_trace(cast):
    scenario = scenario_with(cast)
    renamed = scenarios.rename(scenario_id=scenario.pk, by=cast.manager, name="Zomer", version=1)
    assert (renamed.name, renamed.version) == ("Zomer", 2)
    scenarios.remove(scenario_id=scenario.pk, by=cast.manager, version=2)
    assert not Scenario.objects.exists()
    removed = AuditEntry.objects.get(event=BudgetEvent.SCENARIO_REMOVED)
    assert (removed.actor, removed.object_label) == (cast.manager, "Zomer")
    assert removed.changes == {"name": "Zomer", "version": 2}
    with pytest.raises(ScenarioNotReady):
        scenarios.copy(scenario_id=scenario.pk, by=cast.finance, name="Herfst")


def test_a_copy_goes_its_own_way(cast, call):
    proposal = advised_proposal(cast, call, requested={2026: 60000})
    scenario = scenario_with(cast, proposal)
    twin = scenarios.copy(scenario_id=scenario.pk, by=cast.manager, name="Herfst")
    give(cast, twin, proposal, {2026: 10000})
    first, second = (board.of(each, reader=cast.finance) for each in (scenario, twin))
    assert (first.totals.euros, second.totals.euros) == (60000, 10000)
    assert [(one.first, one.second, one.change) for one in board.compare(first, second)] == [(60000, 10000, -50000)]
    step(scenarios.put_out, twin, proposal, cast.finance)
    second = board.of(twin, reader=cast.finance)
    assert [(one.first, one.second, one.change) for one in board.compare(first, second)] == [(60000, None, -60000)]


@pytest.mark.parametrize("role", ["college", "partner", "council", "lead"])
def test_only_finance_and_manager_change_scenarios(cast, call, role):
    proposal = advised_proposal(cast, call)
    scenario, by = scenario_with(cast, proposal), getattr(cast, role)
    known = {"scenario_id": scenario.pk, "by": by}
    item = {**known, "proposal_id": proposal.pk, "version": scenario.version}
    for change in (
        lambda: scenarios.make(by=by, name="Mijn"),
        lambda: scenarios.copy(**known, name="Mijn"),
        lambda: scenarios.rename(**known, name="Mijn", version=scenario.version),
        lambda: scenarios.remove(**known, version=scenario.version),
        lambda: scenarios.put_in(**item),
        lambda: scenarios.put_out(**item),
        lambda: scenarios.set_amounts(**item, amounts={}),
        lambda: best_scenario.propose(**known, goal=ScenarioGoal.SCORE),
    ):
        with pytest.raises(StepNotYours):
            change()


def test_only_the_financial_adviser_makes_a_list_of_it(cast, call):
    with pytest.raises(StepNotYours):
        to_list(cast, scenario_with(cast, advised_proposal(cast, call)), by=cast.manager)


def test_who_has_an_interest_neither_sees_nor_touches_the_proposal_and_it_counts(cast, call):
    own, other = (advised_proposal(cast, call, requested={2026: 60000}) for _turn in range(2))
    scenario = scenario_with(cast, own, other)
    declare_interest(cast.manager, own)
    found = board.of(scenario, reader=cast.manager)
    assert ([item.proposal for item in found.shown], found.hidden_count) == ([other], 1)
    assert (found.totals.euros, free_after(scenario, cast.manager)) == (120000, 130000)
    for verb, more in ((scenarios.put_in, {}), (scenarios.put_out, {}), (scenarios.set_amounts, {"amounts": {}})):
        with pytest.raises(HasInterest):
            step(verb, scenario, own, cast.manager, **more)
    for made in (
        scenarios.make(by=cast.manager, name="Eigen"),
        scenarios.copy(scenario_id=scenario.pk, by=cast.manager, name="Kopie"),
        best_scenario.propose(scenario_id=scenario.pk, by=cast.manager, goal=ScenarioGoal.SCORE),
    ):
        assert [item.proposal for item in made.items.all()] == [other]
    declare_interest(cast.finance, own)
    with pytest.raises(HasInterest):
        to_list(cast, scenario)
    assert not DecisionList.objects.exists()


def test_the_best_set_fills_a_copy_and_says_how_good_it_is(cast, call):
    large = advised_proposal(cast, call, requested={2026: 200000})
    small = [advised_proposal(cast, call, requested={2026: 125000}) for _turn in range(2)]
    scenario = scenario_with(cast, large)
    best = best_scenario.propose(scenario_id=scenario.pk, by=cast.finance, goal=ScenarioGoal.SCORE, seconds=60)
    assert {item.proposal for item in best.items.filter(included=True)} == set(small)
    assert board.of(best, reader=cast.finance).shortages == []
    assert best.finding["proven"] is True
    assert best.finding["tight"] == [
        {"line": "Leven", "year": 2026, "left": "0.00", "proposal": large.reference, "asked": "200000.00"}
    ]
    assert [item.proposal for item in scenario.items.filter(included=True)] == [large]
    cut = best_scenario.propose(
        scenario_id=scenario.pk, by=cast.finance, goal=ScenarioGoal.RESULTS, least=50, seconds=60
    )
    amounts = ScenarioAmount.objects.filter(item__scenario=cut, item__included=True, amount__gt=0)
    assert sorted(one.amount for one in amounts) == [62500, 62500, 125000]


@pytest.mark.parametrize("least", [0, 101, -5])
def test_a_smallest_share_is_between_1_and_100_percent(cast, call, least):
    scenario = scenario_with(cast, advised_proposal(cast, call))
    with pytest.raises(ScenarioNotReady):
        best_scenario.propose(scenario_id=scenario.pk, by=cast.finance, goal=ScenarioGoal.SCORE, least=least)


def test_without_a_proposal_that_waits_there_is_no_best_set(cast):
    with pytest.raises(ScenarioNotReady):
        best_scenario.propose(scenario_id=scenario_with(cast).pk, by=cast.finance, goal=ScenarioGoal.SCORE)


def test_a_scenario_becomes_a_draft_list_with_its_amounts_and_a_reason_where_they_differ(cast, call):
    as_advised = advised_proposal(cast, call, requested={2026: 60000})
    lower = advised_proposal(cast, call, requested={2026: 60000, 2027: 20000}, outcome="conditional")
    scenario = scenario_with(cast, as_advised, lower)
    give(cast, scenario, lower, {2026: 50000, 2027: 0})
    decision_list = to_list(cast, scenario)
    assert (decision_list.state, decision_list.prepared_by) == (ListState.DRAFT, cast.finance)
    first, second = decision_of(as_advised), decision_of(lower)
    assert (first.granted_total, first.reason) == (60000, as_advised.advice.explanation)
    assert (second.granted_total, second.ruling) == (50000, Ruling.GRANT)
    assert second.conditions == lower.advice.conditions
    assert second.reason.startswith(lower.advice.explanation)
    for words in ("2026", "€ 50.000", "2027", "€ 20.000", "€ 0"):
        assert words in second.reason.replace("\u00a0", " ")


def test_an_explanation_that_leaves_no_place_gives_way_to_the_reason(cast, call):
    proposal = agreed_proposal(cast, call, requested={2026: 60000})
    content = Content(amounts={2026: YearAdvice(Decimal(60000))}, explanation="a" * 2990)
    advice.give(proposal_id=proposal.pk, by=cast.manager, content=content)
    scenario = scenario_with(cast, proposal)
    give(cast, scenario, proposal, {2026: 50000})
    to_list(cast, scenario)
    assert "aaa" not in decision_of(proposal).reason
    assert "50.000" in decision_of(proposal).reason


def test_the_same_request_makes_one_list(cast, call):
    scenario, key = scenario_with(cast, advised_proposal(cast, call)), uuid.uuid4()
    assert to_list(cast, scenario, request_key=key) == to_list(cast, scenario, request_key=key)
    assert DecisionList.objects.count() == 1


def test_a_proposal_that_was_listed_meanwhile_stops_the_whole_list_and_is_named(cast, call):
    taken, free = advised_proposal(cast, call), advised_proposal(cast, call)
    scenario = scenario_with(cast, taken, free)
    granted = to_list(cast, scenario_with(cast, taken, name="Ander"))
    with pytest.raises(ScenarioNotReady, match=taken.reference) as refused:
        to_list(cast, scenario)
    assert free.reference not in str(refused.value)
    assert list(DecisionList.objects.all()) == [granted]
    decision_items.take_off(decision_id=decision_of(taken).pk, by=cast.finance)
    assert to_list(cast, scenario).decisions.count() == 2


def test_an_empty_scenario_makes_no_list(cast):
    with pytest.raises(ScenarioNotReady):
        to_list(cast, scenario_with(cast))


@pytest.mark.django_db(transaction=True)
def test_two_people_who_change_at_the_same_moment_do_not_undo_each_other(cast, call):
    proposals = [advised_proposal(cast, call, requested={2026: 1000}) for _turn in range(2)]
    scenario = scenario_with(cast)
    barrier = Barrier(2)

    def put_in(number):
        barrier.wait()
        try:
            scenarios.put_in(scenario_id=scenario.pk, proposal_id=proposals[number].pk, by=cast.finance, version=1)
        except ScenarioChanged:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(put_in, range(2))) == [False, True]
    assert ScenarioItem.objects.filter(included=True).count() == 1
