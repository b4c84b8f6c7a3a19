"""What a report states, from its stored figures, in the form of its kind. The same input gives the same report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from budget.columns import COLUMN_MEANINGS
from budget.domain import charts, pictures
from budget.domain.charts import Bar
from budget.domain.columns import Columns
from budget.domain.pictures import LineYears
from budget.domain.reserve import Month
from core.domain import clock
from reporting.domain import layout_lines, layout_lists, layout_tables, report_forms
from reporting.domain.comparison import Changes
from reporting.domain.layout_tables import in_words
from reporting.domain.report_forms import Form
from reporting.domain.texts import SectionText
from reporting.models import Report
from reporting.states import LightOf, Purpose, SectionPlace

__all__ = ["context", "in_words", "is_provisional"]

Stored = Mapping[str, Any]


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
    changes: Changes | None = None,
) -> dict[str, Any]:
    """Return all that the templates of a report state.

    `figures` as `figures.as_dict` wrote them, also those of a report of before a part was stored; `moment` (aware) the
    only time that gets into the file; `purpose` a Purpose; `texts` what the team wrote, by the key of its section;
    `changes` what differs from the report before it, or None.
    """
    form = report_forms.of_kind(report.kind)
    years = form.shown_years(report.year, [row["year"] for row in figures["years"]])
    indicators = figures.get("indicators", [])
    return {
        "report": report,
        "moment": moment,
        "ledger_head": ledger_head,
        "is_concept": purpose == Purpose.CONCEPT,
        "as_of": report.as_of,
        "provisional": is_provisional(report),
        "form": form,
        "lights_about": [str(about.label) for about in LightOf],
        "light_rule": report_forms.light_rule(),
        "reserve": figures["reserve"],
        "years": years,
        "years_text": in_words(years),
        "total": layout_tables.sum_of(figures["years"], years),
        "lines": [
            {**layout_lines.of_line(line, form, years, indicators), "text": (texts or {}).get(line["code"])}
            for line in figures["lines"]
        ],
        "explanation": next((one.title for one in form.texts if one.place == SectionPlace.LINE), ""),
        "front": _texts(form, SectionPlace.FRONT, texts or {}),
        "back": _texts(form, SectionPlace.BACK, texts or {}),
        "indicators": layout_lines.indicators_of("", indicators),
        "lists": layout_lists.of_form(form, figures, year=report.year, years=years),
        "changes": changes,
        "meanings": [(column.label, COLUMN_MEANINGS[column]) for column in form.columns],
        **_money(report, form, figures, years),
    }


def _money(report: Report, form: Form, figures: Stored, years: list[int]) -> dict[str, Any]:
    """Return the tables and pictures of all lines together."""
    # A report of before the reserve was stored by month keeps what it has.
    months = [Month.from_dict(month) for month in figures.get("months", [])]
    last_year = max(row["year"] for row in figures["years"]) if months else 0
    return {
        "by_line": layout_tables.by_line(figures["lines"], form, years),
        "by_year": layout_tables.by_year(figures["years"], form, years, caption=_("All programme lines, by year")),
        "forecast": layout_tables.forecast(figures["lines"], report.year) if form.forecast else None,
        "chart": charts.draw(
            [Bar(line["name"], layout_tables.sum_of(line["years"], years), line["code"]) for line in figures["lines"]],
            chart_id="by-line",
            heading=_("Budget and grants for each programme line, %(years)s") % {"years": in_words(years)},
        ),
        "pictures": pictures.of_lines((_years_of(line, years) for line in figures["lines"]), chart_id="years"),
        "reserve_picture": pictures.of_reserve(months, last_year=last_year, chart_id="reserve-months"),
        "months": pictures.quarter_ends(months),
    }


def _years_of(line: Stored, years: list[int]) -> LineYears:
    shown = {row["year"]: Columns.from_dict(row["amounts"]) for row in line["years"] if row["year"] in years}
    return LineYears(line["name"], line["code"], shown)


def _texts(form: Form, place: SectionPlace, texts: Mapping[str, SectionText]) -> list[dict[str, Any]]:
    """Return what was written for a place in the report, with its heading and who wrote it."""
    return [
        {"key": one.key, "title": one.title, "body_html": texts[one.key].body_html, "writers": texts[one.key].writers}
        for one in form.texts
        if one.place == place and one.key in texts
    ]
