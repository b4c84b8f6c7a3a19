"""Reports of the P&C cycle: asked for on a page, made in the background, stored once, read by the council."""

import logging
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from budget.domain import proof
from budget.models import BudgetLine
from core.domain import audit, clock, documents, outbox, pdf, references, requests
from core.models import Document
from core.states import Series
from reporting.access import lock_report, lock_what_moves
from reporting.domain import figures, layout
from reporting.errors import CutOffInFuture, NotFailed, YearWithoutBudget
from reporting.letters import report_ready
from reporting.models import Report
from reporting.states import PROGRESS_AT, ReportEvent, ReportKind, ReportState, ReportStep

logger = logging.getLogger(__name__)

TOPIC = "reporting.render"
# The documents of the council are in Dutch, whoever asks for them.
LANGUAGE = "nl"


def request(*, by: User, kind: ReportKind, year: int, cut_off_on: date, request_key: UUID) -> Report:
    """Ask for a report: a P&C document about a year, with the figures up to and including the cut-off date.

    With today as cut-off date the figures are those of this moment, and the report says that they are provisional.
    The same request key gives the same report. Raises CutOffInFuture and YearWithoutBudget.
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
        _queue(report, key=str(report.pk))
        requests.answer(taken, reference=report.reference)
    return report


def retry(*, report_id: int, by: User) -> Report:
    """Let a report that failed be made again, with the same moment. Raises NotFailed."""
    with transaction.atomic():
        report = lock_report(report_id)
        if report.state != ReportState.FAILED:
            raise NotFailed(_("%(report)s did not fail, so it is not made again.") % {"report": report})
        _set(report, state=ReportState.QUEUED, progress=0, step="")
        entry = audit.record(event=ReportEvent.RETRIED, actor=by, about=report)
        _queue(report, key=f"{report.pk}/{entry.pk}")
    return report


def render(report_id: int) -> None:
    """Make the PDF of a report and store it with its figures.

    May run twice, also at the same time, and after a worker that died half-way: whoever stores first wins, the other
    leaves everything as it is. When it goes wrong the report says so, and waits for a person to try again.
    """
    with transaction.atomic():
        report = lock_report(report_id)
        if report.state == ReportState.READY:
            return
        _set(report, state=ReportState.RENDERING, progress=0, step="")
    try:
        _render(report)
    except Exception:  # whatever goes wrong, a person must see it on the page instead of waiting for ever
        logger.exception("report %s failed", report)
        _fail(report_id)


def note_opened(report: Report, document: Document, *, by: User) -> None:
    """Write down who reads the document of a report."""
    with transaction.atomic():
        audit.record(event=ReportEvent.OPENED, actor=by, about=report, changes={"sha256": document.sha256})


def _as_of(cut_off_on: date) -> datetime:
    today = clock.today()
    if cut_off_on > today:
        raise CutOffInFuture(_("The cut-off date can't be after today."))
    return clock.now() if cut_off_on == today else clock.end_of_day(cut_off_on)


def _queue(report: Report, *, key: str) -> None:
    outbox.put(topic=TOPIC, key=key, payload={"report": report.pk})


def _render(report: Report) -> None:
    _tell(report, ReportStep.COLLECTING)
    with transaction.atomic():
        lock_what_moves()
        report.figures = figures.as_dict(figures.at(report.as_of))
        report.ledger_head = proof.ledger_head(report.as_of)
    _tell(report, ReportStep.DRAWING)
    with translation.override(LANGUAGE):
        context = layout.context(
            report,
            figures=report.figures,
            ledger_head=report.ledger_head,
            moment=report.requested_at,
            purpose="final",
        )
        title = _title(report)
    _tell(report, ReportStep.TYPESETTING)
    content, _html = pdf.render(template="reporting/pdf/report.html", context=context, language=LANGUAGE)
    _tell(report, ReportStep.STORING)
    _store(report, title=title, content=content)


def _title(report: Report) -> str:
    return f"{ReportKind(report.kind).label} {report.year}"


def _store(made: Report, *, title: str, content: bytes) -> None:
    """Keep the PDF with the figures that it states, unless another run was sooner."""
    with transaction.atomic():
        report = lock_report(made.pk)
        if report.state == ReportState.READY:
            return
        facts: dict[str, Any] = {
            "reference": report.reference,
            "cut_off_on": report.cut_off_on.isoformat(),
            "ledger_head": made.ledger_head,
            "figures": made.figures,
        }
        report.document = documents.store(
            kind="report",
            title=f"{title} ({report.reference})",
            file_name=f"{slugify(title)}-{report.reference}.pdf",
            content=content,
            facts=facts,
        )
        report.figures, report.ledger_head = made.figures, made.ledger_head
        report.state, report.progress, report.step = ReportState.READY, 100, ""
        report.save(update_fields=["document", "figures", "ledger_head", "state", "progress", "step"])
        audit.record(
            event=ReportEvent.RENDERED,
            actor=None,
            about=report,
            changes={"sha256": report.document.sha256, "ledger_head": report.ledger_head},
        )
        report_ready(report)


def _tell(report: Report, step: ReportStep) -> None:
    """Let the page see how far it is: a short transaction of its own, that never touches a report that is ready."""
    Report.objects.filter(pk=report.pk, state=ReportState.RENDERING).update(step=step, progress=PROGRESS_AT[step])


def _fail(report_id: int) -> None:
    with transaction.atomic():
        report = lock_report(report_id)
        if report.state == ReportState.READY:
            return
        _set(report, state=ReportState.FAILED, progress=0, step=report.step)
        audit.record(event=ReportEvent.FAILED, actor=None, about=report, changes={"step": report.step})


def _set(report: Report, *, state: ReportState, progress: int, step: str) -> None:
    report.state, report.progress, report.step = state, progress, step
    report.save(update_fields=["state", "progress", "step"])
