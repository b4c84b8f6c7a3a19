from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, organisation_for, signed_in
from accounts.domain import organisations
from accounts.forms import OrganisationForm
from accounts.models import Organisation
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisation_new(request: AuthedRequest) -> HttpResponse:
    """Make the organisation that one proposes for."""
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            organisation = organisations.create(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("kvk_number", str(error))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": organisation.name})
            return redirect("accounts:home")
    return _form_page(request, form, "accounts/organisation_new.html", {})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisation(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show an organisation to those who act for it, and let its owner change it."""
    found = organisation_for(request.user, pk)
    members = found.memberships.select_related("user").order_by("user__full_name")
    if not organisations.is_owner(request.user, found):
        if request.method == "POST":
            raise PermissionDenied
        context = {"organisation": found, "members": members, "rows": _rows(found)}
        return render(request, "accounts/organisation_read.html", context)
    form = OrganisationForm(request.POST if request.method == "POST" else None, instance=found)
    name = found.name  # before the form puts what was typed in its place
    if form.is_valid():
        try:
            organisations.change(organisation_id=found.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("kvk_number", str(error))
        else:
            messages.success(request, _("Your changes are saved."))
            return redirect("accounts:organisation", pk=found.pk)
    return _form_page(request, form, "accounts/organisation.html", {"name": name, "members": members})


def _form_page(request: AuthedRequest, form: OrganisationForm, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def _rows(organisation: Organisation) -> list[dict[str, str]]:
    """Return the answers about an organisation, for who may read but not change them."""
    return [
        {"label": _("Kind of organisation"), "value": organisation.get_kind_display(), "url": ""},
        {"label": _("KvK number"), "value": organisation.kvk_number or _("none"), "url": ""},
        {"label": _("IBAN"), "value": organisation.iban_in_groups, "url": ""},
        {"label": _("Telephone number"), "value": organisation.phone or _("none"), "url": ""},
    ]
