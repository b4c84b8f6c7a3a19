"""A draft of the criteria: its parts are written in small forms, then it is adopted after a second look."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import AuthedRequest, signed_in
from core.errors import DomainError
from core.models import Document
from programme.access import version_to_write
from programme.domain import criteria as content
from programme.domain import criteria_comparison, criteria_rules, criteria_versions
from programme.errors import CriteriaChanged, CriteriaRefused
from programme.forms.adoption import AdoptionForm, ConfirmAdoptionForm, signed
from programme.forms.criteria import CriterionForm, PartForm, RuleForm, ScaleForm
from programme.models import CriteriaVersion

F = TypeVar("F", bound=PartForm)
GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
@signed_in
def rule(request: AuthedRequest, number: int) -> HttpResponse:
    """Write the rule of a draft."""
    found = version_to_write(request.user, number)

    def form_of() -> RuleForm:
        return RuleForm(_data(request), version_to_write(request.user, number))  # fresh: somebody may have saved

    def save(form: RuleForm) -> None:
        criteria_versions.write_rule(
            version_id=found.pk, by=request.user, said=form.said(), seen=form.cleaned_data["seen"]
        )

    return _part_page(request, found, form_of, save, title=_("The rule of the advice"))


@require_http_methods(GET_AND_POST)
@signed_in
def scale(request: AuthedRequest, number: int) -> HttpResponse:
    """Write the names of the levels of a draft's scale."""
    found = version_to_write(request.user, number)

    def form_of() -> ScaleForm:
        return ScaleForm(_data(request), found)

    def save(form: ScaleForm) -> None:
        criteria_versions.write_scale(
            version_id=found.pk, by=request.user, labels=form.said(), seen=form.cleaned_data["seen"]
        )

    return _part_page(request, found, form_of, save, title=_("The scale"))


@require_http_methods(GET_AND_POST)
@signed_in
def criterion(request: AuthedRequest, number: int, code: str) -> HttpResponse:
    """Write one criterion of a draft with its anchors."""
    found = version_to_write(request.user, number)
    chosen = get_object_or_404(found.criteria, code=code)

    def form_of() -> CriterionForm:
        return CriterionForm(_data(request), get_object_or_404(found.criteria.select_related("version"), code=code))

    def save(form: CriterionForm) -> None:
        criteria_versions.write_criterion(
            criterion_id=chosen.pk, by=request.user, said=form.said(), seen=form.cleaned_data["seen"]
        )

    return _part_page(request, found, form_of, save, title=chosen.label)


def _part_page(
    request: AuthedRequest, found: CriteriaVersion, form_of: Callable[[], F], save: Callable[[F], None], *, title: str
) -> HttpResponse:
    """Show the form of a part, or save it; what somebody else saved meanwhile is shown beside what was typed."""
    if not found.is_draft:
        messages.warning(request, _("This version is adopted, so it stays as it is."))
        return redirect(found)
    form, meanwhile = form_of(), []
    if form.is_valid():
        try:
            save(form)
        except CriteriaChanged as error:
            form = form_of()
            form.is_valid()
            form.catch_up()
            meanwhile = form.saved_meanwhile()
            form.add_error(None, str(error))
        except DomainError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {"version": found, "form": form, "title": title, "meanwhile": meanwhile}
    return render(request, "programme/versions/part.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_AND_POST)
@signed_in
def adopt(request: AuthedRequest, number: int) -> HttpResponse:
    """Ask the date and the document of the decision, then show the page with everything that changes."""
    found = version_to_write(request.user, number)
    if not found.is_draft:
        messages.warning(request, _("This version is adopted, so it stays as it is."))
        return redirect(found)
    if request.method != "POST":
        return _adoption_page(request, found, AdoptionForm())
    form = AdoptionForm(request.POST, request.FILES)
    valid, kept = form.is_valid(), form.keep_upload()
    if not valid or kept is None:
        return _adoption_page(request, found, form)
    return _check_page(request, found, form, kept)


@require_POST
@signed_in
def adopt_confirmed(request: AuthedRequest, number: int) -> HttpResponse:
    """Adopt a draft as the page with its changes showed it."""
    found = version_to_write(request.user, number)
    form = ConfirmAdoptionForm(request.POST)
    if not form.is_valid():
        return _adoption_page(request, found, AdoptionForm(request.POST), error=_("Open this page again."))
    said = form.cleaned_data
    try:
        criteria_versions.adopt(
            version_id=found.pk,
            by=request.user,
            adopted_on=said["adopted_on"],
            document=said["kept"],
            seen=said["seen"],
            request_key=said["request_key"],
        )
    except DomainError as error:
        return _adoption_page(request, found, AdoptionForm(request.POST), error=str(error))
    messages.success(request, _("The version is adopted. A call can take it from now on."))
    return redirect(found)


def _adoption_page(
    request: AuthedRequest, found: CriteriaVersion, form: AdoptionForm, *, error: str = ""
) -> HttpResponse:
    if error:
        form.add_error(None, error)
    context = {
        "version": found,
        "form": form,
        "missing": criteria_rules.missing_of(found) if found.is_draft else [],
        **_changes(found),
    }
    return render(request, "programme/versions/adopt.html", context, status=422 if form.errors else 200)


def _check_page(request: AuthedRequest, found: CriteriaVersion, form: AdoptionForm, kept: Document) -> HttpResponse:
    day = form.cleaned_data["adopted_on"]
    confirm = ConfirmAdoptionForm(
        initial={"adopted_on": day.isoformat(), "kept": signed(kept), "seen": content.content_sha256(found)}
    )
    context = {"version": found, "confirm_form": confirm, "adopted_on": day, "document": kept, **_changes(found)}
    context["missing"] = criteria_rules.missing_of(found)
    return render(request, "programme/versions/adopt_check.html", context)


def _changes(found: CriteriaVersion) -> dict[str, object]:
    before = CriteriaVersion.objects.before(found)
    return {"before": before, "parts": criteria_comparison.compare(before, found) if before else []}


def _data(request: AuthedRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _refuse(form: PartForm, error: DomainError) -> None:
    field = error.field if isinstance(error, CriteriaRefused) else ""
    form.add_error(field if field in form.fields else None, str(error))
