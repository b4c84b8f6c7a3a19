"""The controller's columns, added up from the ledger alone: the one definition behind pages and reports."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from budget.models import LedgerEntry
from budget.states import EFFECTS, Effect, EntryKind
from core.domain.money import ZERO

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


def of_entries(sums: Mapping[str, Decimal]) -> Columns:
    """Turn the sum in euros of each kind of entry into columns, by the ledger's own table of effects."""
    effects = {
        name: sum((getattr(EFFECTS[EntryKind(kind)], name) * amount for kind, amount in sums.items()), ZERO)
        for name in Effect._fields
    }
    primitive = sums.get(EntryKind.COUNCIL_BUDGET, ZERO)
    return Columns(
        primitive=primitive,
        amendments=effects["budgeted"] - primitive,
        granted=effects["granted"],
        conditional=effects["conditional"],
        spent=effects["spent"],
        advanced=sums.get(EntryKind.ADVANCE, ZERO),
        released=sums.get(EntryKind.RELEASE, ZERO) + sums.get(EntryKind.LAPSE, ZERO),
        recovered=sums.get(EntryKind.RECOVERY, ZERO),
    )


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
