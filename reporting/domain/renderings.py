"""PDFs of a report: asked for, made in the background one by one, cancelled, tried again.

The rows of the table are the queue; Celery only wakes a worker sooner. A worker claims a row with a number of its own
and shows at every step and page that it still holds it: whoever cancels or takes over stops it there. Only who still
holds the claim stores anything, all at once.
"""

import logging
from uuid import UUID, uuid4

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.domain import audit, clock, documents
from reporting.access.reports import lock_rendering, lock_report
from reporting.domain import collecting, signatures, typesetting
from reporting.domain.typesetting import Made
from reporting.errors import NotAtWork, NotStopped, ReportIsFinal
from reporting.letters.reports import rendering_failed, rendering_ready
from reporting.models import Rendering, Report
from reporting.states import AT_WORK, Purpose, RenderingState, ReportEvent, ReportStep, Stage

logger = logging.getLogger(__name__)

TASK = "reporting.tasks.make_report"
# A rendering whose worker dies this often is not tried again by itself: it is the document, not the worker.
MOST_ATTEMPTS = 3
# A call that nobody heard in this time (seconds) is worth nothing: the sweep called again.
WAKE_LASTS = 120


class Stopped(Exception):
    """The worker no longer holds the rendering: it was cancelled, or given to another worker."""


def queue(report: Report, *, purpose: Purpose, by: User) -> Rendering:
    """Ask for a PDF of a report. While one for the same purpose is at work, that one is given back.

    A final one is asked for by the second signature alone. Raises ReportIsFinal, and NotSigned for a final one of what
    was not signed by both.
    """
    with transaction.atomic():
        report = lock_report(report.pk)
        _require_open(report)
        waiting = report.renderings.filter(purpose=purpose, state__in=AT_WORK).first()
        if waiting is not None:
            return waiting
        _require_signed(report, purpose)
        rendering = Rendering.objects.create(report=report, purpose=purpose, requested_by=by, requested_at=clock.now())
        _record(ReportEvent.QUEUED, rendering, by)
        transaction.on_commit(wake_worker)
    return rendering


def cancel(*, rendering_id: int, by: User) -> Rendering:
    """Stop a rendering that waits or is being made; the worker notices at its next step or page and leaves nothing.

    Cancelling twice is cancelling once. Raises NotAtWork when it ended before.
    """
    with transaction.atomic():
        rendering = lock_rendering(rendering_id)
        if rendering.state == RenderingState.CANCELLED:
            return rendering
        if not rendering.is_at_work:
            raise NotAtWork(_("This PDF is not being made any more, so there is nothing to stop."))
        _end(rendering, RenderingState.CANCELLED)
        _record(ReportEvent.CANCELLED, rendering, by)
    return rendering


def retry(*, rendering_id: int, by: User) -> Rendering:
    """Let a rendering that failed or was cancelled be made again; twice is once.

    Raises NotStopped, ReportIsFinal, and NotSigned for a final one of what was not signed by both.
    """
    with transaction.atomic():
        rendering = lock_rendering(rendering_id)
        _require_open(rendering.report)
        if rendering.state == RenderingState.READY:
            raise NotStopped(_("This PDF is ready, so it is not made again."))
        waiting = rendering.report.renderings.filter(purpose=rendering.purpose, state__in=AT_WORK).first()
        if waiting is not None:
            return waiting
        _require_signed(rendering.report, rendering.purpose)
        rendering.attempts = 0
        _put_back(rendering)
        _record(ReportEvent.RETRIED, rendering, by)
        transaction.on_commit(wake_worker)
    return rendering


def number_before(rendering: Rendering) -> int:
    """Return how many others get their turn first. One query while it waits, none otherwise."""
    if rendering.state != RenderingState.QUEUED:
        return 0
    earlier = Q(requested_at__lt=rendering.requested_at) | Q(requested_at=rendering.requested_at, pk__lt=rendering.pk)
    return Rendering.objects.filter(
        Q(state=RenderingState.RENDERING) | (Q(state=RenderingState.QUEUED) & earlier)
    ).count()


def make_next() -> bool:
    """Make the rendering that waits longest. Returns whether there was one."""
    rendering = _claim(None)
    if rendering is None:
        return False
    _make(rendering)
    return True


def make_all() -> int:
    """Make everything that waits, one by one. Returns how many were taken up. For commands; workers take one a time."""
    taken = 0
    while make_next():
        taken += 1
    return taken


def render(rendering_id: int) -> None:
    """Make one rendering, if it waits."""
    rendering = _claim(rendering_id)
    if rendering is not None:
        _make(rendering)


def sweep() -> int:
    """Take back what a dead worker left, and wake a worker when anything waits. Returns how many were taken back.

    What was tried too often is told as failed.
    """
    taken_back = 0
    for pk in list(Rendering.objects.silent(clock.now()).values_list("pk", flat=True)):
        taken_back += _take_back(pk)
    wake_for_next()
    return taken_back


def wake_for_next() -> None:
    """Wake a worker when anything waits."""
    if Rendering.objects.due().exists():
        wake_worker()


def wake_worker() -> None:
    """Tell the worker of reports that something waits. Without a broker the sweep does it later."""
    try:
        current_app.send_task(TASK, retry=False, expires=WAKE_LASTS)
    except Exception:  # the broker's errors have no common base; the row is safe and beat sweeps it
        logger.warning("no broker to wake a worker; the sweep will", exc_info=True)


def _claim(pk: int | None) -> Rendering | None:
    """Take a rendering that waits: the named one, or the oldest that no other worker is just taking."""
    with transaction.atomic():
        waiting = Rendering.objects.due().select_for_update(of=("self",), skip_locked=True)
        rendering = (waiting if pk is None else waiting.filter(pk=pk)).first()
        if rendering is not None:
            rendering.claim, rendering.claimed_at = uuid4(), clock.now()
            rendering.heard_at, rendering.state = rendering.claimed_at, RenderingState.RENDERING
            rendering.attempts += 1
            rendering.step, rendering.progress, rendering.pages = "", 0, 0
            rendering.save()
    return rendering


def _make(rendering: Rendering) -> None:
    """Make what was claimed. When it goes wrong the rendering says so, and waits for a person to try again."""
    claim = rendering.claim
    assert claim is not None  # noqa: S101  (for the type checker)
    try:
        _say(rendering, ReportStep.COLLECTING)
        rendering.report = collecting.collect(rendering.report_id)
        made = typesetting.typeset(rendering, lambda step, page: _say(rendering, step, page))
        _say(rendering, ReportStep.STORING)
        _store(rendering, made)
    except Stopped:
        logger.info("rendering %s was stopped", rendering.pk)
    except Exception:  # whatever goes wrong, a person must see it on the page instead of waiting for ever
        logger.exception("rendering %s failed", rendering.pk)
        _fail(rendering.pk, claim)


def _say(rendering: Rendering, step: ReportStep, page: int = 0) -> None:
    """Show how far it is, and that somebody is at work. Raises Stopped when the claim is gone."""
    progress = typesetting.progress_at(rendering, step, page)
    held = Rendering.objects.filter(pk=rendering.pk, claim=rendering.claim).update(
        step=step, pages=page or rendering.pages, progress=progress, heard_at=clock.now()
    )
    if not held:
        raise Stopped
    rendering.step, rendering.progress, rendering.pages = step, progress, page or rendering.pages


def _store(made_for: Rendering, made: Made) -> None:
    """Keep the PDF, and with a final one lay down the report. All or nothing, by who still holds the claim."""
    with transaction.atomic():
        rendering = lock_rendering(made_for.pk)
        if rendering.claim != made_for.claim:
            raise Stopped
        report = rendering.report
        _require_signed(report, rendering.purpose)
        rendering.content_sha256 = made.content_sha256
        rendering.document = documents.store(
            pk=made_for.claim,
            kind="report",
            title=made.title,
            file_name=made.file_name,
            content=made.content,
            facts={**made.facts, "reference": report.reference, "purpose": rendering.purpose},
        )
        _end(rendering, RenderingState.READY)
        changes = {"sha256": rendering.document.sha256, "ledger_head": report.ledger_head}
        _record(ReportEvent.RENDERED, rendering, None, **changes)
        if rendering.purpose == Purpose.FINAL:
            _finalise(rendering)
        rendering_ready(rendering)


def _finalise(rendering: Rendering) -> None:
    """Lay the report down for good; concepts that are still at work have lost their use."""
    report = rendering.report
    for other in report.renderings.select_for_update().filter(state__in=AT_WORK):
        _end(other, RenderingState.CANCELLED)
        _record(ReportEvent.CANCELLED, other, None)
    report.stage, report.finalised_at = Stage.FINAL, clock.now()
    report.save(update_fields=["stage", "finalised_at"])
    changes = {"figures_sha256": report.figures_sha256}
    audit.record(event=ReportEvent.FINALISED, actor=None, about=report, changes=changes)


def _fail(pk: int, claim: UUID) -> None:
    """Say that it went wrong, unless somebody else has it by now."""
    with transaction.atomic():
        rendering = lock_rendering(pk)
        if rendering.claim != claim:
            return
        _end(rendering, RenderingState.FAILED)
        _record(ReportEvent.FAILED, rendering, None, step=rendering.step)
        rendering_failed(rendering, attempt=str(claim))


def _take_back(pk: int) -> bool:
    """Give a rendering back to the queue whose worker died. Returns whether it was so."""
    with transaction.atomic():
        rendering = lock_rendering(pk)
        if not Rendering.objects.silent(clock.now()).filter(pk=pk).exists():
            return False
        claim = rendering.claim
        assert claim is not None  # noqa: S101  (for the type checker; a constraint says so too)
        if rendering.attempts < MOST_ATTEMPTS:
            _put_back(rendering)
        else:
            _end(rendering, RenderingState.FAILED)
            _record(ReportEvent.FAILED, rendering, None, step=rendering.step)
            rendering_failed(rendering, attempt=str(claim))
    return True


def _put_back(rendering: Rendering) -> None:
    _let_go(rendering)
    rendering.state, rendering.finished_at = RenderingState.QUEUED, None
    rendering.claimed_at = rendering.heard_at = None
    rendering.step, rendering.progress, rendering.pages = "", 0, 0
    rendering.save()


def _end(rendering: Rendering, state: RenderingState) -> None:
    """Let nobody be at it any more. The step at which it stopped stays for who reads what went wrong."""
    if state == RenderingState.READY:
        rendering.claim, rendering.step, rendering.progress = None, "", 100
    else:
        _let_go(rendering)
    rendering.state, rendering.finished_at = state, clock.now()
    rendering.save()


def _let_go(rendering: Rendering) -> None:
    """End the claim. A worker that was killed while storing left a file under its number: that goes.

    Under the lock: a worker that lives looks at its claim under that lock before it writes anything.
    """
    if rendering.claim is not None:
        documents.clear_away(rendering.claim)
        rendering.claim = None


def _record(event: ReportEvent, rendering: Rendering, by: User | None, **changes: str) -> None:
    told = {"rendering": rendering.pk, "purpose": rendering.purpose, **changes}
    audit.record(event=event, actor=by, about=rendering.report, changes=told)


def _require_open(report: Report) -> None:
    if report.is_final:
        raise ReportIsFinal(_("%(report)s is final. Nothing more is made of it.") % {"report": report})


def _require_signed(report: Report, purpose: str) -> None:
    if purpose == Purpose.FINAL:
        signatures.require_signed(report)
