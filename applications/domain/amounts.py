"""What a proposal asks: costs minus co-funding, year by year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from applications.models import BudgetItemAmount, Proposal
from applications.states import BudgetSide
from core.domain import money


@dataclass(frozen=True)
class YearTotals:
    """One year of a proposal's budget, in euros. `year` None is the sum over all years."""

    year: int | None
    costs: Decimal
    co_funding: Decimal

    @property
    def requested(self) -> Decimal:
        """Costs minus co-funding, in euros; below zero when others pay more than it costs."""
        return self.costs - self.co_funding


def requested_by_year(proposal: Proposal) -> dict[int, Decimal]:
    """Return the requested amount in euros for every year of the call, and for any other year with money in it."""
    return {row.year: row.requested for row in totals_of(proposal) if row.year is not None}


def totals_of(proposal: Proposal) -> list[YearTotals]:
    """Return costs and co-funding in euros for every year of the call, and the sum as last row."""
    amounts = BudgetItemAmount.objects.filter(item__proposal=proposal).values_list("item__side", "year", "amount")
    return totals(years=proposal.call.years, amounts=amounts)


def totals(*, years: Iterable[int], amounts: Iterable[tuple[str, int, Decimal]]) -> list[YearTotals]:
    """Add up (side, year, euros) by year; the sum over all years is the last row. Years without money stay at zero."""
    by_side: Mapping[str, dict[int, Decimal]] = {side: defaultdict(lambda: money.ZERO) for side in BudgetSide.values}
    seen = set(years)
    for side, year, amount in amounts:
        by_side[side][year] += amount
        seen.add(year)
    costs, co_funding = by_side[BudgetSide.COST], by_side[BudgetSide.CO_FUNDING]
    rows = [YearTotals(year, costs[year], co_funding[year]) for year in sorted(seen)]
    whole = YearTotals(None, money.total(costs.values()), money.total(co_funding.values()))
    return [*rows, whole]
