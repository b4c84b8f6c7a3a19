"""Reports of the P&C cycle: asked for on a page, written by the team, laid down for good, read by the council."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from budget.models import BudgetLine
from core.domain import audit, clock, references, requests
from core.models import Document
from core.states import Series
from reporting.domain import renderings
from reporting.errors import CutOffInFuture, YearWithoutBudget
from reporting.models import Report
from reporting.states import Purpose, ReportEvent, ReportKind


def request(*, by: User, kind: ReportKind, year: int, cut_off_on: date, request_key: UUID) -> Report:
    """Ask for a report: a P&C document about a year, with the figures up to and including the cut-off date.

    With today as cut-off date the figures are those of this moment, and the report says that they are provisional.
    Its first concept is made at once. The same request key gives the same report. Raises CutOffInFuture and
    YearWithoutBudget.
    """
    with transaction.atomic():
        body = {"kind": kind, "year": year, "cut_off_on": cut_off_on}
        taken, is_new = requests.take(key=request_key, actor=by, purpose="reporting.request", body=body)
        if not is_new and taken.answer is not None:
            return Report.objects.get(reference=taken.answer["reference"])
        if not BudgetLine.objects.filter(year=year).exists():
            raise YearWithoutBudget(_("The council set no budget for %(year)d.") % {"year": year})
        report = Report.objects.create(
            reference=references.next_reference(Series.REPORT, year=clock.today().year),
            kind=kind,
            year=year,
            cut_off_on=cut_off_on,
            as_of=_as_of(cut_off_on),
            requested_by=by,
            requested_at=clock.now(),
        )
        changes = {"kind": kind, "year": year, "cut_off_on": cut_off_on.isoformat()}
        audit.record(event=ReportEvent.REQUESTED, actor=by, about=report, changes=changes)
        renderings.queue(report, purpose=Purpose.CONCEPT, by=by)
        requests.answer(taken, reference=report.reference)
    return report


def note_opened(report: Report, document: Document, *, by: User) -> None:
    """Write down who reads a document of a report."""
    with transaction.atomic():
        audit.record(event=ReportEvent.OPENED, actor=by, about=report, changes={"sha256": document.sha256})


def _as_of(cut_off_on: date) -> datetime:
    today = clock.today()
    if cut_off_on > today:
        raise CutOffInFuture(_("The cut-off date can't be after today."))
    return clock.now() if cut_off_on == today else clock.end_of_day(cut_off_on)
