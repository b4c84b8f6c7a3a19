"""A short report and a long one through our own code, beside WeasyPrint on HTML that was written by hand.

The two take turns, each in a process of its own, so that a busy moment of the machine hits both.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from applications.states import ProposalState
from budget.domain import proof
from budget.states import Pace
from core.domain import clock
from reporting.domain import collecting, figures
from reporting.models import Rendering, Report
from reporting.states import Purpose, Reached, ReportKind
from talentfund.benchmarks import by_hand


@dataclass(frozen=True)
class Size:
    """A report and HTML by hand of the same length: activities are what makes either of them long."""

    kind: ReportKind
    activities: int
    by_hand: int
    turns: int  # how often each side makes it


# About twelve pages and about two hundred.
SIZES = {
    "short": Size(ReportKind.POLICY_BUDGET, activities=0, by_hand=16, turns=5),
    "long": Size(ReportKind.POLICY_REPORT_2, activities=507, by_hand=528, turns=2),
}
TITLE = "Beleidsrapportage 2026"
WAYS = ("ours", "by_hand")
MOST = 1.15
Turn = dict[str, float]


def measure() -> dict[str, Any]:
    """Return by size: pages, seconds and peak of memory of both ways (the median of the turns), and our share.

    The ratios are for each page, as the two can differ by a page or two; `within_limit` tells whether none is above
    1.15.
    """
    call_command("load_programme", verbosity=0, stdout=_Silent())
    stored = figures.as_dict(figures.at(clock.now()))
    with tempfile.TemporaryDirectory() as place:
        sizes = {name: _compared(stored, size, Path(place)) for name, size in SIZES.items()}
    ratios = [size["ratio"][what] for size in sizes.values() for what in ("processor_seconds", "peak_mb")]
    return {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), **sizes, "within_limit": max(ratios) <= MOST}


def _compared(stored: dict[str, Any], size: Size, place: Path) -> dict[str, Any]:
    html = place / "by_hand.html"
    html.write_text(by_hand.write(_with_activities(stored, size.by_hand), title=TITLE), encoding="utf-8")
    rendering = _rendering(_with_activities(stored, size.activities), size.kind)
    asked = {"ours": str(rendering.pk), "by_hand": str(html)}
    found: dict[str, list[Turn]] = {way: [] for way in WAYS}
    for turn in range(size.turns):
        for way in WAYS if turn % 2 == 0 else reversed(WAYS):
            found[way].append(_turn(way, asked[way], place / f"{way}.pdf"))
    sides = {way: _side(found[way], place / f"{way}.pdf") for way in WAYS}
    ours, other = sides["ours"], sides["by_hand"]
    ratio = {
        what: round((ours[what] / ours["pages"]) / (other[what] / other["pages"]), 2)
        for what in ("seconds", "processor_seconds")
    }
    return {**sides, "turns": size.turns, "ratio": {**ratio, "peak_mb": round(ours["peak_mb"] / other["peak_mb"], 2)}}


def _turn(way: str, what: str, target: Path) -> Turn:
    database = str(connection.settings_dict["NAME"])
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-m", "talentfund.benchmarks.report_once", way, what, str(target), database],
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
        text=True,
    )
    found: Turn = json.loads(done.stdout)
    return found


def _side(turns: list[Turn], made: Path) -> dict[str, Any]:
    with pikepdf.open(made) as document:
        pages = len(document.pages)
    medians = {what: round(statistics.median(turn[what] for turn in turns), 2) for what in turns[0]}
    return {"pages": pages, "kilobytes": made.stat().st_size // 1024, **medians}


def _rendering(stored: dict[str, Any], kind: ReportKind) -> Rendering:
    """Put a report with figures in the database, waiting for a worker."""
    now = clock.now()
    by, _new = User.objects.get_or_create(email="bench@geen-adres.invalid", defaults={"full_name": "Bench"})
    report = Report.objects.create(
        reference=f"RP-BENCH-{Report.objects.count()}",
        kind=kind,
        year=2026,
        cut_off_on=clock.today() - timedelta(days=1),
        as_of=now,
        figures=stored,
        figures_sha256=collecting.sha256_of(stored),
        ledger_head=proof.ledger_head(now),
        requested_by=by,
        requested_at=now,
    )
    return Rendering.objects.create(report=report, purpose=Purpose.CONCEPT, requested_by=by, requested_at=now)


def _with_activities(stored: dict[str, Any], number: int) -> dict[str, Any]:
    """Give the lines of figures activities, the same ones in every run."""
    lines = [{**line, "activities": []} for line in stored["lines"]]
    for index in range(number):
        line = lines[index % len(lines)]
        line["activities"].append(_activity(index, line))
    return {**stored, "lines": lines}


def _activity(number: int, line: dict[str, Any]) -> dict[str, Any]:
    nothing = dict.fromkeys(line["total"], "0.00")
    years = [{"year": year, "amounts": {**nothing, "granted": f"{1000 + number}.00"}} for year in (2026, 2027)]
    results = [
        {
            "what": f"Deelnemers van 18 tot 35 jaar, groep {group}",
            "baseline": "0",
            "target": "120",
            "measured_by": "Aanmeldingen en een korte enquête",
            "achieved": "118",
            "reached": Reached.YES.value,
        }
        for group in (1, 2)
    ]
    return {
        "reference": f"TF-2026-{number:04d}",
        "title": f"Makersweekend in de magneet, ronde {number}",
        "partner": "Stichting Makersloods",
        "state": ProposalState.GRANTED.value,
        "results": [result["code"] for result in line["results"][:2]],
        "years": years,
        "total": {**nothing, "granted": f"{2 * (1000 + number)}.00"},
        "starts_on": "2026-03-01",
        "ends_on": "2027-06-30",
        "decision": f"CB-2026-{number:04d}",
        "decided_on": "2026-02-10",
        "accounted": True,
        "promised": results,
        "progress": {
            "told_on": "2026-09-01",
            "pace": Pace.ON_TIME.value,
            "done": "Drie weekenden waren vol, met makers.",
        },
        "overdue": [],
        "lights": [],
    }


class _Silent:
    """What a command prints nowhere."""

    def write(self, _text: str) -> None:
        """Say nothing."""
