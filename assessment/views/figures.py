from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.models import User
from accounts.states import Role
from applications.models import Call
from assessment.access import team_only
from assessment.domain import asked, charts, figure_tables, funnel, score_figures
from assessment.domain.figure_tables import Table
from assessment.domain.score_figures import FEW, ScoreFigures
from assessment.domain.statistics import Scope, lines_known_to
from assessment.forms.figures import FigureForm
from core.domain import clock
from core.domain.file_types import content_type_of
from core.domain.spreadsheets import to_csv, to_xlsx
from programme.models import Line

SUFFIXES = ("xlsx", "csv")


@require_safe
@signed_in
def figures(request: AuthedRequest) -> HttpResponse:
    """Show how proposals, scores and money stand, of what the person may know of; a wrong choice shows no figure."""
    form, lines = _form(request)
    if not form.is_valid():
        return render(request, "assessment/figures.html", {"form": form, "chosen": None}, status=422)
    scope, reader = form.scope, request.user
    granted = scope.granted(reader)
    steps = funnel.funnel(scope, reader=reader, granted=granted)
    rooms = asked.against_room(scope, reader=reader, lines=lines, granted=granted)
    scores = score_figures.figures_for(scope, reader=reader)
    context = {
        "form": form,
        "chosen": scope,
        "as_of": clock.now(),
        "steps": steps,
        "funnel_chart": charts.of_funnel(steps, chart_id="funnel"),
        "untold": any(step.code == funnel.NOT_TOLD for step in steps),
        "rooms": rooms,
        "room_charts": charts.of_room(rooms, chart_id="room"),
        **_about_scores(scores, reader),
        "files": {table: _links(table, form) for table in TABLES},
    }
    return render(request, "assessment/figures.html", context)


@require_safe
@signed_in
def figures_file(request: AuthedRequest, table: str, suffix: str) -> HttpResponse:
    """Give one of the tables of the figures as a file; a wrong choice is shown on the page itself."""
    form, lines = _form(request)
    if table not in TABLES or suffix not in SUFFIXES:
        raise Http404
    if not form.is_valid():
        return redirect(f"{reverse('assessment:figures')}?{request.GET.urlencode()}")
    header, rows = TABLES[table](form.scope, request.user, lines)
    name = f"{table}-{clock.today().isoformat()}.{suffix}"
    content = to_csv(header, rows) if suffix == "csv" else to_xlsx(table.capitalize(), header, rows)
    disposition = content_disposition_header(as_attachment=True, filename=f"talentfonds-{name}")
    headers = {"Content-Disposition": str(disposition)}
    return HttpResponse(content, content_type=content_type_of(name), headers=headers)


def _form(request: AuthedRequest) -> tuple[FigureForm, list[Line]]:
    """Let the team in, and return what the person chose, with the lines that the person can choose from."""
    team_only(request.user)
    lines = list(lines_known_to(request.user))
    calls = Call.objects.published().filter(opens_at__lte=clock.now()).order_by("-opens_at", "-pk")
    return FigureForm(request.GET, calls=list(calls), lines=lines), lines


def _about_scores(scores: ScoreFigures, reader: User) -> dict[str, Any]:
    return {
        "scores": scores,
        "few": FEW,
        "sees_everybody": reader.holds(Role.PROGRAMME_MANAGER),
        "score_chart": charts.of_distributions(scores.distributions, chart_id="scores"),
        "spread_chart": charts.of_spreads(scores.spreads, chart_id="spread"),
        "severity_chart": charts.of_severities(scores.severities, chart_id="severity"),
    }


def _links(table: str, form: FigureForm) -> list[tuple[str, str]]:
    """Return the name and the address of each file of a table."""
    query = urlencode(form.query)
    return [
        (suffix.upper(), f"{reverse('assessment:figures_file', args=[table, suffix])}?{query}") for suffix in SUFFIXES
    ]


def _funnel(scope: Scope, reader: User, _lines: list[Line]) -> Table:
    return figure_tables.of_funnel(funnel.funnel(scope, reader=reader, granted=scope.granted(reader)))


def _room(scope: Scope, reader: User, lines: list[Line]) -> Table:
    granted = scope.granted(reader)
    return figure_tables.of_room(asked.against_room(scope, reader=reader, lines=lines, granted=granted))


def _scores(scope: Scope, reader: User, _lines: list[Line]) -> Table:
    return figure_tables.of_distributions(score_figures.figures_for(scope, reader=reader).distributions)


def _spread(scope: Scope, reader: User, _lines: list[Line]) -> Table:
    return figure_tables.of_spreads(score_figures.figures_for(scope, reader=reader).spreads)


def _severity(scope: Scope, reader: User, _lines: list[Line]) -> Table:
    return figure_tables.of_severities(score_figures.figures_for(scope, reader=reader).severities)


# The tables that can be had as a file, by the name in their address.
TABLES: dict[str, Callable[[Scope, User, list[Line]], Table]] = {
    "trechter": _funnel,
    "ruimte": _room,
    "scores": _scores,
    "spreiding": _spread,
    "strengheid": _severity,
}
