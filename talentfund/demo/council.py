"""What the council of the demo decides after the programme plan: adopting budgets, carrying over, shifting."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from uuid import uuid4

from budget.domain import conditions, council, room
from budget.domain.council_content import Content, LineYear
from budget.models import CouncilDecision
from budget.states import CouncilDecisionKind as Kind
from core.domain import clock, documents
from core.domain.money import ZERO
from talentfund.demo.people import Cast
from talentfund.demo.proposals import moment

THOUSAND = Decimal(1000)


@dataclass(frozen=True)
class Said:
    """A decision of the council: what it says, and when it got into the books (None: it still waits)."""

    number: str
    kind: Kind
    title: str
    decided_on: date
    entered: datetime
    confirmed: datetime | None
    year: int | None = None
    amounts: Callable[[], dict[LineYear, Decimal]] = dict


def left_of(year: int) -> dict[LineYear, Decimal]:
    """Carry what is free in a year over to the next, in whole thousands of euros."""
    amounts: dict[LineYear, Decimal] = {}
    for one in room.now():
        if one.budget_line.year != year:
            continue
        free = one.free // THOUSAND * THOUSAND
        if free > ZERO:
            code = one.budget_line.line.code
            amounts[code, year], amounts[code, year + 1] = -free, free
    return amounts


def from_image_to_life() -> dict[LineYear, Decimal]:
    """Shift part of the line Imago to the line Leven."""
    return {("imago", 2027): Decimal(-15000), ("leven", 2027): Decimal(15000)}


def from_image_to_work() -> dict[LineYear, Decimal]:
    """Shift part of the line Imago to the line Werken."""
    return {("imago", 2027): Decimal(-10000), ("werken", 2027): Decimal(10000)}


DECISIONS = (
    Said(
        "RB-2024-118",
        Kind.ADOPTION,
        "Beleidsbegroting 2025-2028",
        date(2024, 11, 12),
        moment("2025-01-20T10:00"),
        moment("2025-01-20T11:00"),
        year=2025,
    ),
    Said(
        "RB-2025-131",
        Kind.ADOPTION,
        "Beleidsbegroting 2026-2029",
        date(2025, 11, 11),
        moment("2025-11-12T09:30"),
        moment("2025-11-12T14:00"),
        year=2026,
    ),
    Said(
        "RB-2026-074",
        Kind.CARRY_OVER,
        "Overheveling talentopgave 2025 naar 2026",
        date(2026, 7, 7),
        moment("2026-07-08T10:00"),
        moment("2026-07-08T16:00"),
        amounts=lambda: left_of(2025),
    ),
    Said(
        "RB-2026-075",
        Kind.SHIFT,
        "Verschuiving van Imago naar Leven in 2027",
        date(2026, 7, 7),
        moment("2026-07-08T10:30"),
        moment("2026-07-08T16:10"),
        amounts=from_image_to_life,
    ),
    Said(
        "RB-2026-129",
        Kind.ADOPTION,
        "Beleidsbegroting 2027-2030",
        date(2026, 11, 10),
        moment("2026-11-11T09:00"),
        moment("2026-11-11T13:00"),
        year=2027,
    ),
    Said(
        "RB-2026-133",
        Kind.SHIFT,
        "Verschuiving van Imago naar Werken in 2027",
        date(2026, 11, 17),
        moment("2026-11-18T09:00"),
        None,
        amounts=from_image_to_work,
    ),
)


def steps(cast: Cast) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Return each entering and confirming with its moment: the financial adviser enters, the council confirms."""
    yield moment("2025-12-10T06:00"), lambda: conditions.let_lapse(clock.today())
    for said in DECISIONS:
        yield said.entered, partial(_enter, said, cast)
        if said.confirmed is not None:
            yield said.confirmed, partial(_confirm, said, cast)


def _enter(said: Said, cast: Cast) -> None:
    amounts = said.amounts()
    rows = [f"{code};{year};{amount:.2f}" for (code, year), amount in sorted(amounts.items())]
    document = documents.store(
        kind="council_decision",
        title=f"{said.number} {said.title}",
        file_name=f"{said.number}.csv",
        content="\r\n".join(["lijn;jaar;euro", *rows, ""]).encode(),
        facts={"number": said.number, "decided_on": said.decided_on.isoformat()},
    )
    content = Content(
        kind=said.kind,
        title=said.title,
        amounts=amounts,
        year=said.year,
        number=said.number,
        decided_on=said.decided_on,
        document=document,
    )
    finance = cast["finance"]
    council.enter(decision_id=council.draft(by=finance, content=content).pk, by=finance)


def _confirm(said: Said, cast: Cast) -> None:
    decision = CouncilDecision.objects.get(number=said.number)
    council.confirm(decision_id=decision.pk, version=decision.version, by=cast["council"], request_key=uuid4())
