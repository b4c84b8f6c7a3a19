"""The controller's columns, added up from the ledger alone: the one definition behind pages and reports."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.db.models import Sum

from budget.models import LedgerEntry
from budget.states import EFFECTS, Effect, EntryKind
from core.domain import clock
from core.domain.money import ZERO

# How many times one euro of an entry counts in a column, for every kind of entry that counts in it.
Weights = Mapping[EntryKind, int]


def _weights(of: Callable[[Effect], int], *, without: tuple[EntryKind, ...] = ()) -> Weights:
    return {kind: of(effect) for kind, effect in EFFECTS.items() if of(effect) and kind not in without}


# Which entries make a column. The sum of a column, the entries that a page shows behind it, and the export of them
# all come from here.
WEIGHTS: Mapping[str, Weights] = {
    "primitive": {EntryKind.COUNCIL_BUDGET: 1},
    "amendments": _weights(lambda effect: effect.budgeted, without=(EntryKind.COUNCIL_BUDGET,)),
    "budgeted": _weights(lambda effect: effect.budgeted),
    "granted": _weights(lambda effect: effect.granted),
    "conditional": _weights(lambda effect: effect.conditional),
    "spent": _weights(lambda effect: effect.spent),
    "advanced": {EntryKind.ADVANCE: 1},
    "released": {EntryKind.RELEASE: 1, EntryKind.LAPSE: 1},
    "recovered": {EntryKind.RECOVERY: 1},
    "committed": _weights(lambda effect: effect.granted + effect.spent),
    "free": _weights(lambda effect: effect.budgeted - effect.granted - effect.spent),
}

# The id of a programme line, and a year.
LineYear = tuple[int, int]


@dataclass(frozen=True)
class Columns:
    """Columns of one line and year, or of a sum of them, in euros."""

    primitive: Decimal = ZERO
    amendments: Decimal = ZERO
    reserved: Decimal = ZERO
    granted: Decimal = ZERO
    conditional: Decimal = ZERO
    spent: Decimal = ZERO
    advanced: Decimal = ZERO
    released: Decimal = ZERO
    recovered: Decimal = ZERO
    # Told by `foretold` for one line and year; a sum of rows adds them up like the others.
    forecast: Decimal = ZERO
    to_carry: Decimal = ZERO

    @property
    def budgeted(self) -> Decimal:
        """Budget as amended (begroot gewijzigd)."""
        return self.primitive + self.amendments

    @property
    def committed(self) -> Decimal:
        """Granted and realised together: what the solid part of a meter shows."""
        return self.granted + self.spent

    @property
    def free(self) -> Decimal:
        """Room (vrije ruimte): what is reserved still counts as free, since it binds nobody."""
        return self.budgeted - self.committed

    def __add__(self, other: "Columns") -> "Columns":
        return Columns(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def as_dict(self) -> dict[str, str]:
        """Return every column as text with two decimals, for JSON."""
        names = [*(field.name for field in fields(self)), "budgeted", "free"]
        return {name: f"{getattr(self, name):.2f}" for name in names}

    @classmethod
    def from_dict(cls, stored: Mapping[str, str]) -> "Columns":
        """Read back what `as_dict` wrote."""
        # A report of before a column was there holds nothing for it.
        return cls(*(Decimal(stored.get(field.name, ZERO)) for field in fields(cls)))


NOTHING = Columns()


class Amounts(Protocol):
    """What a picture draws of a line and year, in euros: the columns of any moment, or what stands now."""

    @property
    def budgeted(self) -> Decimal:
        """Budget as amended."""

    @property
    def reserved(self) -> Decimal:
        """Advised positively, to be decided on."""

    @property
    def granted(self) -> Decimal:
        """Granted and not realised."""

    @property
    def spent(self) -> Decimal:
        """Realised."""

    @property
    def committed(self) -> Decimal:
        """Granted and realised together."""

    @property
    def free(self) -> Decimal:
        """Room."""


def of_entries(sums: Mapping[str, Decimal]) -> Columns:
    """Turn the sum in euros of each kind of entry into columns, by the ledger's own table of effects."""
    names = [field.name for field in fields(Columns) if field.name in WEIGHTS]
    return Columns(**{name: _weighed(sums, WEIGHTS[name]) for name in names})


def foretold(columns: Columns, *, year: int, as_of: datetime) -> Columns:
    """Add what one line and year is expected to end at, and what stays over then, in euros.

    Expected (prognose) is what was realised and granted, and of a year that had not ended at the moment also what is
    reserved, as far as the budget reaches. The rest can only go to a later year by a decision of the council.
    """
    coming = columns.reserved if clock.local_date(as_of).year <= year else ZERO
    forecast = min(columns.budgeted, columns.committed + coming)
    return replace(columns, forecast=forecast, to_carry=columns.budgeted - forecast)


def _weighed(sums: Mapping[str, Decimal], weights: Weights) -> Decimal:
    return sum((weight * sums[kind] for kind, weight in weights.items() if kind in sums), ZERO)


def by_line_and_year(as_of: datetime | None = None) -> dict[LineYear, Columns]:
    """Add up what was booked before a moment (None: all of it), for every line and year with an entry. One query."""
    entries = LedgerEntry.objects.all() if as_of is None else LedgerEntry.objects.before(as_of)
    rows = (
        entries.order_by()
        .values_list("budget_line__line_id", "budget_line__year", "kind")
        .annotate(total=Sum("amount"))
    )
    sums: dict[LineYear, dict[str, Decimal]] = defaultdict(dict)
    for line_id, year, kind, total in rows:
        sums[line_id, year][kind] = total
    return {key: of_entries(by_kind) for key, by_kind in sums.items()}


def by_proposal(as_of: datetime, proposal_ids: list[int]) -> dict[int, dict[LineYear, Columns]]:
    """Add up what was booked on each of the proposals before a moment, by line and year. One query."""
    rows = (
        LedgerEntry.objects.before(as_of)
        .filter(decision__proposal_id__in=proposal_ids)
        .order_by()
        .values_list("decision__proposal_id", "budget_line__line_id", "budget_line__year", "kind")
        .annotate(total=Sum("amount"))
    )
    sums: dict[int, dict[LineYear, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for proposal_id, line_id, year, kind, total in rows:
        sums[proposal_id][line_id, year][kind] = total
    return {
        proposal_id: {key: of_entries(by_kind) for key, by_kind in lines.items()} for proposal_id, lines in sums.items()
    }
