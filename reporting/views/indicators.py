"""The indicators for the team: how far each is, what was entered by whom, a value more, a correction, a definition."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, signed_in
from core.domain import clock, file_types, spreadsheets
from core.errors import DomainError
from programme.access import (
    defines_indicators,
    enters_values,
    indicator_for,
    indicator_to_define,
    indicator_to_enter,
    reads_indicators,
)
from programme.domain import indicator_definitions, indicator_history, indicator_progress, indicator_values, indicators
from programme.domain.indicator_values import definition_of
from programme.errors import IndicatorRefused
from programme.forms.indicators import CorrectionForm, DefinitionForm, PlainForm, ValueForm
from programme.models import IndicatorValue
from reporting.domain import indicator_chart

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
@signed_in
def indicator_list(request: AuthedRequest) -> HttpResponse:
    """Show every indicator with its last value, its target and how far it is."""
    if not reads_indicators(request.user):
        raise PermissionDenied
    values = indicators.values_at(clock.now())
    rows = []
    for definition in indicators.definitions_at(clock.now()):
        state = indicators.state_of(definition, values[definition.indicator_id])
        rows.append(
            {
                "definition": definition,
                "state": state,
                "progress": indicator_progress.progress_of(state),
                "baseline": indicator_progress.baseline_text(state),
                "target": indicator_progress.target_text(state),
                "latest": state.write(state.latest.value) if state.latest else "",
            }
        )
    context = {
        "rows": rows,
        "may_enter": enters_values(request.user),
        "may_define": defines_indicators(request.user),
    }
    return render(request, "reporting/indicators/list.html", context)


@require_safe
@signed_in
def indicator(request: AuthedRequest, code: str) -> HttpResponse:
    """Show one indicator: its chart, every value with who entered it, and what it means."""
    found = indicator_for(request.user, code)
    history = indicator_history.of(found)
    context = {
        "indicator": found,
        "definition": history.definition,
        "figure": indicator_chart.figure(history.state, "chart"),
        "history": history,
        "may_enter": enters_values(request.user),
        "may_define": defines_indicators(request.user),
    }
    return render(request, "reporting/indicators/page.html", context)


@require_http_methods(GET_AND_POST)
@signed_in
def value_new(request: AuthedRequest, code: str) -> HttpResponse:
    """Enter what was measured in a period."""
    found = indicator_to_enter(request.user, code)
    definition = definition_of(found)
    form = ValueForm(request.POST if request.method == "POST" else None, definition=definition)
    if form.is_valid():
        said = form.cleaned_data
        try:
            indicator_values.enter(
                indicator_id=found.pk,
                by=request.user,
                period=form.period,
                value=said["value"],
                source=said["source"],
                request_key=said["request_key"],
            )
        except DomainError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The value is entered."))
            return redirect(found)
    return _form_page(request, "value", form, definition=definition, title=_("Enter a value"))


@require_http_methods(GET_AND_POST)
@signed_in
def value_correct(request: AuthedRequest, code: str, pk: int) -> HttpResponse:
    """Correct the value that counts for a period, or take it back."""
    found = indicator_to_enter(request.user, code)
    before = get_object_or_404(IndicatorValue.objects.filter(indicator=found), pk=pk)
    definition = definition_of(found)
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(posted, before=before, unit=definition.unit)
    if form.is_valid():
        said = form.cleaned_data
        try:
            indicator_values.correct(
                value_id=before.pk,
                by=request.user,
                value=said["value"],
                source=said["source"],
                reason=said["reason"],
                request_key=said["request_key"],
            )
        except DomainError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The value is corrected. The old one stays in the history."))
            return redirect(found)
    period = indicators.period_of(before)
    title = _("Correct the value of %(period)s") % {"period": period.label}
    return _form_page(request, "correct", form, definition=definition, title=title)


@require_http_methods(GET_AND_POST)
@signed_in
def definition(request: AuthedRequest, code: str) -> HttpResponse:
    """Say anew what an indicator means."""
    found = indicator_to_define(request.user, code)
    now = definition_of(found)
    form = DefinitionForm(request.POST if request.method == "POST" else None, definition=now)
    if form.is_valid():
        said = form.cleaned_data
        try:
            indicator_definitions.define(
                indicator_id=found.pk, by=request.user, said=form.said(), reason=said["reason"], seen=said["seen"]
            )
        except DomainError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The indicator is changed. The earlier wording stays in the history."))
            return redirect(found)
    return _form_page(request, "definition", form, definition=now, title=_("Change this indicator"))


@require_http_methods(GET_AND_POST)
@signed_in
def indicator_new(request: AuthedRequest) -> HttpResponse:
    """Make an indicator."""
    if not defines_indicators(request.user):
        raise PermissionDenied
    form = DefinitionForm(request.POST if request.method == "POST" else None, definition=None)
    if form.is_valid():
        try:
            made = indicator_definitions.add(
                by=request.user, said=form.said(), request_key=form.cleaned_data["request_key"]
            )
        except DomainError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The indicator is there. Enter its values next."))
            return redirect(made)
    return _form_page(request, "definition", form, definition=None, title=_("New indicator"))


@require_safe
@signed_in
def values_file(request: AuthedRequest, suffix: str) -> HttpResponse:
    """Give everything that was entered as a table for a spreadsheet, corrections included."""
    if not reads_indicators(request.user):
        raise PermissionDenied
    header, rows = indicator_history.table()
    name = f"{_('indicators')}-{clock.today()}.{suffix}"
    if suffix == file_types.CSV.extension:
        content = spreadsheets.to_csv(header, rows)
    elif suffix == file_types.EXCEL.extension:
        content = spreadsheets.to_xlsx(_("Indicators"), header, rows)
    else:
        raise Http404
    return HttpResponse(
        content,
        content_type=file_types.content_type_of(name),
        headers={"Content-Disposition": str(content_disposition_header(True, name))},
    )


def _form_page(request: AuthedRequest, name: str, form: PlainForm, *, definition: Any, title: str) -> HttpResponse:
    context = {"form": form, "definition": definition, "title": title}
    status = 422 if form.errors else 200
    return render(request, f"reporting/indicators/{name}.html", context, status=status)


def _refuse(form: PlainForm, error: DomainError) -> None:
    if isinstance(error, IndicatorRefused):
        form.refuse(error)
    else:
        form.add_error(None, str(error))
