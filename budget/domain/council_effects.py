"""What a decision of the council does to its lines and to the reserve: shown before it is confirmed, and after."""

from dataclasses import dataclass
from decimal import Decimal

from budget.models import Balance, BudgetLine, CouncilDecision, Reserve
from budget.states import CouncilDecisionState
from core.domain.money import ZERO, total


@dataclass(frozen=True)
class Effect:
    """What a decision does to one line and year, in euros."""

    budget_line: BudgetLine
    change: Decimal
    budgeted: Decimal  # as it is now
    committed: Decimal  # granted and spent now

    @property
    def after(self) -> Decimal:
        """The budget once the decision is booked."""
        return self.budgeted + self.change

    @property
    def short(self) -> Decimal:
        """How much less than what is granted and spent would be left; zero when it fits."""
        return max(self.committed - self.after, ZERO)


@dataclass(frozen=True)
class ReserveEffect:
    """What a decision does to the reserve, in euros."""

    drawn: Decimal
    total: Decimal
    drawn_after: Decimal
    total_after: Decimal

    @property
    def short(self) -> Decimal:
        """How much more than the programme total the lines would draw; zero when it fits."""
        return max(self.drawn_after - self.total_after, ZERO)


@dataclass(frozen=True)
class Effects:
    """All that a decision does."""

    lines: list[Effect]
    reserve: ReserveEffect | None
    is_booked: bool

    @property
    def change(self) -> Decimal:
        """What the lines get together, in euros."""
        return total(line.change for line in self.lines)

    @property
    def fits(self) -> bool:
        """Whether it can be booked as the books are now. What is booked did fit."""
        if self.is_booked:
            return True
        return not any(line.short for line in self.lines) and not (self.reserve and self.reserve.short)


def of(decision: CouncilDecision) -> Effects:
    """Return what a decision does, against the books as they are now."""
    amounts = list(
        decision.amounts.select_related("budget_line__line").order_by(
            "budget_line__line__position", "budget_line__year"
        )
    )
    balances = Balance.objects.in_bulk([amount.budget_line_id for amount in amounts])
    lines = [
        Effect(
            budget_line=amount.budget_line,
            change=amount.amount,
            budgeted=balances[amount.budget_line_id].budgeted,
            committed=balances[amount.budget_line_id].granted + balances[amount.budget_line_id].spent,
        )
        for amount in amounts
    ]
    return Effects(lines, _of_reserve(decision), decision.state == CouncilDecisionState.CONFIRMED)


def _of_reserve(decision: CouncilDecision) -> ReserveEffect | None:
    reserve = Reserve.objects.first()
    if reserve is None:
        return None
    return ReserveEffect(
        drawn=reserve.drawn,
        total=reserve.programme_total,
        drawn_after=reserve.drawn + decision.net,
        total_after=reserve.programme_total + decision.reserve_change,
    )
