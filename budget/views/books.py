"""The controller's pages: every line and year as of any day, and the entries behind every figure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS, document_for, may_open_files, shut_to
from budget.columns import COLUMN_MEANINGS, Column
from budget.domain import books, entries, exports, pictures, reserve
from budget.domain.books import LineYear, Scope
from budget.domain.entries import note_opened
from budget.forms.books import AsOfForm, ColumnForm, EntriesForm
from budget.models import BudgetLine
from budget.views import figures
from core.domain import clock
from core.domain.file_types import content_type_of
from core.domain.spreadsheets import to_csv, to_xlsx
from core.templatetags.tf import local_date, local_datetime
from core.views.documents import hand_over

PAGE_SIZE = 50
# The tables that can be had as a file, and the page that shows what is wrong with a choice.
EXPORTED = {"overzicht": "budget:overview", "posten": "budget:entries"}
SUFFIXES = ("xlsx", "csv")


@require_safe
@requires(*READERS)
def overview(request: AuthedRequest) -> HttpResponse:
    """Show every column by line, by year, by programme of the budget and in total, as of any day."""
    form = AsOfForm(request.GET)
    rows = books.line_years(form.as_of)
    whole, months = books.sum_of(rows), reserve.months_until(form.as_of)
    last_year = max((row.budget_line.year for row in rows), default=form.day.year)
    context = {
        "pictures": pictures.of_lines(
            (pictures.LineYears(one.heading, one.code, one.years) for one in books.by_line(rows)), chart_id="years"
        ),
        "reserve_picture": pictures.of_reserve(months, last_year=last_year, chart_id="reserve-months"),
        "months": months,
        "form": form,
        "as_of": _about(form),
        "tables": figures.tables(rows, form.day),
        "stand": reserve.stand_at(form.as_of, whole),
        "meanings": [(column.label, COLUMN_MEANINGS[column]) for column in Column],
        "entries_url": figures.url_of(Scope(), form.day),
        "exports": _links("overzicht", form.chosen),
    }
    return render(request, "budget/overview.html", context, status=200 if form.is_valid() else 422)


@require_safe
@requires(*READERS)
def line(request: AuthedRequest, line: str, year: int) -> HttpResponse:
    """Show one line and year, and every movement on it or those behind one figure."""
    budget_line = get_object_or_404(BudgetLine.objects.select_related("line"), line__code=line, year=year)
    form, scope = ColumnForm(request.GET), Scope(line=line, year=year)
    rows = books.line_years(form.as_of)
    columns = next(row.columns for row in rows if row.budget_line == budget_line)
    context = {
        "budget_line": budget_line,
        "columns": columns,
        "cells": figures.cells(scope, columns, form.day),
        **_entries(request, form, scope, rows),
    }
    return render(request, "budget/line.html", context, status=200 if form.is_valid() else 422)


@require_safe
@requires(*READERS)
def entry_list(request: AuthedRequest) -> HttpResponse:
    """Show the entries of a part of the books, or those behind one figure of it."""
    form = EntriesForm(request.GET)
    context = _entries(request, form, form.scope, books.line_years(form.as_of) if form.column else [])
    return render(request, "budget/entries.html", context, status=200 if form.is_valid() else 422)


@require_safe
@requires(*READERS)
def document(request: AuthedRequest, pk: UUID) -> HttpResponse:
    """Give a document that an entry rests on."""
    found = document_for(request.user, pk)
    note_opened(found, by=request.user)
    return hand_over(request, found, as_attachment=True)


@require_safe
@requires(*READERS)
def export(request: AuthedRequest, table: str, suffix: str) -> HttpResponse:
    """Give the overview, or the entries that were chosen, as a file; a wrong choice is shown on the page itself."""
    if table not in EXPORTED or suffix not in SUFFIXES:
        raise Http404
    form = EntriesForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse(EXPORTED[table])}?{request.GET.urlencode()}")
    header, rows = _exported(table, form)
    name = f"{table}-{form.day.isoformat()}.{suffix}"
    content = to_csv(header, rows) if suffix == "csv" else to_xlsx(table.capitalize(), header, rows)
    disposition = content_disposition_header(as_attachment=True, filename=f"talentfonds-budget-{name}")
    headers = {"Content-Disposition": str(disposition)}
    return HttpResponse(content, content_type=content_type_of(name), headers=headers)


def _exported(table: str, form: EntriesForm) -> exports.Table:
    stamp = clock.now() if form.day == clock.today() else form.day
    if table == "overzicht":
        return exports.overview(books.line_years(form.as_of), stamp)
    if form.column is Column.RESERVED:
        behind = entries.behind(books.line_years(form.as_of), form.scope, form.as_of, form.column)
        return exports.waiting(behind.waiting, stamp, form.column)
    found = entries.booked(form.scope, form.as_of, form.column).for_books()
    return exports.entries(found, stamp, form.column)


def _entries(request: AuthedRequest, form: ColumnForm, scope: Scope, rows: list[LineYear]) -> dict[str, Any]:
    """Return what the part with entries shows. What was not understood shows nothing: no figure that nobody asked."""
    is_valid, column = form.is_valid(), form.column
    found = entries.booked(scope, form.as_of, column).for_books()
    page = Paginator(found if is_valid else found.none(), PAGE_SIZE).get_page(request.GET.get("page"))
    behind = entries.behind(rows, scope, form.as_of, column) if column and is_valid else None
    proposals = {entry.decision.proposal_id for entry in page if entry.decision}
    proposals |= {one.proposal.pk for one in behind.waiting} if behind else set()
    chosen = {**form.chosen, "regel": scope.line, "jaar": scope.year, "programma": scope.programme}
    return {
        "form": form,
        "as_of": _about(form),
        "column": column,
        "page_obj": page,
        "behind": behind,
        "may_open_files": may_open_files(request.user),
        "shut": shut_to(request.user, proposals),
        "exports": _links("posten", chosen) if is_valid else [],
    }


def _about(form: AsOfForm) -> str:
    """Say of which moment a page tells."""
    if form.day == clock.today():
        return _("as they stand now, %(moment)s") % {"moment": local_datetime(form.as_of)}
    return _("as they stood at the end of %(day)s") % {"day": local_date(form.day)}


def _links(table: str, chosen: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names and addresses of the files of a table."""
    asked = urlencode({name: value for name, value in chosen.items() if value})
    addresses = [(suffix, reverse("budget:export", args=[table, suffix])) for suffix in SUFFIXES]
    return [(suffix.upper(), f"{address}?{asked}" if asked else address) for suffix, address in addresses]
