from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from assessment.access import own_filter, team_only
from assessment.domain import columns, saved_filters
from assessment.errors import FilterNotSaved
from assessment.filters import ProposalFilter, Reading, counts_of
from assessment.forms.saved_filters import SavedFilterForm
from assessment.models import SavedFilter


@require_safe
@signed_in
def saved(request: AuthedRequest) -> HttpResponse:
    """Show the own filters and those that colleagues share, with how many proposals each finds for this person."""
    team_only(request.user)
    kept = list(SavedFilter.objects.offered_to(request.user))
    reading = Reading(request.user)
    found = counts_of(kept, reading)
    rows = [{"filter": one, "count": found[one.pk], "chips": chips_of(one.query, reading)} for one in kept]
    return render(request, "assessment/list/saved.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def save(request: AuthedRequest) -> HttpResponse:
    """Keep the filter that the address names, under a name."""
    team_only(request.user)
    filtered = ProposalFilter(request.GET, reading=Reading(request.user))
    query = filtered.query(columns=columns.codes_in(request.GET.getlist("columns")))
    form = SavedFilterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            saved_filters.save(by=request.user, query=query, known=filtered.filters, **form.cleaned_data)
        except FilterNotSaved as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("The filter is kept."))
            return redirect(f"{reverse('assessment:proposals')}?{query}")
    context = {"form": form, "chips": filtered.chips(), "query": query, "is_new": True}
    return render(request, "assessment/list/save.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: AuthedRequest, pk: int) -> HttpResponse:
    """Change the name of an own filter, who sees it, and whether the list opens with it."""
    kept = own_filter(request.user, pk)
    now = {"name": kept.name, "is_shared": kept.is_shared, "is_default": kept.is_default}
    form = SavedFilterForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        try:
            saved_filters.change(filter_id=kept.pk, by=request.user, **form.cleaned_data)
        except FilterNotSaved as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("The filter is changed."))
            return redirect("assessment:saved_filters")
    chips = chips_of(kept.query, Reading(request.user))
    context = {"form": form, "chips": chips, "query": kept.query, "is_new": False}
    return render(request, "assessment/list/save.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def remove(request: AuthedRequest, pk: int) -> HttpResponse:
    """Remove an own filter."""
    kept = own_filter(request.user, pk)
    saved_filters.remove(filter_id=kept.pk, by=request.user)
    messages.success(request, _("The filter “%(name)s” is removed.") % {"name": kept.name})
    return redirect("assessment:saved_filters")


def chips_of(query: str, reading: Reading) -> list[Any]:
    """Return in words what a saved filter asks."""
    return ProposalFilter.of(query, reading=reading).chips()
