"""What the council decides about money. Only the council makes budget."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from budget.domain import ledger
from budget.domain.ledger import Movement
from budget.errors import AboveReserve
from budget.models import Balance, BudgetLine, CouncilDecision, CouncilDecisionAmount, Reserve
from budget.states import BudgetEvent, CouncilDecisionKind, EntryKind
from core.domain import audit, clock, documents
from core.domain.money import format_euros, total
from core.models import Document
from programme.models import Line

ENTRY_KINDS = {
    CouncilDecisionKind.PRIMITIVE: EntryKind.COUNCIL_BUDGET,
    CouncilDecisionKind.AMENDMENT: EntryKind.AMENDMENT,
}


def enter(
    *,
    number: str,
    kind: CouncilDecisionKind,
    title: str,
    document: Document,
    amounts: Mapping[tuple[str, int], Decimal],
    by: User | None,
) -> CouncilDecision:
    """Enter a decision of the council with what it does to each line and year, in euros.

    `amounts` maps (code of the programme line, year) to an amount, below zero to take away. Raises AboveReserve when
    the lines would together draw more than the council tied to the programme, BelowCommitted when a line would get
    less than is granted on it. Budget that the council did not give can't be spent (Gemeentewet art. 189).
    """
    with transaction.atomic():
        reserve = Reserve.objects.select_for_update().get(pk=1)
        change = total(amounts.values())
        if reserve.drawn + change > reserve.programme_total:
            raise AboveReserve(
                _("The lines would draw %(drawn)s; the council tied %(total)s to the programme.")
                % {
                    "drawn": format_euros(reserve.drawn + change),
                    "total": format_euros(reserve.programme_total),
                }
            )
        decision = CouncilDecision.objects.create(
            number=number, kind=kind, title=title, document=document, entered_by=by, entered_at=clock.now()
        )
        movements = [Movement(_budget_line(code, year), amount) for (code, year), amount in amounts.items() if amount]
        CouncilDecisionAmount.objects.bulk_create(
            CouncilDecisionAmount(council_decision=decision, budget_line=line, amount=amount)
            for line, amount in movements
        )
        Reserve.objects.filter(pk=1).update(drawn=F("drawn") + change)
        ledger.book_council_amounts(decision, ENTRY_KINDS[kind], movements, by=by)
        audit.record(
            event=BudgetEvent.COUNCIL_DECISION_ENTERED, actor=by, about=decision, changes={"total": str(change)}
        )
    return decision


def load_frame(data: Mapping[str, Any]) -> CouncilDecision:
    """Enter the money of the council's frame: the reserve, and the primitive budget of every line and year.

    `data` is what `programme.domain.frame.read` returns. Repeatable: what the council decided stands once, and a
    second run with other amounts changes nothing in the books (that takes a council decision).
    """
    money = data["reserve"]
    with transaction.atomic():
        Reserve.objects.get_or_create(
            pk=1,
            defaults={
                "name": money["naam"],
                "code": money["nieuw_beleid_code"],
                "original": money["oorspronkelijk"],
                "assigned_earlier": money["eerder_bestemd"],
                "programme_total": money["programma"],
            },
        )
        Reserve.objects.select_for_update().get(pk=1)
        entered = CouncilDecision.objects.filter(number=money["nieuw_beleid_code"]).first()
        if entered is not None:
            return entered
        amounts = {
            (line["code"], int(year)): Decimal(amount)
            for line in data["lijnen"]
            for year, amount in line["budget"].items()
        }
        return enter(
            number=money["nieuw_beleid_code"],
            kind=CouncilDecisionKind.PRIMITIVE,
            title=_("Programme plan Talent: budget of the lines"),
            document=_frame_document(money, amounts),
            amounts=amounts,
            by=None,
        )


def _budget_line(code: str, year: int) -> BudgetLine:
    line, _new = BudgetLine.objects.get_or_create(line=Line.objects.get(code=code), year=year)
    Balance.objects.get_or_create(budget_line=line)
    return line


def _frame_document(money: Mapping[str, Any], amounts: Mapping[tuple[str, int], Decimal]) -> Document:
    """Keep the council's table as the document that the first entries rest on."""
    rows = [f"{code};{year};{amount:.2f}" for (code, year), amount in sorted(amounts.items())]
    return documents.store(
        kind="council_decision",
        title=f"{money['naam']} ({money['nieuw_beleid_code']})",
        file_name=f"{money['nieuw_beleid_code']}.csv",
        content="\r\n".join(["lijn;jaar;euro", *rows, ""]).encode(),
        facts={"reserve": dict(money), "total": str(total(amounts.values()))},
    )
