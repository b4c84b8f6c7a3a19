"""Ceilings of calls (subsidieplafonds, Awb 4:25): what a call published is the most that it divides.

What an objection brings about is the exception of the law (Awb 4:25, paragraph 3): it counts, but is not refused.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from applications.access import lock_call
from applications.domain import room_shown
from applications.domain.room_shown import CeilingLeft
from applications.models import Call, Ceiling
from budget.errors import AboveCeiling
from budget.models import BudgetLine, Decision
from budget.states import Ruling
from core.domain.money import ZERO, format_euros, total


def check(decisions: Sequence[Decision]) -> None:
    """Lock the calls that have a ceiling, and refuse decisions that are not final yet and come above one.

    Raises AboveCeiling with each ceiling, what is left of it and what is asked, in euros (Awb 4:25, paragraph 2).
    """
    bound = [one for one in decisions if one.objection_id is None]
    sentences = []
    calls = Ceiling.objects.filter(call__in={one.proposal.call_id for one in bound}).values_list("call", flat=True)
    for pk in sorted(set(calls)):
        of_call = [one for one in bound if one.proposal.call_id == pk]
        call = lock_call(pk)
        for before, after in zip(_left(call, ()), _left(call, of_call), strict=True):
            if after.left < ZERO:
                figures = {
                    "ceiling": after.ceiling,
                    "left": format_euros(max(before.left, ZERO)),
                    "asked": format_euros(before.left - after.left),
                }
                sentences.append(
                    _("Of the ceiling for %(ceiling)s %(left)s is left, and %(asked)s is asked.") % figures
                )
    if sentences:
        raise AboveCeiling(" ".join(sentences))


def left_for(decision: Decision, line: BudgetLine, beside: Iterable[Decision]) -> Decimal | None:
    """Return the least that is left in euros of the ceilings over a line and year, beside other decisions.

    None when the call has no ceiling there. Below zero never: then nothing is left.
    """
    of_call = [one for one in beside if one.proposal.call_id == decision.proposal.call_id]
    lefts = [one.left for one in _left(decision.proposal.call, of_call) if _covers(one, line)]
    return max(min(lefts), ZERO) if lefts else None


def _left(call: Call, decisions: Sequence[Decision]) -> list[CeilingLeft]:
    """Return what is left of each ceiling after decisions that are not booked yet; below zero when they ask more."""
    found = room_shown.ceilings_left(call, room_shown.rooms_of(call))
    items = [item for one in decisions if one.ruling == Ruling.GRANT for item in one.amounts.all()]
    return [
        CeilingLeft(one.ceiling, one.left - total(item.amount for item in items if _covers(one, item.budget_line)))
        for one in found
    ]


def _covers(one: CeilingLeft, line: BudgetLine) -> bool:
    return room_shown.covers(one.ceiling, line_id=line.line_id, year=line.year)
