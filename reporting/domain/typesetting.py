"""From a report to the bytes of its PDF, telling on the way how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.domain import pdf, pdf_progress
from reporting.access.reports import lock_report
from reporting.domain import comparison, layout, texts
from reporting.domain.figure_files import figure_files
from reporting.models import Rendering, Report, ReportSignature
from reporting.states import PROGRESS_AT, Purpose, ReportKind, ReportStep

# The documents of the council are in Dutch, whoever asks for them.
LANGUAGE = "nl"
# How many pages a report of the programme has when nobody made one yet; only the progress bar looks at it.
PAGES_EXPECTED = 14
# A page takes hundredths of a second: tell of it this often (seconds).
TELL_EVERY = 0.25

Tell = Callable[[ReportStep, int], None]


@dataclass(frozen=True)
class Made:
    """A PDF with what is kept beside it."""

    title: str
    file_name: str
    content: bytes
    # Of the figures and the texts that it states; what two people signed, for a final one.
    content_sha256: str
    facts: dict[str, Any]


def typeset(rendering: Rendering, tell: Tell) -> Made:
    """Draw and typeset a report whose figures were collected. `tell` hears of each step and of the pages.

    What `tell` raises stops the work where it is.
    """
    report = rendering.report
    tell(ReportStep.DRAWING, 0)
    with translation.override(LANGUAGE):
        with transaction.atomic():
            # Nobody writes in between: the texts are those that the hash is of.
            lock_report(report.pk)
            context = context_of(rendering)
        title = _title(rendering)
    tell(ReportStep.TYPESETTING, 0)
    pages = _Pages(tell)
    with pdf_progress.following(pages.begin):
        content, _html = pdf.render(
            template="reporting/pdf/report.html",
            context=context,
            language=LANGUAGE,
            attachments=figure_files(report, report.figures or {}),
        )
    pages.tell_last()
    return Made(
        title=f"{title} ({report.reference})",
        file_name=f"{slugify(title)}-{report.reference}.pdf",
        content=content,
        content_sha256=context["content_sha256"],
        facts={**_facts(rendering), "content_sha256": context["content_sha256"]},
    )


def context_of(rendering: Rendering) -> dict[str, Any]:
    """Return what the templates of this rendering state, in the language that is active."""
    report, content = rendering.report, texts.content_sha256(rendering.report)
    written = texts.of(report)
    stated = layout.context(
        report,
        figures=report.figures or {},
        ledger_head=report.ledger_head,
        moment=rendering.requested_at,
        purpose=rendering.purpose,
        texts=written,
        changes=comparison.since_previous(report),
    )
    signed = list(ReportSignature.objects.counting(report, content))
    return {**stated, "content_sha256": content, "signed": signed, "authors": texts.authors(report, written)}


def progress_at(rendering: Rendering, step: ReportStep, page: int) -> int:
    """Return how far a rendering is, in percent; it never goes back, also when the typesetter begins again."""
    begin = PROGRESS_AT[step]
    if step != ReportStep.TYPESETTING:
        return begin
    end = PROGRESS_AT[ReportStep.STORING] - 1
    expected = _pages_expected(rendering.report)
    return max(rendering.progress, begin + round((end - begin) * min(page / expected, 1)))


class _Pages:
    """Hears of every page, and tells of them now and then."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._told_at = 0.0
        self._last = 0

    def begin(self, number: int) -> None:
        """Hear that the typesetter begins a page."""
        self._last = number
        if monotonic() - self._told_at >= TELL_EVERY:
            self._told_at = monotonic()
            self._tell(ReportStep.TYPESETTING, number)

    def tell_last(self) -> None:
        """Tell how many there were."""
        if self._last:
            self._tell(ReportStep.TYPESETTING, self._last)


def _pages_expected(report: Report) -> int:
    """Return how many pages the last PDF of this kind of report had."""
    last = Rendering.objects.filter(report__kind=report.kind, document__isnull=False).order_by("-finished_at").first()
    return max(last.pages if last else 0, 0) or PAGES_EXPECTED


def _title(rendering: Rendering) -> str:
    title = f"{ReportKind(rendering.report.kind).label} {rendering.report.year}"
    return title if rendering.purpose == Purpose.FINAL else f"{title}, {_('concept')}"


def _facts(rendering: Rendering) -> dict[str, Any]:
    """Return what the PDF states, as it is kept with its bytes; the figures themselves beside a final one."""
    report = rendering.report
    facts = {
        "cut_off_on": report.cut_off_on.isoformat(),
        "ledger_head": report.ledger_head,
        "figures_sha256": report.figures_sha256,
    }
    return {**facts, "figures": report.figures} if rendering.purpose == Purpose.FINAL else facts
