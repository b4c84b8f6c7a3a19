from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum, prefetch_related_objects
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.models import User
from accounts.states import Role
from applications.models import Proposal
from assessment.access import team_only
from assessment.domain import bulk, columns, exports
from assessment.domain.overview import rows_of
from assessment.filters import ProposalFilter, Reading
from assessment.models import SavedFilter
from core.domain import clock, money
from core.domain.file_types import content_type_of
from programme.models import Line

PER_PAGE = 50
# On the list itself; the rest stands on a page of its own.
FIRST_FILTERS = ("q", "state", "line", "step", "due")
# The list names this many saved filters; all of them stand on their own page.
NAMED = 12


@require_safe
@signed_in
def proposals(request: AuthedRequest) -> HttpResponse:
    """List the proposals that the person may know of, filtered and sorted, with count and sum for each line."""
    know_lines(request.user)
    team_only(request.user)
    saved = list(SavedFilter.objects.offered_to(request.user))
    if not request.GET and (own := next((one for one in saved if one.is_default and vars(one)["is_own"]), None)):
        return redirect(f"{reverse('assessment:proposals')}?{own.query}")
    reading = Reading(request.user)
    filtered = ProposalFilter(request.GET, reading=reading)
    codes = codes_of(request.GET, request.user)
    by_line = totals_by_line(filtered.qs)
    pages = Paginator(filtered.qs, PER_PAGE)
    pages.count = sum(row["number"] for row in by_line)
    page = pages.get_page(request.GET.get("page"))
    query, link = filtered.query(), filtered.query(columns=codes)
    rows = rows_of(list(page), codes, reading.days_asked)
    shown = columns.columns_for(codes, rows)
    context = {
        **asked_of(filtered),
        "page_obj": page,
        "columns": shown,
        "rows": [
            {"proposal": row.proposal, "cells": [(column, column.value(row)) for column in shown]} for row in rows
        ],
        "is_wide": len(shown) > columns.AS_CARDS,
        "by_line": by_line,
        "count": pages.count,
        "requested_total": money.total(row["requested"] for row in by_line),
        "query": query,
        "link": link,
        "saved": saved[:NAMED],
        "current": next((one.pk for one in saved if one.query in (query, link)), None),
        "columns_asked": ",".join(columns.codes_in(request.GET.getlist("columns"))),
        "choices": [(column, column.code in codes) for column in columns.COLUMNS],
        "actions": bulk.actions_for(request.user),
    }
    return render(request, "assessment/proposals.html", context)


def asked_of(filtered: ProposalFilter) -> dict[str, Any]:
    """Return the filters that a page shows: the first ones as fields, the rest as chips that stay as they are."""
    form = filtered.form
    kept = {name: value for name, value in filtered.asked.items() if name not in FIRST_FILTERS}
    return {
        "form": form,
        "first_fields": [form[name] for name in FIRST_FILTERS],
        "kept": kept.items(),
        "chips": filtered.chips(),
        "is_filtered": filtered.is_narrowed,
        "wrong": [(form.fields[name].label, errors) for name, errors in form.errors.items() if name != "o"],
    }


def know_lines(user: User) -> None:
    """Ask once which lines a person leads: the door, the actions and the page want to know it."""
    if not user.holds(Role.PROGRAMME_MANAGER):
        prefetch_related_objects([user], "led_lines")


def codes_of(asked: QueryDict, user: User) -> tuple[str, ...]:
    """Return the columns that an address names, or else the ones that the person chose."""
    return columns.codes_in(asked.getlist("columns")) or columns.chosen_by(user)


@require_safe
@signed_in
def choose_filters(request: AuthedRequest) -> HttpResponse:
    """Show all filters; they open the list."""
    team_only(request.user)
    filtered = ProposalFilter(request.GET, reading=Reading(request.user), whole=True)
    fields = list(filtered.form.visible_fields())
    return render(request, "assessment/list/filters.html", {"form": filtered.form, "fields": fields, **_kept(request)})


def _kept(request: AuthedRequest) -> dict[str, Any]:
    """Return what the address holds beside filters: the order and the columns."""
    names = ("o", "columns")
    return {"kept": [(name, value) for name in names if (value := ",".join(request.GET.getlist(name)))]}


@require_POST
@signed_in
def choose_columns(request: AuthedRequest) -> HttpResponse:
    """Keep the columns that the person ticked, and show the list with them in its address."""
    team_only(request.user)
    codes = columns.choose(by=request.user, codes=request.POST.getlist("columns"))
    filtered = ProposalFilter(QueryDict(request.POST.get("query", "")), reading=Reading(request.user))
    return redirect(f"{reverse('assessment:proposals')}?{filtered.query(columns=codes)}")


@require_safe
@signed_in
def export(request: AuthedRequest, suffix: str) -> HttpResponse:
    """Give the list that was filtered, or only what was ticked, as a file with the chosen columns.

    What was not understood gives no file: the list says what is wrong.
    """
    team_only(request.user)
    if suffix not in ("csv", "xlsx"):
        raise Http404
    reading = Reading(request.user)
    filtered = ProposalFilter(request.GET, reading=reading)
    if not filtered.is_understood:
        return redirect(f"{reverse('assessment:proposals')}?{request.GET.urlencode()}")
    codes = codes_of(request.GET, request.user)
    found = filtered.qs
    if ticked := bulk.ids_in(request.GET.getlist("p")):
        found = found.filter(pk__in=ticked)
    content = exports.hand_over(
        by=request.user,
        found=exports.table(rows_of(list(found), codes, reading.days_asked), codes),
        title=_("Proposals"),
        suffix=suffix,
        query=filtered.query(columns=codes),
    )
    name = f"talentfonds-{_('proposals')}-{clock.today().isoformat()}.{suffix}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=content_type_of(name), headers={"Content-Disposition": str(disposition)})


def totals_by_line(found: QuerySet[Proposal]) -> list[dict[str, Any]]:
    """Return for each line how many proposals were found and what they ask together, in euros: one query."""
    rows = (
        found.order_by()
        .values("line__code", "line__name", "line__position")
        .annotate(number=Count("pk"), requested=Sum("requested_total"))
        .order_by("line__position")
    )
    return [
        {
            "line": Line(code=row["line__code"], name=row["line__name"]),
            "number": row["number"],
            "requested": row["requested"] or money.ZERO,
        }
        for row in rows
    ]
