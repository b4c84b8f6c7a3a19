"""What a kind of report shows of its stored figures: the tables and charts of its form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.states import ProposalState
from budget.columns import COLUMN_MEANINGS, Column
from budget.domain import charts, pictures
from budget.domain.charts import Bar
from budget.domain.columns import NOTHING, Columns
from budget.domain.pictures import LineYears
from budget.domain.reserve import Month
from core.domain import clock
from core.domain.money import format_whole_euros
from programme.states import ResultKind
from reporting.domain import report_forms
from reporting.domain.report_forms import Form
from reporting.models import Report
from reporting.states import ACTIVITY_COLUMNS

Stored = Mapping[str, Any]
CONCEPT = "concept"


class SectionText(Protocol):
    """A text of the team: safe HTML, and the names of who wrote it."""

    @property
    def body_html(self) -> str: ...

    @property
    def writers(self) -> list[str]: ...


@dataclass(frozen=True)
class TableRow:
    """A row of columns; `cells` are amounts as text with two decimals, in the order of the table's columns."""

    head: str
    cells: list[str]
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """The controller's columns for several years or lines."""

    caption: str
    head: str
    columns: list[str]
    rows: list[TableRow]


def is_provisional(report: Report) -> bool:
    """Tell whether the day of the cut-off had not ended when the figures were asked for."""
    return report.as_of < clock.end_of_day(report.cut_off_on)


def context(
    report: Report,
    *,
    figures: Stored,
    ledger_head: str,
    moment: datetime,
    purpose: str,
    texts: Mapping[str, SectionText] | None = None,
    changes: Any = None,
) -> dict[str, Any]:
    """Return all that the templates of a report state. The same input gives the same report.

    `figures` as `figures.as_dict` wrote them, `moment` (aware) the only time that gets into the file, `purpose`
    "concept" or "final", `texts` what the team wrote by key of its section, `changes` what differs from the report
    before it, or None.
    """
    form = report_forms.of_kind(report.kind)
    years = form.shown_years(report.year, [row["year"] for row in figures["years"]])
    lines = [_line(line, form, years) for line in figures["lines"]]
    total = _sum(figures["years"], years)
    # A report of before the reserve was stored by month keeps what it has.
    months = [Month.from_dict(month) for month in figures.get("months", [])]
    return {
        "pictures": pictures.of_lines((_years_of(line, years) for line in figures["lines"]), chart_id="years"),
        "reserve_picture": pictures.of_reserve(
            months, last_year=max(row["year"] for row in figures["years"]) if months else 0, chart_id="reserve-months"
        ),
        "months": pictures.quarter_ends(months),
        "report": report,
        "moment": moment,
        "ledger_head": ledger_head,
        "is_concept": purpose == CONCEPT,
        "texts": texts or {},
        "changes": changes,
        "as_of": report.as_of,
        "provisional": is_provisional(report),
        "reserve": figures["reserve"],
        "years": years,
        "years_text": in_words(years),
        "total": total,
        "lines": lines,
        "meanings": [(column.label, COLUMN_MEANINGS[column]) for column in form.columns],
        "by_line": _table_by_line(figures["lines"], form, years),
        "by_year": _table(figures["years"], form, years, caption=_("All programme lines, by year")),
        "chart": charts.draw(
            [Bar(line["name"], _sum(line["years"], years), line["code"]) for line in figures["lines"]],
            chart_id="by-line",
            heading=_("Budget and grants for each programme line, %(years)s") % {"years": in_words(years)},
        ),
    }


def _years_of(line: Stored, years: list[int]) -> LineYears:
    shown = {row["year"]: Columns.from_dict(row["amounts"]) for row in line["years"] if row["year"] in years}
    return LineYears(line["name"], line["code"], shown)


def _line(line: Stored, form: Form, years: list[int]) -> dict[str, Any]:
    texts = {result["code"]: result["text"] for result in line["results"]}
    return {
        "code": line["code"],
        "name": line["name"],
        "ambition": line["ambition"],
        "budget_programme": line["budget_programme"],
        "total": _sum(line["years"], years),
        "contribute": [row["text"] for row in line["results"] if row["kind"] == ResultKind.CONTRIBUTE],
        "encourage": [row["text"] for row in line["results"] if row["kind"] == ResultKind.ENCOURAGE],
        "activities": [_activity(activity, texts, years) for activity in line["activities"]],
        "counts": _counts(line),
        "table": _table(
            line["years"], form, years, caption=_("%(line)s: budget and spending by year") % {"line": line["name"]}
        ),
        "by_activity": _table_by_activity(line, years),
        "chart": charts.draw(
            [
                Bar(str(row["year"]), Columns.from_dict(row["amounts"]), line["code"])
                for row in line["years"]
                if row["year"] in years
            ],
            chart_id=f"by-year-{line['code']}",
            heading=_("%(line)s: budget and grants by year") % {"line": line["name"]},
        ),
    }


def _activity(activity: Stored, texts: Mapping[str, str], years: list[int]) -> dict[str, Any]:
    # Results of another line stay out of the text: the team may have tagged another line than the partner chose.
    return {
        "reference": activity["reference"],
        "title": activity["title"],
        "partner": activity["partner"] or _("Residents or talent"),
        "state": ProposalState(activity["state"]).label,
        "results": [texts[code] for code in activity["results"] if code in texts],
        "years": [
            {"year": row["year"], "words": _amounts_in_words(Columns.from_dict(row["amounts"]))}
            for row in activity["years"]
            if row["year"] in years
        ],
    }


def _amounts_in_words(amounts: Columns) -> str:
    """Write what a year of an activity comes to, without what is nil: `€ 9.500 committed, € 12.000 realised`."""
    parts = [
        _("%(amount)s %(column)s") % {"amount": format_whole_euros(value), "column": column.label.lower()}
        for column in ACTIVITY_COLUMNS
        if (value := getattr(amounts, column))
    ]
    return ", ".join(parts)


def _counts(line: Stored) -> list[str]:
    """Tell how many proposals of the line stand where on the road, those without money included."""
    return [
        ngettext("%(number)d proposal: %(state)s", "%(number)d proposals: %(state)s", number)
        % {"number": number, "state": ProposalState(state).label.lower()}
        for state, number in line["counts"].items()
    ]


def _table(rows: Iterable[Stored], form: Form, years: list[int], *, caption: str) -> Table:
    shown = [(row["year"], Columns.from_dict(row["amounts"])) for row in rows if row["year"] in years]
    return Table(
        caption=caption,
        head=_("Year"),
        columns=[str(column.label) for column in form.columns],
        rows=_with_total([(str(year), amounts) for year, amounts in shown], form.columns),
    )


def _table_by_line(lines: Iterable[Stored], form: Form, years: list[int]) -> Table:
    return Table(
        caption=_("Programme lines, %(years)s together") % {"years": in_words(years)},
        head=_("Programme line"),
        columns=[str(column.label) for column in form.columns],
        rows=_with_total([(line["name"], _sum(line["years"], years)) for line in lines], form.columns),
    )


def _table_by_activity(line: Stored, years: list[int]) -> Table:
    """Show the activities with the columns that they have. Their sum is what the line itself says."""
    return Table(
        caption=_("%(line)s: activities, %(years)s together") % {"line": line["name"], "years": in_words(years)},
        head=_("Activity"),
        columns=[str(column.label) for column in ACTIVITY_COLUMNS],
        rows=_with_total(
            [(f"{one['title']} ({one['reference']})", _sum(one["years"], years)) for one in line["activities"]],
            ACTIVITY_COLUMNS,
        ),
    )


def _with_total(rows: list[tuple[str, Columns]], columns: tuple[Column, ...]) -> list[TableRow]:
    made = [TableRow(head, _cells(amounts, columns)) for head, amounts in rows]
    if len(made) > 1:
        total = sum((amounts for _head, amounts in rows), NOTHING)
        made.append(TableRow(_("Total"), _cells(total, columns), is_total=True))
    return made


def _cells(amounts: Columns, columns: tuple[Column, ...]) -> list[str]:
    stored = amounts.as_dict()
    return [stored[column] for column in columns]


def _sum(rows: Iterable[Stored], years: list[int]) -> Columns:
    return sum((Columns.from_dict(row["amounts"]) for row in rows if row["year"] in years), NOTHING)


def in_words(years: list[int]) -> str:
    """Write `2025`, `2025 and 2026` or `2025, 2026 and 2027`."""
    words = [str(year) for year in years]
    if len(words) < 2:  # noqa: PLR2004  (one needs no "and")
        return "".join(words)
    return _("%(others)s and %(last)s") % {"others": ", ".join(words[:-1]), "last": words[-1]}
