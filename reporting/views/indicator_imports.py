"""Values of indicators from a file: a template, a look at what it will do, and taking it in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from core.domain import file_types
from core.errors import DomainError
from programme.access import enters_values
from programme.domain import indicator_imports
from programme.domain.indicator_imports import Plan
from programme.errors import BadLine, IndicatorChanged, IndicatorFileRefused
from programme.forms.indicators import FileForm, TakeInForm, packed, unpacked
from programme.models import IndicatorImport
from programme.states import PlannedKind

MOST_SHOWN = 200
LAST_ONES = 10


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose(request: AuthedRequest) -> HttpResponse:
    """Ask for a file, and show what it will do."""
    _require(request)
    if request.method != "POST":
        return _choose_page(request, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _choose_page(request, form)
    file = form.cleaned_data["file"]
    return _preview(request, form, name=file.name or "", content=file.read())


@require_POST
@signed_in
def take_in(request: AuthedRequest) -> HttpResponse:
    """Take a file in as the page showed it."""
    _require(request)
    form = TakeInForm(request.POST)
    carried = unpacked(form.cleaned_data["file"], by=request.user) if form.is_valid() else None
    if carried is None:
        again = FileForm()
        return _choose_page(request, again, error=_("Choose the file again."))
    name, content = carried
    try:
        made = indicator_imports.take_in(
            content=content,
            file_name=name,
            by=request.user,
            seen=form.cleaned_data["seen"],
            request_key=form.cleaned_data["request_key"],
        )
    except IndicatorChanged as error:
        return _preview(request, FileForm(), name=name, content=content, said=str(error))
    except IndicatorFileRefused as error:
        return _choose_page(request, FileForm(), error=str(error), problems=error.problems)
    except DomainError as error:
        return _choose_page(request, FileForm(), error=str(error))
    count = made.added + made.corrected
    said = ngettext("The file is taken in: %(count)d value.", "The file is taken in: %(count)d values.", count)
    messages.success(request, said % {"count": count})
    return redirect("reporting:indicators")


@require_safe
@signed_in
def template(request: AuthedRequest) -> HttpResponse:
    """Give a file to fill in."""
    _require(request)
    name = f"{_('indicators')}.{file_types.CSV.extension}"
    return HttpResponse(
        indicator_imports.template(),
        content_type=file_types.content_type_of(name),
        headers={"Content-Disposition": str(content_disposition_header(True, name))},
    )


def _require(request: AuthedRequest) -> None:
    if not enters_values(request.user):
        raise PermissionDenied


def _preview(request: AuthedRequest, form: FileForm, *, name: str, content: bytes, said: str = "") -> HttpResponse:
    try:
        plan: Plan = indicator_imports.plan(content, by=request.user)
    except IndicatorFileRefused as error:
        return _choose_page(request, form, error=str(error), problems=error.problems)
    confirm = TakeInForm(initial={"file": packed(name=name, content=content, by=request.user), "seen": plan.sha256})
    context = {
        "plan": plan,
        "shown": plan.changes[:MOST_SHOWN],
        "hidden_count": max(len(plan.changes) - MOST_SHOWN, 0),
        "counts": {kind.name.lower(): plan.count(kind) for kind in PlannedKind},
        "file_name": name,
        "confirm_form": confirm,
        "said": said,
    }
    return render(request, "reporting/indicators/preview.html", context, status=409 if said else 200)


def _choose_page(
    request: AuthedRequest, form: FileForm, *, error: str = "", problems: list[BadLine] | None = None
) -> HttpResponse:
    if error and form.is_bound:
        form.add_error("file", error)
    context = {
        "form": form,
        "error": "" if form.is_bound else error,
        "problems": problems or [],
        "imports": IndicatorImport.objects.select_related("imported_by", "document")[:LAST_ONES],
    }
    return render(request, "reporting/indicators/import.html", context, status=422 if error or form.errors else 200)
