from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from applications.models import Call
from assessment.access import ranked_lines, ranking_door, runs_line
from assessment.domain import exports
from assessment.domain import lottery as lotteries
from assessment.domain import ranking as rankings_of
from assessment.domain.ranking import Place, Ranking
from assessment.models import LotteryTicket
from core.domain.file_types import content_type_of
from core.domain.spreadsheets import Value
from core.errors import DomainError
from programme.models import Line

SUFFIXES = ("csv", "xlsx")


@require_safe
@signed_in
def rankings(request: AuthedRequest) -> HttpResponse:
    """List the calls with their lines, the newest first: each has a ranking."""
    lines = list(ranked_lines(request.user))
    calls = []
    for call in Call.objects.published().prefetch_related("lines", "lotteries").order_by("-opens_at", "pk"):
        drawn = {one.line_id for one in call.lotteries.all()}
        shown = [(line, line.pk in drawn) for line in call.lines.all() if line in lines]
        if shown:
            calls.append((call, shown))
    return render(request, "assessment/ranking/index.html", {"calls": calls})


@require_safe
@signed_in
def ranking(request: AuthedRequest, call: int, line: str) -> HttpResponse:
    """Show the order of a call on a line, with the lottery and where the money ends."""
    return _page(request, *ranking_door(request.user, call, line))


def _page(request: AuthedRequest, call: Call, line: Line, *, error: str = "") -> HttpResponse:
    found = rankings_of.ranking_of(call, line, reader=request.user)
    tickets = list(LotteryTicket.objects.filter(lottery=found.lottery).select_related("proposal"))
    context = {
        "ranking": found,
        "ends_after": _ends_after(found),
        "error": error,
        "may_draw": lotteries.may_be_drawn(call, line, by=request.user),
        "drawn": [one for one in tickets if one.proposal_id in {place.proposal.pk for place in found.places}],
        "is_proven": found.lottery is not None and lotteries.is_proven(found.lottery, tickets),
    }
    return render(request, "assessment/ranking/page.html", context, status=422 if error else 200)


def _ends_after(found: Ranking) -> int:
    """Return the primary key of the first proposal whose advised amounts don't fit any more; 0 when all fit."""
    return next((place.proposal.pk for place in found.places if place.fits is False), 0)


@require_POST
@signed_in
def draw(request: AuthedRequest, call: int, line: str) -> HttpResponse:
    """Draw the order of equal scores, once."""
    found, of_line = ranking_door(request.user, call, line)
    if not runs_line(request.user, of_line):
        raise PermissionDenied
    try:
        lotteries.draw(call_id=found.pk, line_id=of_line.pk, by=request.user)
    except DomainError as error:
        return _page(request, found, of_line, error=str(error))
    messages.success(request, _("The lottery was drawn. The order stands."))
    return redirect("assessment:ranking", call=call, line=line)


@require_safe
@signed_in
def export(request: AuthedRequest, call: int, line: str, suffix: str) -> HttpResponse:
    """Give the ranking as a file for a spreadsheet, and write down who took it."""
    if suffix not in SUFFIXES:
        raise Http404
    found = rankings_of.ranking_of(*ranking_door(request.user, call, line), reader=request.user)
    years = list(found.call.years)
    header: list[Value] = [
        _("Position"),
        _("Number"),
        _("Title"),
        _("Organisation"),
        _("Complete since"),
        _("Points"),
        _("Points possible"),
        _("Outcome"),
        _("State"),
        *(_("Advised %(year)d") % {"year": year} for year in years),
        _("Ticket"),
        _("Takes part"),
    ]
    rows = [_row(place, years) for place in (*found.places, *found.aside)]
    content = exports.hand_over(
        by=request.user, found=(header, rows), title=_("Ranking"), suffix=suffix, query=f"{found.call.pk} {line}"
    )
    name = f"rangorde-{found.call.pk}-{found.line.code}.{suffix}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=content_type_of(name), headers={"Content-Disposition": str(disposition)})


def _row(place: Place, years: Sequence[int]) -> list[Value]:
    proposal = place.proposal
    outcome = proposal.advice.get_outcome_display() if place.points is not None else None
    return [
        place.position,
        proposal.reference,
        proposal.title,
        proposal.organisation.name,
        place.complete_since,
        place.points,
        place.points_possible,
        outcome,
        proposal.get_state_display(),
        *(place.advised.get(year) for year in years),
        place.ticket.ticket if place.ticket else None,
        place.state.label,
    ]
