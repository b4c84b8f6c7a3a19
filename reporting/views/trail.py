"""From a figure down: what makes it, and the activity where its trail ends."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, requires
from accounts.models import User
from accounts.states import OrganisationKind
from applications.models import Proposal
from budget.domain import books
from budget.domain.books import Scope
from budget.domain.columns import Columns
from core.domain import clock
from core.templatetags.tf import local_date, local_datetime
from programme.models import Line
from reporting.access.council import activities_for, activity_for
from reporting.access.reports import READERS
from reporting.domain import trail, walk
from reporting.forms.council import ActivitiesForm, FigureForm
from reporting.states.council import OPEN_PHASES, states_in

PAGE_SIZE = 25


@dataclass(frozen=True)
class Figure:
    """One figure of a part of the programme, with the address of what makes it."""

    label: Promise | str
    amount: Decimal
    url: str
    is_current: bool


@dataclass(frozen=True)
class Behind:
    """An activity behind a figure; `is_open` tells whether the reader may walk on to it."""

    proposal: Proposal
    partner: str
    counted: Decimal
    is_open: bool


@require_safe
@requires(*READERS)
def figure(request: AuthedRequest) -> HttpResponse:
    """Show what makes a figure of a part of the programme: decisions of the council, and activities."""
    form = FigureForm(request.GET)
    is_valid, rows = form.is_valid(), books.line_years(form.as_of)
    found = trail.of(rows, form.scope, form.as_of, form.figure)
    page = Paginator(found.activities, PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = [(one.proposal.pk, one.counted) for one in found.behind.waiting]
    booked = [(row["proposal"], row["sum"]) for row in page]
    shown = _behind(request.user, [*booked, *waiting])
    context = {
        "form": form,
        "heading": _heading(form.scope),
        "as_of": _about(form),
        "trail": found,
        "figures": _figures(form, books.sum_of(row for row in rows if form.scope.holds(row.budget_line))),
        "page_obj": page,
        "booked": shown[: len(booked)],
        "waiting": shown[len(booked) :],
    }
    return render(request, "reporting/council/figure.html", context, status=200 if is_valid else 422)


@require_safe
@requires(*READERS)
def activities(request: AuthedRequest) -> HttpResponse:
    """Show the activities that the college decided on or was advised to grant, to filter and to open."""
    form = ActivitiesForm(request.GET)
    is_valid, chosen = form.is_valid(), form.chosen
    found = activities_for(request.user)
    if "regel" in chosen:
        found = found.filter(line__code=chosen["regel"])
    if form.phase:
        found = found.filter(state__in=states_in(form.phase))
    if "zoek" in chosen:
        # Who looks for a name never finds a natural person by it (Woo).
        partner = Q(organisation__name__icontains=chosen["zoek"]) & ~Q(organisation__kind=OrganisationKind.RESIDENTS)
        found = found.filter(Q(title__icontains=chosen["zoek"]) | Q(reference=chosen["zoek"].upper()) | partner)
    page = Paginator(walk.for_list(found), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": walk.rows(page, clock.now()),
        "phases": OPEN_PHASES,
    }
    return render(request, "reporting/council/activities.html", context, status=200 if is_valid else 422)


@require_safe
@requires(*READERS)
def activity(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show an activity with all that its euros rest on: decision, advice with scores, results, ledger."""
    found = activity_for(request.user, reference)
    moment = clock.now()
    return render(request, "reporting/council/activity.html", {"walked": walk.of(found, moment), "moment": moment})


def _behind(user: User, counted: list[tuple[int, Decimal]]) -> list[Behind]:
    """Give each proposal its partner, and tell whether the reader may open it. Two queries."""
    ids = {proposal_id for proposal_id, _sum in counted}
    proposals = Proposal.objects.select_related("organisation", "line").in_bulk(ids)
    is_open = set(activities_for(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        Behind(proposals[pk], walk.partner_name(proposals[pk].organisation), euros, pk in is_open)
        for pk, euros in counted
    ]


def _figures(form: FigureForm, columns: Columns) -> list[Figure]:
    return [
        Figure(
            label=trail.LABELS[column],
            amount=getattr(columns, column),
            url=url_of(form.scope, column, form.day),
            is_current=column == form.figure,
        )
        for column in trail.SHOWN
    ]


def url_of(scope: Scope, column: str, day: date) -> str:
    """Return the address of what is behind a figure, as of a day."""
    query = {
        "regel": scope.line,
        "jaar": scope.year,
        "kolom": "" if column == trail.COMMITTED else column,
        # Without a day the page tells of now, and goes on doing so.
        "peildatum": "" if day == clock.today() else day.isoformat(),
    }
    asked = urlencode({name: value for name, value in query.items() if value})
    address = reverse("reporting:figure")
    return f"{address}?{asked}" if asked else address


def _heading(scope: Scope) -> str:
    line = Line.objects.get(code=scope.line).name if scope.line else _("All lines")
    return f"{line} {scope.year}" if scope.year else _("%(line)s, all years") % {"line": line}


def _about(form: FigureForm) -> str:
    """Say of which moment a page tells."""
    if form.day == clock.today():
        return _("as they stand now, %(moment)s") % {"moment": local_datetime(form.as_of)}
    return _("as they stood at the end of %(day)s") % {"day": local_date(form.day)}
