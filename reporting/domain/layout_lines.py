"""A chapter of a report: what a line wants to reach, what is done for it, what it costs, and how it goes."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.states import ProposalState
from budget.domain import charts
from budget.domain.charts import Bar
from budget.domain.columns import Columns
from budget.domain.reserved import UNDECIDED
from budget.states import Pace
from core.domain.money import format_whole_euros
from programme.domain.indicators import IndicatorState
from programme.states import ResultKind
from reporting.domain import indicator_chart, layout_tables, light_words
from reporting.domain.indicator_chart import IndicatorFigure
from reporting.domain.report_forms import Form
from reporting.states import ACTIVITY_COLUMNS, Reached

Stored = Mapping[str, Any]


def of_line(line: Stored, form: Form, years: list[int], indicators: Iterable[Stored]) -> dict[str, Any]:
    """Return what the chapter of a line states; `indicators` are those of the programme, as they were stored."""
    texts = {result["code"]: result["text"] for result in line["results"]}
    caption = _("%(line)s: budget and spending by year") % {"line": line["name"]}
    return {
        "code": line["code"],
        "name": line["name"],
        "ambition": line["ambition"],
        "budget_programme": line["budget_programme"],
        "total": layout_tables.sum_of(line["years"], years),
        "contribute": [row["text"] for row in line["results"] if row["kind"] == ResultKind.CONTRIBUTE],
        "encourage": [row["text"] for row in line["results"] if row["kind"] == ResultKind.ENCOURAGE],
        "lights": light_words.shown(line.get("lights", [])) if form.traffic_lights else [],
        "indicators": indicators_of(line["code"], indicators),
        "activities": [_activity(one, texts, years, with_lights=form.traffic_lights) for one in line["activities"]],
        "counts": _counts(line),
        "table": layout_tables.by_year(line["years"], form, years, caption=caption),
        "by_activity": layout_tables.by_activity(line, years),
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


def indicators_of(code: str, stored: Iterable[Stored]) -> list[IndicatorFigure]:
    """Return the indicators of a line, or with an empty code those of the programme as a whole."""
    return indicator_chart.figures(IndicatorState.from_json(one) for one in stored if one["line"] == code)


def _activity(one: Stored, texts: Mapping[str, str], years: list[int], *, with_lights: bool) -> dict[str, Any]:
    # Results of another line stay out of the text: the team may have tagged another line than the partner chose.
    promised = one.get("promised", [])
    return {
        "reference": one["reference"],
        "title": one["title"],
        "partner": one["partner"] or _("Residents or talent"),
        "state": ProposalState(one["state"]).label,
        "period": _period(one),
        "results": [texts[code] for code in one["results"] if code in texts],
        "lights": light_words.shown(one.get("lights", [])) if with_lights else [],
        "promised": [{**result, "came": _came(result, one)} for result in promised],
        "progress": _progress(one.get("progress")),
        "years": [
            {"year": row["year"], "words": _amounts_in_words(Columns.from_dict(row["amounts"]))}
            for row in one["years"]
            if row["year"] in years
        ],
    }


def _came(result: Stored, one: Stored) -> str:
    """Write what came of a promised result, or why nothing stands there."""
    if result["achieved"]:
        return f"{result['achieved']} ({Reached(result['reached']).label})"
    if one.get("accounted", False):
        return _("not told")
    if one["state"] in UNDECIDED:
        return _("not decided yet")
    return _("settled without an account") if one["state"] == ProposalState.SETTLED else _("not yet accounted for")


def _period(one: Stored) -> str:
    """Write `from 1 March 2026 to 30 June 2027`, as far as it is known."""
    if not one.get("starts_on") or not one.get("ends_on"):
        return ""
    return _("%(first)s to %(last)s") % {"first": day(one["starts_on"]), "last": day(one["ends_on"])}


def _progress(told: Stored | None) -> dict[str, str] | None:
    if told is None:
        return None
    return {"day": day(told["told_on"]), "pace": str(Pace(told["pace"]).label), "done": told["done"]}


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


def day(stored: str) -> str:
    """Write a stored day: `1 March 2026`."""
    return formats.date_format(date.fromisoformat(stored), "j F Y")
