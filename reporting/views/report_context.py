"""What the page of a report shows."""

from accounts.access import AuthedRequest
from reporting.access.reports import MAKERS
from reporting.domain import layout, renderings, texts
from reporting.models import Rendering, Report
from reporting.states import Purpose, RenderingState, Stage
from reporting.views.signed_context import signed_context


def page_context(request: AuthedRequest, found: Report) -> dict[str, object]:
    """Return all that the page of a report shows: how far it is, what it says, and what was made of it."""
    return {
        **progress_context(request, found),
        **signed_context(found),
        "provisional": layout.is_provisional(found),
        "shown": _shown(found) if found.figures is not None else None,
        "may_see_versions": request.user.holds(*MAKERS),
        "ready": [one for one in found.newest_renderings if one.state == RenderingState.READY],
    }


def progress_context(request: AuthedRequest, found: Report, *, is_fragment: bool = False) -> dict[str, object]:
    """Return what the part of the page shows that follows the PDF which is being made, or was made last."""
    may_make = request.user.holds(*MAKERS)
    shown = found.final_rendering or _newest(found)
    return {
        "report": found,
        "rendering": shown if may_make or found.is_final else None,
        "waits_for": renderings.number_before(shown) if shown else 0,
        "is_fragment": is_fragment,
        "may_make": may_make and not found.is_final,
    }


def _newest(found: Report) -> Rendering | None:
    """Return what is at work, a final one before a concept, and otherwise what was asked for last."""
    every = found.newest_renderings
    at_work = [one for one in every if one.is_at_work]
    finals = [one for one in at_work if one.purpose == Purpose.FINAL]
    return next(iter(finals or at_work or every), None)


def _shown(found: Report) -> dict[str, object]:
    return layout.context(
        found,
        figures=found.figures or {},
        ledger_head=found.ledger_head,
        moment=found.requested_at,
        purpose=Purpose.FINAL if found.stage == Stage.FINAL else Purpose.CONCEPT,
        texts=texts.of(found),
    )
