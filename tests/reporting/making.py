"""Reports with what was made of them, for tests."""

from datetime import date
from uuid import uuid4

from reporting.domain import renderings, reports
from reporting.models import Rendering, Report
from reporting.states import Purpose, ReportKind
from tests.reporting.signed import sign_both


def ask(cast, *, kind=ReportKind.POLICY_REPORT_2, year=2026, cut_off_on=date(2026, 10, 1), key=None, by=None):
    """A report that was asked for; its first concept waits."""
    return reports.request(
        by=by or cast.manager, kind=kind, year=year, cut_off_on=cut_off_on, request_key=key or uuid4()
    )


def concept_of(report) -> Rendering:
    """The newest concept of a report."""
    return report.renderings.filter(purpose=Purpose.CONCEPT).latest("pk")


def make_concept(cast, **over) -> Report:
    """A report with a concept that is ready."""
    report = ask(cast, **over)
    renderings.render(concept_of(report).pk)
    return Report.objects.get(pk=report.pk)


def finalise(cast, report) -> Report:
    """Lay a report down for good: written, signed by both, and made."""
    sign_both(report, cast)
    renderings.render(report.renderings.get(purpose=Purpose.FINAL).pk)
    return Report.objects.get(pk=report.pk)


def make_final(cast, **over) -> Report:
    """A report that is final."""
    return finalise(cast, make_concept(cast, **over))
