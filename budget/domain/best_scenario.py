"""The best set of proposals as a scenario: what the search found, in a copy beside the original."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from assessment.domain import ranking
from budget.access.scenarios import candidates_for, require_changer
from budget.domain import best_set, room, scenarios
from budget.domain.best_set import ALL, Answer, Candidate
from budget.domain.columns import LineYear
from budget.errors import ScenarioNotReady
from budget.models import Scenario, ScenarioAmount, ScenarioItem
from budget.states import ScenarioGoal
from budget.states.events import BudgetEvent
from core.domain.money import ZERO


def propose(
    *, scenario_id: int, by: User, goal: ScenarioGoal, least: int = ALL, seconds: float = best_set.SECONDS
) -> Scenario:
    """Seek the best set among the proposals that still wait for a decision, and keep it as a copy of the scenario.

    `least` is the share of the advised amount that a proposal gets at least, in percent (100: all-or-nothing). The
    search starts from what was advised and from the room as it is now; what was put in by hand plays no part. The
    original stays as it is. Raises ScenarioNotReady when nothing waits or the share is none, StepNotYours.
    """
    require_changer(by)
    if not 1 <= least <= ALL:
        raise ScenarioNotReady(_("Choose a share between 1 and 100 percent."))
    waiting = list(
        candidates_for(by)
        .filter(pk__in=ScenarioItem.objects.filter(scenario=scenario_id).values("proposal"))
        .prefetch_related("desired_results")
    )
    order = ranking.order_among(waiting)
    waiting.sort(key=lambda proposal: order[proposal.pk])
    if not waiting:
        raise ScenarioNotReady(_("No proposal of this scenario waits for a decision any more."))
    # Searching takes a while: nothing is locked meanwhile.
    free = {(each.budget_line.line_id, each.budget_line.year): each.free for each in room.now()}
    answer = best_set.find(map(_candidate, waiting), free, goal=goal, least=least, seconds=seconds)
    with transaction.atomic():
        original = Scenario.objects.filter(pk=scenario_id).first()
        name = _("Best set: %(name)s") % {"name": original.name if original else ""}
        scenario = scenarios.copy(scenario_id=scenario_id, by=by, name=name[: scenarios.LONGEST_NAME])
        _fill(scenario, answer)
        scenario.goal, scenario.least_percentage = goal, least
        scenario.finding = _told(answer, {proposal.pk: proposal for proposal in waiting})
        scenario.save(update_fields=["goal", "least_percentage", "finding"])
        scenarios.record(BudgetEvent.SCENARIO_CHANGED, scenario, by=by, changes={"best_set": goal.value})
    return scenario


def _candidate(proposal: Proposal) -> Candidate:
    advice = proposal.advice
    return Candidate(
        pk=proposal.pk,
        advised={(proposal.line_id or 0, item.year): item.advised for item in advice.amounts.all()},
        score=advice.percentage,
        results=frozenset(result.pk for result in proposal.desired_results.all()),
    )


def _fill(scenario: Scenario, answer: Answer) -> None:
    """Put in what was chosen, with its amounts; all else is out, with the amounts that it had."""
    changed = []
    scenario.items.update(included=False)
    scenario.items.filter(proposal__in=answer.amounts).update(included=True)
    for amount in ScenarioAmount.objects.filter(item__scenario=scenario, item__included=True).select_related("item"):
        given = {year: euros for (_line, year), euros in answer.amounts[amount.item.proposal_id].items()}
        amount.amount = given.get(amount.year, ZERO)
        changed.append(amount)
    ScenarioAmount.objects.bulk_update(changed, ["amount"])


def _told(answer: Answer, proposals: dict[int, Proposal]) -> dict[str, object]:
    """Write down what the search said, as JSON: a page shows it as it was, whatever happens to the room."""
    return {
        "value": str(answer.value),
        "bound": str(answer.bound),
        "proven": answer.is_proven,
        "gap": str(answer.gap),
        "ties_settled": answer.ties_settled,
        "seconds": str(Decimal(answer.seconds).quantize(Decimal("0.01"))),
        "candidates": len(proposals),
        "chosen": len(answer.amounts),
        "tight": [
            {
                "line": _line_of(proposals, tight.line_year),
                "year": tight.line_year[1],
                "left": str(tight.left),
                "proposal": str(proposals[tight.candidate]),
                "asked": str(tight.asked),
            }
            for tight in answer.tight
        ],
    }


def _line_of(proposals: dict[int, Proposal], line_year: LineYear) -> str:
    return next(str(proposal.line) for proposal in proposals.values() if proposal.line_id == line_year[0])
