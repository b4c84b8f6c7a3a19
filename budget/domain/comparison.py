"""What a partner reported beside what was promised and budgeted."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from applications.states import BudgetSide
from budget.models import Account, AccountCheck, ReportedCost, ReportedResult
from core.domain.money import ZERO, total

SIDES = {BudgetSide.COST: _("Cost"), BudgetSide.CO_FUNDING: _("Co-funding")}


@dataclass(frozen=True)
class Figures:
    """Budgeted beside realised, in euros."""

    label: str
    budgeted: Decimal
    realised: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Realised minus budgeted; None as long as nothing is filled in."""
        return None if self.realised is None else self.realised - self.budgeted


@dataclass(frozen=True)
class Side:
    """One side of the budget: each item and year, and the sum."""

    label: str
    rows: list[Figures]
    whole: Figures


@dataclass(frozen=True)
class Result:
    """One promised result with what was reported, and what the team remarked on it last."""

    reported: ReportedResult
    remark: str


@dataclass(frozen=True)
class Comparison:
    """All that an account says, beside what was promised."""

    results: list[Result]
    sides: list[Side]
    net: Figures | None


def compare(account: Account) -> Comparison:
    """Return what an account says beside what was promised and budgeted; `net` is cost minus co-funding."""
    checks = list(account.checks.order_by("pk"))
    remarks = checks[-1].result_remarks if checks else {}
    results = [
        Result(one, remarks.get(str(one.promised_result_id), ""))
        for one in account.results.select_related("promised_result")
    ]
    costs = list(account.costs.select_related("item"))
    sides = {side: _side(str(label), [one for one in costs if one.item.side == side]) for side, label in SIDES.items()}
    shown = [side for side in sides.values() if side.rows]
    return Comparison(results, shown, _net(sides[BudgetSide.COST], sides[BudgetSide.CO_FUNDING]) if shown else None)


def last_return(account: Account) -> AccountCheck | None:
    """Return how an account was given back last, as long as it was not handed in again."""
    return account.checks.order_by("pk").last() if account.is_open else None


def _side(label: str, costs: list[ReportedCost]) -> Side:
    rows = [Figures(f"{cost.item}, {cost.year}", cost.budgeted, cost.realised) for cost in costs]
    return Side(label, rows, _sum(label, rows))


def _sum(label: str, rows: list[Figures]) -> Figures:
    realised = [row.realised for row in rows if row.realised is not None]
    return Figures(label, total(row.budgeted for row in rows), total(realised) if realised else None)


def _net(cost: Side, co_funding: Side) -> Figures:
    spent, paid_by_others = cost.whole.realised, co_funding.whole.realised
    realised = None if spent is None else spent - (paid_by_others or ZERO)
    return Figures(str(_("Cost minus co-funding")), cost.whole.budgeted - co_funding.whole.budgeted, realised)
