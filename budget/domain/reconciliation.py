"""Reconciliation: an export of the finance package laid beside our own books. Nothing here books anything."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.lists import require_no_interest
from budget.access.payments import require_payer
from budget.domain import import_files
from budget.domain.import_files import Line
from budget.errors import BadLine, ImportRefused
from budget.models import BudgetLine, Explanation, ImportMapping, LedgerEntry, Reconciliation, ReconciliationRow
from budget.states import RECONCILED_KINDS, EntryKind, MatchOutcome
from budget.states.events import BudgetEvent
from core.domain import audit, clock, requests
from core.domain.money import ZERO

KIND = "reconciliation"
# A finance package may book some days before or after we do.
WINDOW = timedelta(days=31)


@dataclass
class Ours:
    """One entry of ours that the finance package must have too: its day, and its amount with the package's sign."""

    entry: LedgerEntry
    on: date
    amount: Decimal
    names: set[str] = field(default_factory=set)


class LineSum(NamedTuple):
    """What both sides say of one line and year, in euros; no budget line for lines that name none."""

    budget_line: BudgetLine | None
    theirs: Decimal
    ours: Decimal

    @property
    def difference(self) -> Decimal:
        """What the finance package has more."""
        return self.theirs - self.ours


def import_export(
    *,
    content: bytes,
    file_name: str,
    mapping: ImportMapping,
    period_from: date,
    period_until: date,
    by: User,
    request_key: UUID,
) -> Reconciliation:
    """Lay an export of the finance package over a period beside our books, and keep what agrees and what differs.

    Raises ImportRefused with every line that is not right, or when the same file was laid beside the same books
    before; StepNotYours. A repeat of the request changes nothing.
    """
    require_payer(by)
    if period_until < period_from:
        raise ImportRefused(_("The last day is before the first day."))
    sha256 = import_files.sha256_of(content)
    with transaction.atomic():
        body = {"sha256": sha256, "mapping": mapping.pk, "from": period_from, "until": period_until}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.reconcile", body=body)
        if not is_new:
            return Reconciliation.objects.get(pk=(request.answer or {})["reconciliation"])
        last = LedgerEntry.objects.aggregate(last=Max("pk"))["last"]
        _refuse_known(sha256, period_from, period_until, last)
        lines = import_files.read(content, mapping)
        places = _places(lines, period_from, period_until)
        document = import_files.keep(
            kind=KIND,
            title=_("Export of the finance package"),
            file_name=file_name,
            content=content,
            mapping=mapping,
            count=len(lines),
        )
        found = Reconciliation.objects.create(
            document=document,
            sha256=sha256,
            mapping=mapping,
            period_from=period_from,
            period_until=period_until,
            last_entry_id=last,
            imported_by=by,
            imported_at=clock.now(),
        )
        rows = match(lines, ours_between(period_from - WINDOW, period_until + WINDOW))
        _keep_rows(found, rows, places)
        audit.record(event=BudgetEvent.RECONCILIATION_IMPORTED, actor=by, about=found, changes={"lines": len(lines)})
        requests.answer(request, reconciliation=found.pk)
    return found


def explain(*, row_id: int, text: str, settled: bool, by: User) -> Explanation:
    """Say what a difference is, and whether that settles it. What was said before stays.

    Raises ImportRefused without words or when the row agrees, HasInterest, StepNotYours.
    """
    require_payer(by)
    if not text.strip():
        raise ImportRefused(_("Say what explains the difference."))
    with transaction.atomic():
        row = ReconciliationRow.objects.select_related("entry__decision").select_for_update(of=("self",)).get(pk=row_id)
        if row.outcome == MatchOutcome.MATCHED:
            raise ImportRefused(_("This line agrees; there is nothing to explain."))
        if row.entry is not None and row.entry.decision is not None:
            require_no_interest(by, [row.entry.decision.proposal_id])
        said = Explanation.objects.create(row=row, text=text.strip(), settled=settled, by=by, at=clock.now())
        audit.record(
            event=BudgetEvent.DIFFERENCE_EXPLAINED,
            actor=by,
            about=row.reconciliation,
            changes={"row": row.pk, "settled": settled},
        )
    return said


def ours_between(first: date, last: date) -> list[Ours]:
    """Return what we booked of cash and cost between two days, those included.

    A payment counts on the bank's day, everything else on the day that it was booked.
    """
    booked = Q(payment=None, booked_at__gte=clock.start_of_day(first), booked_at__lt=clock.end_of_day(last)) | Q(
        payment__booked_on__range=(first, last)
    )
    entries = LedgerEntry.objects.filter(booked, kind__in=RECONCILED_KINDS)
    related = ("payment", "decision__proposal", "budget_line__line")
    return [_ours(entry) for entry in entries.select_related(*related).order_by("pk")]


def match(lines: Iterable[Line], ours: Iterable[Ours]) -> list[tuple[Line | None, Ours | None]]:
    """Pair the lines of the finance package with entries of ours, each once; who has no partner stands alone.

    First by the reference of a payment, whatever the amount. Then by amount and line: with the reference of the
    decision or proposal, and without; of several the one whose day is nearest. Last, what still shares a reference
    and is the only one left of it, with another amount.
    """
    theirs_left, ours_left = {line.number: line for line in lines}, {one.entry.pk: one for one in ours}
    pairs: list[tuple[Line | None, Ours | None]] = []

    def pair_off(fits: Callable[[Line, Ours], bool], *, only_one: bool = False) -> None:
        by_name: dict[object, list[Ours]] = defaultdict(list)
        for one in ours_left.values():
            for key in (*one.names, one.amount):
                by_name[key].append(one)
        for line in list(theirs_left.values()):
            near = {one.entry.pk: one for key in (line.reference.upper(), line.amount) for one in by_name[key]}
            found = [one for pk, one in near.items() if pk in ours_left and fits(line, one)]
            if found and (len(found) == 1 or not only_one):
                nearest = min(found, key=lambda one: (abs(one.on - line.on), one.entry.pk))
                pairs.append((theirs_left.pop(line.number), ours_left.pop(nearest.entry.pk)))

    pair_off(lambda line, one: line.reference.upper() == _payment_reference(one))
    pair_off(lambda line, one: _same_money(line, one) and line.reference.upper() in one.names)
    pair_off(_same_money)
    pair_off(
        lambda line, one: line.reference.upper() in one.names and _same_line(line, one),
        only_one=True,
    )
    return [*pairs, *((line, None) for line in theirs_left.values()), *((None, one) for one in ours_left.values())]


def sums(reconciliation: Reconciliation) -> list[LineSum]:
    """Return what both sides say of each line and year, with what names no line last."""
    rows = reconciliation.rows.order_by().values("budget_line")
    found: dict[int | None, tuple[Decimal, Decimal]] = {
        row["budget_line"]: (row["theirs"], row["ours"])
        for row in rows.annotate(theirs=Coalesce(Sum("amount"), ZERO), ours=Coalesce(Sum("our_amount"), ZERO))
    }
    lines = BudgetLine.objects.select_related("line").filter(pk__in=[pk for pk in found if pk])
    listed = [LineSum(line, *found[line.pk]) for line in lines]
    return [*listed, LineSum(None, *found[None])] if None in found else listed


def _refuse_known(sha256: str, period_from: date, period_until: date, last: int | None) -> None:
    known = Reconciliation.objects.filter(
        sha256=sha256, period_from=period_from, period_until=period_until, last_entry=last
    )
    if known.exists():
        raise ImportRefused(_("This file was laid beside the books before, and nothing was booked since."))


def _places(lines: list[Line], first: date, last: date) -> dict[tuple[str, int | None], BudgetLine]:
    """Find the budget line of each line and year that the file names; refuse the file for what we don't know."""
    known: dict[tuple[str, int | None], BudgetLine] = {}
    for place in BudgetLine.objects.select_related("line"):
        known[place.line.code.casefold(), place.year] = known[place.line.name.casefold(), place.year] = place
    names = {name for name, _year in known}
    problems = []
    for line in lines:
        if not first <= line.on <= last:
            problems.append(BadLine(line.number, _("The date is outside the period.")))
        if line.line and (line.line not in names or (line.year and (line.line, line.year) not in known)):
            problems.append(
                BadLine(
                    line.number,
                    _("There is no budget for “%(line)s %(year)s”.")
                    % {"line": line.line[:40], "year": line.year or ""},
                )
            )
    if problems:
        raise import_files.refused(problems)
    return known


def _keep_rows(
    reconciliation: Reconciliation,
    pairs: Iterable[tuple[Line | None, Ours | None]],
    places: dict[tuple[str, int | None], BudgetLine],
) -> None:
    """Keep each pair. An entry of ours that stands alone counts only when its day lies in the period."""
    rows = []
    for line, one in pairs:
        if line is None and one is not None and not _lies_in(reconciliation, one.on):
            continue
        row = ReconciliationRow(reconciliation=reconciliation, outcome=_outcome(line, one))
        if line is not None:
            row.number, row.reference, row.description = line.number, line.reference, line.description
            row.on, row.amount, row.budget_line = line.on, line.amount, places.get((line.line, line.year))
        if one is not None:
            row.entry, row.our_amount, row.budget_line = one.entry, one.amount, one.entry.budget_line
        rows.append(row)
    ReconciliationRow.objects.bulk_create(rows, batch_size=1000)


def _lies_in(reconciliation: Reconciliation, day: date) -> bool:
    return reconciliation.period_from <= day <= reconciliation.period_until


def _outcome(line: Line | None, one: Ours | None) -> MatchOutcome:
    if line is None:
        return MatchOutcome.OURS
    if one is None:
        return MatchOutcome.THEIRS
    return MatchOutcome.MATCHED if line.amount == one.amount else MatchOutcome.AMOUNT


def _ours(entry: LedgerEntry) -> Ours:
    payment = getattr(entry, "payment", None)
    sign = -1 if entry.kind == EntryKind.RECOVERY else 1
    return Ours(
        entry=entry,
        on=payment.booked_on if payment else clock.local_date(entry.booked_at),
        amount=sign * entry.amount,
        names={
            str(name).upper() for name in (payment, entry.decision, entry.decision and entry.decision.proposal) if name
        },
    )


def _payment_reference(one: Ours) -> str:
    payment = getattr(one.entry, "payment", None)
    return payment.reference if payment else ""


def _same_money(line: Line, one: Ours) -> bool:
    return line.amount == one.amount and abs(line.on - one.on) <= WINDOW and _same_line(line, one)


def _same_line(line: Line, one: Ours) -> bool:
    place = one.entry.budget_line
    named = line.line in {"", place.line.code.casefold(), place.line.name.casefold()}
    return named and line.year in {None, place.year}
