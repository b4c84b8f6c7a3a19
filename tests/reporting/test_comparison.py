"""What changed since the last final report: from what both of them stored, figure by figure."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import translation

from core.domain import clock
from reporting.domain import collecting, comparison, renderings, reports
from reporting.models import Report
from reporting.states import ActivityChangeKind, ReportKind
from tests.reporting.scenes import _move, advised, approve, day, granted, listed, spend
from tests.reporting.signed import sign_both, write_all

pytestmark = pytest.mark.usefixtures("quick_pdf")


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def asked(cast, on, *, kind=ReportKind.POLICY_REPORT_1, cut_off=None):
    """A report that is asked for at a moment, about the day before unless said otherwise; its figures are there."""
    with clock.set_to(on):
        made = reports.request(
            by=cast.manager,
            kind=kind,
            year=2026,
            cut_off_on=cut_off or date(2026, on.month, on.day - 1),
            request_key=uuid4(),
        )
        return collecting.collect(made.pk)


def laid_down(cast, on, **over):
    """A report that is final an hour later."""
    report = asked(cast, on, **over)
    with clock.set_to(on.replace(hour=on.hour + 1)):
        sign_both(report, cast)
        renderings.make_all()
    return Report.objects.get(pk=report.pk)


def told(figures):
    return {one.label: (one.before, one.after, one.by) for one in figures}


@pytest.fixture
def story(cast, call):
    """A grant before the first report, and a grant, an expense and an advice between the two."""
    first = granted(cast, call, at=day(3, 2), amounts={2026: 10000}, title="Podium")
    earlier = laid_down(cast, day(4, 10))
    spend(cast, first, at=day(5, 4), amounts={2026: 4000})
    granted(cast, call, at=day(5, 6), amounts={2026: 2500, 2027: 500}, title="Atelier")
    advised(cast, call, at=day(5, 20), amounts={2027: 7000}, line="wonen", title="Hofje")
    return earlier, asked(cast, day(6, 10))


def test_the_first_report_has_nothing_to_be_compared_with(cast, call):
    assert comparison.since_previous(asked(cast, day(4, 10))) is None


def test_each_figure_that_changed_is_told_with_what_it_was(story):
    earlier, later = story
    changes = comparison.since_previous(later)
    assert (changes.previous, changes.previous_cut_off_on) == (earlier.reference, date(2026, 4, 9))
    lines = {line.code: line for line in changes.lines}
    assert set(lines) == {"leven", "wonen"}
    figures = told(lines["leven"].figures)
    assert figures["2026: Committed"] == (Decimal(10000), Decimal(8500), Decimal(-1500))
    assert figures["2026: Realised"] == (0, Decimal(4000), Decimal(4000))
    assert figures["2027: Committed"] == (0, Decimal(500), Decimal(500))
    assert "2025: Committed" not in figures
    assert "2026: Budget as amended" not in figures
    assert told(lines["wonen"].figures) == {"2027: Reserved": (0, Decimal(7000), Decimal(7000))}


def test_activities_are_told_as_new_or_changed_with_their_state_and_amounts(story):
    _earlier, later = story
    lines = {line.code: line for line in comparison.since_previous(later).lines}
    activities = {one.title: one for one in lines["leven"].activities}
    assert activities["Atelier"].kind == ActivityChangeKind.NEW
    assert told(activities["Atelier"].figures) == {"Committed": (0, Decimal(3000), Decimal(3000))}
    changed = activities["Podium"]
    assert changed.kind == ActivityChangeKind.CHANGED
    assert changed.before == changed.after
    assert told(changed.figures)["Realised"] == (0, Decimal(4000), Decimal(4000))


def test_what_is_reserved_and_then_granted_shows_the_step_it_took(cast, call):
    decision = listed(cast, call, at=day(3, 2), amounts={2026: 10000}, title="Podium")
    laid_down(cast, day(4, 10))
    with clock.set_to(day(5, 6)):
        approve(cast, decision, {2026: 10000})
    _move(decision.proposal, "granted", cast.college, day(5, 6))
    [line] = comparison.since_previous(asked(cast, day(6, 10))).lines
    [activity] = line.activities
    assert activity.kind == ActivityChangeKind.CHANGED
    assert activity.before != activity.after
    assert told(activity.figures) == {
        "Reserved": (Decimal(10000), 0, Decimal(-10000)),
        "Committed": (0, Decimal(10000), Decimal(10000)),
    }


def test_an_activity_without_money_any_more_is_told_as_gone(cast, call):
    proposal = advised(cast, call, at=day(3, 2), amounts={2026: 10000}, title="Podium")
    laid_down(cast, day(4, 10))
    _move(proposal, "withdrawn", cast.partner, day(5, 6))
    [line] = comparison.since_previous(asked(cast, day(6, 10))).lines
    assert [(one.title, one.kind) for one in line.activities] == [("Podium", ActivityChangeKind.GONE)]


def test_values_of_indicators_that_came_or_were_corrected_are_told(story):
    earlier, later = story
    said = later.figures["indicators"][0]
    was = {"period": "2025", "value": "80", "source": "CBS", "entered_at": "2026-01-10T10:00:00+00:00", "reason": ""}
    new = {**was, "period": "2026", "value": "95"}
    earlier.figures["indicators"] = [{**said, "frequency": "jaar", "values": [was]}]
    later.figures["indicators"] = [{**said, "frequency": "jaar", "values": [{**was, "value": "81"}, new]}]
    [change] = comparison.between(earlier, later).indicators
    assert change.name == said["name"]
    assert [(one.label, one.before[:2], one.after[:2]) for one in change.values] == [
        ("2025", "80", "81"),
        ("2026", "", "95"),
    ]


def test_a_report_of_before_the_indicators_were_stored_tells_of_no_change_in_them(story):
    earlier, later = story
    del earlier.figures["indicators"]
    assert comparison.between(earlier, later).indicators == ()


def test_two_reports_that_say_the_same_have_no_changes(cast, call):
    granted(cast, call, at=day(3, 2), amounts={2026: 10000})
    laid_down(cast, day(4, 10))
    assert comparison.since_previous(asked(cast, day(6, 10))).is_empty


def test_a_report_that_is_not_final_is_no_yardstick(story, cast):
    earlier, _later = story
    asked(cast, day(6, 9))
    assert comparison.previous_of(asked(cast, day(6, 12))) == earlier


def test_a_report_is_compared_with_the_last_one_about_an_earlier_day(story, cast):
    earlier, _later = story
    latest = laid_down(cast, day(7, 10))
    assert comparison.previous_of(asked(cast, day(8, 10))) == latest
    # Made afterwards, about a day before the latest one: what came later is no earlier state.
    assert comparison.previous_of(asked(cast, day(8, 11), cut_off=date(2026, 6, 1))) == earlier


def test_what_becomes_final_afterwards_changes_no_comparison(story, cast):
    earlier, later = story
    before = comparison.since_previous(later)
    laid_down(cast, day(7, 10), cut_off=date(2026, 5, 10))
    assert comparison.since_previous(later) == before
    with clock.set_to(day(7, 20)):
        write_all(later, cast.manager)
    assert comparison.previous_of(later) == earlier


def test_the_comparison_shows_the_columns_and_years_of_the_form(story, cast):
    accounts = asked(cast, day(6, 11), kind=ReportKind.ANNUAL_ACCOUNTS)
    labels = [one.label for line in comparison.since_previous(accounts).lines for one in line.figures]
    assert "2026: Realised" in labels
    assert not [label for label in labels if label.startswith("2027") or "Reserved" in label]
