"""The lists of a report, from its stored figures: incidental grants, amendments, withdrawals, carry-overs."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from budget.states import CouncilDecisionKind
from core.domain.money import ZERO
from reporting.domain import report_forms
from reporting.domain.layout_tables import ListRow, ListTable, figure, sum_of
from reporting.domain.report_forms import Form
from reporting.states import ReportList

Stored = Mapping[str, Any]


def of_form(form: Form, figures: Stored, *, year: int, years: list[int]) -> list[ListTable]:
    """Return the lists that the form asks for. A report of before a list was stored does not have it."""
    return [
        _MADE[name](figures, year, years)
        for name in form.lists
        if name == ReportList.WITHDRAWALS or "council_decisions" in figures
    ]


def _incidental(figures: Stored, year: int, _years: list[int]) -> ListTable:
    rule = report_forms.incidental()
    rows, total = [], ZERO
    for one in figures["incidental"]:
        granted = {row["year"]: Decimal(row["granted"]) for row in one["years"]}
        if year not in granted:
            continue
        total += granted[year]
        term = _("yes") if one["within_term"] else _("no, look at the basis")
        texts = [one["partner"] or _("Residents"), _day(one["decided_on"]), term]
        rows.append(ListRow(f"{one['title']} ({one['reference']})", texts, [figure(granted[year])]))
    if len(rows) > 1:
        rows.append(ListRow(_("Total"), ["", "", ""], [figure(total)], is_total=True))
    notes = [
        _(
            "Grants that rest on no statutory regulation: incidental, for at most %(years)d years "
            "(article 4:23, third paragraph, Awb)."
        )
        % {"years": rule.most_years}
    ]
    if not rule.confirmed:
        notes.append(_("Still to be confirmed by the municipality: which regulation the grants rest on."))
    return ListTable(
        key=ReportList.INCIDENTAL,
        title=str(ReportList.INCIDENTAL.label),
        caption=_("Incidental grants for %(year)d") % {"year": year},
        head=_("Activity"),
        texts=[_("Partner"), _("Decided on"), _("Within the term")],
        amounts=[_("Granted for %(year)d") % {"year": year}],
        rows=rows,
        empty=_("There are no incidental grants for %(year)d.") % {"year": year},
        notes=notes,
    )


def _amendments(figures: Stored, _year: int, years: list[int]) -> ListTable:
    decisions = [one for one in figures["council_decisions"] if one["kind"] != CouncilDecisionKind.CARRY_OVER]
    return ListTable(
        key=ReportList.AMENDMENTS,
        title=str(ReportList.AMENDMENTS.label),
        caption=_("What the council changed in the amounts"),
        head=_("Decision"),
        texts=[_("Decided on"), _("Line and year")],
        amounts=[_("Change of the amount")],
        rows=_of_decisions(decisions, years),
        empty=_("The council changed no amounts before the cut-off."),
    )


def _carry_overs(figures: Stored, year: int, years: list[int]) -> ListTable:
    decisions = [one for one in figures["council_decisions"] if one["kind"] == CouncilDecisionKind.CARRY_OVER]
    rows = _of_decisions(decisions, years)
    for line in figures["lines"]:
        over = sum_of(line["years"], [year]).to_carry
        if over > ZERO:
            what = _("Can be carried over, if the council decides so")
            rows.append(ListRow(what, ["", f"{line['name']} {year}"], [figure(over)]))
    return ListTable(
        key=ReportList.CARRY_OVERS,
        title=str(ReportList.CARRY_OVERS.label),
        caption=_("Carried over by the council, and what is expected to be over at the end of %(year)d")
        % {"year": year},
        head=_("What"),
        texts=[_("Decided on"), _("Line and year")],
        amounts=[_("Amount")],
        rows=rows,
        empty=_("Nothing was carried over, and nothing is expected to be over at the end of %(year)d.")
        % {"year": year},
    )


def _withdrawals(figures: Stored, _year: int, years: list[int]) -> ListTable:
    rows, allowed, realised = [], ZERO, ZERO
    for line in figures["lines"]:
        for stored in line["years"]:
            if stored["year"] not in years:
                continue
            found = sum_of([stored], years)
            allowed, realised = allowed + found.budgeted, realised + found.spent
            amounts = [figure(found.budgeted), figure(found.spent), figure(found.budgeted - found.spent)]
            rows.append(ListRow(f"{line['name']} {stored['year']}", [], amounts))
    if len(rows) > 1:
        amounts = [figure(allowed), figure(realised), figure(allowed - realised)]
        rows.append(ListRow(_("Total"), [], amounts, is_total=True))
    return ListTable(
        key=ReportList.WITHDRAWALS,
        title=str(ReportList.WITHDRAWALS.label),
        caption=_("From the reserve, by line and year"),
        head=_("Line and year"),
        texts=[],
        amounts=[_("Allowed by the council"), _("To be withdrawn (realised)"), _("Not withdrawn yet")],
        rows=rows,
        empty=_("There is nothing to withdraw."),
        notes=[_("Nothing leaves the reserve before it is realised: what is realised is to be withdrawn.")],
    )


def _of_decisions(decisions: list[Stored], years: list[int]) -> list[ListRow]:
    rows = []
    for one in decisions:
        told = [
            (f"{row['name']} {row['year']}", Decimal(row["amount"])) for row in one["amounts"] if row["year"] in years
        ]
        if change := Decimal(one["reserve_change"]):
            told.append((_("Programme total"), change))
        # The title is said once; the rows that follow have the number alone.
        names = [f"{one['title']} ({one['number']})", *[str(one["number"])] * len(told)]
        rows += [
            ListRow(name, [_day(one["decided_on"]), what], [signed(amount)])
            for name, (what, amount) in zip(names, told, strict=False)
        ]
    return rows


def signed(amount: Decimal) -> str:
    """Write a change in whole euros with its sign: `+ 5.000` or `- 5.000`."""
    return f"{'+' if amount > ZERO else '−'}\N{NO-BREAK SPACE}{figure(abs(amount))}"


def _day(stored: str | None) -> str:
    return formats.date_format(date.fromisoformat(stored), "j F Y") if stored else ""


_MADE: dict[ReportList, Callable[[Stored, int, list[int]], ListTable]] = {
    ReportList.INCIDENTAL: _incidental,
    ReportList.AMENDMENTS: _amendments,
    ReportList.WITHDRAWALS: _withdrawals,
    ReportList.CARRY_OVERS: _carry_overs,
}
