"""Writing the texts of a report."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from core.domain import markup
from core.errors import DomainError
from reporting.access.reports import MAKERS, report_to_write, require_writer
from reporting.domain import report_forms, signatures, texts
from reporting.domain.report_forms import Section
from reporting.errors import TextChanged
from reporting.forms.writing import TextForm
from reporting.models import Report, ReportText

REPORTS_ON_A_PAGE = 20
# On the page a text stands below an h2.
BELOW_HOW_IT_READS = 3


@require_safe
@signed_in
def to_write(request: AuthedRequest) -> HttpResponse:
    """List the reports that are being written, with how many of the reader's own texts are still to be written."""
    require_writer(request.user)
    page = Paginator(Report.objects.being_written().for_list(), REPORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    reports = list(page)
    progress = texts.progress_of(reports, user=request.user)
    rows = [(report, written, asked) for report, (written, asked) in zip(reports, progress, strict=True)]
    return render(request, "reporting/writing/to_write.html", {"page_obj": page, "rows": rows})


@require_safe
@signed_in
def overview(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show the texts of a report: who wrote what, when, what is still missing, and who signed."""
    report = report_to_write(request.user, reference)
    states = texts.states(report, user=request.user)
    context = {
        "report": report,
        "states": states,
        "missing": signatures.missing(states),
        "signing": signatures.of(report),
        "closed": texts.why_closed(report),
        # What the browser kept of the text that was just saved can go.
        "saved": request.GET.get("bewaard", ""),
        "may_see_report": request.user.holds(*MAKERS),
    }
    return render(request, "reporting/writing/texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def text(request: AuthedRequest, reference: str, section: str) -> HttpResponse:
    """Write a text of a report, or read one that somebody else writes."""
    report = report_to_write(request.user, reference)
    asked = _section(report, section)
    closed, is_own = texts.why_closed(report), _is_own(request, asked)
    if request.method == "POST" and not is_own:
        raise PermissionDenied
    if closed or not is_own:
        if request.method == "POST":
            messages.error(request, closed)
            return redirect(request.path)
        return render(request, "reporting/writing/text.html", _context(report, asked, None, closed=closed))
    return _write(request, report, asked)


@require_POST
@signed_in
def preview(request: AuthedRequest, reference: str, section: str) -> HttpResponse:
    """Show how a text would read with what stands in the form at the moment. A fragment of the page."""
    report = report_to_write(request.user, reference)
    asked = _section(report, section)
    if not _is_own(request, asked):
        raise PermissionDenied
    reading = markup.to_html(request.POST.get("text", ""), highest_heading=BELOW_HOW_IT_READS)
    return render(request, "reporting/writing/reading.html", {"reading": reading})


def _write(request: AuthedRequest, report: Report, asked: Section) -> HttpResponse:
    current = texts.current_of(report, asked.key)
    form = TextForm(current, request.POST if request.method == "POST" else None)
    theirs = None
    if form.is_valid():
        typed, seen = form.cleaned_data["text"], form.cleaned_data["number"]
        try:
            texts.write(report_id=report.pk, section=asked.key, text=typed, by=request.user, seen_number=seen)
        except TextChanged as error:
            # Whoever saves again has seen the other text: it stands above the own one.
            theirs = texts.current_of(report, asked.key)
            form.see(theirs.number if theirs else 0)
            form.add_error(None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved: %(title)s.") % {"title": asked.title})
            return redirect(
                f"{reverse('reporting:texts', args=[report.reference])}?{urlencode({'bewaard': asked.key})}"
            )
    context = _context(report, asked, form, theirs=theirs)
    return render(request, "reporting/writing/text.html", context, status=422 if form.errors else 200)


def _context(
    report: Report, asked: Section, form: TextForm | None, *, closed: str = "", theirs: ReportText | None = None
) -> dict[str, object]:
    history = list(ReportText.objects.for_history(report, asked.key))
    shown = form["text"].value() if form else (history[0].text if history else "")
    return {
        "report": report,
        "section": asked,
        "form": form,
        "closed": closed,
        "theirs": theirs,
        "history": history,
        "reading": markup.to_html(shown or "", highest_heading=BELOW_HOW_IT_READS),
        "signing": signatures.of(report),
    }


def _section(report: Report, key: str) -> Section:
    for section in report_forms.sections(report.kind):
        if section.key == key:
            return section
    raise Http404


def _is_own(request: AuthedRequest, asked: Section) -> bool:
    return bool(texts.keys_to_write(request.user, [asked]))
