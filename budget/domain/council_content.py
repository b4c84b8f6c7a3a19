"""What a decision of the council says, and whether that can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from budget.errors import CouncilDecisionNotReady
from budget.states import CouncilDecisionKind
from core.domain import clock
from core.domain.money import ZERO, format_euros, total
from core.models import Document

# The code of a programme line, and a year.
LineYear = tuple[str, int]
# Beyond this an amount is a slip of the keys, in euros: the whole reserve is five million.
LARGEST = Decimal(999_999_999)


@dataclass(frozen=True)
class Content:
    """What a decision of the council says.

    `amounts` maps (code of the programme line, year) to euros, below zero to take away; `net` is what the decision
    says that the lines get together; `reserve_change` what it adds to the programme total; `year` is the year whose
    budget it adopts.
    """

    kind: CouncilDecisionKind
    title: str
    amounts: Mapping[LineYear, Decimal] = field(default_factory=dict)
    net: Decimal = ZERO
    reserve_change: Decimal = ZERO
    year: int | None = None
    number: str = ""
    decided_on: date | None = None
    document: Document | None = None


def check(content: Content) -> None:
    """Refuse a decision whose amounts don't come to what it says. Raises CouncilDecisionNotReady with the reason."""
    amounts = {key: amount for key, amount in content.amounts.items() if amount}
    refuse_if(
        content.decided_on is not None and content.decided_on > clock.today(),
        _("The council can't have decided on a day that is still to come."),
    )
    refuse_if(
        max(map(abs, [content.net, content.reserve_change, *amounts.values()])) > LARGEST,
        _("An amount of more than %(largest)s can't be meant. Check the figures.") % {"largest": format_euros(LARGEST)},
    )
    if total(amounts.values()) != content.net:
        raise CouncilDecisionNotReady(
            _("The amounts come to %(sum)s; the decision says %(net)s.")
            % {"sum": format_euros(total(amounts.values())), "net": format_euros(content.net)}
        )
    if content.kind == CouncilDecisionKind.ADOPTION:
        refuse_if(content.year is None, _("Choose the year whose budget the council adopted."))
        refuse_if(bool(amounts), _("The adoption of a budget moves no money by itself."))
        return
    if content.kind == CouncilDecisionKind.PROGRAMME_TOTAL:
        refuse_if(not content.reserve_change, _("Say by how much the programme total goes up or down."))
        return
    refuse_if(not amounts, _("Fill in an amount for at least one line and year."))
    if content.kind == CouncilDecisionKind.PRIMITIVE:
        refuse_if(min(amounts.values()) < ZERO, _("A primitive budget takes nothing away."))
    if content.kind == CouncilDecisionKind.SHIFT:
        refuse_if(content.net != ZERO, _("A shift gives to one line what it takes from another."))
        refuse_if(len({code for code, _year in amounts}) == 1, _("A shift is between two or more lines."))
        _check_shift(amounts)
    if content.kind == CouncilDecisionKind.CARRY_OVER:
        _check_carry_over(amounts)


def told(content: Content) -> dict[str, Any]:
    """Return what a decision says, for the trail: what changed is told from it later."""
    return {
        "kind": content.kind,
        "title": content.title,
        "number": content.number,
        "decided_on": content.decided_on.isoformat() if content.decided_on else "",
        "year": content.year,
        "document": content.document.sha256 if content.document else "",
        "amounts": {f"{code} {year}": str(euros) for (code, year), euros in sorted(content.amounts.items()) if euros},
    }


def _check_shift(amounts: Mapping[LineYear, Decimal]) -> None:
    """Refuse a shift that moves money between years: that is a carry-over."""
    for year in {year for _code, year in amounts}:
        in_year = total(amount for (_code, other), amount in amounts.items() if other == year)
        refuse_if(
            in_year != ZERO,
            _("A shift stays within its year: %(year)d comes to %(sum)s. Use a carry-over for another year.")
            % {"year": year, "sum": format_euros(in_year)},
        )


def _check_carry_over(amounts: Mapping[LineYear, Decimal]) -> None:
    """Refuse a carry-over that changes a line's own total or brings money back in time."""
    for code in {code for code, _year in amounts}:
        by_year = {year: amount for (other, year), amount in amounts.items() if other == code}
        refuse_if(
            total(by_year.values()) != ZERO, _("A carry-over stays on its own line: what leaves a year enters another.")
        )
        source = max(year for year, amount in by_year.items() if amount < ZERO)
        target = min(year for year, amount in by_year.items() if amount > ZERO)
        refuse_if(source >= target, _("Money is carried over to a later year."))


def refuse_if(wrong: bool, message: str) -> None:  # noqa: FBT001
    """Raise CouncilDecisionNotReady with the message when something is wrong."""
    if wrong:
        raise CouncilDecisionNotReady(message)
