"""What stands beside the entries and must say the same: balances, reserve, and what council and college decided."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from budget.domain.proof.findings import Finding, Story, Sums
from budget.models import Balance, CouncilDecision, CouncilDecisionAmount, Decision, DecisionAmount, Reserve
from budget.states import CouncilDecisionState, Discrepancy, Effect, ListState, Ruling
from core.domain.money import ZERO, total


def check(story: Story, names: dict[int, str]) -> Iterator[Finding]:
    """Hold everything that must agree against what the entries told."""
    yield from _check_balances(story, names)
    yield from _check_reserve(story)
    yield from _check_council(story)
    yield from _check_grants(story, names)
    yield from _check_decisions(story)


def _check_balances(story: Story, names: dict[int, str]) -> Iterator[Finding]:
    rows = Balance.objects.values_list("budget_line_id", "budgeted", "granted", "spent")
    kept = {line: Sums(*columns) for line, *columns in rows}
    for line in sorted(kept.keys() | story.sums.keys()):
        if kept.get(line) != story.sums.get(line, Sums()):
            yield Finding(names.get(line, str(line)), Discrepancy.BALANCE)


def _check_reserve(story: Story) -> Iterator[Finding]:
    drawn = total(sums.budgeted for sums in story.sums.values())
    changes = total(CouncilDecision.objects.confirmed().values_list("reserve_change", flat=True))
    for reserve in Reserve.objects.all():
        if reserve.drawn != drawn:
            yield Finding(str(reserve), Discrepancy.RESERVE)
        if drawn > reserve.programme_total:
            yield Finding(str(reserve), Discrepancy.OVERDRAWN)
        if reserve.programme_total != reserve.original - reserve.assigned_earlier + changes:
            yield Finding(str(reserve), Discrepancy.PROGRAMME_TOTAL)


def _check_council(story: Story) -> Iterator[Finding]:
    said: defaultdict[int, dict[int, Decimal]] = defaultdict(dict)
    for decision, line, amount in CouncilDecisionAmount.objects.values_list(
        "council_decision_id", "budget_line_id", "amount"
    ):
        said[decision][line] = amount
    given: defaultdict[int, dict[int, Decimal]] = defaultdict(dict)
    for (decision, line), amount in story.given.items():
        given[decision][line] = amount
    for decided in CouncilDecision.objects.order_by("pk"):
        entries, amounts = given[decided.pk], said[decided.pk]
        if decided.state != CouncilDecisionState.CONFIRMED:
            if entries:
                yield Finding(str(decided), Discrepancy.NOT_CONFIRMED)
        elif entries != amounts or total(amounts.values()) != decided.net:
            yield Finding(str(decided), Discrepancy.COUNCIL)
        if decided.confirmed_by_id is not None and decided.confirmed_by_id == decided.entered_by_id:
            yield Finding(str(decided), Discrepancy.SIGNATURES)


def _check_grants(story: Story, names: dict[int, str]) -> Iterator[Finding]:
    """No grant gives more than it holds: nothing of what is conditional, and no more is paid than is granted."""
    references = dict(Decision.objects.values_list("pk", "reference"))
    for (decision, line), columns in story.held.items():
        held = Effect(*columns)  # type: ignore[arg-type]  # sums by the same names
        if (
            min(held.conditional, held.spent, held.paid) < 0
            or held.granted < held.conditional
            or held.paid > held.granted - held.conditional + held.spent
        ):
            where = f"{references.get(decision) or decision}, {names.get(line, line)}"
            yield Finding(where, Discrepancy.GRANT)


def _check_decisions(story: Story) -> Iterator[Finding]:
    """Grants in the ledger are those that the college approved, to the cent and on the same condition."""
    booked: defaultdict[int, dict[tuple[int, bool], Decimal]] = defaultdict(dict)
    for (decision, line, conditional), amount in story.granted.items():
        booked[decision][line, conditional] = amount
    said: defaultdict[int, dict[tuple[int, bool], Decimal]] = defaultdict(dict)
    for decision, line, conditional, amount in DecisionAmount.objects.values_list(
        "decision_id", "budget_line_id", "conditional", "amount"
    ):
        said[decision][line, conditional] = amount
    moved = {decision for decision, _line in story.held}
    decisions = Decision.objects.select_related("decision_list").only(
        "reference", "ruling", "decided_on", "decision_list__state", "decision_list__prepared_by",
        "decision_list__approved_by", "decision_list__reference",
    )  # fmt: skip
    for decided in decisions.order_by("pk"):
        where = decided.reference or f"{decided.decision_list.reference} ({decided.pk})"
        if decided.decision_list.state != ListState.APPROVED or decided.decided_on is None:
            if decided.pk in moved:
                yield Finding(where, Discrepancy.NOT_DECIDED)
            continue
        granted = {key: amount for key, amount in said[decided.pk].items() if amount != ZERO}
        if booked[decided.pk] != (granted if decided.ruling == Ruling.GRANT else {}):
            yield Finding(where, Discrepancy.DECIDED)
        if decided.decision_list.approved_by_id in {None, decided.decision_list.prepared_by_id}:
            yield Finding(where, Discrepancy.SIGNATURES)
