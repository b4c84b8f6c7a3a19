"""The public register: its pages, and its rows as open data. Nobody needs to sign in, and no cookie is set."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from core.domain.file_types import CSV, EXCEL, JSON, FileType
from reporting.domain import open_data, register, register_grants, threesixty
from reporting.filters.register import FIRST, LONGEST, RegisterFilter
from reporting.states import GRANT_STATE_KINDS

PER_PAGE = 25
# How long a browser or a proxy may show what it kept, in seconds: a decision is seen soon enough.
KEPT_FOR = 300
LANGUAGE_OF_DATA = "nl"
LANGUAGE = "taal"  # the parameter that asks for a language
KINDS: dict[str, FileType] = {"csv": CSV, "json": JSON, "xlsx": EXCEL}
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Make a page of the register: of the address only what it knows is read, and who comes anonymously is not known.

    An anonymous page has no form with a secret in it, so no cookie; everybody gets the same, so it may be kept. The
    language is asked in the address.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.GET = known_of(request.GET)  # type: ignore[assignment]
        language = request.GET.get(LANGUAGE) or translation.get_language()
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response["Content-Language"] = language
        if not request.user.is_authenticated:
            patch_cache_control(response, public=True, max_age=KEPT_FOR)
        return response

    return require_safe(conditional_page(answer))


def known_of(asked: QueryDict) -> QueryDict:
    """Return of an address the parameters that the register has, no longer than they can be and without NUL."""
    known = QueryDict(mutable=True)
    for name in (*RegisterFilter.base_filters, "page"):
        if value := asked.get(name, ""):
            known[name] = value.replace("\x00", "\N{REPLACEMENT CHARACTER}")[: LONGEST + 1]
    if (language := asked.get(LANGUAGE)) in dict(settings.LANGUAGES):
        known[LANGUAGE] = language
    return known


@public
def overview(request: HttpRequest) -> HttpResponse:
    """Show the register, filtered and sorted, with what the selection comes to."""
    filtered = RegisterFilter(request.GET)
    totals = register.totals_of(filtered.qs)
    pages = Paginator(register.for_page(filtered.qs), PER_PAGE)
    pages.count = totals.rows
    page = pages.get_page(request.GET.get("page"))
    fields = list(filtered.form.visible_fields())
    context = {
        "first_fields": [field for field in fields if field.name in FIRST],
        "more_fields": [field for field in fields if field.name not in FIRST],
        "more_open": any(field.errors or field.name in filtered.asked for field in fields if field.name not in FIRST),
        "order": filtered.asked.get("o", ""),
        "chips": filtered.chips(),
        "wrong": filtered.wrong,
        "is_filtered": filtered.is_narrowed,
        "totals": totals,
        "page_obj": page,
        "rows": [(row, GRANT_STATE_KINDS[row.state]) for row in register.rows_of(list(page))],
        "query": filtered.query(),
        **_about(request),
    }
    return render(request, "reporting/register/overview.html", context)


@public
def grant(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one grant, at an address that stays."""
    found = None if "\x00" in reference else register_grants.grant(reference)
    if found is None:
        raise Http404
    return render(request, "reporting/register/grant.html", {"grant": found, **_about(request)})


@public
def explanation(request: HttpRequest) -> HttpResponse:
    """Say what the columns mean, what is in the register and what is not, and what one may do with it."""
    context = {"fields": open_data.FIELDS, "prefix": settings.THREESIXTY_PREFIX, **_about(request)}
    return render(request, "reporting/register/explanation.html", context)


@require_safe
def data(request: HttpRequest, suffix: str) -> HttpResponse:
    """Give exactly the rows that were asked, as CSV, XLSX or JSON. What was not understood gives no file."""
    if suffix not in KINDS:
        raise Http404
    with translation.override(LANGUAGE_OF_DATA):
        filtered = RegisterFilter(known_of(request.GET))
        if filtered.wrong:
            return _refused(filtered.wrong)
        rows = [
            open_data.values_of(row, address_of(row.reference))
            for row in register.rows_of(register.for_page(filtered.qs))
        ]
        told = {name: value for name, value in filtered.asked.items() if name != "o"}
        address = f"{address_of('register')}?{filtered.query()}".rstrip("?")

        def make() -> bytes:
            if suffix == "csv":
                return open_data.to_csv(rows)
            if suffix == "xlsx":
                return open_data.to_xlsx(rows)
            totals = register.totals_of(filtered.qs)
            publisher = settings.PUBLISHER_NAME
            return open_data.to_json(rows, totals=totals, asked=told, publisher=publisher, address=address)

        name = f"subsidieregister-talentfonds.{suffix}"
        return hand_over(request, open_data.digest(rows, suffix, address), make, KINDS[suffix], name)


@require_safe
def threesixty_package(request: HttpRequest) -> HttpResponse:
    """Give the whole register by the 360Giving Data Standard, which knows no package without a grant (404)."""
    with translation.override(LANGUAGE_OF_DATA):
        found = register_grants.grants()
        if not found:
            raise Http404(_("Nothing was granted yet."))
        content = threesixty.to_json(threesixty.package(found, publisher(), address_of=address_of))
    return hand_over(request, open_data.digest([], content), lambda: content, JSON, "360giving.json")


def publisher() -> threesixty.Publisher:
    """Return who publishes the register, as the settings say."""
    return threesixty.Publisher(
        name=settings.PUBLISHER_NAME,
        website=settings.SITE_URL,
        kvk_number=settings.PUBLISHER_KVK,
        prefix=settings.THREESIXTY_PREFIX,
    )


def address_of(name: str) -> str:
    """Return the whole address of the register, of its 360Giving package, or of the grant with a reference."""
    if name in ("register", "threesixty"):
        path = reverse(f"reporting:{name}")
    else:
        path = reverse("reporting:grant", args=[name])
    return f"{settings.SITE_URL}{path}"


def hand_over(request: HttpRequest, digest: str, make: Callable[[], bytes], kind: FileType, name: str) -> HttpResponse:
    """Give open data to whoever asks, from whatever site; who has it already is told so (304)."""
    etag = quote_etag(digest)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        disposition = content_disposition_header(as_attachment=kind is not JSON, filename=name)
        response = HttpResponse(
            make(), content_type=kind.content_type, headers={"Content-Disposition": str(disposition)}
        )
    response["ETag"] = etag
    return open_to_all(response)


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Let a page of any other site read it, and let it be kept for a while: it is public."""
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=KEPT_FOR)
    return response


def _refused(wrong: list[tuple[str, str]]) -> HttpResponse:
    lines = [_("This selection was not understood, so there is no file."), *(f"{label}: {why}" for label, why in wrong)]
    return open_to_all(HttpResponse("\n".join(lines) + "\n", status=400, content_type="text/plain; charset=utf-8"))


def _about(request: HttpRequest) -> dict[str, Any]:
    language = request.GET.get(LANGUAGE, "")
    return {
        "cookieless": not request.user.is_authenticated,
        "language": language,
        "in_language": f"?{LANGUAGE}={language}" if language else "",
        "licence": open_data.LICENCE,
        "licence_name": open_data.LICENCE_NAME,
        "publisher": settings.PUBLISHER_NAME,
    }
